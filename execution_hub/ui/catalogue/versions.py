"""The State of a card of versions: what something was after each save, what differs from it, and the way back."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.difference import FieldDifference
from execution_hub.domain.version import LABEL_MAX
from execution_hub.errors import HubError, InvalidInput, Stale
from execution_hub.hub.hub import Hub
from execution_hub.ui.handlers import assign, id_in_path, language_of, plain
from execution_hub.ui.payload import Form
from execution_hub.ui.problems import Failure, ask, attempt
from execution_hub.views.differences import Texts, compare_fields
from execution_hub.views.field_texts import field_texts
from execution_hub.views.versions import VersionRow
from execution_hub.words.say import say, say_error

FIRST = 6
MORE = 50
LABEL_FIELD = "version-label"


class Versions(rx.State, mixin=True):
    """The versions of what another State edits.

    Attributes:
        editor: That State: one with EditedForm; for another, what begins with an underscore and says so is its own.
        versions: Those that are shown, newest first.
        has_more: Whether there are older ones.
        opened: The one whose dialog is open; its number is 0 for none.
        differences: What is on the page and not in it, field by field.
        is_comparing: Whether that is being found out.
        is_dropping: Whether the person is asked before unsaved changes are dropped.
        version_problem: Why something could not be done.
    """

    editor: ClassVar[Any] = None

    versions: list[VersionRow] = []  # noqa: RUF012 - Reflex copies defaults
    has_more: bool = False
    opened: VersionRow = VersionRow()
    differences: list[FieldDifference] = []  # noqa: RUF012
    is_comparing: bool = False
    is_dropping: bool = False
    is_restoring: bool = False
    version_problem: str = ""

    _object_id: int = 0
    _next_cursor: str | None = None

    @rx.event
    async def load_versions(self) -> None:
        """Read the newest versions of what this address names, as many as are shown."""
        object_id = id_in_path(self.router.url.path) or 0
        if object_id != self._object_id:
            self.reset()
            self._object_id = object_id
        limit = min(max(len(self.versions), FIRST), MORE)
        found = await attempt(lambda hub: self._catalogue(hub).versions(object_id, limit=limit))
        # There is none, or the hub is away: the page says so.
        if not isinstance(found, HubError):
            listed, self._next_cursor = found
            assign(self, versions=[VersionRow.of(each) for each in listed], has_more=self._next_cursor is not None)

    @rx.event
    async def show_more(self) -> None:
        """Show older ones too."""
        cursor = self._next_cursor
        if cursor is None:
            return
        found = await ask(self, lambda hub: self._catalogue(hub).versions(self._object_id, limit=MORE, cursor=cursor))
        if isinstance(found, Failure):
            self.version_problem = found.text
            return
        listed, self._next_cursor = found
        self.versions = [*self.versions, *(VersionRow.of(each) for each in listed)]
        self.has_more = self._next_cursor is not None

    @rx.event(background=True)
    async def open_version(self, number: int) -> None:
        """Show a version, and what is on the page now that is not in it."""
        async with self:
            editor = await self.get_state(self.editor)
            shown = next((each for each in self.versions if each.version == number), None)
            if shown is None or plain(editor._base) is None:
                return
            self.opened, self.differences, self.is_comparing = plain(shown), [], True
            assign(self, version_problem="", is_dropping=False)
            object_id, on_page, language = self._object_id, self._on_page(editor), await language_of(self)
        found = await attempt(lambda hub: self._compare(hub, language, object_id, number, on_page))
        async with self:
            if self.opened.version != number:
                return
            self.is_comparing = False
            if isinstance(found, HubError):
                self.version_problem = say_error(language, found)
            else:
                self.differences = found

    async def _compare(
        self, hub: Hub, language: str, object_id: int, number: int, on_page: Any
    ) -> list[FieldDifference]:
        version = await self._catalogue(hub).version(object_id, number)
        return await compare_fields(hub.pool, *await self._texts(hub, language, version.content, on_page))

    @rx.event
    def close_version(self) -> None:
        """Close the dialog."""
        self._close()

    def _close(self) -> None:
        assign(self, opened=VersionRow(), differences=[], is_dropping=False, version_problem="")

    @rx.event
    async def label_version(self, form: Form) -> None:
        """Call the open version something."""
        number, label = self.opened.version, str(form.get(LABEL_FIELD, ""))
        found = await ask(self, lambda hub: self._catalogue(hub).label_version(self._object_id, number, label))
        if isinstance(found, Failure):
            self.version_problem = (
                say(await language_of(self), "Use up to {n} characters on one line.", n=LABEL_MAX)
                if isinstance(found.error, InvalidInput)
                else found.text
            )
            return
        row = VersionRow.of(found)
        self.version_problem, self.opened = "", row
        self.versions = [
            replace(plain(each), label=row.label) if each.version == number else plain(each) for each in self.versions
        ]

    @rx.event
    async def restore_version(self) -> AsyncIterator[None]:
        """Save what the open version holds as the newest; unsaved changes are dropped only once that was said."""
        editor, number = await self.get_state(self.editor), self.opened.version
        base = plain(editor._base)
        if not number or base is None or self.is_restoring:
            return
        if editor.is_dirty and not self.is_dropping:
            self.is_dropping = True
            return
        self.is_restoring = True
        yield
        stored = await ask(self, lambda hub: self._catalogue(hub).restore(base.id, number, version=base.version))
        self.is_restoring = False
        if isinstance(stored, Failure):
            is_stale = isinstance(stored.error, Stale)
            if is_stale:
                await self._tell_newer(editor)
            self.version_problem = (
                say(await language_of(self), "Somebody has saved this meanwhile. Look at it, then restore.")
                if is_stale
                else stored.text
            )
            return
        await self._show_restored(editor, stored)
        self._close()

    # What another editor than a form does in its own way

    def _catalogue(self, hub: Hub) -> Any:
        return getattr(hub, self.editor.noun.catalogue)

    def _on_page(self, editor: Any) -> Any:
        """Return what is on the page, saved or not."""
        stored = field_texts({name: getattr(plain(editor._base), name) for name in editor.noun.fields})
        return {**stored, **plain(editor._typed)}

    async def _texts(self, hub: Hub, language: str, content: Mapping[str, Any], on_page: Any) -> tuple[Texts, Texts]:
        """Return a version and what is on the page as texts by the name of the field, the same fields of both."""
        kept = field_texts({name: content[name] for name in on_page if name in content})
        return kept, {name: text for name, text in on_page.items() if name in kept}

    async def _tell_newer(self, editor: Any) -> None:
        """Tell what somebody else has saved meanwhile."""
        await editor._look()

    async def _show_restored(self, editor: Any, stored: Any) -> None:
        """Put what was restored on the page."""
        editor._begin_anew(stored)
        editor.is_saved = True
