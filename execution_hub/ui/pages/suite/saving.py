"""Saving a suite, and what others have saved meanwhile; deleting it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

import reflex as rx

from execution_hub.domain.suite import Suite, SuiteDraft
from execution_hub.errors import InvalidInput, Stale
from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.edited_draft import EditedDraft
from execution_hub.ui.handlers import plain
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.suite_targets import target_names
from execution_hub.views.addresses import SUITES
from execution_hub.views.suite_conflict import changed, mine_over, texts_of
from execution_hub.views.suite_form import SuiteForm
from execution_hub.views.two_drafts import say_fields
from execution_hub.words.of_suites import SUITE_FIELDS


class SuiteSaving(EditedDraft, mixin=True):
    """The half of the editor that stores what the other half, SuiteState, has typed.

    `_base` is the stored suite that the form began with.
    """

    if TYPE_CHECKING:
        # What the other half does.
        async def _show(self, *, is_other_case: bool = False) -> None: ...
        async def _mark(self, error: InvalidInput) -> None: ...

    _form: SuiteForm = SuiteForm()
    # What the form began with: it is dirty where it is another one.
    _first: SuiteForm = SuiteForm()

    @rx.event
    async def save(self) -> AsyncIterator[Any]:
        """Store what was changed; while something is wrong with it, go to it."""
        async for each in self._save():
            yield each

    async def _save(self) -> AsyncIterator[None]:
        base: Suite | None = plain(self._base)
        if self.is_saving or base is None:
            return
        self.is_saving, self.failure = True, ""
        yield
        form = plain(self._form)
        stored = await ask(self, lambda hub: self._update(hub, base, form))
        self.is_saving = False
        if not isinstance(stored, Failure):
            self._settle(stored, form)
        elif isinstance(stored.error, InvalidInput):
            await self._mark(stored.error)
            return
        elif isinstance(stored.error, Stale):
            await self._ask(stored.error.current)
        else:
            self.failure = await self._told(stored)
        await self._show()

    def _note_stored(self, stored: Suite, form: SuiteForm) -> None:
        self._base, self._first = stored, form

    async def _texts(self, language: str, drafts: Sequence[SuiteDraft]) -> list[dict[str, str]] | Failure:
        names = await ask(self, lambda hub: target_names(hub, (each for draft in drafts for each in draft.targets)))
        return names if isinstance(names, Failure) else await asyncio.to_thread(texts_of, language, drafts, names)

    def _changed(self, before: SuiteDraft, after: SuiteDraft) -> list[str]:
        return changed(before, after)

    def _mine_over(self, base: SuiteDraft, mine: SuiteDraft, theirs: SuiteDraft) -> dict[str, Any]:
        return mine_over(base, mine, theirs)

    def _say_fields(self, language: str, names: Sequence[str]) -> str:
        return say_fields(language, SUITE_FIELDS, names)

    def _holds(self, stored: Suite) -> bool:
        return bool(stored.version == self._base.version) and not self.is_dirty

    async def _show_all(self, *, is_other: bool) -> None:
        await self._show(is_other_case=is_other)

    def _catalogue(self, hub: Hub) -> Any:
        return hub.suites

    def _list_path(self) -> str:
        return SUITES
