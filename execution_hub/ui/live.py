"""The live State: what runs, on every page, pushed as it changes."""

import asyncio
import time
from contextlib import aclosing

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import Unavailable
from execution_hub.hub import current_hub
from execution_hub.ui.follow import assign
from execution_hub.ui.rows import ExecutionRow

# After a status was pushed the next waits at least this long; what changed meanwhile comes together.
SPACING_SECONDS = 0.030
TICK_SECONDS = 1.0
LINGER_SECONDS = 6.0
PROGRESS_SECONDS = 0.25
SHOWN_MAX = 12
RETRY_SECONDS = 2.0


class LiveState(rx.State):
    """What runs now.

    Vars are replaced whole, so what changes often is kept small: the rows of the monitor, not the history.
    """

    running: list[ExecutionRow] = []  # noqa: RUF012 - Reflex copies defaults
    ended: list[ExecutionRow] = []  # noqa: RUF012
    running_count: int = 0
    pending_count: int = 0
    waiting_count: int = 0
    server_time: float = 0
    slots: int = 0

    @rx.event(background=True)
    async def watch(self) -> None:
        """Follow the hub for as long as this page is open.

        Started by every page's load: Reflex ends the one before at a navigation, a reconnect or a
        disconnect, so there is one per browser tab.
        """
        seen, is_behind, shown_at = _Seen(), False, 0.0
        while True:
            try:
                async with aclosing(current_hub().watch(tick_seconds=TICK_SECONDS)) as updates:
                    async for update in updates:
                        if update.is_snapshot:
                            seen = _Seen()
                        is_new = seen.take(update.executions) or update.is_snapshot
                        is_behind = is_behind or bool(update.executions)
                        # Mere progress must not keep a status waiting: it comes a few times a second.
                        if not is_new and not (is_behind and time.monotonic() - shown_at > PROGRESS_SECONDS):
                            continue
                        is_behind, shown_at = False, time.monotonic()
                        async with self:
                            seen.show_in(self)
                            if update.is_snapshot:
                                self.server_time = time.time() * 1000
                                assign(self, slots=current_hub().settings.max_concurrency)
                        if is_new:
                            await asyncio.sleep(SPACING_SECONDS)
            except Unavailable:
                # The hub is stopping, or its database is away: the next watch begins with a snapshot.
                pass
            await asyncio.sleep(RETRY_SECONDS)


class MonitorState(rx.State):
    """Whether this browser shows the monitor open."""

    openness: str = rx.LocalStorage("open", name="hub-monitor")

    @rx.var
    def is_open(self) -> bool:
        """Whether the monitor shows its lines."""
        return self.openness != "closed"

    @rx.event
    def toggle(self) -> None:
        """Open or close the monitor, and remember it."""
        self.openness = "closed" if self.openness != "closed" else "open"


class _Seen:
    """What one watcher knows: active executions by id, and what ended a moment ago."""

    def __init__(self) -> None:
        self._active: dict[int, Execution] = {}
        self._ended: dict[int, tuple[float, Execution]] = {}

    def take(self, changed: list[Execution]) -> bool:
        """Take what changed; tells whether a status did, or something is over: what cannot wait."""
        now, is_new = time.monotonic(), False
        for execution in changed:
            known = self._active.get(execution.id)
            is_new = is_new or known is None or known.status is not execution.status
            if not execution.is_finished:
                self._active[execution.id] = execution
            elif self._active.pop(execution.id, None) is not None:
                self._ended[execution.id] = (now, execution)
        over = [each for each, (ended_at, _) in self._ended.items() if now - ended_at > LINGER_SECONDS]
        for each in over:
            del self._ended[each]
        return is_new or bool(over)

    def show_in(self, state: LiveState) -> None:
        """Put it into the State; only what differs is sent."""
        by_status: dict[Status, list[Execution]] = {status: [] for status in Status}
        for execution in self._active.values():
            by_status[execution.status].append(execution)
        running = sorted(by_status[Status.RUNNING], key=lambda execution: execution.id)
        ended = [execution for _, execution in self._ended.values()]
        assign(
            state,
            running=[ExecutionRow.of(execution) for execution in running[:SHOWN_MAX]],
            ended=[ExecutionRow.of(execution) for execution in ended[-SHOWN_MAX:]],
            running_count=len(running),
            pending_count=len(by_status[Status.PENDING]),
            waiting_count=len(by_status[Status.WAITING]),
        )
