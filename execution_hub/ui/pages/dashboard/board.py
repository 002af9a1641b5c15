"""The dashboard as everybody sees it who has not filtered it: rows and figures, computed once and sent once."""

import asyncio
import time
from collections.abc import Collection
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import structlog

from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.errors import Unavailable
from execution_hub.hub.hub import current_hub
from execution_hub.ui.broadcast import broadcast
from execution_hub.ui.live import PROGRESS_SECONDS, RECONCILE_SECONDS, RETRY_SECONDS, SPACING_SECONDS, TICK_SECONDS
from execution_hub.views.figures import Figures
from execution_hub.views.rows import ExecutionRow, with_places

if TYPE_CHECKING:
    from execution_hub.ui.pages.dashboard.state import DashboardState

logger = structlog.get_logger(__name__)

PAGE_SIZE = 25
STATS_SECONDS = 1.0


class Board:
    """The newest rows and the figures, and which pages are shown them.

    Attributes:
        rows: The newest executions, newest first.
        has_more: Whether there are older ones.
        figures: The figures of the last 24 hours.
        is_ready: Whether they have been read.
    """

    def __init__(self) -> None:
        """Know nothing yet; `run` watches."""
        self.rows: list[ExecutionRow] = []
        self.has_more = False
        self.figures = Figures()
        self.is_ready = False
        self._state: type[DashboardState] | None = None
        self._open: set[str] = set()
        self._shown: dict[str, asyncio.Event] = {}
        self._behind: set[str] = set()
        self._counting: asyncio.Task[None] | None = None
        broadcast.on_return.append(lambda token: self._send({token} & self._shown.keys()))

    def start(self, state: "type[DashboardState]") -> None:
        """Say whose vars these are."""
        self._state = state

    def open(self, token: str) -> None:
        """Show a page the figures from now on."""
        self._open.add(token)

    def close(self, token: str) -> None:
        """Show a page nothing any more: it has been left."""
        self._open.discard(token)
        self.leave(token)

    def join(self, token: str) -> None:
        """Show the rows to a page from now on."""
        self._shown.setdefault(token, asyncio.Event())

    def leave(self, token: str) -> None:
        """Show the rows to a page no longer."""
        if token in self._shown:
            self._shown.pop(token).set()

    def has(self, token: str) -> bool:
        """Tell whether a page is shown the rows."""
        return token in self._shown

    async def shared(self, token: str) -> None:
        """Wait for as long as a page is shown the rows; at first it is sent what there is."""
        while token in self._shown:
            self._send({token})
            await self._shown[token].wait()

    async def run(self) -> None:
        """Follow the hub until cancelled."""
        while True:
            try:
                await self._watch()
            except Unavailable:
                # The hub is stopping, or its database is away: the next watch begins with a snapshot.
                self.is_ready = False
            except Exception:
                # Every page hangs on this: a mistake is told, and does not end it.
                logger.exception("board.failed")
                self.is_ready = False
            await asyncio.sleep(RETRY_SECONDS)

    async def _watch(self) -> None:
        hub, is_behind, shown_at, read_at, counted_at = current_hub(), False, 0.0, 0.0, 0.0
        is_uncounted = True
        async with aclosing(hub.history.watch(tick_seconds=TICK_SECONDS)) as updates:
            async for update in updates:
                now, before = time.monotonic(), self.rows
                is_old = now - read_at > RECONCILE_SECONDS
                if is_old or self._is_amiss(update.executions):
                    page, read_at = await hub.history.page(ExecutionFilter(), limit=PAGE_SIZE), now
                    self._show([ExecutionRow.of(each) for each in page.items], has_more=page.next_cursor is not None)
                    self.is_ready = True
                else:
                    self._merge(update.executions)
                is_new = _outline(before) != _outline(self.rows)
                is_behind = is_behind or self.rows != before
                if is_new or is_old or (is_behind and now - shown_at > PROGRESS_SECONDS):
                    is_behind, shown_at = False, now
                    # A hidden tab is told what begins and ends; how far it is, when somebody looks.
                    self._send(
                        self._shown.keys() if is_new or is_old else self._shown.keys() & set(broadcast.visible())
                    )
                elif self._behind:
                    self._send(self._behind & self._shown.keys())
                is_uncounted = is_uncounted or bool(update.executions)
                # First the rows; what changes meanwhile is counted with it.
                if is_uncounted and now - counted_at > STATS_SECONDS:
                    is_uncounted, counted_at = False, now
                    # Beside the rows: the next of them must not wait for a count.
                    self._counting = asyncio.create_task(self._count())
                if is_new:
                    await asyncio.sleep(SPACING_SECONDS)

    async def _count(self) -> None:
        try:
            figures = Figures.of(await current_hub().history.stats())
        except Unavailable:
            return  # The next change is counted again.
        if figures != self.figures:
            self.figures = figures
            self._send_vars({"figures": figures}, self._open)

    def _is_amiss(self, executions: list[Execution]) -> bool:
        """Tell whether these leave a gap, or belong in the middle: deleted, or brought back."""
        known, newest = {row.id for row in self.rows}, self.rows[0].id if self.rows else 0
        return not self.is_ready or any(
            each.id in known
            if each.deleted_at is not None
            else each.id not in known and self._oldest < each.id < newest
            for each in executions
        )

    @property
    def _oldest(self) -> int:
        return self.rows[-1].id if self.rows and self.has_more else 0

    def _merge(self, executions: list[Execution]) -> None:
        fits = [each for each in executions if each.id >= self._oldest and each.deleted_at is None]
        latest = {row.id: row for row in self.rows} | {each.id: ExecutionRow.of(each) for each in fits}
        rows = [latest[each] for each in sorted(latest, reverse=True)]
        self._show(rows[:PAGE_SIZE], has_more=self.has_more or len(rows) > PAGE_SIZE)

    def _show(self, rows: list[ExecutionRow], *, has_more: bool) -> None:
        self.rows, self.has_more = with_places(rows, current_hub().queue.numbers()), has_more

    def _send(self, tokens: Collection[str]) -> None:
        self._send_vars({"rows": self.rows, "has_more": self.has_more}, tokens)

    def _send_vars(self, values: dict[str, Any], tokens: Collection[str]) -> None:
        if self._state is not None and tokens:
            self._behind = (self._behind - set(tokens)) | broadcast.send(self._state, values, tokens)


def _outline(rows: list[ExecutionRow]) -> list[tuple[int, str, bool, int]]:
    """Return what of rows cannot wait: all else is progress."""
    return [(row.id, row.status, row.is_stopping, row.place) for row in rows]


board = Board()
