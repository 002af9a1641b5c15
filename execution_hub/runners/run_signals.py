"""What runs hear from outside while they run: that somebody wants a stop, or that lists hear of them."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import Execution
from execution_hub.live.bus import Bus, Signal
from execution_hub.runners.retry import retry_read
from execution_hub.store import events, executions
from execution_hub.store.database import Connection, Database

# The bus wakes at once; a signal that was lost is found within this time.
LOOK_SECONDS = 5.0
_READ_MAX = 10_000


class RunSignals:
    """Hears the bus, once for all runs of this event loop.

    One listener for all: with one for each run, every commit of a busy hub would wake hundreds.
    """

    def __init__(self, database: Database, bus: Bus) -> None:
        """Hear nothing yet: the first watch begins."""
        self._database = database
        self._bus = bus
        self._watches: dict[int, set[RunWatch]] = {}
        self._children: dict[int, set[ChildWatch]] = {}
        self._is_listening = False

    @contextmanager
    def watch(self, execution_id: int) -> Iterator["RunWatch"]:
        """Watch one execution, which is to be claimed after this began, so that no signal falls between."""
        if not self._is_listening:
            self._bus.listen(self._on_signals)
            self._is_listening = True
        watch = RunWatch(self._database, execution_id)
        # More than one: a job that comes too late for its claim must not take the ear of the one that runs.
        watches = self._watches.setdefault(execution_id, set())
        watches.add(watch)
        try:
            yield watch
        finally:
            watches.discard(watch)
            if not watches and self._watches.get(execution_id) is watches:
                del self._watches[execution_id]

    def listen(self, execution_id: int, watch: "ChildWatch") -> None:
        """Tell a watch of an execution, until `leave`."""
        self._children.setdefault(execution_id, set()).add(watch)

    def leave(self, execution_id: int, watch: "ChildWatch") -> None:
        """Tell a watch of an execution no more."""
        watches = self._children.get(execution_id, set())
        watches.discard(watch)
        if not watches:
            self._children.pop(execution_id, None)

    def _on_signals(self, signals: Sequence[Signal]) -> None:
        for signal in signals:
            for child_watch in self._children.get(signal.execution_id, ()):
                child_watch.hear(signal)
            for watch in self._watches.get(signal.execution_id, ()):
                watch.hear(signal)
        if not signals:
            # Some may have been lost.
            for watch in {each for watches in self._watches.values() for each in watches}:
                watch.look()
            for child_watch in {each for watches in self._children.values() for each in watches}:
                child_watch.look()


class RunWatch:
    """Watches one execution. Its rows are the truth; the bus only wakes.

    Attributes:
        news: Set whenever lists hear of the execution: a step may have been answered.
        requested_at: When a stop was asked for; None before.
    """

    def __init__(self, database: Database, execution_id: int) -> None:
        """Watch one execution; see RunSignals.watch."""
        self._database = database
        self._execution_id = execution_id
        self._wake = asyncio.Event()
        self.news = asyncio.Event()
        self.requested_at: datetime | None = None

    def hear(self, signal: Signal) -> None:
        """Take a signal of this execution."""
        if signal.is_cancel:
            self._wake.set()
        if signal.changed is not None:
            self.news.set()

    def look(self) -> None:
        """Look for news: signals may have been lost."""
        self._wake.set()
        self.news.set()

    async def stop_requested(self, execution: Execution) -> None:
        """Return when somebody has asked for a stop.

        Args:
            execution: As it was claimed since this watches.
        """
        self.requested_at = execution.cancel_requested_at
        while self.requested_at is None:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                # Whoever has stored an answer may have died before it could say so.
                self.news.set()
            self._wake.clear()
            found = await retry_read(self._database, lambda c: executions.find(c, self._execution_id))
            self.requested_at = None if found is None else found.cancel_requested_at


class ChildWatch:
    """Hears of the children of a run."""

    def __init__(self, signals: RunSignals) -> None:
        """Hear of none yet."""
        self._signals = signals
        self._ids: set[int] = set()
        self._heard: set[int] = set()
        self._wake = asyncio.Event()

    def add(self, execution_id: int) -> None:
        """Hear of a child; as it is now, it counts as heard of."""
        self._ids.add(execution_id)
        self._signals.listen(execution_id, self)
        self._heard.add(execution_id)
        self._wake.set()

    def drop(self, ids: Iterable[int]) -> None:
        """Hear of some no more."""
        for execution_id in ids:
            self._ids.discard(execution_id)
            self._heard.discard(execution_id)
            self._signals.leave(execution_id, self)

    def hear(self, signal: Signal) -> None:
        """Take a signal of a child."""
        if signal.changed is not None:
            self._heard.add(signal.execution_id)
            self._wake.set()

    def look(self) -> None:
        """Take all children for heard of: signals may have been lost."""
        self._heard |= self._ids
        self._wake.set()

    def take(self) -> set[int]:
        """Return those that were heard of since."""
        heard, self._heard = self._heard, set()
        self._wake.clear()
        return heard

    async def wait(self) -> None:
        """Return once one was heard of."""
        await self._wake.wait()

    def close(self) -> None:
        """Hear of none any more."""
        self.drop(list(self._ids))


def characters_after(connection: Connection, execution_id: int) -> int:
    """Return how many characters of output the log holds after the request to stop: bought after the click."""
    asked = events.last_of_kind(connection, execution_id, EventKind.CANCEL)
    found = events.after(connection, execution_id, asked, _READ_MAX)
    return sum(len(event.data.get("text", "")) for event in found if event.kind in (EventKind.TEXT, EventKind.THINKING))
