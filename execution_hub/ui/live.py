"""What runs, on every page: the vars that are the same on all of them, and what each page needs of its own."""

import asyncio
import time

import reflex as rx

from execution_hub.domain.clock import now
from execution_hub.errors import HubError
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.live.feed import FeedUpdate
from execution_hub.ui.problems import attempt
from execution_hub.ui.shared_vars import SharedState, SharedVars, note_visibility
from execution_hub.ui.watching import TICK_SECONDS, watch_hub
from execution_hub.views.monitor import MonitorView, WaitingRow
from execution_hub.views.rows import ExecutionRow

PROGRESS_SECONDS = 0.25
# What is younger is no lag.
BEHIND_LEAST_MS = 1_000
# So often everything is sent again: a packet that was lost is put right.
RECONCILE_SECONDS = 5.0
# So often a page's own State is touched: one that nobody touches for an hour, Reflex throws away.
RENEW_SECONDS = 60.0


class LiveState(SharedState, rx.State):
    """What runs now, the same on every page.

    Vars are replaced whole, so what changes often is kept small: the rows of the monitor, not the history.
    """

    running: list[ExecutionRow] = []  # noqa: RUF012 - Reflex copies defaults
    ended: list[ExecutionRow] = []  # noqa: RUF012
    waiting: list[WaitingRow] = []  # noqa: RUF012
    running_count: int = 0
    pending_count: int = 0
    waiting_count: int = 0
    # The first of the queue, in order.
    pending: list[ExecutionRow] = []  # noqa: RUF012
    # The ids of these rows: a page leaves out the execution that it shows itself.
    listed: dict[str, list[int]] = {"running": [], "waiting": [], "ended": [], "pending": []}  # noqa: RUF012
    is_queue_paused: bool = False
    # Of what runs and is known by its like, what should end first; id 0 if there is none.
    soonest: ExecutionRow = ExecutionRow()
    # How old the newest of this was when it was sent, milliseconds; 0 while that is less than a second.
    behind_ms: int = 0


class PageState(rx.State):
    """What a page is told once, and whether somebody looks at it."""

    server_time: float = 0
    # Of the hub that runs, not of the one that built the pages.
    slots: int = 0
    database: str = ""

    @rx.event(background=True)
    async def watch(self) -> None:
        """Show what runs, and look after this page's States for as long as it is open.

        Started by every page's load: Reflex ends the one before at a navigation, a reconnect or a
        disconnect, so there is one per browser tab. What changes is sent by `monitor_publisher`, past the State.
        """
        async with self:
            token = self.router.session.client_token
        opened = monitor_publisher.vars.open(token)
        try:
            while True:
                found = await attempt(_slots_and_database)
                async with self:
                    self.server_time = time.time() * 1000
                    # A database that does not answer: what was known stays.
                    if not isinstance(found, HubError):
                        self.slots, self.database = found
                await asyncio.sleep(RENEW_SECONDS)
        finally:
            monitor_publisher.vars.close(token, opened)

    @rx.event
    def note_visibility(self, is_visible: bool) -> None:
        """Remember whether somebody sees this page: one in the background is told only what begins and ends."""
        note_visibility(self.router.session.client_token, is_visible)


async def _slots_and_database(hub: Hub) -> tuple[int, str]:
    return await hub.queue.limit(), "SQLite" if hub.settings.is_embedded else "PostgreSQL"


class MonitorPublisher:
    """Keeps the vars of LiveState as the hub is.

    Attributes:
        vars: What every page is shown.
    """

    def __init__(self) -> None:
        """Know nothing yet; `run` watches."""
        self.vars = SharedVars(LiveState)
        self._view = MonitorView()
        self._is_behind = False
        self._shown_at = self._resent_at = 0.0

    async def run(self) -> None:
        """Follow the hub until cancelled."""
        await watch_hub(self._take, name="live")

    async def _take(self, update: FeedUpdate) -> None:
        hub, moment = current_hub(), time.monotonic()
        if update.is_snapshot:
            self._view = MonitorView()
        view = self._view
        is_new = view.take(update.executions) or update.is_snapshot or update.is_queue_paused != view.is_queue_paused
        view.is_queue_paused = update.is_queue_paused
        self._is_behind = self._is_behind or bool(update.executions)
        # Mere progress must not keep a status waiting: it comes a few times a second.
        if is_new or (self._is_behind and moment - self._shown_at > PROGRESS_SECONDS):
            self._is_behind, self._shown_at = False, moment
            if unread := view.unread_questions():
                view.take_questions(await hub.history.asked(unread))
            view.typical_durations = await hub.history.typical_durations(view.running)
            # A hidden tab is told what begins and ends; how far it is, when somebody looks.
            self.vars.show(is_urgent=is_new, behind_ms=_behind_ms(update), **view.values())
        elif view.is_busy:
            # Pages know by it that they are not behind; a silence tells them that they are.
            self.vars.show(is_urgent=False, behind_ms=0)
            self.vars.beat(TICK_SECONDS)
        if moment - self._resent_at > RECONCILE_SECONDS:
            self._resent_at = moment
            self.vars.resend()
        if is_new:
            await self.vars.pause()


def _behind_ms(update: FeedUpdate) -> int:
    """Return how long ago the oldest of an update was written; what a snapshot holds may be old for good reason."""
    if update.is_snapshot or not update.executions:
        return 0
    oldest = min(execution.updated_at for execution in update.executions)
    behind = round((now() - oldest).total_seconds() * 1000)
    return behind if behind >= BEHIND_LEAST_MS else 0


monitor_publisher = MonitorPublisher()
