"""The State of a task's page: its form, its last executions, and running a workflow on it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.task import Task
from execution_hub.errors import HubError, InvalidInput, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.ui.edited_form import EditedForm
from execution_hub.ui.follow import assign, id_in_path, language_of
from execution_hub.ui.payload import Form
from execution_hub.ui.recent import RecentExecutions
from execution_hub.views.addresses import TASKS
from execution_hub.views.starting import SubmissionKey
from execution_hub.views.task_form import FIELDS, TaskView, read_form, say_problem
from execution_hub.views.workflow_view import Option, say_not_runnable
from execution_hub.words.by_value import TASK_FIELDS
from execution_hub.words.say import say_error


class TaskState(EditedForm, RecentExecutions, rx.State):
    """The task of this address."""

    recent_of: ClassVar[str] = "task_id"
    catalog: ClassVar[str] = "tasks"
    fields: ClassVar[tuple[str, ...]] = FIELDS
    words: ClassVar[Mapping[str, str]] = TASK_FIELDS

    task: TaskView = TaskView()
    is_missing: bool = False
    problems: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    is_saving: bool = False
    is_asking_to_delete: bool = False

    @rx.event
    async def load_task(self) -> None:
        """Read the task of this address."""
        task_id = id_in_path(self.router.url.path)
        if task_id != self.task.id:
            self.reset()
        self.failure, self.is_saved, self.is_asking_to_delete, self.problems = "", False, False, {}
        self.joined = ""
        try:
            if task_id is None:
                raise NotFound
            await self._meet(await current_hub().tasks.get(task_id))
            self.is_missing = False
        except NotFound:
            self.task, self.is_missing = TaskView(), True
        except HubError as error:
            self.failure = say_error(await language_of(self), error)

    def _show_object(self, found: Task) -> None:
        """See EditedForm."""
        self.task = TaskView.of(found)

    @rx.event
    async def save_task(self, form: Form) -> AsyncIterator[None]:
        """Store what was changed; else say what is wrong at its field, or ask whose change stays."""
        self.problems, self.is_saving, self.is_saved, self.failure, self.joined = {}, True, False, "", ""
        yield
        try:
            await self._save(read_form(form))
        except InvalidInput as error:
            value = str(form.get(error.field, ""))
            self.problems = {error.field: say_problem(await language_of(self), error, value)}
        except HubError as error:
            self.failure = await self._say(error)
        self.is_saving = False

    @rx.event
    def note_change(self) -> None:
        """Take back "Saved" once somebody goes on to change something."""
        assign(self, is_saved=False)

    @rx.event
    def ask_to_delete(self, is_asking: bool) -> None:
        """Show the question before deleting, or take it back."""
        self.is_asking_to_delete = is_asking
        self._ask_to_delete()

    @rx.event
    async def delete_task(self) -> Any:
        """Delete the task, once it was asked, and go to the others."""
        if not self.is_asking_to_delete:
            return None
        return rx.redirect(TASKS) if await self._delete() else None


class TaskRunState(rx.State):
    """Which workflow is to run on the task of this address."""

    workflows: list[Option] = []  # noqa: RUF012 - Reflex copies defaults
    is_loaded: bool = False
    workflow_id: str = ""
    problem: str = ""
    submitting: bool = False
    started_id: int = 0

    _submission: SubmissionKey = SubmissionKey()

    @rx.event
    async def load_workflows(self) -> None:
        """Read what may run on it."""
        self.problem, self.started_id = "", 0
        try:
            workflows = await current_hub().workflows.every()
        except HubError as error:
            self.problem = say_error(await language_of(self), error)
            return
        options = [Option(str(each.id), each.name) for each in workflows]
        assign(self, workflows=options, is_loaded=True)
        if self.workflow_id not in {option.value for option in options}:
            assign(self, workflow_id=options[0].value if options else "")

    @rx.event
    def choose_workflow(self, workflow_id: str) -> None:
        """Take which workflow is to run."""
        if workflow_id in {option.value for option in self.workflows}:
            assign(self, workflow_id=workflow_id, problem="", started_id=0)

    @rx.event(background=True)
    async def run(self) -> None:
        """Start an execution; the hub owns it from then on."""
        async with self:
            task_id = id_in_path(self.router.url.path)
            if self.submitting or task_id is None or not self.workflow_id:
                return
            self.submitting, self.problem, self.started_id = True, "", 0
            workflow_id = int(self.workflow_id)
            submission = self._submission = self._submission.next(workflow_id, task_id)
            language = await language_of(self)
        problem, started_id = "", 0
        try:
            start = WorkflowRun(workflow_id, task_id)
            started_id = (await current_hub().executions.start(start, idempotency_key=submission.key)).id
        except InvalidInput as error:
            problem = say_not_runnable(language, error)
        except HubError as error:
            problem = say_error(language, error)
        finally:
            async with self:
                self.submitting, self.problem, self.started_id = False, problem, started_id
