"""Keeps the rows a person sees and the engine's queue together, both ways."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from execution_hub import traces
from execution_hub.background import end_tasks, set_from_any_thread
from execution_hub.domain.clock import now
from execution_hub.domain.crash import is_counted
from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.engine.port import Engine, Job, JobState
from execution_hub.errors import Conflict, ExecutionError, HubError, Interrupted, NotFound, TimedOut
from execution_hub.live.bus import Bus, Topic
from execution_hub.live.log import EventLog
from execution_hub.live.workers import Workers
from execution_hub.runners.jobs import job_of, takes_slot
from execution_hub.runners.left import crashed
from execution_hub.runners.run_end import tell_end
from execution_hub.store import children, executions
from execution_hub.store.database import Database
from execution_hub.store.executions import error_values
from execution_hub.store.intents import Cancel, Change

logger = structlog.get_logger(__name__)

PERIOD_SECONDS = 15.0
SWEEP_SECONDS = 1.0
# Where nothing runs nothing is taken over: it is looked who lives for the page that shows it.
IDLE_LOOK_SECONDS = 2.0
# How long a runner may take to obey, and how far beyond its limit it may be, before it is not waited for.
CANCEL_PATIENCE = timedelta(seconds=5)
TIMEOUT_PATIENCE_MS = 30_000
# A hub that is closed waits so long for what is being ended: a database that is away must not hold it up.
ENDING_SECONDS = 1.0
# Of one sweep; the next is a second later.
ORPHANS_MAX = 200
RUN_LOST = "Its run was lost; this execution goes on."
UNANSWERED = "The execution did not obey within 5 s and was given up."
GIVEN_UP = "The engine gave this execution up before it ended, or its database was restored from a copy. Run it again."


class Reconciler:
    """Queues rows the engine does not know, and ends rows it has given up."""

    def __init__(
        self,
        database: Database,
        log: EventLog,
        engine: Engine,
        workers: Workers | None = None,
        bus: Bus | None = None,
    ) -> None:
        """Look after these; `start` begins to do so regularly.

        Args:
            database: Where the rows are.
            log: Where they are changed.
            engine: Who has the queue.
            workers: The processes that have joined; None where this one is alone.
            bus: How they tell each other that one has left.
        """
        self._database = database
        self._log = log
        self._engine = engine
        self._workers = workers
        self._bus = bus
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: set[asyncio.Task[None]] = set()

    async def take_over(self) -> int:
        """Set back to pending what runs according to its row; call it under the data lock, before the engine starts.

        Whoever ran it is dead, since the lock is ours. Returns how many there were.
        """
        left = await self._database.aread(executions.running)
        await self._record([crashed(each) for each in left])
        return len(left)

    async def take_over_from_dead(self) -> int:
        """Queue again what processes without a lease have claimed; they have ended, or write nothing any more.

        Returns how many jobs there were. May be called by several processes at once: each step finds only what is
        still as the dead process left it.
        """
        assert self._workers is not None
        claimants = await self._engine.claimants()
        # After the claims: whoever joined and claimed in between would seem dead.
        dead = claimants - await self._workers.look()
        if not dead:
            return 0
        # The rows before the claims: what is still claimed by the dead was not begun by anybody else since.
        running = {(each.id, each.segment): each for each in await self._database.aread(executions.running)}
        left = [each for each in await self._engine.claims() if each.executor_id in dead]
        rows = [(each.executor_id, running.get((each.execution_id, each.segment))) for each in left]
        heard: dict[str, datetime] = {}
        for executor_id, row in rows:
            if row is not None:
                heard[executor_id] = max(row.updated_at, heard.get(executor_id, row.updated_at))
        no_crash = await self._workers.ended_with_the_database(heard)
        # Our rows first: the other way round its new run would be taken for the old one.
        left_running = [
            (row, is_counted(executor_id in no_crash, row.claims)) for executor_id, row in rows if row is not None
        ]
        await self._record([crashed(row, is_counted=counts) for row, counts in left_running])
        given_back = sum([await self._engine.give_back(each) for each in left])
        if given_back:
            logger.warning("worker.taken_over", jobs=given_back)
        return given_back

    async def _record(self, changes: list[Change]) -> None:
        # Together: the writer takes them in few transactions.
        for written in [self._log.record(each) for each in changes]:
            await written

    async def reconcile(self) -> None:
        """Queue every pending row the engine does not know, and end those it will never run."""
        found = await self._database.aread(executions.pending_jobs)
        jobs = [Job(each.id, each.segment, each.place, takes_slot(each.type), each.is_part) for each in found]
        known = await self._engine.find(jobs)
        for job in jobs:
            if job not in known:
                await self._engine.submit(job)
            elif known[job] is JobState.BROKEN:
                await self._requeue(job, None)
            elif known[job] is JobState.DONE:
                await self._fail(job.execution_id, Interrupted(GIVEN_UP), job.segment)

    @property
    def _is_leader(self) -> bool:
        return self._workers is None or self._workers.is_leader

    async def sweep(self) -> None:
        """End what should have ended by itself: its runner is stuck, or gone without a word.

        One process does so for all of them.
        """
        if not self._is_leader:
            return
        moment = now()
        running, orphans = await self._database.aread(
            lambda connection: (executions.running(connection), children.orphans(connection, ORPHANS_MAX))
        )
        for execution in running:
            requested, limit = execution.cancel_requested_at, execution.timeout_seconds
            active_ms = execution.duration_ms(moment) or 0
            if requested is not None and moment - requested > CANCEL_PATIENCE:
                await self._whole(self._end_unanswered(execution, active_ms))
                continue
            is_late = limit is not None and active_ms > 1000 * limit + TIMEOUT_PATIENCE_MS
            if is_late:
                await self._whole(self._end_late(execution))
        await self._stop(orphans)

    async def _whole(self, end: Coroutine[Any, Any, None]) -> None:
        """End an execution and tell it, both or neither: a hub that is closed between the two told nobody."""
        task = asyncio.create_task(end)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        await asyncio.shield(task)

    async def _end_unanswered(self, execution: Execution, active_ms: int) -> None:
        change = Change(execution.id, Status.CANCELLED, reason=UNANSWERED, values={"active_ms": active_ms})
        if await self._log.record(change) is not None:
            _tell_end(execution, Status.CANCELLED)

    async def _end_late(self, execution: Execution) -> None:
        if await self._fail(execution.id, TimedOut()):
            _tell_end(execution, Status.FAILED, TimedOut.code)

    async def _stop(self, found: list[int]) -> None:
        """Stop the parts of what has ended or is gone: its process died before it could."""
        # Together: the writer takes them in one transaction. One that has ended meanwhile refuses.
        asked: list[Any] = [self._log.record(Cancel(each)) for each in found]
        for told in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(told, Exception) and not isinstance(told, Conflict | NotFound):
                raise told
        if found:
            logger.warning("execution.orphans_stopped", execution_ids=found)

    def start(self, running: Collection[int]) -> None:
        """Reconcile and sweep regularly from now on.

        Args:
            running: What this process runs, kept up to date by the host.
        """
        self._tasks = [
            asyncio.create_task(self._every(PERIOD_SECONDS, self._reconcile_all(running)), name="hub-reconciler"),
            asyncio.create_task(self._every(SWEEP_SECONDS, self.sweep), name="hub-sweeper"),
        ]
        if self._workers is not None and self._bus is not None:
            self._tasks.append(asyncio.create_task(self._watch_workers(self._bus), name="hub-workers"))

    async def _watch_workers(self, bus: Bus) -> None:
        """Look who lives, every second or two and on news of one; where executions run, take over from the dead."""
        news = asyncio.Event()
        bus.hear(Topic.WORKERS, set_from_any_thread(news))
        executes = self._engine.executes
        work = self.take_over_from_dead if executes else self._workers.look  # type: ignore[union-attr]
        seconds = SWEEP_SECONDS if executes else IDLE_LOOK_SECONDS
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await news.wait()
            news.clear()
            await _guarded(work)

    async def stop(self) -> None:
        """Stop reconciling."""
        await end_tasks(*self._tasks)
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDING_SECONDS):
                await asyncio.gather(*self._ending, return_exceptions=True)

    def _reconcile_all(self, running: Collection[int]) -> Callable[[], Awaitable[None]]:
        # Which attempt of which execution: another one has been begun since.
        suspects: set[tuple[int, int]] = set()

        async def work() -> None:
            if self._is_leader:
                await self.reconcile()
            if reclaimed := await self._engine.reclaim():
                logger.warning("engine.reclaimed", jobs=reclaimed)
            # Running by its row, and by nobody, twice in a row: whoever ran it has vanished.
            found = await self._database.aread(executions.running)
            own, claims = self._engine.executor_id, await self._engine.claims()
            elsewhere = {each.execution_id for each in claims if each.executor_id != own}
            lost = [each for each in found if each.id not in running and each.id not in elsewhere]
            orphans = {(each.id, each.claims): each for each in lost}
            for key in orphans.keys() & suspects:
                await self._requeue(job_of(orphans[key]), Status.PENDING)
            suspects.clear()
            suspects.update(orphans)

        return work

    async def _requeue(self, job: Job, target: Status | None) -> None:
        """Give an execution that lost its run a new job; the fence keeps the old run from writing.

        Args:
            job: The one that is no good any more.
            target: `pending` for an execution that runs by its row; None for one that is pending anyway.
        """
        next_job = replace(job, segment=job.segment + 1)
        values = {"segment": next_job.segment}
        change = Change(job.execution_id, target, segment=job.segment, reason=RUN_LOST, values=values)
        if await self._log.record(change) is not None:
            logger.warning("execution.requeued", execution_id=job.execution_id)
            await self._engine.submit(next_job)

    async def _fail(self, execution_id: int, error: ExecutionError, segment: int | None = None) -> bool:
        """End an execution with an error, if it is in that segment; returns whether it had not ended before."""
        change = Change(
            execution_id,
            Status.FAILED,
            segment=segment,
            events=(NewEvent(EventKind.ERROR, {"code": error.code, "message": error.message}),),
            values=error_values(error.code, error.message),
        )
        return await self._log.record(change) is not None

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            await _guarded(work)


def _tell_end(execution: Execution, status: Status, code: str | None = None) -> None:
    # Its runner will not: what it writes is refused from now on.
    with traces.inside(traces.place_of(execution.id)):
        tell_end(execution, status, code)


async def _guarded(work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except HubError as error:
        # The database is away: the next round tries again.
        logger.warning("reconciler.failed", error=error.message)
    except Exception:
        logger.exception("reconciler.failed")
