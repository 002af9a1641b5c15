"""The State of an editor whose form becomes one draft, which others may save meanwhile: it asks before it undoes."""

import asyncio
from collections.abc import Sequence
from typing import Any

import reflex as rx

from execution_hub.errors import Stale
from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.deleting import Deleting
from execution_hub.ui.handlers import assign, language_of, plain
from execution_hub.ui.problems import Failure, ask
from execution_hub.views.conflict import Conflict, find_conflict


class EditedDraft(Deleting, mixin=True):
    """An editor of a suite or a workflow; what begins with an underscore and raises is its own.

    Attributes:
        is_loaded: Whether the form has begun.
        is_saving: Whether it is being stored.
        is_saved: Whether it was, and nothing was changed since.
        newer: Which fields somebody else has saved while this editor was dirty, in words.
    """

    is_loaded: bool = False
    is_saving: bool = False
    is_saved: bool = False
    newer: str = ""

    # What is typed: its `draft()` is what would be stored.
    _form: Any = None
    # What the dialog shows.
    _theirs: Any = None
    _is_forgotten: bool = False

    # What the editor does in its own way

    def _changed(self, before: Any, after: Any) -> list[str]:
        """Return which fields of two drafts are others."""
        raise NotImplementedError

    def _mine_over(self, base: Any, mine: Any, theirs: Any) -> dict[str, Any]:
        """Return what to change of their draft so that what was changed here is saved over it."""
        raise NotImplementedError

    def _say_fields(self, language: str, names: Sequence[str]) -> str:
        """Return the labels of fields, as one text."""
        raise NotImplementedError

    async def _texts(self, language: str, drafts: Sequence[Any]) -> Sequence[dict[str, str]] | Failure:
        """Return what each of some drafts holds, by the label of the field."""
        raise NotImplementedError

    def _holds(self, stored: Any) -> bool:
        """Return whether the form holds already what is stored."""
        raise NotImplementedError

    def _begin(self, stored: Any) -> None:
        """Let the form begin with what is stored."""
        raise NotImplementedError

    def _note_stored(self, stored: Any, form: Any) -> None:
        """Note which form is what is stored."""
        raise NotImplementedError

    async def _show_all(self, *, is_other: bool) -> None:
        """Show what follows from the form.

        Args:
            is_other: Whether its fields are to begin anew.
        """
        raise NotImplementedError

    async def _on_refused(self) -> None:
        """Read anew what may be why it could not be saved."""

    # Saving

    async def _update(self, hub: Hub, base: Any, form: Any) -> Any:
        def differing() -> dict[str, Any]:
            before, draft = base.draft(), form.draft()
            return {name: getattr(draft, name) for name in self._changed(before, draft)}

        # Thousands of cases are looked at: not while others wait.
        changes = await asyncio.to_thread(differing)
        return await self._catalogue(hub).update(base.id, changes, version=base.version)

    def _settle(self, stored: Any, form: Any) -> None:
        """Note that what was typed is what is stored; what was typed since is not."""
        self._note_stored(stored, form)
        assign(self, is_saved=True, newer="", conflict=Conflict(), is_comparing=False)

    @rx.event
    async def forget_changes(self) -> None:
        """Let changes go that are not saved: the person leaves all the same."""
        # What was typed last may still be on its way here, so the form itself is dropped when it is needed again.
        self.is_dirty, self._is_forgotten = False, True

    # What others have saved

    async def _ask(self, theirs: Any) -> None:
        """Ask whose change stays, unless both are the same."""
        base, form, language = plain(self._base), plain(self._form), await language_of(self)
        drafts = (base.draft(), await asyncio.to_thread(form.draft), theirs.draft())
        if not self._changed(drafts[1], drafts[2]):
            self._settle(theirs, form)
            return
        texts = await self._texts(language, drafts)
        if isinstance(texts, Failure):
            self.failure = texts.text
            return
        was, own, other = texts
        self.is_comparing, self._theirs = False, theirs
        self.conflict = find_conflict(theirs.updated_at, theirs.version, base=was, mine=own, theirs=other)

    @rx.event
    async def keep_mine(self) -> None:
        """Save what was changed here over what the dialog shows; if that is not the newest any more, ask again."""
        base, theirs = plain(self._base), plain(self._theirs)
        if not self.conflict.is_open or base is None or theirs is None:
            return
        form = plain(self._form)

        async def store(hub: Hub) -> Any:
            mine = await asyncio.to_thread(form.draft)
            changes = self._mine_over(base.draft(), mine, theirs.draft())
            return await self._catalogue(hub).update(base.id, changes, version=theirs.version)

        stored = await ask(self, store)
        if isinstance(stored, Failure) and isinstance(stored.error, Stale):
            await self._ask(stored.error.current)
            return
        if isinstance(stored, Failure):
            await self._on_refused()
            self.failure = await self._told(stored)
            assign(self, conflict=Conflict(), is_comparing=False)
            await self._show_all(is_other=False)
            return
        # With what they had changed.
        is_other = not self._holds(stored)
        if is_other:
            self._begin(stored)
        self._settle(stored, plain(self._form))
        await self._show_all(is_other=is_other)

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
        base, found = plain(self._base), await self._stored_now()
        # It is gone, or the hub is: told when something is done with it.
        if base and not isinstance(found, Failure) and found.version != base.version:
            self.newer = self._say_changes(await language_of(self), found)

    async def _stored_now(self) -> Any:
        number = self._base.id if self._base else 0
        return await ask(self, lambda hub: self._catalogue(hub).get(number))

    async def _take_newest(self) -> None:
        found = await self._stored_now()
        if isinstance(found, Failure):
            self.failure = await self._told(found)
        elif self._holds(found):
            self._base = found
        else:
            self._begin(found)
            await self._show_all(is_other=True)

    def _say_changes(self, language: str, current: Any) -> str:
        return self._say_fields(language, self._changed(plain(self._base).draft(), current.draft()))
