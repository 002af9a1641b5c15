"""The State of a page that lists agents, workflows, tasks or suites: page by page, and by a text in their names."""

from collections.abc import Sequence
from typing import Any, ClassVar

import reflex as rx

from execution_hub.hub.hub import Hub
from execution_hub.ui.handlers import assign
from execution_hub.ui.payload import Text
from execution_hub.ui.problems import Failure, ask
from execution_hub.views.addresses import list_path

PAGE_SIZE = 50
Q_MAX = 200


# A var of the State itself: of what it is a list, only that knows.
_ITEMS = "items"


class Listing(rx.State, mixin=True):
    """What a page shows of a list; the State itself has the var `items`, a list of what a card shows.

    Attributes:
        catalogue: Which of the hub's catalogues is listed.
        path: The address of the page.
        q: The text that names are to hold, as it stands in the address.
        has_more: Whether there are more than are shown.
    """

    catalogue: ClassVar[str] = ""
    path: ClassVar[str] = ""

    is_loaded: bool = False
    failure: str = ""
    q: str = ""
    has_more: bool = False

    _cursor: str | None = None

    async def _views(self, hub: Hub, found: Sequence[Any]) -> list[Any]:
        """Return what the cards show of a page of the list."""
        raise NotImplementedError

    async def _page(self, hub: Hub, cursor: str | None, q: str) -> Any:
        """Return a page of the list: what begins at a cursor, or the first."""
        return await getattr(hub, self.catalogue).page(limit=PAGE_SIZE, cursor=cursor, q=q)

    def _on_load(self) -> None:
        """Begin anew whatever else the page holds."""

    @rx.event
    async def load(self) -> None:
        """Read the first page of the list."""
        words = dict(self.router.url.query_parameters)
        assign(self, failure="", q=words.get("q", "").strip()[:Q_MAX])
        self._on_load()
        await self._read(None)
        self.is_loaded = True

    @rx.event
    async def load_more(self) -> None:
        """Read the next page of the list."""
        if self._cursor is not None:
            await self._read(self._cursor)

    @rx.event
    def search(self, word: Text) -> Any:
        """Go to the address of what holds a text: every view can be shared."""
        word = word.strip()[:Q_MAX]
        return rx.redirect(list_path(self.path, word), replace=True) if word != self.q else None

    async def _read(self, cursor: str | None) -> None:
        q = self.q

        async def read(hub: Hub) -> tuple[list[Any], str | None]:
            page = await self._page(hub, cursor, q)
            return await self._views(hub, page.items), page.next_cursor

        answer = await ask(self, read)
        if isinstance(answer, Failure):
            self.failure = answer.text
            return
        found, self._cursor = answer
        before = [] if cursor is None else getattr(self, _ITEMS)
        # Renamed between two pages, it is on both.
        known = {each.id for each in before}
        assign(self, items=[*before, *(each for each in found if each.id not in known)])
        assign(self, has_more=self._cursor is not None)
