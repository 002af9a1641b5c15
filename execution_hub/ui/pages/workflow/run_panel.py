"""The run panel of a workflow's page: on what, and the way to what was started."""

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card
from execution_hub.ui.components.started import started_notice
from execution_hub.ui.components.submit_area import SubmitArea
from execution_hub.ui.pages.workflow.run_state import WorkflowRunState
from execution_hub.ui.pages.workflow.state import WorkflowState
from execution_hub.ui.text import t


def run_card() -> rx.Component:
    """Show what a workflow is to run on."""
    return card(
        rx.el.form(
            rx.cond(WorkflowRunState.task_id == "", _text(), _task()),
            _foot(),
            on_submit=WorkflowRunState.run,
            no_validate=True,
            class_name="test-form run-form",
        ),
        title=t("workflow_run.title"),
        aside=rx.cond(WorkflowRunState.tasks.length() > 0, _choice()),
        class_name="run-card",
    )


def _choice() -> rx.Component:
    return rx.el.select(
        rx.el.option(t("workflow_run.on_text"), value=""),
        rx.foreach(WorkflowRunState.tasks, lambda task: rx.el.option(task.label, value=task.value)),
        value=WorkflowRunState.task_id,
        on_change=WorkflowRunState.choose_task,
        aria_label=t("workflow_run.on"),
        class_name="select",
        data_testid="workflow-run-task",
    )


def _text() -> rx.Component:
    problem = WorkflowRunState.problem
    return rx.fragment(
        rx.el.label(t("workflow_run.input"), html_for="workflow-run-input", class_name="sr"),
        SubmitArea.create(
            id="workflow-run-input",
            name="input",
            placeholder=t("workflow_run.placeholder"),
            rows="3",
            class_name="input area",
            on_change=WorkflowRunState.count_input.debounce(120),
            on_mount=WorkflowRunState.count_input(""),
            aria_invalid=problem != "",
            aria_describedby="workflow-run-error workflow-run-count",
            data_testid="workflow-run-input",
        ),
    )


def _task() -> rx.Component:
    return rx.el.p(
        WorkflowRunState.task_input, class_name="input-text task-input", data_testid="workflow-run-task-input"
    )


def _foot() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.p(WorkflowRunState.problem, id="workflow-run-error", class_name="problem", role="alert"),
            started_notice(WorkflowRunState.started_id),
            rx.cond(
                (WorkflowRunState.started_id == 0) & (WorkflowRunState.problem == ""),
                rx.el.p(
                    rx.cond(
                        WorkflowState.workflow_id == 0,
                        t("workflow_run.save_first"),
                        rx.cond(WorkflowState.is_dirty, t("workflow_run.as_saved"), ""),
                    ),
                    class_name="hint",
                ),
            ),
            class_name="told",
        ),
        rx.cond(
            WorkflowRunState.task_id == "",
            rx.fragment(
                rx.el.span(
                    t("test.count", n=WorkflowRunState.input_length, limit=INPUT_MAX),
                    id="workflow-run-count",
                    class_name=rx.cond(WorkflowRunState.input_length > INPUT_MAX, "count over", "count"),
                ),
                rx.el.kbd(t("test.keys"), class_name="keys"),
            ),
        ),
        button(
            t("workflow_run.run"),
            icon="play",
            kind="primary",
            type="submit",
            busy=WorkflowRunState.submitting,
            disabled=WorkflowState.workflow_id == 0,
            data_testid="workflow-run",
        ),
        class_name="test-foot",
    )
