"""The State of an import: the file, what would be done with it, and doing that."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from execution_hub.domain.workflow import NO_AGENT
from execution_hub.domain.workflow_file import Binding, Missing, WorkflowFile
from execution_hub.errors import Conflict
from execution_hub.hub.hub import current_hub
from execution_hub.ui.catalogue.importing import Importing
from execution_hub.ui.handlers import assign, language_of, plain
from execution_hub.ui.offered_tools import offered_servers
from execution_hub.ui.pages.workflow.state import WorkflowState, hand_over
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.routes import workflow_path
from execution_hub.views.addresses import NEW_WORKFLOW
from execution_hub.views.file_tools import file_tools
from execution_hub.views.import_preview import BoundStep, WorkflowPreview
from execution_hub.views.json_file import PROBLEMS_MAX, FileProblem, read_file
from execution_hub.views.workflow_view import say_problem
from execution_hub.words.marking import N_
from execution_hub.words.say import say

CREATE: Missing = "create"
UNSET: Missing = "unset"
_AGENT = ("system_prompt", N_("This is an agent. Import it on the page of agents."))


class ImportState(Importing, rx.State):
    """What the form that reads a workflow holds."""

    preview: WorkflowPreview = WorkflowPreview()
    missing: str = CREATE

    _file: WorkflowFile | None = None

    async def _read(self, text: str, language: str) -> None:
        self.missing = CREATE
        self._file = read_file(WorkflowFile, text, language, other=_AGENT)
        await self._look(language)

    @rx.event
    async def choose_missing(self, missing: str) -> None:
        """Take what becomes of agents that this hub does not have."""
        if missing in (CREATE, UNSET) and self._file is not None:
            self.missing = missing
            await self._look_once_more()

    @rx.event
    async def store(self) -> AsyncIterator[Any]:
        """Store what the preview shows, and go there; if it would be something else by now, show that."""
        file: WorkflowFile | None = plain(self._file)
        if self.is_storing or file is None:
            return
        seen = [Binding(each.step, each.agent or None, each.how) for each in plain(self.preview).bound]
        self.is_storing, self.notice = True, ""
        yield
        missing = _missing(self.missing)
        stored = await ask(self, lambda hub: hub.workflows.import_file(file, missing, seen=seen))
        if not isinstance(stored, Failure):
            self.reset()
            yield rx.redirect(workflow_path(stored[0].id))
        elif isinstance(stored.error, Conflict):
            self.notice = say(await language_of(self), "The agents of this hub have changed meanwhile. Look again.")
            await self._look_once_more()
        else:
            self.notice = stored.text
        self.is_storing = False

    @rx.event
    async def open_in_editor(self) -> AsyncIterator[Any]:
        """Take a workflow with mistakes into the editor; agents it has and this hub has not are left unset there."""
        if self._file is None:
            return
        plan = await current_hub().workflows.plan_import(plain(self._file), UNSET)
        hand_over(await self.get_state(WorkflowState), plan.draft)
        self.reset()
        yield rx.redirect(NEW_WORKFLOW)

    @rx.event
    def back(self) -> None:
        """Go back to the text."""
        assign(self, preview=WorkflowPreview(), notice="")

    async def _look_once_more(self) -> None:
        language = await language_of(self)
        problem = await ask(self, lambda _hub: self._look(language))
        if isinstance(problem, Failure):
            self.notice = problem.text

    async def _look(self, language: str) -> None:
        file: WorkflowFile = plain(self._file)
        workflows = current_hub().workflows
        plan = await workflows.plan_import(file, _missing(self.missing))
        whole = plan if self.missing == CREATE else await workflows.plan_import(file, CREATE)
        wrong = [each for each in await workflows.problems(plan.draft) if each.code != NO_AGENT]
        self.preview = WorkflowPreview(
            name=plan.draft.name.strip() or say(language, "Workflow without a name"),
            bound=[BoundStep(each.step, each.agent or "", each.how) for each in plan.bound],
            new=", ".join(draft.name for draft in plan.new),
            unset=sum(each.how == "unset" for each in plan.bound),
            is_old=any(step.agent is None and step.agent_id is not None for step in file.steps),
            has_missing=bool(whole.new),
            tools=file_tools(plan.new, offered_servers()),
            problems=[FileProblem(each.place, say_problem(language, each)) for each in wrong[:PROBLEMS_MAX]],
        )


def _missing(word: str) -> Missing:
    return UNSET if word == UNSET else CREATE
