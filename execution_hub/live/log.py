"""The event log's writer: every change of an execution goes through here, in batches."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

import structlog

from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.errors import Unavailable
from execution_hub.live.bus import Bus, Signal
from execution_hub.store import executions
from execution_hub.store.database import Connection, Database
from execution_hub.store.executions import Change, Recorded

logger = structlog.get_logger(__name__)

# Measured: one commit per 10 ms keeps 50 streams of 30 tokens a second under a tenth of a core.
BATCH_SECONDS = 0.010
BATCH_MAX = 500
# How long a locked or full database may stay so before writers are told.
PATIENCE_SECONDS = 10.0

_Entry = tuple[Change, "Future[Recorded | None]"]


class EventLog:
    """Writes changes from one thread: the first at once, under load one transaction per 10 ms.

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

    def record(self, change: Change) -> "Future[Recorded | None]":
        """Queue a change.

        Args:
            change: What to write; see `store.executions.record`.

        Returns:
            A future, done after the commit: what the change became, or None if the execution was not
            where the change expected it (another attempt has it, or it has ended). Fails with
            Unavailable when the database stays away; then nothing of it is stored.
        """
        future: Future[Recorded | None] = Future()
        # A waiter that is cancelled must not cancel the write: from here on it cannot.
        future.set_running_or_notify_cancel()
        if self._is_closing:
            future.set_exception(Unavailable("The hub is stopping."))
        else:
            self._queue.put((change, future))
        return future

    def announce(self, execution: Execution) -> None:
        """Tell watchers of an execution that was stored outside the log's own thread."""
        is_cancel = execution.cancel_requested_at is not None and not execution.is_finished
        self._bus.publish([Signal(execution.id, execution.last_seq, execution.changed, is_cancel)])

    def _run(self) -> None:
        last_commit = 0.0
        while (first := self._queue.get()) is not None:
            batch = [first]
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
                batch.append(entry)
            self._commit(batch)
            last_commit = time.monotonic()
            if is_last:
                return

    def _commit(self, batch: list[_Entry]) -> None:
        try:
            results = self._write([change for change, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                logger.exception("log.write_failed", execution_id=batch[0][0].execution_id)
                batch[0][1].set_exception(error)
                return
            # One bad change must not take the others with it.
            for entry in batch:
                self._commit([entry])
            return
        self._bus.publish(
            [Signal(done.execution_id, done.last_seq, done.changed) for done in results if done is not None]
        )
        for (_, future), done in zip(batch, results, strict=True):
            future.set_result(done)

    def _write(self, changes: list[Change]) -> list[Recorded | None]:
        def work(connection: Connection) -> list[Recorded | None]:
            at = self._clock()
            return executions.record_all(connection, changes, at)

        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._database.write(work)
            except Unavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
