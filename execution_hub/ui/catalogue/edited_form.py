"""The State of a form that others may save meanwhile: it sends what was changed, and asks before it undoes anything."""

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

import reflex as rx

from execution_hub.errors import InvalidInput, NotFound, Stale
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.ui.catalogue.deleting import Deleting
from execution_hub.ui.catalogue.drafts import differing, is_same
from execution_hub.ui.catalogue.noun import Noun
from execution_hub.ui.handlers import assign, id_in_path, language_of, plain
from execution_hub.ui.payload import Form
from execution_hub.ui.problems import Failure, ask
from execution_hub.views.conflict import Conflict, find_conflict
from execution_hub.views.field_texts import field_texts
from execution_hub.views.two_drafts import changed_fields, say_fields
from execution_hub.words.say import say

# Somebody who saves again and again, faster than this page can join its change to theirs, is asked about.
_JOINS_MAX = 5


class EditedForm(Deleting, mixin=True):
    """A form of an agent or a task. Its fields begin with one version, and that version is what they change.

    Attributes:
        noun: What it edits; the State has a var of its name, which is what the page shows of it.
        form_key: Under another key the fields begin anew.
        is_missing: Whether there is nothing at this address.
        problems: What is wrong with the fields.
        newer: Which fields somebody else has saved while this form was dirty, in words.
        joined: Which fields somebody else had saved when this form was, in words.
    """

    noun: ClassVar[Noun]

    form_key: str = ""
    is_missing: bool = False
    is_saving: bool = False
    is_saved: bool = False
    problems: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    newer: str = ""
    joined: str = ""

    # What the edited fields hold, by name; what was typed when the dialog asked.
    _typed: dict[str, str] = {}  # noqa: RUF012
    _mine: dict[str, Any] = {}  # noqa: RUF012

    async def _on_load(self) -> None:
        """Begin anew whatever else the page holds."""

    @rx.event
    async def load(self) -> None:
        """Read what this address names."""
        object_id, shown = id_in_path(self.router.url.path), getattr(self, self.noun.name)
        if object_id != shown.id:
            self.reset()
        self.failure, self.is_saved, self.is_asking_to_delete, self.problems, self.joined = "", False, False, {}, ""
        await self._on_load()
        found = await ask(self, lambda hub: self._catalogue(hub).get(object_id or 0))
        if not isinstance(found, Failure):
            await self._meet(found)
            self.is_missing = False
        elif isinstance(found.error, NotFound):
            self._show(type(plain(shown))())
            self.is_missing = True
        else:
            self.failure = found.text

    def _show(self, view: Any) -> None:
        """Put an object on the page: what its fields begin with."""
        setattr(self, self.noun.name, view)

    def _catalogue(self, hub: Hub) -> Any:
        return getattr(hub, self.noun.catalogue)

    def _list_path(self) -> str:
        return self.noun.list_path

    def _say_changes(self, language: str, current: Any) -> str:
        return say_fields(language, self.noun.words, changed_fields(self._base, current, self.noun.fields))

    # What is seen

    async def _meet(self, found: Any) -> None:
        """Take what is stored; a form that holds unsaved changes is left alone, and told."""
        if self._base is None or self._base.id != found.id or not self.is_dirty:
            self._begin(found)
        elif found.version != self._base.version:
            self.newer = self._say_changes(await language_of(self), found)

    def _begin(self, found: Any) -> None:
        """Let the fields begin with what is stored, unless they have."""
        if found != self._base:
            self._base = found
            self._show(self.noun.view(found))
            self.form_key = f"{found.id}-{uuid.uuid4().hex[:8]}"
        assign(self, is_dirty=False, newer="")
        self._typed = {}

    def _begin_anew(self, found: Any) -> None:
        """Let the fields begin with what is stored, whatever they hold."""
        self._base = None
        self._begin(found)

    @rx.event
    def note_edits(self, values: Form) -> None:
        """Take what the edited fields hold, so that it can be tried before it is saved: see `draft_values`."""
        self._typed = {name: values[name] for name in self.noun.fields if name in values}

    @rx.event
    def forget_changes(self) -> None:
        """Let go what is not saved: the person leaves all the same."""
        self.is_dirty, self._typed = False, {}

    @rx.event
    async def note_dirty(self, is_dirty: bool) -> None:
        """Take whether the fields hold something else than they began with."""
        assign(self, is_dirty=is_dirty)
        if is_dirty:
            assign(self, is_saved=False, joined="")
            return
        self._typed = {}
        if self.newer:
            await self._look()

    @rx.event
    async def look_again(self) -> None:
        """Take what others have saved, now that the person is back at this page."""
        if self._base is not None and not self.conflict.is_open:
            await self._look()

    async def _look(self) -> None:
        found = await ask(self, lambda hub: self._catalogue(hub).get(self._base.id))
        # It is gone, or the hub is: what is on the page stays until something is done with it.
        if not isinstance(found, Failure):
            await self._meet(found)

    @rx.event
    def note_change(self) -> None:
        """Take back "Saved" once somebody goes on to change something."""
        assign(self, is_saved=False)

    # Saving

    @rx.event
    async def save(self, form: Form) -> AsyncIterator[None]:
        """Store what was changed; else say what is wrong at its field, or ask whose change stays."""
        async for _ in self._save_form(form):
            yield

    async def _save_form(self, form: dict[str, str]) -> AsyncIterator[None]:
        self.problems, self.is_saving, self.is_saved, self.failure, self.joined = {}, True, False, "", ""
        yield

        async def store(_hub: Hub) -> None:
            await self._save(self.noun.read_form(form))

        problem = await ask(self, store)
        if isinstance(problem, Failure) and isinstance(problem.error, InvalidInput):
            await self._mark(problem.error, form)
        elif isinstance(problem, Failure):
            self.failure = await self._told(problem)
        self.is_saving = False

    async def _mark(self, error: InvalidInput, form: Mapping[str, str]) -> None:
        """Say at its field what is wrong with it."""
        self.problems = self.noun.say(await language_of(self), error, form)

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
        mine = differing(values, base, self.noun.fields)
        for _ in range(_JOINS_MAX):
            try:
                stored = await self._catalogue(current_hub()).update(base.id, mine, version=theirs.version)
                break
            except Stale as error:
                theirs = error.current
            mine = {name: value for name, value in mine.items() if not is_same(value, getattr(theirs, name))}
            if any(not is_same(getattr(base, name), getattr(theirs, name)) for name in mine):
                await self._ask(mine, theirs)
                return
        else:
            await self._ask(mine, theirs)
            return
        await self._settle(stored, theirs)

    async def _ask(self, mine: dict[str, Any], theirs: Any) -> None:
        language = await language_of(self)

        def labelled(of: Mapping[str, Any]) -> dict[str, str]:
            words, names = self.noun.words, self.noun.fields
            texts = field_texts({name: of[name] for name in names})
            return {say(language, words[name]): text for name, text in texts.items()}

        base, other = (_values(each, self.noun.fields) for each in (self._base, theirs))
        own = {**base, **mine}
        self._mine = mine
        self.is_comparing = False
        self.conflict = find_conflict(
            theirs.updated_at, theirs.version, base=labelled(base), mine=labelled(own), theirs=labelled(other)
        )

    async def _settle(self, stored: Any, theirs: Any) -> None:
        others = changed_fields(self._base, theirs, self.noun.fields)
        self.joined = say_fields(await language_of(self), self.noun.words, others)
        texts, typed = field_texts(_values(stored, self.noun.fields)), plain(self._typed)
        # What was stored is not what was typed: without the space around a name, or JSON in another form.
        is_other = any(not is_same(text, texts[name]) for name, text in typed.items())
        if others or is_other:
            self._begin_anew(stored)
        else:
            # The fields hold it already: who types on is not interrupted.
            self._base = stored
            self._show(self.noun.view(stored))
        assign(self, is_saved=True, is_dirty=False, newer="", conflict=Conflict(), is_comparing=False)

    @rx.event
    async def take_theirs(self) -> None:
        """Let go what was typed, and show what the other one has saved."""
        if self._base is None:
            return
        assign(self, conflict=Conflict(), is_comparing=False, is_dirty=False)
        found = await ask(self, lambda hub: self._catalogue(hub).get(self._base.id))
        if isinstance(found, Failure):
            self.failure = await self._told(found)
        else:
            self._begin(found)

    @rx.event
    async def keep_mine(self) -> None:
        """Save what was typed over what the dialog shows; if that is not the newest any more, ask again."""
        if not self.conflict.is_open:
            return
        mine, version = dict(plain(self._mine)), self.conflict.version
        stored = await ask(self, lambda hub: self._catalogue(hub).update(self._base.id, mine, version=version))
        if isinstance(stored, Failure) and isinstance(stored.error, Stale):
            await self._ask(mine, stored.error.current)
            return
        assign(self, conflict=Conflict(), is_comparing=False)
        if isinstance(stored, Failure):
            self.failure = await self._told(stored)
        else:
            self._begin(stored)
            assign(self, is_saved=True, joined="")


def _values(found: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(found, name) for name in fields}
