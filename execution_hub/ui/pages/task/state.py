"""The State of a task's page: its form, its last executions, and running a workflow on it."""

from typing import ClassVar

import reflex as rx

from execution_hub.runners.workflow import WorkflowRun
from execution_hub.ui.catalogue.edited_form import EditedForm
from execution_hub.ui.catalogue.noun import TASK, Noun
from execution_hub.ui.catalogue.offers import Offers
from execution_hub.ui.handlers import assign, id_in_path
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.recent import RecentExecutions
from execution_hub.ui.starting import Starting, start
from execution_hub.views.task_form import TaskView
from execution_hub.views.workflow_view import Option, say_not_runnable


class TaskState(EditedForm, RecentExecutions, rx.State):
    """The task of this address."""

    recent_of: ClassVar[str] = "task_id"
    noun: ClassVar[Noun] = TASK

    task: TaskView = TaskView()


class TaskRunState(Offers, Starting, rx.State):
    """Which workflow is to run on the task of this address."""

    offers_of: ClassVar[str] = "workflows"

    is_loaded: bool = False
    workflow_id: str = ""

    @rx.event
    async def load_workflows(self) -> None:
        """Read what may run on it; what was chosen stays, unless it is gone."""
        self.problem, self.started_id = "", 0
        assign(self, offers_word="")
        if self.workflow_id:
            found = await ask(self, lambda hub: hub.workflows.some([int(self.workflow_id)]))
            if isinstance(found, Failure):
                self.problem = found.text
                return
            self._choose(next((Option(str(each.id), each.name) for each in found.values()), Option()))
        problem = await self._read_offers()
        if problem is not None:
            self.problem = problem.text
            return
        if not self.workflow_id and self.offers:
            self._choose(self.offers[0])
        self.is_loaded = True

    @rx.event
    def choose_workflow(self, workflow_id: str) -> None:
        """Take which workflow is to run."""
        for option in self.offers:
            if option.value == workflow_id:
                self._choose(option)
                assign(self, problem="", started_id=0)

    def _choose(self, option: Option) -> None:
        self._chosen = option
        assign(self, workflow_id=option.value)

    @rx.event(background=True)
    async def run(self) -> None:
        """Start an execution; the hub owns it from then on."""
        async with self:
            task_id = id_in_path(self.router.url.path)
            if task_id is None or not self.workflow_id:
                return
            workflow_id = int(self.workflow_id)
        await start(
            self,
            (workflow_id, task_id),
            lambda hub, key: hub.executions.start(WorkflowRun(workflow_id, task_id), idempotency_key=key),
            say_not_runnable,
        )
