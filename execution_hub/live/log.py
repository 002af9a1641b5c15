"""The event log's writer: every change of an execution goes through here, in batches.

But for the removal of what has ended (store/pruning.py), which nobody watches.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import structlog

from execution_hub import metrics
from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.duty_cycle import rest_after
from execution_hub.errors import HubError, Unavailable
from execution_hub.live.bus import Bus, Signal
from execution_hub.store import writes
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Change, Intent, Recorded, Submitted
from execution_hub.waiters import Waiter, answer

logger = structlog.get_logger(__name__)
T = TypeVar("T")

# Measured: one commit per 10 ms keeps 50 streams of 30 tokens a second under a tenth of a core.
BATCH_SECONDS = 0.010
# After a slow one.
BATCH_SECONDS_MAX = 0.050
BATCH_MAX = 500
# How long a locked or full database may stay so before writers are told.
WRITE_RETRY_SECONDS = 10.0
# So many numbers are whole in a line of the log.
NOTED_MAX = 30

_Batch = list[tuple[Intent[Any], Waiter]]


class EventLog:
    """Applies intents from one thread: the first at once, under load one transaction per 10 to 50 ms.

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
        self._queue: queue.SimpleQueue[tuple[Intent[Any], Waiter] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hub-event-log", daemon=True)
        self._is_urgent = threading.Event()
        self._is_closing = False

    def start(self) -> None:
        """Start writing."""
        self._thread.start()

    def close(self) -> None:
        """Write what is queued and stop."""
        self._is_closing = True
        self._queue.put(None)
        self._thread.join()

    def record(self, intent: Intent[T]) -> "asyncio.Future[T]":
        """Queue an intent.

        Args:
            intent: What is wanted; see store/intents.py.

        Returns:
            A future of the running loop, done after the commit: what the intent became. Fails with what it was
            refused with, or with Unavailable: a runner's change when the database stays away, what people want as
            soon as it does not answer. Then nothing of it is stored. Whoever waits for it may be cancelled: the
            write is done.
        """
        waiter: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._is_closing:
            waiter.set_exception(Unavailable("The hub is stopping."))
        else:
            self._queue.put((intent, waiter))
            if intent.is_urgent:
                self.hurry()
        return waiter

    def hurry(self) -> None:
        """Write what is queued without waiting for what may come in the next 10 ms: somebody stands still for it."""
        self._is_urgent.set()

    def _run(self) -> None:
        last_commit, rest = 0.0, BATCH_SECONDS
        while (first := self._queue.get()) is not None:
            batch = [first]
            wait = last_commit + rest - time.monotonic()
            if wait > 0:
                # Busy: let the others of the next moment come along.
                self._is_urgent.wait(wait)
            self._is_urgent.clear()
            is_last = False
            while len(batch) < BATCH_MAX and not self._queue.empty():
                entry = self._queue.get()
                if entry is None:
                    is_last = True
                    break
                batch.append(entry)
            began = time.monotonic()
            self._commit(batch)
            last_commit = time.monotonic()
            rest = rest_after(last_commit - began, BATCH_SECONDS, BATCH_SECONDS_MAX)
            if is_last:
                return

    def _commit(self, batch: _Batch) -> None:
        began = self._clock()
        try:
            became = self._write(batch)
        except Unavailable as error:
            _answer(batch, [error] * len(batch))
            return
        except Exception as error:
            if len(batch) == 1:
                logger.exception("log.write_failed", intent=type(batch[0][0]).__name__)
                _answer(batch, [error])
                return
            # One bad intent must not take the others with it.
            logger.warning("log.batch_split", size=len(batch), error=type(error).__name__)
            for one in batch:
                self._commit([one])
            return
        self._bus.publish([signal for each in became for signal in _signals(each)])
        _count_ended(became, began)
        # Before anybody hears of it: what they do next comes after it in the log.
        _note([intent for intent, _ in batch], became)
        _answer(batch, became)

    def _write(self, batch: _Batch) -> list[Any]:
        """Write a batch; what cannot wait for the database is answered and leaves it."""

        def work(connection: Connection) -> list[Any]:
            return writes.write_all(connection, [intent for intent, _ in batch], self._clock(), is_last=True)

        deadline = time.monotonic() + WRITE_RETRY_SECONDS
        while True:
            try:
                return self._database.write(work)
            except Unavailable as error:
                # A person is told, and tries again; who runs something can only wait.
                of_people = [entry for entry in batch if not isinstance(entry[0], Change)]
                _answer(of_people, [error] * len(of_people))
                batch[:] = [entry for entry in batch if isinstance(entry[0], Change)]
                if not batch or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


def _signals(became: object) -> Iterator[Signal]:
    """Yield what watchers are told of what an intent became; of what was refused, nothing."""
    match became:
        case Recorded():
            yield Signal(became.execution_id, became.last_seq, became.changed)
        case Submitted(execution, is_new):
            if is_new:
                yield Signal(execution.id, execution.last_seq, execution.changed)
        case Execution():
            is_cancel = became.cancel_requested_at is not None and not became.is_finished
            yield Signal(became.id, became.last_seq, became.changed, is_cancel)
        case list():
            for each in became:
                yield from _signals(each)


def _count_ended(became: Sequence[object], began: datetime) -> None:
    """Count the executions that ended by these changes; one that is stopped twice has ended the first time."""
    ended = {}
    for each in became:
        if isinstance(each, Recorded) and each.ended is not None:
            ended[each.execution_id] = each.ended
        elif isinstance(each, Execution) and each.finished_at is not None and each.finished_at >= began:
            ended[each.id] = (each.execution_type, each.status)
    for execution_type, status in ended.values():
        metrics.count_ended(execution_type, status.value)


def _note(intents: Sequence[Intent[Any]], became: Sequence[object]) -> None:
    """Note who has changed what, alike in one line; what runs change, their log tells."""
    changed: dict[tuple[str, str], list[int]] = {}
    for intent, each in zip(intents, became, strict=True):
        if not isinstance(intent, Change) and not isinstance(each, HubError):
            ids = changed.setdefault((type(intent).__name__.lower(), intent.actor), [])
            ids.extend(signal.execution_id for signal in _signals(each))
    for (name, actor), ids in changed.items():
        for index in range(0, len(ids), NOTED_MAX):
            noted = sorted(ids[index : index + NOTED_MAX])
            logger.info("execution.changed", intent=name, execution_ids=noted, actor=actor)


def _answer(batch: _Batch, answers: Sequence[object]) -> None:
    answer(zip((waiter for _, waiter in batch), answers, strict=True))
