"""Keeps the rows a person sees and the engine's queue together, both ways."""

import asyncio
from contextlib import suppress

import structlog

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.status import Status
from execution_hub.engine.port import Engine, Job
from execution_hub.errors import Interrupted
from execution_hub.live.log import EventLog
from execution_hub.store import executions
from execution_hub.store.database import Database
from execution_hub.store.executions import Change, error_values

logger = structlog.get_logger(__name__)

PERIOD_SECONDS = 15.0
RESUMED = "The hub was stopped; this execution goes on."


class Reconciler:
    """Queues rows the engine does not know, and ends rows it has given up."""

    def __init__(self, database: Database, log: EventLog, engine: Engine) -> None:
        """Look after these; `start` begins to do so regularly."""
        self._database = database
        self._log = log
        self._engine = engine
        self._task: asyncio.Task[None] | None = None

    async def take_over(self) -> int:
        """Set back to pending what runs according to its row; call it under the data lock, before the engine starts.

        Whoever ran it is dead, since the lock is ours. Returns how many there were.
        """
        left = await self._database.aread(executions.running)
        futures = [
            self._log.record(
                Change(each.id, Status.PENDING, reason=RESUMED, values={"active_ms": each.duration_ms(each.updated_at)})
            )
            for each in left
        ]
        for future in futures:
            await asyncio.wrap_future(future)
        return len(left)

    async def reconcile(self) -> None:
        """Queue every pending row the engine does not know, and end those it will never run."""
        jobs = [Job(*each) for each in await self._database.aread(executions.pending_jobs)]
        known = await self._engine.find(jobs)
        for job in jobs:
            if job not in known:
                await self._engine.submit(job)
            elif known[job]:
                await self._give_up(job)

    def start(self) -> None:
        """Reconcile regularly from now on."""
        self._task = asyncio.create_task(self._run(), name="hub-reconciler")

    async def stop(self) -> None:
        """Stop reconciling."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _give_up(self, job: Job) -> None:
        error = Interrupted("The engine gave this execution up before it ended. Test it again.")
        change = Change(
            job.execution_id,
            Status.FAILED,
            events=(NewEvent(EventKind.ERROR, {"code": error.code, "message": error.message}),),
            values=error_values(error.code, error.message),
        )
        await asyncio.wrap_future(self._log.record(change))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(PERIOD_SECONDS)
            try:
                await self.reconcile()
            except Exception:
                logger.exception("reconciler.failed")
