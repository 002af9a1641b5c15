"""How a task's page looks."""

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.ui.catalogue.choice import narrowed, offered
from execution_hub.ui.catalogue.edit_card import delete_zone, edit_card
from execution_hub.ui.catalogue.versions_card import versions_card
from execution_hub.ui.components.buttons import button, link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.fields import select_field
from execution_hub.ui.components.queue import queue_notice
from execution_hub.ui.components.recent import recent_card
from execution_hub.ui.components.started import started_notice
from execution_hub.ui.components.task_fields import task_fields
from execution_hub.ui.pages.task.state import TaskRunState, TaskState
from execution_hub.ui.pages.task.versions_state import TaskVersions
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.views.addresses import NEW_WORKFLOW, TASKS
from execution_hub.words.by_value import TASK_FIELDS


def task_page() -> rx.Component:
    """Show a task."""
    return page_frame(
        rx.cond(
            TaskState.is_missing,
            t("There is no such task"),
            rx.cond(TaskState.task.id > 0, TaskState.task.name, skeleton("150px", "29px")),
        ),
        rx.cond(TaskState.is_missing, _missing(), _whole()),
        active=TASKS,
        crumbs=rx.fragment(
            page_link(t("Tasks"), href=TASKS),
            rx.cond(TaskState.task.id > 0, rx.el.span(" / #", TaskState.task.id)),
        ),
        named=TaskState.task.name,
    )


def _missing() -> rx.Component:
    action = link_button(t("Show all tasks"), TASKS, icon="tasks", kind="primary")
    return card(
        empty_state(
            "tasks",
            t("There is no such task"),
            t("It was deleted, or the address is mistyped. Its executions are still in the history."),
            action,
        )
    )


def _whole() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.cond(TaskState.failure != "", notice(TaskState.failure, kind="bad", icon="warning", role="alert")),
            _run_card(),
            recent_card(TaskState, t("Nothing has run on this task yet."), is_named=True),
            class_name="stack",
        ),
        rx.el.aside(
            _edit_card(),
            versions_card(TaskVersions, TASK_FIELDS, version=TaskState.task.version, is_dirty=TaskState.is_dirty),
            class_name="stack",
        ),
        class_name="two agent-two",
    )


def _run_card() -> rx.Component:
    return card(
        rx.cond(
            TaskRunState.is_loaded & (TaskRunState.workflow_id == "") & (TaskRunState.offers_word == ""),
            rx.el.div(
                rx.el.p(t("There is no workflow to run yet."), class_name="muted"),
                link_button(t("Create a workflow"), NEW_WORKFLOW, icon="plus"),
                class_name="task-run",
            ),
            rx.el.div(
                narrowed(
                    TaskRunState,
                    select_field(
                        "task-workflow",
                        t("Workflow"),
                        offered(TaskRunState),
                        value=TaskRunState.workflow_id,
                        on_change=TaskRunState.choose_workflow,
                        data_testid="task-workflow",
                    ),
                ),
                button(
                    t("Run"),
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
        queue_notice(),
        rx.el.div(
            rx.el.p(TaskRunState.problem, class_name="problem", role="alert"),
            started_notice(TaskRunState.started_id, TaskRunState.is_held),
            class_name="told task-told",
        ),
        title=t("Run a workflow on it"),
    )


def _edit_card() -> rx.Component:
    return edit_card(
        TaskState,
        t("Task"),
        task_fields(TaskState.task, TaskState.problems),
        delete_zone(
            TaskState,
            t("Delete task"),
            t("Delete this task? Its executions stay in the history."),
            test_id="task-delete",
        ),
        is_there=TaskState.task.id > 0,
        long_field=("input", INPUT_MAX),
        skeleton_heights=("43px", "43px", "170px"),
        test_id="task-save",
    )
