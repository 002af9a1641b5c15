"""How the list of workflows looks: a card each with how its last execution went."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import button, link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.status import ended_icon, ended_word, simulated_tag, tone_class
from execution_hub.ui.pages.workflows.import_state import ImportState
from execution_hub.ui.pages.workflows.import_view import import_card
from execution_hub.ui.pages.workflows.state import WorkflowsState
from execution_hub.ui.routes import workflow_path
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.views.addresses import NEW_WORKFLOW, WORKFLOWS


def workflows_page() -> rx.Component:
    """Show the workflows."""
    return page_frame(
        t("workflows.title"),
        rx.cond(WorkflowsState.failure != "", notice(WorkflowsState.failure, kind="bad", icon="warning", role="alert")),
        rx.cond(ImportState.is_importing, import_card()),
        rx.cond(
            WorkflowsState.is_loaded,
            rx.cond(
                WorkflowsState.workflows.length() > 0,
                rx.el.ul(rx.foreach(WorkflowsState.workflows, _workflow_card), class_name="agent-grid"),
                rx.cond(WorkflowsState.failure != "", rx.fragment(), _empty()),
            ),
            rx.el.div(*(_skeleton_card() for _ in range(3)), class_name="agent-grid", aria_hidden=True),
        ),
        active=WORKFLOWS,
        actions=rx.el.div(
            button(
                t("workflows.import"),
                icon="upload",
                on_click=ImportState.toggle_import,
                aria_expanded=ImportState.is_importing,
                data_testid="workflow-import",
            ),
            link_button(t("workflows.new"), NEW_WORKFLOW, icon="plus", kind="primary", data_testid="workflow-new"),
            class_name="head-actions",
        ),
    )


def _workflow_card(workflow: Any) -> rx.Component:
    return rx.el.li(
        page_link(
            rx.el.span(icon("workflow"), class_name="agent-mark"),
            rx.el.span(
                rx.el.strong(workflow.name, dir="auto"),
                rx.cond(
                    workflow.description != "",
                    rx.el.span(workflow.description, class_name="agent-about", dir="auto"),
                    rx.el.span(t("agents.no_description"), class_name="agent-about faint"),
                ),
                class_name="agent-words",
            ),
            rx.el.span(
                rx.el.span(
                    rx.cond(workflow.steps == 1, t("workflows.one_step"), t("workflows.step_count", n=workflow.steps)),
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
                    rx.el.span(t("workflows.never_run"), class_name="last-run faint"),
                ),
                class_name="agent-foot",
            ),
            href=workflow_path(workflow.id),
            class_name="agent-card card",
            data_testid="workflow-card",
            data_workflow_id=workflow.id,
        ),
        key=workflow.id,
    )


def _skeleton_card() -> rx.Component:
    return rx.el.div(
        skeleton("34px", "34px"),
        rx.el.span(skeleton("45%", "15px"), skeleton("90%"), class_name="agent-words"),
        rx.el.span(skeleton("60%", "12px"), class_name="agent-foot"),
        class_name="agent-card card",
    )


def _empty() -> rx.Component:
    action = link_button(t("workflows.empty_action"), NEW_WORKFLOW, icon="plus", kind="primary")
    return card(empty_state("workflow", t("workflows.empty_title"), t("workflows.empty_text"), action))
