"""The tasks: a card each, and a form for a new one."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.task import TaskDraft
from execution_hub.errors import HubError, InvalidInput
from execution_hub.hub.hub import current_hub
from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.long_input import within
from execution_hub.ui.components.task_fields import task_fields
from execution_hub.ui.follow import language_of
from execution_hub.ui.payload import Form
from execution_hub.ui.routes import task_path
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.views.addresses import TASKS
from execution_hub.views.task_form import TaskView, read_form, say_problem
from execution_hub.words.say import say_error


class TasksState(rx.State):
    """The tasks, and the form of a new one."""

    tasks: list[TaskView] = []  # noqa: RUF012 - Reflex copies defaults
    is_loaded: bool = False
    failure: str = ""
    new_task: TaskView = TaskView()
    is_form_open: bool = False
    is_saving: bool = False
    problems: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load_tasks(self) -> None:
        """Read all tasks."""
        self.failure, self.is_form_open, self.problems = "", False, {}
        try:
            self.tasks = [TaskView.excerpt_of(task) for task in await current_hub().tasks.every()]
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        self.is_loaded = True

    @rx.event
    def toggle_form(self) -> None:
        """Open the form of a new task, or close it."""
        self.is_form_open, self.problems = not self.is_form_open, {}

    @rx.event
    async def create_task(self, form: Form) -> AsyncIterator[Any]:
        """Store a new task and go to its page; else say what is wrong at its field."""
        self.problems, self.is_saving = {}, True
        yield
        try:
            task = await current_hub().tasks.create(TaskDraft(**read_form(form)))
        except InvalidInput as error:
            value = str(form.get(error.field, ""))
            self.problems = {error.field: say_problem(await language_of(self), error, value)}
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        else:
            self.is_form_open = False
            yield rx.redirect(task_path(task.id))
        self.is_saving = False


def tasks_page() -> rx.Component:
    """Show the tasks."""
    return page_frame(
        t("tasks.title"),
        rx.cond(TasksState.failure != "", notice(TasksState.failure, kind="bad", icon="warning", role="alert")),
        rx.cond(TasksState.is_form_open, _form()),
        rx.cond(
            TasksState.is_loaded,
            rx.cond(
                TasksState.tasks.length() > 0,
                rx.el.ul(rx.foreach(TasksState.tasks, _task_card), class_name="agent-grid"),
                rx.cond(TasksState.is_form_open | (TasksState.failure != ""), rx.fragment(), _empty()),
            ),
            rx.el.div(*(_skeleton_card() for _ in range(3)), class_name="agent-grid", aria_hidden=True),
        ),
        active=TASKS,
        actions=rx.cond(
            TasksState.is_form_open,
            rx.fragment(),
            button(
                t("tasks.new"), icon="plus", kind="primary", on_click=TasksState.toggle_form, data_testid="task-new"
            ),
        ),
    )


def _task_card(task: Any) -> rx.Component:
    return rx.el.li(
        page_link(
            rx.el.span(
                rx.el.span(icon("tasks"), class_name="agent-mark"),
                rx.el.span(
                    rx.el.strong(task.name, dir="auto"),
                    rx.cond(
                        task.description != "", rx.el.span(task.description, class_name="agent-about one", dir="auto")
                    ),
                    class_name="agent-words",
                ),
                class_name="card-top",
            ),
            rx.el.span(task.input, class_name="task-words", dir="auto"),
            href=task_path(task.id),
            class_name="agent-card card",
            data_testid="task-card",
            data_task_id=task.id,
        ),
        key=task.id,
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
    action = button(t("tasks.empty_action"), icon="plus", kind="primary", on_click=TasksState.toggle_form)
    return card(empty_state("tasks", t("tasks.empty_title"), t("tasks.empty_text"), action))


def _form() -> rx.Component:
    return card(
        rx.el.form(
            task_fields(TasksState.new_task, TasksState.problems),
            rx.el.div(
                within(
                    "input",
                    INPUT_MAX,
                    button(
                        t("tasks.create"),
                        icon="check",
                        kind="primary",
                        type="submit",
                        busy=TasksState.is_saving,
                        data_testid="task-save",
                    ),
                ),
                button(t("agents.cancel"), on_click=TasksState.toggle_form),
                class_name="form-actions",
            ),
            on_submit=TasksState.create_task,
            no_validate=True,
            class_name="agent-form task-form",
        ),
        title=t("tasks.new"),
        class_name="below",
    )
