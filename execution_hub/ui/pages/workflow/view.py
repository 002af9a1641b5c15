"""How a workflow's page looks: the graph and the run panel on the left, the form of a step on the right."""

from typing import Any

import reflex as rx

from execution_hub.ui.catalogue.duplicate_button import duplicate_button
from execution_hub.ui.catalogue.edit_card import delete_zone
from execution_hub.ui.catalogue.versions_card import versions_card
from execution_hub.ui.components.bench import save_key
from execution_hub.ui.components.buttons import button, link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.conflict import conflict_dialog
from execution_hub.ui.components.editor import focus_field, leave_guard, when_changed
from execution_hub.ui.components.edits import returns
from execution_hub.ui.components.fields import text_field, typed
from execution_hub.ui.components.graph import workflow_graph
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.recent import recent_card
from execution_hub.ui.components.status import simulated_tag
from execution_hub.ui.pages.workflow.run_panel import run_card
from execution_hub.ui.pages.workflow.state import WorkflowState
from execution_hub.ui.pages.workflow.step_form import step_card, steps_card
from execution_hub.ui.pages.workflow.typed import DEBOUNCE_MS
from execution_hub.ui.pages.workflow.versions_state import WorkflowVersions
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import LocaleState, t, tn
from execution_hub.views.addresses import WORKFLOWS
from execution_hub.words.by_value import WORKFLOW_FIELDS


def workflow_page() -> rx.Component:
    """Show a workflow."""
    return page_frame(
        rx.cond(
            WorkflowState.is_missing,
            t("There is no such workflow"),
            rx.cond(
                WorkflowState.is_loaded,
                rx.cond(WorkflowState.workflow_id > 0, WorkflowState.title, t("New workflow")),
                skeleton("180px", "29px"),
            ),
        ),
        rx.cond(
            WorkflowState.failure != "",
            notice(WorkflowState.failure, kind="bad", icon="warning", role="alert"),
        ),
        rx.cond(
            WorkflowState.newer != "",
            notice(
                t(
                    "Somebody has saved this meanwhile: {fields}. You are asked when you save.",
                    fields=WorkflowState.newer,
                ),
                kind="warn",
                icon="warning",
                role="status",
            ),
        ),
        rx.cond(
            WorkflowState.unset_count > 0,
            notice(
                tn(
                    "{n} step has no agent yet. Choose one before it runs.",
                    "{n} steps have no agent yet. Choose one for each before it runs.",
                    WorkflowState.unset_count,
                ),
                kind="warn",
                icon="warning",
                role="status",
            ),
        ),
        rx.cond(WorkflowState.is_missing, _missing(), rx.cond(WorkflowState.is_loaded, _editor(), _skeleton())),
        active=WORKFLOWS,
        crumbs=rx.fragment(
            page_link(t("Workflows"), href=WORKFLOWS),
            rx.cond(WorkflowState.workflow_id > 0, rx.el.span(" / #", WorkflowState.workflow_id)),
        ),
        beside=rx.fragment(
            rx.cond(WorkflowState.is_simulated, simulated_tag()),
            rx.cond(WorkflowState.is_dirty, rx.el.span(t("Unsaved changes"), class_name="tag unsaved")),
        ),
        actions=rx.cond(WorkflowState.is_missing, rx.fragment(), _actions()),
        named=rx.cond(
            WorkflowState.is_loaded & ~WorkflowState.is_missing,
            rx.cond(WorkflowState.workflow_id > 0, WorkflowState.title, t("New workflow")),
            "",
        ),
    )


def _missing() -> rx.Component:
    action = link_button(t("Show all workflows"), WORKFLOWS, icon="workflow", kind="primary")
    return card(
        empty_state(
            "workflow",
            t("There is no such workflow"),
            t("It was deleted, or the address is mistyped. Its executions are still in the history."),
            action,
        )
    )


