"""The executions that an execution starts as parts of itself: each once, in the one queue, in the one history."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from execution_hub.domain.execution import Execution, NewExecution
from execution_hub.engine.port import Job
from execution_hub.errors import QueueFull, Unavailable
from execution_hub.live.log import EventLog
from execution_hub.runners.retry import retry_read
from execution_hub.runners.run_signals import ChildWatch, RunSignals
from execution_hub.store import children, executions
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Cancel, Submit, Submitted

# The bus wakes at once; a signal that was lost is found within this time.
LOOK_SECONDS = 5.0
# What ends within this comes together: one read for many.
TOGETHER_SECONDS = 0.02
ROOM_SECONDS = 0.5
# Of their keys: nobody else's begin so.
KEY_PREFIX = "child:"

SubmitJob = Callable[[Job], Awaitable[None]]
logger = structlog.get_logger(__name__)


class Children:
    """The children of one execution, for as long as one attempt of it runs."""

    def __init__(
        self,
        database: Database,
        log: EventLog,
        submit: SubmitJob,
        signals: RunSignals,
        parent: Execution,
        timeout_seconds: float | None = None,
    ) -> None:
        """Start none yet.

        Args:
            database: Where they are read.
            log: Where they are written.
            submit: Hands a job to the engine.
            signals: Who hears of them.
            parent: Whose children they are.
            timeout_seconds: How long one may run that has no limit of its own.
        """
        self._database = database
        self._log = log
        self._submit = submit
        self._parent = parent
        self._timeout_seconds = timeout_seconds
        self._watch = ChildWatch(signals)
        self._starting: set[asyncio.Future[Submitted]] = set()

    async def start(self, new: NewExecution, place: str) -> Execution:
        """Start a child, or find the one that was started at this place before; waits while the queue is full.

        Args:
            new: What it is, without its parent.
            place: What it is to its parent: one child for each place, whatever dies in between.
        """
        mine = replace(
            new,
            parent_id=self._parent.id,
            idempotency_key=f"{KEY_PREFIX}{self._parent.id}:{place}",
            request_hash=None,
            timeout_seconds=new.timeout_seconds or self._timeout_seconds,
        )
        while True:
            starting = self._log.record(Submit(mine))
            self._starting.add(starting)
            starting.add_done_callback(self._starting.discard)
            try:
                # Not ended with this run: what is on its way to be stored will be.
                submitted = await asyncio.shield(starting)
                break
            except (QueueFull, Unavailable):
                # There is no room, or the database is away for a moment.
                await asyncio.sleep(ROOM_SECONDS)
        child = submitted.execution
        self._watch.add(child.id)
        if submitted.is_new:
            # Else it was queued before. Stored and not queued is no loss: the reconciler finds it.
            try:
                await self._submit(Job(child.id, child.segment, child.queue_number, is_part=True))
            except Exception:
                logger.exception("child.not_queued", execution_id=child.id)
        return child

    async def ended(self, ids: Collection[int]) -> list[Execution]:
        """Wait until some of these children have ended, and return them whole; all of those that have by then."""
        while True:
            # Of those that were heard of; where a signal may have been lost, of all.
            asked = self._watch.take() & set(ids) or set(ids)
            found = await retry_read(self._database, partial(_ended, asked))
            if found:
                self._watch.drop(each.id for each in found)
                return found
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._watch.wait()
                    await asyncio.sleep(TOGETHER_SECONDS)

    async def stop(self) -> None:
        """Ask all that have not ended to stop, whoever started them: also those that an earlier attempt did."""
        await asyncio.gather(*self._starting, return_exceptions=True)
        ids = await retry_read(self._database, lambda c: children.active_of(c, self._parent.id))
        # One that has ended meanwhile stays as it is.
        asked: list[Any] = [self._log.record(Cancel(each)) for each in ids]
        await asyncio.gather(*asked, return_exceptions=True)

    def close(self) -> None:
        """Hear of none any more."""
        self._watch.close()


def _ended(ids: Collection[int], connection: Connection) -> list[Execution]:
    return executions.ended_of(connection, ids)
