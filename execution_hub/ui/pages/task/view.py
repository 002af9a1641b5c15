"""How a task's page looks."""

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.ui.components.buttons import button, link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.conflict import conflict_dialog, newer_notice
from execution_hub.ui.components.edits import edits, returns
from execution_hub.ui.components.fields import select_field
from execution_hub.ui.components.long_input import within
from execution_hub.ui.components.recent import recent_card
from execution_hub.ui.components.started import started_notice
from execution_hub.ui.components.task_fields import task_fields
from execution_hub.ui.pages.task.state import TaskRunState, TaskState
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.views.addresses import NEW_WORKFLOW, TASKS


def task_page() -> rx.Component:
    """Show a task."""
    return page_frame(
        rx.cond(
            TaskState.is_missing,
            t("task.missing_title"),
            rx.cond(TaskState.task.id > 0, TaskState.task.name, skeleton("150px", "22px")),
        ),
        rx.cond(TaskState.is_missing, _missing(), _whole()),
        active=TASKS,
        crumbs=rx.fragment(
            page_link(t("tasks.title"), href=TASKS),
            rx.cond(TaskState.task.id > 0, rx.el.span(" / #", TaskState.task.id)),
        ),
    )


def _missing() -> rx.Component:
    action = link_button(t("task.missing_action"), TASKS, icon="tasks", kind="primary")
    return card(empty_state("tasks", t("task.missing_title"), t("task.missing_text"), action))


def _whole() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.cond(TaskState.failure != "", notice(TaskState.failure, kind="bad", icon="warning", role="alert")),
            _run_card(),
            recent_card(TaskState, t("task.none_run"), is_named=True),
            class_name="stack",
        ),
        rx.el.aside(_edit_card(), class_name="stack"),
        class_name="two agent-two",
    )


def _run_card() -> rx.Component:
    return card(
        rx.cond(
            TaskRunState.is_loaded & (TaskRunState.workflows.length() == 0),
            rx.el.div(
                rx.el.p(t("task.no_workflows"), class_name="muted"),
                link_button(t("workflows.empty_action"), NEW_WORKFLOW, icon="plus"),
                class_name="task-run",
            ),
            rx.el.div(
                select_field(
                    "task-workflow",
                    t("task.workflow"),
                    rx.foreach(
                        TaskRunState.workflows,
                        lambda workflow: rx.el.option(workflow.label, value=workflow.value, dir="auto"),
                    ),
                    value=TaskRunState.workflow_id,
                    on_change=TaskRunState.choose_workflow,
                    data_testid="task-workflow",
                ),
                button(
                    t("workflow_run.run"),
                    icon="play",
                    kind="primary",
                    busy=TaskRunState.submitting,
                    disabled=(TaskState.task.id == 0) | (TaskRunState.workflow_id == ""),
                    on_click=TaskRunState.run,
                    data_testid="task-run",
                ),
                class_name="task-run",
            ),
        ),
        rx.el.div(
            rx.el.p(TaskRunState.problem, class_name="problem", role="alert"),
            started_notice(TaskRunState.started_id),
            class_name="told task-told",
        ),
        title=t("task.run"),
    )


def _edit_card() -> rx.Component:
    return card(
        rx.cond(TaskState.task.id > 0, rx.fragment(_edit_form(), _delete()), _skeleton_form()),
        conflict_dialog(TaskState),
        returns(TaskState.look_again),
        title=t("task.edit"),
    )


def _edit_form() -> rx.Component:
    return rx.el.form(
        newer_notice(TaskState),
        edits(TaskState.is_dirty, TaskState.note_dirty),
        task_fields(TaskState.task, TaskState.problems),
        rx.el.div(
            within(
                "input",
                INPUT_MAX,
                button(t("agent.save"), icon="check", type="submit", busy=TaskState.is_saving, data_testid="task-save"),
            ),
            rx.el.span(rx.cond(TaskState.is_saved, t("agent.saved"), ""), class_name="saved", role="status"),
            class_name="form-actions",
        ),
        on_submit=TaskState.save_task,
        on_focus=TaskState.note_change,
        no_validate=True,
        class_name="agent-form",
        # Another task, or another version of it, is another form: what was typed into the last one does not stay.
        key=TaskState.form_key,
    )


def _delete() -> rx.Component:
    return rx.el.div(
        rx.cond(
            TaskState.is_asking_to_delete,
            rx.fragment(
                rx.el.p(
                    rx.cond(TaskState.delete_warning != "", TaskState.delete_warning, t("task.delete_question")),
                    role="alert",
                ),
                rx.el.div(
                    button(
                        t("agent.delete_confirm"),
                        icon="trash",
                        kind="danger",
                        on_click=TaskState.delete_task,
                        data_testid="task-delete-confirm",
                    ),
                    button(t("agent.delete_keep"), on_click=TaskState.ask_to_delete(False)),
                    class_name="form-actions",
                ),
            ),
            button(
                t("task.delete"),
                icon="trash",
                kind="danger",
                on_click=TaskState.ask_to_delete(True),
                data_testid="task-delete",
            ),
        ),
        class_name="danger-zone",
    )


def _skeleton_form() -> rx.Component:
    return rx.el.div(
        *(
            rx.el.div(skeleton("30%", "18px"), skeleton("100%", height), class_name="field")
            for height in ("43px", "43px", "170px")
        ),
        skeleton("86px", "36px"),
        class_name="agent-form",
        aria_hidden=True,
    )
