"""The event log's writer: every change of an execution goes through here, in batches."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.errors import HubError, Unavailable
from execution_hub.live.bus import Bus, Signal
from execution_hub.store import changes
from execution_hub.store.changes import Added, Change, Make, Recorded
from execution_hub.store.database import Connection, Database

logger = structlog.get_logger(__name__)

# Measured: one commit per 10 ms keeps 50 streams of 30 tokens a second under a tenth of a core.
BATCH_SECONDS = 0.010
BATCH_MAX = 500
# How long a locked or full database may stay so before writers are told.
PATIENCE_SECONDS = 10.0


_Waiter = asyncio.Future[Any]
_Entry = tuple[Change | Make, _Waiter]


@dataclass(slots=True)
class _Batch:
    """What goes into one transaction: new executions, then changes of others."""

    starts: list[tuple[Make, _Waiter]] = field(default_factory=list)
    changes: list[tuple[Change, _Waiter]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.starts) + len(self.changes)

    def add(self, entry: _Entry) -> None:
        what, waiter = entry
        if isinstance(what, Change):
            self.changes.append((what, waiter))
        else:
            self.starts.append((what, waiter))

    def each_alone(self) -> "Iterator[_Batch]":
        for start in self.starts:
            yield _Batch([start], [])
        for change in self.changes:
            yield _Batch([], [change])

    @property
    def waiters(self) -> list[_Waiter]:
        return [waiter for _, waiter in self.starts] + [waiter for _, waiter in self.changes]


class EventLog:
    """Writes starts and changes from one thread: the first at once, under load one transaction per 10 ms.

    A group commit: many executions stream at the same time, and one transaction for all of them
    costs hardly more than one for each.
    """

    def __init__(self, database: Database, bus: Bus, clock: Callable[[], datetime] = now) -> None:
        """Prepare the writer; `start` starts its thread.

        Args:
            database: Where the log lives.
            bus: Whom to tell after each commit.
            clock: The present, UTC.
        """
        self._database = database
        self._bus = bus
        self._clock = clock
        self._queue: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hub-event-log", daemon=True)
        self._is_closing = False

    def start(self) -> None:
        """Start writing."""
        self._thread.start()

    def close(self) -> None:
        """Write what is queued and stop."""
        self._is_closing = True
        self._queue.put(None)
        self._thread.join()

    def record(self, change: Change) -> "asyncio.Future[Recorded | None]":
        """Queue a change.

        Args:
            change: What to write; see `store.changes.record`.

        Returns:
            A future of the running loop, done after the commit: what the change became, or None if the execution
            was not where the change expected it (another attempt has it, or it has ended). Fails with
            Unavailable when the database stays away; then nothing of it is stored. Whoever waits for it may be
            cancelled: the write is done.
        """
        return self._put(change)

    def add(self, make: Make) -> "asyncio.Future[Added]":
        """Queue a new execution.

        Args:
            make: Makes it, within the transaction that stores it.

        Returns:
            A future of the running loop, done after the commit: what it became. Fails with what `make` raised,
            with QueueFull, or with Unavailable; then nothing of it is stored.
        """
        return self._put(make)

    def announce(self, execution: Execution) -> None:
        """Tell watchers of an execution that was stored outside the log's own thread."""
        is_cancel = execution.cancel_requested_at is not None and not execution.is_finished
        self._bus.publish([Signal(execution.id, execution.last_seq, execution.changed, is_cancel)])

    def _put(self, what: Change | Make) -> _Waiter:
        waiter: _Waiter = asyncio.get_running_loop().create_future()
        if self._is_closing:
            waiter.set_exception(Unavailable("The hub is stopping."))
        else:
            self._queue.put((what, waiter))
        return waiter

    def _run(self) -> None:
        last_commit = 0.0
        while (first := self._queue.get()) is not None:
            batch = _Batch()
            batch.add(first)
            wait = last_commit + BATCH_SECONDS - time.monotonic()
            if wait > 0:
                # Busy: let the others of the next 10 ms come along.
                time.sleep(wait)
            is_last = False
            while len(batch) < BATCH_MAX and not self._queue.empty():
                entry = self._queue.get()
                if entry is None:
                    is_last = True
                    break
                batch.add(entry)
            self._commit(batch)
            last_commit = time.monotonic()
            if is_last:
                return

    def _commit(self, batch: _Batch) -> None:
        try:
            added, recorded = self._write(batch)
        except Unavailable as error:
            _answer(batch.waiters, [error] * len(batch))
            return
        except Exception as error:
            if len(batch) == 1:
                logger.exception("log.write_failed", execution_ids=[each.execution_id for each, _ in batch.changes])
                _answer(batch.waiters, [error])
                return
            # One bad change must not take the others with it.
            logger.warning("log.batch_split", size=len(batch), error=type(error).__name__)
            for one in batch.each_alone():
                self._commit(one)
            return
        new = [each.execution for each in added if isinstance(each, Added) and each.is_new]
        self._bus.publish(
            [
                *(Signal(each.id, each.last_seq, each.changed) for each in new),
                *(Signal(done.execution_id, done.last_seq, done.changed) for done in recorded if done is not None),
            ]
        )
        _answer(batch.waiters, [*added, *recorded])

    def _write(self, batch: _Batch) -> tuple[list[Added | HubError], list[Recorded | None]]:
        def work(connection: Connection) -> tuple[list[Added | HubError], list[Recorded | None]]:
            makes, told = [make for make, _ in batch.starts], [change for change, _ in batch.changes]
            return changes.write_all(connection, makes, told, self._clock())

        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._database.write(work)
            except Unavailable as error:
                # Who starts something is told, and tries again; who runs something can only wait.
                waiters = [waiter for _, waiter in batch.starts]
                _answer(waiters, [error] * len(waiters))
                batch.starts = []
                if not batch.changes or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


def _answer(waiters: list[_Waiter], answers: Sequence[object]) -> None:
    """Tell each loop once, not each waiter: waking a loop costs more than what it is told."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiter, object]]] = {}
    for waiter, answer in zip(waiters, answers, strict=True):
        by_loop.setdefault(waiter.get_loop(), []).append((waiter, answer))
    for loop, mine in by_loop.items():
        # A loop that has closed has nobody waiting.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, mine)


def _settle(answers: list[tuple[_Waiter, object]]) -> None:
    for waiter, answer in answers:
        if waiter.done():
            continue
        if isinstance(answer, Exception):
            waiter.set_exception(answer)
        else:
            waiter.set_result(answer)
