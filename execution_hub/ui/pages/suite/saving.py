"""Saving a suite, and what others have saved meanwhile; deleting it."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import reflex as rx

from execution_hub.domain.suite import Suite
from execution_hub.errors import InvalidInput, Stale
from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.deleting import Deleting
from execution_hub.ui.conflict import Conflict, find_conflict, plain
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.suite_targets import target_names
from execution_hub.views.addresses import SUITES
from execution_hub.views.suite_conflict import changed, mine_over, texts_of
from execution_hub.views.suite_form import SuiteForm
from execution_hub.views.two_drafts import say_fields
from execution_hub.words.of_suites import SUITE_FIELDS


class SuiteSaving(Deleting, mixin=True):
    """The half of the editor that stores what the other half, SuiteState, has typed.

    `_base` is the stored suite that the form began with.
    """

    if TYPE_CHECKING:
        # What the other half does.
        async def _show(self, *, is_other_case: bool = False) -> None: ...
        async def _mark(self, error: InvalidInput) -> None: ...
        def _begin(self, suite: Suite) -> None: ...

    is_loaded: bool = False
    is_saving: bool = False
    is_saved: bool = False
    # Which fields somebody else has saved while this editor was dirty, in words.
    newer: str = ""

    _form: SuiteForm = SuiteForm()
    # What the form began with: it is dirty where it is another one.
    _first: SuiteForm = SuiteForm()
    # What the dialog shows.
    _theirs: Suite | None = None

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
        stored = await ask(self, lambda hub: _store(hub, base, form))
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

    def _settle(self, suite: Suite, form: SuiteForm) -> None:
        """Note that what was typed is what is stored; what was typed since is not."""
        self._base, self._first = suite, form
        assign(self, is_saved=True, newer="", conflict=Conflict(), is_comparing=False)

    # What others have saved

    async def _ask(self, theirs: Suite) -> None:
        """Ask whose change stays, unless both are the same."""
        base, form, language = plain(self._base), plain(self._form), await language_of(self)
        mine = await asyncio.to_thread(form.draft)
        drafts = (base.draft(), mine, theirs.draft())
        if not changed(mine, drafts[2]):
            self._settle(theirs, form)
            return
        names = await ask(self, lambda hub: target_names(hub, (each for draft in drafts for each in draft.targets)))
        if isinstance(names, Failure):
            self.failure = names.text
            return
        was, own, other = await asyncio.to_thread(texts_of, language, drafts, names)
        self.is_comparing, self._theirs = False, theirs
        self.conflict = find_conflict(theirs.updated_at, theirs.version, base=was, mine=own, theirs=other)

    @rx.event
    async def keep_mine(self) -> None:
        """Save what was changed here over what the dialog shows; if that is not the newest any more, ask again."""
        base, theirs = plain(self._base), plain(self._theirs)
        if not self.conflict.is_open or base is None or theirs is None:
            return
        form = plain(self._form)

        async def store(hub: Hub) -> Suite:
            mine = await asyncio.to_thread(form.draft)
            return await hub.suites.update(
                base.id, mine_over(base.draft(), mine, theirs.draft()), version=theirs.version
            )

        stored = await ask(self, store)
        if isinstance(stored, Failure) and isinstance(stored.error, Stale):
            await self._ask(stored.error.current)
            return
        assign(self, conflict=Conflict(), is_comparing=False)
        if isinstance(stored, Failure):
            self.failure = await self._told(stored)
        else:
            # With what they had changed.
            self._begin(stored)
            assign(self, is_saved=True)
        await self._show(is_other_case=not isinstance(stored, Failure))

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
        base: Suite | None = plain(self._base)
        found = await self._stored_now()
        # It is gone, or the hub is: told when something is done with it.
        if base and not isinstance(found, Failure) and found.version != base.version:
            self.newer = self._say_changes(await language_of(self), found)

    async def _stored_now(self) -> Suite | Failure:
        number = self._base.id if self._base else 0
        return await ask(self, lambda hub: hub.suites.get(number))

    async def _take_newest(self) -> None:
        suite = await self._stored_now()
        if isinstance(suite, Failure):
            self.failure = await self._told(suite)
        elif suite.version != self._base.version or self.is_dirty:
            self._begin(suite)
            await self._show(is_other_case=True)

    def _catalogue(self, hub: Hub) -> Any:
        return hub.suites

    def _list_path(self) -> str:
        return SUITES

    def _say_changes(self, language: str, current: Suite) -> str:
        return say_fields(language, SUITE_FIELDS, changed(plain(self._base).draft(), current.draft()))


async def _store(hub: Hub, base: Suite, form: SuiteForm) -> Suite:
    def differing() -> dict[str, Any]:
        before, draft = base.draft(), form.draft()
        return {name: getattr(draft, name) for name in changed(before, draft)}

    # Thousands of cases are looked at: not while others wait.
    changes = await asyncio.to_thread(differing)
    return await hub.suites.update(base.id, changes, version=base.version)
