"""The State of a form that others may save meanwhile: it sends what was changed, and asks before it undoes anything."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

import reflex as rx

from execution_hub.errors import HubError, NotFound, Stale
from execution_hub.hub.hub import current_hub
from execution_hub.ui.conflict import Conflict, ConflictDialog, find_conflict, plain
from execution_hub.ui.follow import assign, language_of
from execution_hub.words.say import say, say_error

# Somebody who saves again and again, faster than this page can join its change to theirs, is asked about.
_JOINS_MAX = 5


class EditedForm(ConflictDialog, mixin=True):
    """A form of an agent or a task. Its fields begin with one version, and that version is what they change.

    Attributes:
        catalog: Which of the hub's catalogs keeps it: `agents` or `tasks`.
        fields: The names of its fields, as in the draft.
        words: What its fields are called, by their names.
        form_key: Under another key the fields begin anew.
        is_dirty: Whether something was typed that is not saved.
        newer: Which fields somebody else has saved while this form was dirty, in words.
        joined: Which fields somebody else had saved when this form was, in words.
    """

    catalog: ClassVar[str] = ""
    fields: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[Mapping[str, str]] = {}

    form_key: str = ""
    is_dirty: bool = False
    is_saved: bool = False
    newer: str = ""
    joined: str = ""
    failure: str = ""
    delete_warning: str = ""

    # What the fields began with; what was typed when the dialog asked.
    _base: Any = None
    _mine: dict[str, Any] = {}  # noqa: RUF012 - Reflex copies defaults
    _delete_version: int = 0

    def _show_object(self, found: Any) -> None:
        """Put a stored object on the page: what its fields begin with."""
        raise NotImplementedError

    # What is seen

    async def _meet(self, found: Any) -> None:
        """Take what is stored; a form that holds unsaved changes is left alone, and told."""
        if self._base is None or self._base.id != found.id or not self.is_dirty:
            self._begin(found)
        elif found.version != self._base.version:
            language = await language_of(self)
            self.newer = _labels(language, self.words, _changed(self._base, found, self.fields))

    def _begin(self, found: Any) -> None:
        """Let the fields begin with what is stored, unless they have."""
        if found != self._base:
            self._base = found
            self._show_object(found)
            self.form_key = f"{found.id}-{uuid.uuid4().hex[:8]}"
        assign(self, is_dirty=False, newer="")

    @rx.event
    async def note_dirty(self, is_dirty: bool) -> None:
        """Take whether the fields hold something else than they began with."""
        assign(self, is_dirty=is_dirty)
        if is_dirty:
            assign(self, is_saved=False, joined="")
        elif self.newer:
            await self._look()

    @rx.event
    async def look_again(self) -> None:
        """Take what others have saved, now that the person is back at this page."""
        if self._base is not None and not self.conflict.is_open:
            await self._look()

    async def _look(self) -> None:
        try:
            await self._meet(await self._catalog().get(self._base.id))
        except HubError:
            # It is gone, or the hub is: what is on the page stays until something is done with it.
            return

    # Saving

    async def _save(self, values: Mapping[str, Any]) -> None:
        """Store what differs from what the fields began with, or ask.

        Args:
            values: What the fields hold, checked.

        Raises:
            HubError: It could not be stored.
        """
        if self._base is None:
            raise NotFound("Nothing is open here. Open it from its list.")
        base = theirs = plain(self._base)
        mine = {name: values[name] for name in self.fields if not _is_same(values[name], getattr(base, name))}
        for _ in range(_JOINS_MAX):
            try:
                stored = await self._catalog().update(base.id, mine, version=theirs.version)
                break
            except Stale as error:
                theirs = error.current
            mine = {name: value for name, value in mine.items() if not _is_same(value, getattr(theirs, name))}
            if any(not _is_same(getattr(base, name), getattr(theirs, name)) for name in mine):
                await self._ask(mine, theirs)
                return
        else:
            await self._ask(mine, theirs)
            return
        await self._settle(stored, theirs)

    async def _ask(self, mine: dict[str, Any], theirs: Any) -> None:
        language = await language_of(self)

        def labelled(of: Mapping[str, Any]) -> dict[str, str]:
            return {say(language, self.words[name]): "" if of[name] is None else str(of[name]) for name in self.fields}

        base, other = (_values(each, self.fields) for each in (self._base, theirs))
        own = {**base, **mine}
        self._mine = mine
        self.is_comparing = False
        self.conflict = find_conflict(
            theirs.updated_at, theirs.version, base=labelled(base), mine=labelled(own), theirs=labelled(other)
        )

    async def _settle(self, stored: Any, theirs: Any) -> None:
        others = _changed(self._base, theirs, self.fields)
        self.joined = _labels(await language_of(self), self.words, others)
        if others:
            self._begin(stored)
        else:
            # The fields hold it already: who types on is not interrupted.
            self._base = stored
            self._show_object(stored)
        assign(self, is_saved=True, is_dirty=False, newer="", conflict=Conflict(), is_comparing=False)

    @rx.event
    async def take_theirs(self) -> None:
        """Let go what was typed, and show what the other one has saved."""
        if self._base is None:
            return
        assign(self, conflict=Conflict(), is_comparing=False, is_dirty=False)
        try:
            self._begin(await self._catalog().get(self._base.id))
        except HubError as error:
            self.failure = await self._say(error)

    @rx.event
    async def keep_mine(self) -> None:
        """Save what was typed over what the dialog shows; if that is not the newest any more, ask again."""
        if not self.conflict.is_open:
            return
        try:
            stored = await self._catalog().update(self._base.id, dict(plain(self._mine)), version=self.conflict.version)
        except Stale as error:
            await self._ask(dict(plain(self._mine)), error.current)
        except HubError as error:
            self.failure = await self._say(error)
            assign(self, conflict=Conflict(), is_comparing=False)
        else:
            self._begin(stored)
            assign(self, is_saved=True, joined="", conflict=Conflict(), is_comparing=False)

    # Deleting

    def _ask_to_delete(self) -> None:
        """Note what the person sees while they are asked."""
        assign(self, delete_warning="")
        self._delete_version = self._base.version if self._base is not None else 0

    async def _delete(self) -> bool:
        """Delete what the person saw; tells whether it is gone. What was saved meanwhile is told first."""
        if self._base is None:
            return False
        try:
            await self._catalog().delete(self._base.id, version=self._delete_version)
        except NotFound:
            pass  # Somebody was faster; it is gone.
        except Stale as error:
            language, self._delete_version = await language_of(self), error.current.version
            labels = _labels(language, self.words, _changed(self._base, error.current, self.fields))
            self.delete_warning = say(language, "conflict.delete", fields=labels)
            return False
        except HubError as error:
            self.failure = await self._say(error)
            return False
        return True

    async def _say(self, error: HubError) -> str:
        language = await language_of(self)
        # What was typed is still on the page: it may be wanted for a new one.
        return say(language, "conflict.gone") if isinstance(error, NotFound) else say_error(language, error)

    def _catalog(self) -> Any:
        return getattr(current_hub(), self.catalog)


def _values(found: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(found, name) for name in fields}


def _changed(before: Any, after: Any, fields: tuple[str, ...]) -> list[str]:
    return [name for name in fields if getattr(before, name) != getattr(after, name)]


def _is_same(typed: Any, stored: Any) -> bool:
    r"""Tell whether a field holds what is stored: a browser ends lines its own way.

    >>> _is_same("a\nb", "a\r\nb"), _is_same("a", "b"), _is_same(" a ", "a")
    (True, False, False)
    """
    if isinstance(typed, str) and isinstance(stored, str):
        return _lines(typed) == _lines(stored)
    return bool(typed == stored)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _labels(language: str, words: Mapping[str, str], names: list[str]) -> str:
    return ", ".join(say(language, words[name]) for name in names)
