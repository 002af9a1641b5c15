"""The State of a page that edits an object, as far as that may be deleted: by its person, or by another one."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from execution_hub.errors import NotFound, Stale
from execution_hub.hub.hub import Hub
from execution_hub.ui.conflict import ConflictDialog
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.problems import Failure, ask
from execution_hub.words.say import say


class Deleting(ConflictDialog, mixin=True):
    """A page of an agent, a workflow, a task or a suite.

    Attributes:
        is_dirty: Whether something was typed that is not saved.
        failure: Why something could not be done, in words.
        is_asking_to_delete: Whether the person is asked if it is to go.
        delete_warning: What others have changed since, in words; empty for nothing.
    """

    is_dirty: bool = False
    failure: str = ""
    is_asking_to_delete: bool = False
    delete_warning: str = ""

    # What the fields began with.
    _base: Any = None
    _delete_version: int = 0

    def _catalogue(self, hub: Hub) -> Any:
        """Return where the hub keeps it."""
        raise NotImplementedError

    def _list_path(self) -> str:
        """Return where the others are."""
        raise NotImplementedError

    def _say_changes(self, language: str, current: Any) -> str:
        """Say which fields others have changed since the fields began, of what is stored now."""
        raise NotImplementedError

    @rx.event
    def ask_to_delete(self, is_asking: bool) -> None:
        """Show the question before deleting, or take it back; what the person sees meanwhile is noted."""
        self.is_asking_to_delete = is_asking
        assign(self, delete_warning="")
        self._delete_version = self._base.version if self._base is not None else 0

    @rx.event
    async def delete(self) -> AsyncIterator[Any]:
        """Delete what the person saw, once it was asked; what was saved meanwhile is told first."""
        if not self.is_asking_to_delete or self._base is None:
            return
        number, version = self._base.id, self._delete_version
        gone = await ask(self, lambda hub: self._catalogue(hub).delete(number, version=version))
        if isinstance(gone, Failure) and isinstance(gone.error, Stale):
            language, self._delete_version = await language_of(self), gone.error.current.version
            self.delete_warning = say(
                language,
                "Somebody has changed it since: {fields}. Delete it all the same?",
                fields=self._say_changes(language, gone.error.current),
            )
            return
        # Not found: somebody was faster; it is gone.
        if isinstance(gone, Failure) and not isinstance(gone.error, NotFound):
            self.failure = gone.text
            return
        # Nothing is left to ask about.
        self.is_dirty = False
        yield
        yield rx.redirect(self._list_path())

    async def _told(self, problem: Failure) -> str:
        # What was typed is still on the page: it may be wanted for a new one.
        is_gone = isinstance(problem.error, NotFound)
        return (
            say(await language_of(self), "It was deleted meanwhile. What you typed is still here.")
            if is_gone
            else problem.text
        )
