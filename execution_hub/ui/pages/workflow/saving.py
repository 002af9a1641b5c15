"""Saving a workflow, and what others have saved meanwhile; exporting and deleting it."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import reflex as rx

from execution_hub.domain.workflow import NO_AGENT, Problem, Workflow, WorkflowDraft
from execution_hub.errors import HubError, InvalidInput, NotFound, Stale
from execution_hub.hub.hub import current_hub
from execution_hub.ui.conflict import Conflict, ConflictDialog, find_conflict, plain
from execution_hub.ui.follow import assign, language_of
from execution_hub.ui.routes import workflow_path
from execution_hub.views.addresses import WORKFLOWS
from execution_hub.views.workflow_conflict import changed, mine_over, say_fields, texts_of
from execution_hub.views.workflow_form import WorkflowForm
from execution_hub.views.workflow_json import file_name, write_file
from execution_hub.words.say import say, say_error


class WorkflowSaving(ConflictDialog, mixin=True):
    """The half of the editor that stores what the other half, WorkflowState, has typed."""

    if TYPE_CHECKING:
        # What the other half does.
        async def _go_to(self, problem: Problem) -> None: ...
        async def _read_agents(self) -> None: ...
        async def _show(self, *, is_other_step: bool = False) -> None: ...
        def _begin(self, workflow: Workflow | None, imported: WorkflowDraft | None = None) -> None: ...

    workflow_id: int = 0
    title: str = ""
    is_loaded: bool = False
    failure: str = ""
    is_dirty: bool = False
    is_saving: bool = False
    is_saved: bool = False
    is_asking_to_delete: bool = False
    delete_warning: str = ""
    # Which fields somebody else has saved while this editor was dirty, in words.
    newer: str = ""

    _form: WorkflowForm = WorkflowForm()
    _agents: dict[int, str] = {}  # noqa: RUF012 - Reflex copies defaults
    # The stored workflow that the form began with; None for a new one.
    _base: Workflow | None = None
    # What the dialog shows.
    _theirs: Workflow | None = None
    _delete_version: int = 0

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
        try:
            workflow = await self._store(draft)
        except InvalidInput:
            # An agent went away meanwhile.
            await self._read_agents()
        except Stale as error:
            await self._ask(error.current)
        except HubError as error:
            self.failure = await self._say(error)
        else:
            self._settle(workflow)
            if is_new:
                self.is_dirty = False
                yield rx.redirect(workflow_path(workflow.id), replace=True)
        self.is_saving = False
        await self._show()

    async def _store(self, draft: WorkflowDraft) -> Workflow:
        base: Workflow | None = plain(self._base)
        if base is None:
            return await current_hub().workflows.create(draft)
        return await current_hub().workflows.update(base.id, self._changes(draft), version=base.version)

    def _changes(self, draft: WorkflowDraft) -> dict[str, Any]:
        base: Workflow = plain(self._base)
        return {name: getattr(draft, name) for name in changed(base.draft(), draft)}

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
        await self._read_agents()
        agents = dict(self._agents)
        drafts = (base.draft(), self._form.draft(), theirs.draft())
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
        try:
            workflow = await current_hub().workflows.update(base.id, changes, version=theirs.version)
        except Stale as error:
            await self._ask(error.current)
            return
        except HubError as error:
            await self._read_agents()
            self.failure = await self._say(error)
            assign(self, conflict=Conflict(), is_comparing=False)
        else:
            is_joined = bool(changed(self._form.draft(), workflow.draft()))
            if is_joined:
                self._begin(workflow)
            self._settle(workflow)
            await self._show(is_other_step=is_joined)
            return
        await self._show()

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
        try:
            workflow = await current_hub().workflows.get(base.id if base else 0)
        except HubError:
            # It is gone, or the hub is: told when something is done with it.
            return
        if base and workflow.version != base.version:
            self.newer = say_fields(await language_of(self), changed(base.draft(), workflow.draft()))

    async def _take_newest(self) -> None:
        try:
            workflow = await current_hub().workflows.get(self._base.id if self._base else 0)
        except HubError as error:
            self.failure = await self._say(error)
            return
        if self._base is not None and not changed(self._form.draft(), workflow.draft()):
            self._base = workflow
            return
        await self._read_agents()
        self._begin(workflow)
        await self._show(is_other_step=True)

    async def _problems(self) -> list[Problem]:
        """Return what is wrong with the form; its templates are read off the event loop, once each."""
        form, agents = plain(self._form), dict(self._agents)

        def work() -> list[Problem]:
            form.links()
            return list(form.problems(agents))

        return await asyncio.to_thread(work)

    async def _say(self, error: HubError) -> str:
        language = await language_of(self)
        # What was typed is still on the page: it may be wanted for a new one.
        return say(language, "conflict.gone") if isinstance(error, NotFound) else say_error(language, error)

    # Away with it

    @rx.event
    async def export_workflow(self) -> Any:
        """Give the workflow with its agents as a JSON file."""
        if self._blocking(await self._problems()):
            return None
        try:
            data = write_file(await current_hub().workflows.export(self._form.draft()))
        except HubError as error:
            self.failure = await self._say(error)
            return None
        return rx.download(data=data, filename=file_name(self._form.name), mime_type="application/json")

    @rx.event
    def ask_to_delete(self, is_asking: bool) -> None:
        """Show the question before deleting, or take it back."""
        self.is_asking_to_delete, self.delete_warning = is_asking, ""
        self._delete_version = self._base.version if self._base else 0

    @rx.event
    async def delete_workflow(self) -> AsyncIterator[Any]:
        """Delete the workflow that was seen, once it was asked, and go to the others."""
        if not self.is_asking_to_delete or self._base is None:
            return
        try:
            await current_hub().workflows.delete(self._base.id, version=self._delete_version)
        except NotFound:
            pass  # Somebody was faster; it is gone.
        except Stale as error:
            language, self._delete_version = await language_of(self), error.current.version
            fields = say_fields(language, changed(plain(self._base).draft(), error.current.draft()))
            self.delete_warning = say(language, "conflict.delete", fields=fields)
            return
        except HubError as error:
            self.failure = await self._say(error)
            return
        # Nothing is left to ask about.
        self.is_dirty = False
        yield
        yield rx.redirect(WORKFLOWS)
