"""Saving a workflow, and what others have saved meanwhile; exporting and deleting it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

import reflex as rx

from execution_hub.domain.workflow import EXPRESSIONS_MAX, NO_AGENT, Problem, Workflow, WorkflowDraft
from execution_hub.errors import InvalidInput, Stale
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.ui.catalogue.edited_draft import EditedDraft
from execution_hub.ui.catalogue.importing import json_download
from execution_hub.ui.handlers import plain
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.routes import workflow_path
from execution_hub.views.addresses import WORKFLOWS
from execution_hub.views.json_file import file_name
from execution_hub.views.two_drafts import say_fields
from execution_hub.views.workflow_conflict import changed, mine_over, texts_of
from execution_hub.views.workflow_form import WorkflowForm
from execution_hub.words.by_value import WORKFLOW_FIELDS


class WorkflowSaving(EditedDraft, mixin=True):
    """The half of the editor that stores what the other half, WorkflowState, has typed.

    `_base` is the stored workflow that the form began with, None for a new one.
    """

    if TYPE_CHECKING:
        # What the other half does.
        async def _go_to(self, problem: Problem) -> None: ...
        async def _know_agents(self, *drafts: WorkflowDraft) -> None: ...
        async def _show(self, *, is_other_step: bool = False) -> None: ...

    workflow_id: int = 0
    saved_version: int = 0
    title: str = ""

    _form: WorkflowForm = WorkflowForm()
    # The names of the agents that the steps name; no page holds those of all.
    _agents: dict[int, str] = {}  # noqa: RUF012 - Reflex copies defaults

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
        base, form = plain(self._base), plain(self._form)
        stored = await ask(
            self, lambda hub: self._update(hub, base, form) if base else hub.workflows.create(form.draft())
        )
        if not isinstance(stored, Failure):
            self._settle(stored, form)
            if base is None:
                self.is_dirty = False
                yield rx.redirect(workflow_path(stored.id), replace=True)
        elif isinstance(stored.error, InvalidInput):
            await self._on_refused()
        elif isinstance(stored.error, Stale):
            await self._ask(stored.error.current)
        else:
            self.failure = await self._told(stored)
        self.is_saving = False
        await self._show()

    def _blocking(self, problems: list[Problem]) -> list[Problem]:
        """Return what keeps the workflow from being stored: a step that came without an agent does not."""
        base: Workflow | None = plain(self._base)
        may_be_unset = base is not None and base.draft().is_unset
        return [each for each in problems if not (may_be_unset and each.code == NO_AGENT)]

    def _note_stored(self, stored: Workflow, form: WorkflowForm) -> None:
        self._base = stored
        self.workflow_id, self.title = stored.id, stored.name

    async def _texts(self, language: str, drafts: Sequence[WorkflowDraft]) -> list[dict[str, str]]:
        await self._know_agents(*drafts)
        agents = dict(self._agents)
        return [texts_of(language, each, agents) for each in drafts]

    def _changed(self, before: WorkflowDraft, after: WorkflowDraft) -> list[str]:
        return changed(before, after)

    def _mine_over(self, base: WorkflowDraft, mine: WorkflowDraft, theirs: WorkflowDraft) -> dict[str, Any]:
        over = mine_over(base, mine, theirs)
        return {name: getattr(over, name) for name in changed(theirs, over)}

    def _say_fields(self, language: str, names: Sequence[str]) -> str:
        return say_fields(language, WORKFLOW_FIELDS, names)

    def _holds(self, stored: Workflow) -> bool:
        return not changed(self._form.draft(), stored.draft())

    async def _show_all(self, *, is_other: bool) -> None:
        await self._show(is_other_step=is_other)

    async def _on_refused(self) -> None:
        # An agent went away meanwhile.
        await self._know_agents()

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
