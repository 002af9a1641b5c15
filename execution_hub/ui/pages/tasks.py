"""The tasks: a card each, and a form for a new one."""

from collections.abc import Sequence
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.task import Task
from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.list_page import item_card, list_page, new_button, new_form
from execution_hub.ui.catalogue.listing import Listing
from execution_hub.ui.catalogue.new_form import NewForm
from execution_hub.ui.catalogue.noun import TASK, Noun
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, empty_state, skeleton
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.task_fields import task_fields
from execution_hub.ui.routes import task_path
from execution_hub.ui.text import t
from execution_hub.views.addresses import TASKS, wants_new
from execution_hub.views.task_form import TaskView


class TasksState(Listing, NewForm, rx.State):
    """The tasks, and the form of a new one."""

    catalogue: ClassVar[str] = "tasks"
    path: ClassVar[str] = TASKS
    noun: ClassVar[Noun] = TASK

    items: list[TaskView] = []  # noqa: RUF012 - Reflex copies defaults
    new_task: TaskView = TaskView()

    def _on_load(self) -> None:
        self.is_form_open, self.problems = wants_new(self.router.url.query_parameters), {}

    async def _views(self, _hub: Hub, found: Sequence[Task]) -> list[TaskView]:
        return [TaskView.excerpt_of(task) for task in found]


def tasks_page() -> rx.Component:
    """Show the tasks."""
    return list_page(
        TasksState,
        t("Tasks"),
        _task_card,
        active=TASKS,
        actions=new_button(TasksState, t("New task"), data_testid="task-new"),
        skeleton_card=_skeleton_card(),
        empty=_empty(),
        above=new_form(
            TasksState,
            t("New task"),
            t("Create task"),
            task_fields(TasksState.new_task, TasksState.problems),
            long_field=("input", INPUT_MAX),
            class_name="agent-form task-form",
            data_testid="task-save",
        ),
        is_busy=TasksState.is_form_open,
    )


def _task_card(task: Any) -> rx.Component:
    about = rx.cond(task.description != "", rx.el.span(task.description, class_name="agent-about one", dir="auto"))
    return item_card(
        task_path(task.id),
        rx.el.span(
            rx.el.span(icon("tasks"), class_name="agent-mark"),
            rx.el.span(rx.el.strong(task.name, dir="auto"), about, class_name="agent-words"),
            class_name="card-top",
        ),
        rx.el.span(task.input, class_name="task-words", dir="auto"),
        noun="task",
        item=task,
    )


def _skeleton_card() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            skeleton("34px", "34px"),
            rx.el.span(skeleton("60%", "15px"), skeleton("80%"), class_name="agent-words"),
            class_name="card-top",
        ),
        skeleton("100%", "34px"),
        class_name="agent-card card",
    )


def _empty() -> rx.Component:
    action = button(t("Create your first task"), icon="plus", kind="primary", on_click=TasksState.toggle_form)
    return card(
        empty_state(
            "tasks",
            t("No tasks yet"),
            t("A task is a named input that you come back to: run any workflow on it, and compare what came of it."),
            action,
        )
    )
