"""How the list of workflows looks: a card each with how its last execution went."""

from typing import Any

import reflex as rx

from execution_hub.ui.catalogue.duplicate_button import duplicate_tool
from execution_hub.ui.catalogue.import_form import import_button
from execution_hub.ui.catalogue.list_page import item_card, list_page, named, named_skeleton
from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import link_button
from execution_hub.ui.components.card import card, empty_state
from execution_hub.ui.components.status import ended_icon, ended_word, simulated_tag, tone_class
from execution_hub.ui.pages.workflows.import_state import ImportState
from execution_hub.ui.pages.workflows.import_view import workflow_import
from execution_hub.ui.pages.workflows.state import WorkflowsState
from execution_hub.ui.routes import workflow_path
from execution_hub.ui.text import t, tn
from execution_hub.views.addresses import NEW_WORKFLOW, WORKFLOWS


def workflows_page() -> rx.Component:
    """Show the workflows."""
    return list_page(
        WorkflowsState,
        t("Workflows"),
        _workflow_card,
        active=WORKFLOWS,
        actions=rx.el.div(
            import_button(ImportState, "workflow"),
            link_button(
                t("New workflow"), NEW_WORKFLOW, icon="plus", kind="primary", data_act="new", data_testid="workflow-new"
            ),
            class_name="head-actions",
        ),
        skeleton_card=named_skeleton("60%"),
        empty=_empty(),
        above=workflow_import(),
    )


def _workflow_card(workflow: Any) -> rx.Component:
    return item_card(
        workflow_path(workflow.id),
        *named(workflow, "workflow"),
        rx.el.span(
            rx.el.span(
                tn("{n} step", "{n} steps", workflow.steps),
                class_name="tag",
            ),
            rx.cond(workflow.is_simulated, simulated_tag()),
            rx.cond(
                workflow.last_id > 0,
                rx.el.span(
                    ended_icon(workflow.last_status, workflow.is_last_cut),
                    rx.el.span(ended_word(workflow.last_status, workflow.is_last_cut)),
                    ago(workflow.last_at),
                    class_name=tone_class("last-run", workflow.last_status, workflow.is_last_cut),
                ),
                rx.el.span(t("not run yet"), class_name="last-run faint"),
            ),
            class_name="agent-foot",
        ),
        noun="workflow",
        item=workflow,
        tools=duplicate_tool("workflows", workflow),
    )


def _empty() -> rx.Component:
    action = link_button(t("Create a workflow"), NEW_WORKFLOW, icon="plus", kind="primary")
    return card(
        empty_state(
            "workflow",
            t("No workflows yet"),
            t("A workflow lets several agents work on one input, step by step and side by side."),
            action,
        )
    )
