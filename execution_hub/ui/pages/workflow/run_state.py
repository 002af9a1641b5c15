"""The State of the run panel of a workflow's page."""

from typing import ClassVar

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.errors import InvalidInput
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.ui.catalogue.offers import Offers
from execution_hub.ui.handlers import assign, id_in_path
from execution_hub.ui.payload import Form
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.starting import Starting, start
from execution_hub.views.workflow_view import Option, say_not_runnable
from execution_hub.words.say import say


class WorkflowRunState(Offers, Starting, rx.State):
    """What the workflow of this address is to run on."""

    offers_of: ClassVar[str] = "tasks"

    task_id: str = ""
    task_input: str = ""

    @rx.event
    async def load_tasks(self) -> None:
        """Read what it may run on; what was chosen stays, unless it is gone."""
        self.problem, self.started_id = "", 0
        assign(self, offers_word="")
        if self.task_id:
            await self._choose(self.task_id)
        problem = await self._read_offers()
        if problem is not None:
            self.problem = problem.text

    @rx.event
    async def choose_task(self, task_id: str) -> None:
        """Run on a task, or with an empty id on what is typed."""
        assign(self, problem="", started_id=0)
        await self._choose(task_id if task_id in {option.value for option in self.offers} else "")

    async def _choose(self, task_id: str) -> None:
        self._chosen = Option()
        assign(self, task_id="", task_input="")
        if not task_id:
            return
        found = await ask(self, lambda hub: hub.tasks.some([int(task_id)]))
        if isinstance(found, Failure):
            self.problem = found.text
            return
        for task in found.values():
            self._chosen = Option(task_id, task.name)
            # Inputs are long: no page holds those of all tasks.
            assign(self, task_id=task_id, task_input=task.input)

    @rx.event(background=True)
    async def run(self, form: Form) -> None:
        """Start an execution; the hub owns it from then on."""
        text = str(form.get("input", ""))
        async with self:
            workflow_id = id_in_path(self.router.url.path)
            if workflow_id is None:
                return
            task_id = int(self.task_id) if self.task_id else None
        await start(
            self,
            (workflow_id, task_id, text),
            lambda hub, key: hub.executions.start(
                WorkflowRun(workflow_id, task_id, text if task_id is None else None), idempotency_key=key
            ),
            lambda language, error: say_input_problem(language, error, text),
        )


def say_input_problem(language: str, error: InvalidInput, text: str) -> str:
    """Say what is wrong with an input, or with the workflow that was to run on it."""
    if error.field != "input":
        return say_not_runnable(language, error)
    if not text.strip():
        return say(language, "Type what the workflow is to work on.")
    if len(text) > INPUT_MAX:
        return say(language, "Shorten the input to {n} characters.", n=INPUT_MAX)
    return say(language, "Remove the NUL character.") if "\x00" in text else error.message
