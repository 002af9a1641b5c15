"""The feed: gives each watcher what runs now and then what changed, latest per execution."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from execution_hub import metrics
from execution_hub.background import end_tasks
from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.duty_cycle import rest_after
from execution_hub.errors import Unavailable
from execution_hub.live.bus import Bus, Signal
from execution_hub.live.log_reader import FollowUpdate, LogReader
from execution_hub.store import history
from execution_hub.store.database import Database

logger = structlog.get_logger(__name__)

RECONCILE_SECONDS = 5.0
READ_LIMIT = 500
# What changes within this is read together: under load one read serves many.
REST_SECONDS = 0.01
# After a slow one.
REST_SECONDS_MAX = 0.1
# While nothing but text comes, the rest of the execution (how far it is) is read so often.
PROGRESS_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """News for a watcher.

    Attributes:
        executions: Excerpts, in the order of change; in a snapshot what has yet to end, in queue order.
        changed: The hub-wide number up to which this is complete.
        is_snapshot: Whether it replaces all that came before.
        is_queue_paused: Whether nothing starts.
    """

    executions: list[Execution]
    changed: int
    is_snapshot: bool = False
    is_queue_paused: bool = False


class _Watcher:
    """What one reader has not read yet: the latest of each execution, never a queue."""

    def __init__(self) -> None:
        self.pending: dict[int, Execution] = {}
        self.changed = 0
        self.is_queue_news = False
        self.wake = asyncio.Event()

    def offer(self, changes: Sequence[Execution], changed: int) -> None:
        for execution in changes:
            self.pending.pop(execution.id, None)
            self.pending[execution.id] = execution
        self.changed = changed
        self.wake.set()


class Feed:
    """One reader of the database for all watchers of this event loop.

    However many watch, a change is read once. A lost signal is found within 5 s.

    Attributes:
        is_queue_paused: Whether nothing starts until the queue is resumed.
    """

    def __init__(self, database: Database, bus: Bus, *, has_pages: bool = True) -> None:
        """Prepare the feed; `start` reads what runs.

        Args:
            database: Where the executions are.
            bus: What tells that something changed.
            has_pages: Whether this process serves pages; otherwise only figures are made of what runs, which may be
                some seconds old: it does not read what all others change.
        """
        self._has_pages = has_pages
        self._database = database
        self._bus = bus
        # In the order in which they came.
        self._watchers: dict[_Watcher, None] = {}
        self._active: dict[int, Execution] = {}
        self._logs = LogReader(database)
        self._followers: dict[int, set[asyncio.Event]] = {}
        self._changed = 0
        self.is_queue_paused = False
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stop_listening: Callable[[], None] = lambda: None
        self._is_closed = False

    async def start(self) -> None:
        """Read what runs and begin to follow the bus."""
        self._stop_listening = self._bus.listen(self._on_signals)
        await self._read_active()
        self._task = asyncio.create_task(self._run(), name="hub-feed")

    async def close(self) -> None:
        """End every watch."""
        self._is_closed = True
        if self._stop_listening is not None:
            self._stop_listening()
        for watcher in self._watchers:
            watcher.wake.set()
        for wakes in self._followers.values():
            for wake in wakes:
                wake.set()
        await self._logs.close()
        await end_tasks(self._task)

    @property
    def active(self) -> list[Execution]:
        """What has yet to end, in queue order."""
        return sorted(self._active.values(), key=lambda execution: (execution.queue_number, execution.id))

    @property
    def unordered(self) -> Iterable[Execution]:
        """What has yet to end, in no order: cheap, to be read before anything else happens."""
        return self._active.values()

    def is_active(self, execution_id: int) -> bool:
        """Tell whether an execution has yet to end."""
        return execution_id in self._active

    def tell_queue(self, is_paused: bool) -> None:
        """Tell all who watch whether the queue is paused."""
        if is_paused is self.is_queue_paused:
            return
        self.is_queue_paused = is_paused
        for watcher in self._watchers:
            watcher.is_queue_news = True
            watcher.wake.set()

    async def watch(self, tick_seconds: float | None = None) -> AsyncGenerator[FeedUpdate, None]:
        """Yield a snapshot of what has yet to end, then what changed, conflated while the reader is busy.

        An execution that ended comes once more, with its last status; a queue that is paused or resumed is told too.

        Args:
            tick_seconds: Yield an update without executions when nothing changed for so long.
        """
        watcher = _Watcher()
        self._watchers[watcher] = None
        try:
            yield FeedUpdate(self.active, self._changed, is_snapshot=True, is_queue_paused=self.is_queue_paused)
            while not self._is_closed:
                await _wait(watcher.wake, tick_seconds)
                watcher.wake.clear()
                news, watcher.pending = list(watcher.pending.values()), {}
                is_told, watcher.is_queue_news = watcher.is_queue_news, False
                if news or is_told or tick_seconds is not None:
                    yield FeedUpdate(news, watcher.changed, is_queue_paused=self.is_queue_paused)
        finally:
            self._watchers.pop(watcher, None)

    async def follow(self, execution_id: int, after: int = 0) -> AsyncGenerator[FollowUpdate, None]:
        """Yield the log of one execution from a number on, exactly, until it ends.

        Subscribes first and reads then, so that nothing falls between.

        Args:
            execution_id: Which one.
            after: The last number the reader has.

        Raises:
            NotFound: There is no such execution, or it was deleted meanwhile.
        """
        wake, known, read_at = asyncio.Event(), None, 0.0
        # What was there before is no news.
        is_awaited = False
        self._followers.setdefault(execution_id, set()).add(wake)
        try:
            while not self._is_closed:
                wake.clear()
                is_old = time.monotonic() - read_at > PROGRESS_SECONDS
                update = await self._logs.read(execution_id, after, known, is_old=is_old)
                is_first, known = known is None, update.execution
                read_at = time.monotonic() if is_old else read_at
                if update.events:
                    after = update.events[-1].seq
                    if is_awaited:
                        _measure("log", update.events[-1].created_at)
                if update.events or is_first:
                    yield update
                if known.is_finished and after >= known.last_seq:
                    return
                if after < known.last_seq:
                    continue
                await _wait(wake, RECONCILE_SECONDS)
                is_awaited = True
        finally:
            self._followers[execution_id].discard(wake)
            if not self._followers[execution_id]:
                del self._followers[execution_id]

    async def wait_for_events(self, execution_id: int, after: int, seconds: float) -> None:
        """Wait until an execution's log goes beyond a number, or the time is over."""
        wake = asyncio.Event()

        def on_signals(signals: Sequence[Signal]) -> None:
            if not signals or any(each.execution_id == execution_id and each.last_seq > after for each in signals):
                wake.set()

        stop_listening = self._bus.listen(on_signals)
        try:
            found = await self._database.aread(lambda connection: history.some(connection, [execution_id], texts_max=0))
            if not found or found[0].last_seq > after or found[0].is_finished:
                return
            await _wait(wake, seconds)
        finally:
            stop_listening()

    def _on_signals(self, signals: Sequence[Signal]) -> None:
        for signal in signals:
            for wake in self._followers.get(signal.execution_id, ()):
                wake.set()
        if not signals:
            # Some may have been lost.
            for wakes in self._followers.values():
                for wake in wakes:
                    wake.set()
        if not signals or any(signal.changed is not None for signal in signals):
            self._news.set()

    async def _run(self) -> None:
        while True:
            await _wait(self._news, RECONCILE_SECONDS)
            self._news.clear()
            began = time.monotonic()
            try:
                await (self._deliver() if self._has_pages or self._watchers else self._read_active())
            except Unavailable as error:
                # The reconcile tries again; watchers keep what they have.
                logger.warning("feed.read_failed", error=error.message)
                await asyncio.sleep(1)
            rest = rest_after(time.monotonic() - began, REST_SECONDS, REST_SECONDS_MAX)
            await asyncio.sleep(rest if self._has_pages else RECONCILE_SECONDS)

    async def _read_active(self) -> None:
        self._changed, active = await self._database.aread(
            lambda connection: (history.latest_change(connection), history.active(connection))
        )
        self._active = {execution.id: execution for execution in active}

    async def _deliver(self) -> None:
        while True:
            after = self._changed
            changes = await self._database.aread(
                lambda connection: history.changed_after(connection, after, READ_LIMIT)  # noqa: B023 - awaited here
            )
            if not changes:
                return
            self._changed = changes[-1].changed
            for execution in changes:
                if execution.is_finished:
                    self._active.pop(execution.id, None)
                else:
                    self._active[execution.id] = execution
            # The newest first: what a page begins to watch last is what the person looks at.
            for watcher in reversed(self._watchers):
                watcher.offer(changes, self._changed)
            if self._watchers:
                _measure("list", changes[-1].updated_at)
            if len(changes) < READ_LIMIT:
                return


def _measure(what: str, written_at: datetime) -> None:
    metrics.count_pushed(what, (now() - written_at).total_seconds())


async def _wait(event: asyncio.Event, seconds: float | None) -> None:
    # Not wait_for: on Python 3.11 it can swallow a cancellation.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
