"""Saving a workflow, and what others have saved meanwhile; exporting and deleting it."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import reflex as rx

from execution_hub.domain.workflow import EXPRESSIONS_MAX, NO_AGENT, Problem, Workflow, WorkflowDraft
from execution_hub.errors import InvalidInput, Stale
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.ui.catalogue.deleting import Deleting
from execution_hub.ui.catalogue.importing import json_download
from execution_hub.ui.conflict import Conflict, find_conflict, plain
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.routes import workflow_path
from execution_hub.views.addresses import WORKFLOWS
from execution_hub.views.json_file import file_name
from execution_hub.views.two_drafts import say_fields
from execution_hub.views.workflow_conflict import changed, mine_over, texts_of
from execution_hub.views.workflow_form import WorkflowForm
from execution_hub.words.by_value import WORKFLOW_FIELDS


class WorkflowSaving(Deleting, mixin=True):
    """The half of the editor that stores what the other half, WorkflowState, has typed.

    `_base` is the stored workflow that the form began with, None for a new one.
    """

    if TYPE_CHECKING:
        # What the other half does.
        async def _go_to(self, problem: Problem) -> None: ...
        async def _know_agents(self, *drafts: WorkflowDraft) -> None: ...
        async def _show(self, *, is_other_step: bool = False) -> None: ...
        def _begin(self, workflow: Workflow | None, imported: WorkflowDraft | None = None) -> None: ...

    workflow_id: int = 0
    saved_version: int = 0
    title: str = ""
    is_loaded: bool = False
    is_saving: bool = False
    is_saved: bool = False
    # Which fields somebody else has saved while this editor was dirty, in words.
    newer: str = ""

    _form: WorkflowForm = WorkflowForm()
    # The names of the agents that the steps name; no page holds those of all.
    _agents: dict[int, str] = {}  # noqa: RUF012 - Reflex copies defaults
    # What the dialog shows.
    _theirs: Workflow | None = None

    @rx.event
    async def save(self) -> AsyncIterator[Any]:
        """Store what was changed; while something is wrong with it, go to the first thing that is."""
        if self.is_saving:
            return
        found = self._blocking(await self._problems())
        if found:
            await self._go_to(found[0])
            return
        self.is_saving, self.failure = True, ""
        yield
        draft, is_new = self._form.draft(), self._base is None
        stored = await ask(self, lambda hub: self._store(hub, draft))
        if not isinstance(stored, Failure):
            self._settle(stored)
            if is_new:
                self.is_dirty = False
                yield rx.redirect(workflow_path(stored.id), replace=True)
        elif isinstance(stored.error, InvalidInput):
            # An agent went away meanwhile.
            await self._know_agents()
        elif isinstance(stored.error, Stale):
            await self._ask(stored.error.current)
        else:
            self.failure = await self._told(stored)
        self.is_saving = False
        await self._show()

    async def _store(self, hub: Hub, draft: WorkflowDraft) -> Workflow:
        base: Workflow | None = plain(self._base)
        if base is None:
            return await hub.workflows.create(draft)
        changes = {name: getattr(draft, name) for name in changed(base.draft(), draft)}
        return await hub.workflows.update(base.id, changes, version=base.version)

    def _settle(self, workflow: Workflow) -> None:
        """Note that what is on the page is what is stored."""
        self._base = workflow
        self.workflow_id, self.title = workflow.id, workflow.name
        assign(self, is_saved=True, newer="", conflict=Conflict(), is_comparing=False)

    def _blocking(self, problems: list[Problem]) -> list[Problem]:
        """Return what keeps the workflow from being stored: a step that came without an agent does not."""
        base: Workflow | None = plain(self._base)
        may_be_unset = base is not None and base.draft().is_unset
        return [each for each in problems if not (may_be_unset and each.code == NO_AGENT)]

    # What others have saved

    async def _ask(self, theirs: Workflow) -> None:
        """Ask whose change stays, unless both are the same."""
        base: Workflow = plain(self._base)
        if not changed(self._form.draft(), theirs.draft()):
            self._settle(theirs)
            return
        language = await language_of(self)
        drafts = (base.draft(), self._form.draft(), theirs.draft())
        await self._know_agents(*drafts)
        agents = dict(self._agents)
        was, own, other = (texts_of(language, each, agents) for each in drafts)
        self.is_comparing, self._theirs = False, theirs
        self.conflict = find_conflict(theirs.updated_at, theirs.version, base=was, mine=own, theirs=other)

    @rx.event
    async def keep_mine(self) -> None:
        """Save what was changed here over what the dialog shows; if that is not the newest any more, ask again."""
        base, theirs = plain(self._base), plain(self._theirs)
        if not self.conflict.is_open or base is None or theirs is None:
            return
        over = mine_over(base.draft(), self._form.draft(), theirs.draft())
        changes = {name: getattr(over, name) for name in changed(theirs.draft(), over)}
        stored = await ask(self, lambda hub: hub.workflows.update(base.id, changes, version=theirs.version))
        is_joined = False
        if not isinstance(stored, Failure):
            is_joined = bool(changed(self._form.draft(), stored.draft()))
            if is_joined:
                self._begin(stored)
            self._settle(stored)
        elif isinstance(stored.error, Stale):
            await self._ask(stored.error.current)
            return
        else:
            await self._know_agents()
            self.failure = await self._told(stored)
            assign(self, conflict=Conflict(), is_comparing=False)
        await self._show(is_other_step=is_joined)

    @rx.event
    async def take_theirs(self) -> None:
        """Let go what was typed, and show what the other one has saved."""
        assign(self, conflict=Conflict(), is_comparing=False)
        await self._take_newest()

    @rx.event
    async def look_again(self) -> None:
        """Take what others have saved, now that the person is back at this page; unsaved changes stay, and are told."""
        if self._base is None or not self.is_loaded or self.conflict.is_open or self.is_saving:
            return
        if self.is_dirty:
            await self._note_newer()
        else:
            await self._take_newest()

    async def _note_newer(self) -> None:
        base: Workflow | None = plain(self._base)
        found = await self._stored_now()
        # It is gone, or the hub is: told when something is done with it.
        if base and not isinstance(found, Failure) and found.version != base.version:
            self.newer = self._say_changes(await language_of(self), found)

    async def _stored_now(self) -> Workflow | Failure:
        number = self._base.id if self._base else 0
        return await ask(self, lambda hub: hub.workflows.get(number))

    async def _take_newest(self) -> None:
        workflow = await self._stored_now()
        if isinstance(workflow, Failure):
            self.failure = await self._told(workflow)
            return
        if self._base is not None and not changed(self._form.draft(), workflow.draft()):
            self._base = workflow
            return
        self._begin(workflow)
        await self._show(is_other_step=True)

    async def _problems(self) -> list[Problem]:
        """Return what is wrong with the form; its templates are read off the event loop, once each."""
        form, agents = plain(self._form), dict(self._agents)
        try:
            await current_hub().workflows.read_templates([step.input for step in form.steps])
        except InvalidInput as error:
            values = {"limit": str(EXPRESSIONS_MAX)}
            return [Problem(None, "steps", "templates_much", error.message, values)]

        def work() -> list[Problem]:
            form.links()
            return list(form.problems(agents))

        return await asyncio.to_thread(work)

    def _catalogue(self, hub: Hub) -> Any:
        return hub.workflows

    def _list_path(self) -> str:
        return WORKFLOWS

    def _say_changes(self, language: str, current: Workflow) -> str:
        return say_fields(language, WORKFLOW_FIELDS, changed(plain(self._base).draft(), current.draft()))

    @rx.event
    async def export_workflow(self) -> Any:
        """Give the workflow with its agents as a JSON file."""
        if self._blocking(await self._problems()):
            return None
        draft = self._form.draft()
        found = await ask(self, lambda hub: hub.workflows.export(draft))
        if isinstance(found, Failure):
            self.failure = await self._told(found)
            return None
        return json_download(found, file_name(self._form.name, "workflow"))