def _actions() -> rx.Component:
    count = WorkflowState.problem_count
    return rx.el.div(
        rx.el.span(rx.cond(WorkflowState.is_saved, t("Saved"), ""), class_name="saved", role="status"),
        rx.cond(
            WorkflowState.workflow_id > 0,
            duplicate_button("workflows", WorkflowState.workflow_id, is_dirty=WorkflowState.is_dirty),
        ),
        button(
            t("Export"),
            icon="download",
            on_click=WorkflowState.export_workflow,
            disabled=~WorkflowState.is_loaded | (count > 0) | (WorkflowState.nodes.length() == 0),
            title=rx.cond(count > 0, t("Only a valid workflow can be exported"), ""),
            data_testid="workflow-export",
        ),
        # Always there and never disabled: what keeps the workflow from being saved is one press away.
        rx.el.button(
            rx.cond(
                WorkflowState.is_saving,
                icon("spinner", class_name="i spin"),
                rx.cond(count > 0, icon("warning"), icon("check")),
            ),
            rx.el.span(
                rx.cond(
                    count == 0,
                    t("Save"),
                    tn("{n} problem", "{n} problems", count),
                )
            ),
            type="button",
            class_name=rx.cond(count > 0, "btn save has-problems", "btn save primary"),
            disabled=WorkflowState.is_saving | ~WorkflowState.is_loaded | ((count == 0) & ~WorkflowState.is_dirty),
            aria_busy=WorkflowState.is_saving,
            title=rx.cond(count > 0, t("Go to the first one"), ""),
            on_click=WorkflowState.save,
            data_act="save",
            data_testid="workflow-save",
            data_problems=count.to_string(),
        ),
        class_name="head-actions",
    )


def _editor() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.div(
                _texts(),
                _graph(),
                run_card(),
                rx.cond(
                    WorkflowState.workflow_id > 0,
                    recent_card(WorkflowState, t("This workflow has not run yet.")),
                ),
                class_name="stack",
            ),
            rx.el.aside(steps_card(), step_card(), _versions(), _delete(), class_name="stack"),
            class_name="editor",
        ),
        focus_field(WorkflowState.focus),
        leave_guard(
            WorkflowState.is_dirty & ~WorkflowState.is_saving,
            t("Leave without saving your changes?"),
            WorkflowState.forget_changes,
        ),
        when_changed(LocaleState.language, WorkflowState.speak),
        save_key(),
        returns(WorkflowState.look_again),
        conflict_dialog(WorkflowState),
        # Not the skeleton grown into it: its parts would be seen moving to their places.
        key="editor",
    )


def _texts() -> rx.Component:
    def wired(field: str) -> dict[str, Any]:
        return typed(lambda text: WorkflowState.change_text(field, text), DEBOUNCE_MS)

    return card(
        rx.el.div(
            text_field(
                "workflow-name",
                t("Name"),
                error=_problem("name"),
                default_value=WorkflowState.name,
                placeholder=t("What people call it"),
                auto_complete="off",
                data_testid="workflow-name",
                **wired("name"),
            ),
            text_field(
                "workflow-description",
                t("Description"),
                error=_problem("description"),
                default_value=WorkflowState.description,
                placeholder=t("What it is for"),
                auto_complete="off",
                **wired("description"),
            ),
            class_name="editor-texts",
            key=WorkflowState.form_key,
        ),
        class_name="texts-card",
    )


def _graph() -> rx.Component:
    return card(
        rx.cond(
            WorkflowState.nodes.length() > 0,
            workflow_graph(
                WorkflowState.nodes,
                WorkflowState.edges,
                selected=WorkflowState.selected,
                on_select=WorkflowState.select_step,
            ),
            rx.el.p(t("Add a step: the graph is drawn as you write."), class_name="graph-empty"),
        ),
        title=t("Graph"),
        aside=rx.cond(
            WorkflowState.problem_count > WorkflowState.problems.length(),
            rx.el.span(icon("warning"), t("marked steps need a change"), class_name="graph-hint"),
            rx.el.span(t("the order follows from the inputs")),
        ),
        class_name="graph-card",
    )


def _problem(field: str) -> rx.Var[str]:
    return rx.cond(WorkflowState.problems.contains(field), WorkflowState.problems[field], "")


def _versions() -> rx.Component:
    shown = versions_card(
        WorkflowVersions, WORKFLOW_FIELDS, version=WorkflowState.saved_version, is_dirty=WorkflowState.is_dirty
    )
    return rx.cond(WorkflowState.workflow_id > 0, shown)


def _delete() -> rx.Component:
    zone = delete_zone(
        WorkflowState,
        t("Delete workflow"),
        t("Delete this workflow? Its executions stay in the history."),
        test_id="workflow-delete",
        class_name="editor-delete",
    )
    return rx.cond(WorkflowState.workflow_id > 0, zone)


def _skeleton() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            card(rx.el.div(skeleton("100%", "62px"), skeleton("100%", "62px"), class_name="editor-texts")),
            card(skeleton("100%", "200px"), title=t("Graph")),
            card(skeleton("100%", "140px"), title=t("Run")),
            class_name="stack",
        ),
        rx.el.aside(
            card(rx.el.div(*(skeleton("100%", "28px") for _ in range(5)), class_name="skeleton-lines")),
            card(skeleton("100%", "420px")),
            class_name="stack",
        ),
        class_name="editor",
        aria_hidden=True,
        key="skeleton",
    )
