"""The run panel of a workflow's page: on what, and the way to what was started."""

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.ui.catalogue.choice import narrowed, offered
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card
from execution_hub.ui.components.long_input import count, within
from execution_hub.ui.components.queue import queue_notice
from execution_hub.ui.components.started import started_notice
from execution_hub.ui.components.submit_area import SubmitArea, takes_back
from execution_hub.ui.pages.workflow.run_state import WorkflowRunState
from execution_hub.ui.pages.workflow.state import WorkflowState
from execution_hub.ui.text import t


def run_card() -> rx.Component:
    """Show what a workflow is to run on."""
    return card(
        rx.el.form(
            rx.cond(WorkflowRunState.task_id == "", _text(), _task()),
            queue_notice(),
            _foot(),
            on_submit=WorkflowRunState.run,
            no_validate=True,
            class_name="test-form run-form",
        ),
        title=t("Run"),
        aside=rx.cond(
            (WorkflowRunState.offers.length() > 0) | (WorkflowRunState.offers_word != ""),
            narrowed(WorkflowRunState, _choice()),
        ),
        class_name="run-card",
    )


def _choice() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("on a text"), value=""),
        offered(WorkflowRunState),
        value=WorkflowRunState.task_id,
        on_change=WorkflowRunState.choose_task,
        aria_label=t("What it runs on"),
        class_name="select",
        data_testid="workflow-run-task",
    )


def _text() -> rx.Component:
    problem = WorkflowRunState.problem
    return rx.fragment(
        rx.el.label(t("Input"), html_for="workflow-run-input", class_name="sr"),
        SubmitArea.create(
            id="workflow-run-input",
            name="input",
            placeholder=t("What the workflow is to work on"),
            rows="3",
            class_name="input area",
            on_change=takes_back(WorkflowRunState),
            on_mount=WorkflowRunState.note_typing,
            aria_invalid=problem != "",
            aria_describedby="workflow-run-error workflow-run-input-count",
            data_testid="workflow-run-input",
        ),
    )


def _task() -> rx.Component:
    return rx.el.p(
        WorkflowRunState.task_input,
        class_name="input-text task-input",
        dir="auto",
        data_testid="workflow-run-task-input",
    )


def _run_button() -> rx.Component:
    return button(
        t("Run"),
        icon="play",
        kind="primary",
        type="submit",
        busy=WorkflowRunState.submitting,
        disabled=WorkflowState.workflow_id == 0,
        data_testid="workflow-run",
    )


def _foot() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.p(WorkflowRunState.problem, id="workflow-run-error", class_name="problem", role="alert"),
            started_notice(WorkflowRunState.started_id, WorkflowRunState.is_held),
            rx.cond(
                (WorkflowRunState.started_id == 0) & (WorkflowRunState.problem == ""),
                rx.el.p(
                    rx.cond(
                        WorkflowState.workflow_id == 0,
                        t("Save the workflow to run it."),
                        rx.cond(WorkflowState.is_dirty, t("Runs as saved, without your changes."), ""),
                    ),
                    class_name="hint",
                ),
            ),
            class_name="told",
        ),
        rx.cond(
            WorkflowRunState.task_id == "",
            rx.fragment(
                count("workflow-run-input", INPUT_MAX),
                rx.el.kbd(t("Ctrl + Enter"), class_name="keys"),
            ),
        ),
        rx.cond(WorkflowRunState.task_id == "", within("workflow-run-input", INPUT_MAX, _run_button()), _run_button()),
        class_name="test-foot",
    )
