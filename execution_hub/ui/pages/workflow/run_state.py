"""The State of the run panel of a workflow's page."""

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.errors import HubError, InvalidInput
from execution_hub.hub.hub import current_hub
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.ui.follow import assign, id_in_path, language_of
from execution_hub.ui.payload import Form
from execution_hub.views.starting import SubmissionKey
from execution_hub.views.workflow_view import Option, say_not_runnable
from execution_hub.words.say import say, say_error


class WorkflowRunState(rx.State):
    """What the workflow of this address is to run on."""

    tasks: list[Option] = []  # noqa: RUF012 - Reflex copies defaults
    task_id: str = ""
    task_input: str = ""
    problem: str = ""
    submitting: bool = False
    started_id: int = 0

    _submission: SubmissionKey = SubmissionKey()

    @rx.event
    async def load_tasks(self) -> None:
        """Read what it may run on."""
        self.problem, self.started_id = "", 0
        try:
            tasks = await current_hub().tasks.every()
        except HubError as error:
            self.problem = say_error(await language_of(self), error)
            return
        assign(self, tasks=[Option(str(task.id), task.name) for task in tasks])
        if self.task_id not in {option.value for option in self.tasks}:
            assign(self, task_id="", task_input="")

    @rx.event
    async def choose_task(self, task_id: str) -> None:
        """Run on a task, or with an empty id on what is typed."""
        assign(self, task_id="", task_input="", problem="", started_id=0)
        if task_id not in {option.value for option in self.tasks}:
            return
        try:
            task = await current_hub().tasks.get(int(task_id))
        except HubError as error:
            self.problem = say_error(await language_of(self), error)
        else:
            # Inputs are long: no page holds those of all tasks.
            assign(self, task_id=task_id, task_input=task.input)

    @rx.event
    def note_typing(self) -> None:
        """Take back a problem told before: the person is mending it."""
        assign(self, problem="")

    @rx.event(background=True)
    async def run(self, form: Form) -> None:
        """Start an execution; the hub owns it from then on."""
        text = str(form.get("input", ""))
        async with self:
            workflow_id = id_in_path(self.router.url.path)
            if self.submitting or workflow_id is None:
                return
            self.submitting, self.problem, self.started_id = True, "", 0
            task_id = int(self.task_id) if self.task_id else None
            submission = self._submission = self._submission.next(workflow_id, task_id, text)
            language = await language_of(self)
        problem, started_id = "", 0
        try:
            start = WorkflowRun(workflow_id, task_id, text if task_id is None else None)
            started_id = (await current_hub().executions.start(start, idempotency_key=submission.key)).id
        except InvalidInput as error:
            problem = say_input_problem(language, error, text)
        except HubError as error:
            problem = say_error(language, error)
        finally:
            async with self:
                self.submitting, self.problem, self.started_id = False, problem, started_id


def say_input_problem(language: str, error: InvalidInput, text: str) -> str:
    """Say what is wrong with an input, or with the workflow that was to run on it."""
    if error.field != "input":
        return say_not_runnable(language, error)
    if not text.strip():
        return say(language, "workflow_run.empty")
    if len(text) > INPUT_MAX:
        return say(language, "problem.input_long", n=INPUT_MAX)
    return say(language, "problem.nul") if "\x00" in text else error.message
