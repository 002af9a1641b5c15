"""The dashboard as everybody sees it who has not filtered it: rows and figures, computed once and sent once."""

import asyncio
import time

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.errors import Unavailable
from execution_hub.hub.hub import current_hub
from execution_hub.live.feed import FeedUpdate
from execution_hub.ui.live import PROGRESS_SECONDS, RECONCILE_SECONDS
from execution_hub.ui.shared_vars import SharedState, SharedVars
from execution_hub.ui.watching import watch_hub
from execution_hub.views.figures import Figures
from execution_hub.views.rows import ExecutionRow, with_places

PAGE_SIZE = 25
STATS_SECONDS = 1.0
# A count begins so long after the change that asks for it: it would take the processor from what shows the change.
COUNT_DELAY_SECONDS = 0.050


class SharedHistoryState(SharedState, rx.State):
    """The newest rows of the history, the same on every page without filters."""

    rows: list[ExecutionRow] = []  # noqa: RUF012 - Reflex copies defaults
    has_more: bool = False
    is_loaded: bool = False


class SharedFiguresState(SharedState, rx.State):
    """The figures of the last 24 hours, the same on every dashboard."""

    figures: Figures = Figures()


class SharedDashboard:
    """Keeps the newest rows and the figures as the hub is.

    Attributes:
        history: The rows, and the pages that are shown them.
        figures: The figures, and the pages that are shown them.
    """

    def __init__(self) -> None:
        """Know nothing yet; `run` watches."""
        self.history = SharedVars(SharedHistoryState)
        self.figures = SharedVars(SharedFiguresState)
        # As they are in the hub; pages are shown mere progress a little later.
        self._rows: list[ExecutionRow] = []
        self._has_more = False
        self._is_current = False
        self._is_uncounted = True
        self._shown_at = self._read_at = self._counted_at = 0.0
        self._counting: asyncio.Task[None] | None = None

    @property
    def rows(self) -> list[ExecutionRow]:
        """The newest executions as pages are shown them, newest first."""
        return list(self.history.values["rows"])

    @property
    def has_more(self) -> bool:
        """Whether there are older ones."""
        return bool(self.history.values["has_more"])

    async def run(self) -> None:
        """Follow the hub until cancelled."""

        def lose() -> None:
            self._is_current = False

        await watch_hub(self._take, name="dashboard", on_lost=lose)

    async def _take(self, update: FeedUpdate) -> None:
        # What is a part of another is shown with it.
        listed = [each for each in update.executions if each.parent_id is None]
        if self._is_amiss(listed):
            await self._read()
        else:
            self._merge(listed)
        is_new, now = _outline(self.rows) != _outline(self._rows), time.monotonic()
        if is_new or now - self._shown_at > PROGRESS_SECONDS:
            self._show(is_urgent=is_new)
        self._is_uncounted = self._is_uncounted or bool(update.executions)
        if self._is_uncounted and now - self._counted_at > STATS_SECONDS:
            self._is_uncounted, self._counted_at = False, now
            # Beside the rows: the next of them must not wait for a count.
            self._counting = asyncio.create_task(self._count())
        if now - self._read_at > RECONCILE_SECONDS:
            # What changed has been shown; a change or a packet that was lost is put right.
            await self._read()
            self._show(is_urgent=True)
            self.history.resend()
            self.figures.resend()
        if is_new:
            await self.history.pause()

    async def _read(self) -> None:
        page, self._read_at = await current_hub().history.page(ExecutionFilter(), limit=PAGE_SIZE), time.monotonic()
        self._keep([ExecutionRow.of(each) for each in page.items], has_more=page.next_cursor is not None)
        self._is_current = True

    async def _count(self) -> None:
        await asyncio.sleep(COUNT_DELAY_SECONDS)
        try:
            self.figures.show(figures=Figures.of(await current_hub().history.stats()))
        except Unavailable:
            return  # The next change is counted again.

    def _is_amiss(self, executions: list[Execution]) -> bool:
        """Tell whether these leave a gap, or belong in the middle: deleted, or brought back."""
        known, newest = {row.id for row in self._rows}, self._rows[0].id if self._rows else 0
        return not self._is_current or any(
            each.id in known
            if each.deleted_at is not None
            else each.id not in known and self._oldest < each.id < newest
            for each in executions
        )

    @property
    def _oldest(self) -> int:
        return self._rows[-1].id if self._rows and self._has_more else 0

    def _merge(self, executions: list[Execution]) -> None:
        fits = [each for each in executions if each.id >= self._oldest and each.deleted_at is None]
        latest = {row.id: row for row in self._rows} | {each.id: ExecutionRow.of(each) for each in fits}
        rows = [latest[each] for each in sorted(latest, reverse=True)]
        self._keep(rows[:PAGE_SIZE], has_more=self._has_more or len(rows) > PAGE_SIZE)

    def _keep(self, rows: list[ExecutionRow], *, has_more: bool) -> None:
        self._rows, self._has_more = with_places(rows, current_hub().queue.numbers()), has_more

    def _show(self, *, is_urgent: bool) -> None:
        self._shown_at = time.monotonic()
        self.history.show(is_urgent=is_urgent, rows=self._rows, has_more=self._has_more, is_loaded=True)


def _outline(rows: list[ExecutionRow]) -> list[tuple[int, str, bool, int]]:
    """Return what of rows cannot wait: all else is progress."""
    return [(row.id, row.status, row.is_stopping, row.place) for row in rows]


shared_dashboard = SharedDashboard()
