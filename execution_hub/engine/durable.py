"""The engine port on DBOS Transact, which this module and `schedules` alone import."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ClassVar

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, StepReservation

from execution_hub.engine.database import URL, DBAPIError, QueueRounds, give_back_space, postgres_engine, sqlite_engine
from execution_hub.engine.pace import Pace
from execution_hub.engine.port import Due, Job, JobState, Json, Run
from execution_hub.engine.schedules import LOOKING_SECONDS, Schedules
from execution_hub.errors import Unavailable
from execution_hub.store.database_lock import DatabaseLock

APPLICATION = "execution-hub"
# A constant: by default DBOS hashes the sources, and every edit would strand running work.
APPLICATION_VERSION = "1"
WORKFLOW = "run_execution"
QUEUE = "executions"
# Of what takes no slot: it begins whatever runs.
FREE_QUEUE = "coordinators"
# Between the rounds of DBOS's queue; how often they begin is `Pace`'s.
POLLING_SECONDS = 0.001
# On SQLite a thread of DBOS looks for messages between workflows, of which there are none, and closing waits for it:
# by default for up to a second.
LISTENING_SECONDS = 0.1
# Whoever starts one thing does not wait for the thousand parts of another's. Within the range of a place in DBOS's
# queue, up to 2 147 483 647, and beyond the number of any execution.
AFTER_OTHERS = 2**30
THREADS = 24
# The highest id is among the newest; a later segment of an old execution may be newer.
NEWEST = 200
_PENDING = "PENDING"
_STATES = {
    "SUCCESS": JobState.DONE,
    "CANCELLED": JobState.DONE,
    # The run raised something: it could not write, since the database was away for too long.
    "ERROR": JobState.BROKEN,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobState.BROKEN,
}


class _Current:
    """DBOS is one per process, and its workflow is a module function: what it calls is here.

    Attributes:
        run: What runs a segment.
        pace: Whom to tell of a freed slot.
        loop: DBOS's own, on which workflows run; None before the first.
        begun: The workflows that are inside `run` now.
    """

    run: Run | None = None
    pace: Pace = Pace()
    loop: asyncio.AbstractEventLoop | None = None
    begun: ClassVar[set[str]] = set()


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
async def run_execution(execution_id: int, segment: int) -> None:
    """Run one segment of one execution: the workflow as DBOS knows it."""
    if _Current.run is None:
        raise Unavailable
    _Current.loop, workflow_id = asyncio.get_running_loop(), DBOS.workflow_id or ""
    _Current.begun.add(workflow_id)
    try:
        await _Current.run(execution_id, segment, DurableSteps())
    finally:
        _Current.begun.discard(workflow_id)
        _Current.pace.tell()


class DurableSteps:
    """Steps that DBOS records: see Steps."""

    def reserve(self) -> "ReservedStep":
        """See Steps.reserve."""
        return ReservedStep(DBOS.reserve_step())


class ReservedStep:
    """One of them: see DurableStep. A place that is never used leaves a gap, which DBOS allows."""

    def __init__(self, reservation: StepReservation) -> None:
        """Keep the place."""
        self._reservation = reservation

    async def run(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        """See DurableStep.run."""

        async def step() -> Json:
            return await work()

        return await self._reservation.run_async({"name": name, "preemptible": True}, step)


class DurableEngine:
    """Runs executions as DBOS workflows on one queue, in this process."""

    def __init__(self, url: URL, hub_uuid: str, lock: DatabaseLock | None = None) -> None:
        """Prepare the engine; nothing is opened yet.

        Args:
            url: The engine's database: its own SQLite file, or the app's PostgreSQL (schema `dbos`).
            hub_uuid: This hub's name in every workflow id, so that a database that was swapped for
                another's never answers with that one's results.
            lock: The lock on the app's database.
        """
        self._url = url
        self._hub_uuid = hub_uuid
        self._max_concurrency = 0
        # Unique per boot: with DBOS's default two processes would steal each other's steps.
        self._executor_id = uuid.uuid4().hex
        self._is_embedded = url.get_backend_name() == "sqlite"
        self._database = sqlite_engine(url) if self._is_embedded else postgres_engine(url, lock)
        self._client: DBOSClient | None = None
        self._schedules = Schedules(hub_uuid, self._ready)
        # What was claimed and had not begun at the last look, and which round of the queue that was.
        self._suspects: set[str] = set()
        self._seen_rounds = (0, 0)
        self._pace = Pace()
        self._rounds = QueueRounds(self._database, QUEUE, self._pace)
        self._free_pace = Pace()
        self._free_rounds = QueueRounds(self._database, FREE_QUEUE, self._free_pace)
        # One after another: many at once wait for each other more than for the database (measured: 163 executions
        # a second with a thread for each, 228 with this one, on PostgreSQL).
        self._submitting = ThreadPoolExecutor(1, thread_name_prefix="hub-submit")

    async def start(self, run: Run, max_concurrency: int, due: Due | None = None) -> None:
        """See Engine.start."""
        self._schedules.begin(due)
        _Current.run, _Current.pace = run, self._pace
        self._max_concurrency = max_concurrency
        # In a thread: DBOS would otherwise adopt the web's event loop for the executions.
        await asyncio.to_thread(self._launch)

    async def keep_schedules(self, schedules: Mapping[str, str]) -> None:
        """See Engine.keep_schedules."""
        await asyncio.to_thread(self._schedules.keep, schedules)

    async def submit(self, job: Job) -> None:
        """See Engine.submit."""
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE if job.takes_slot else FREE_QUEUE,
            "workflow_id": self._workflow_id(job),
            "priority": job.queue_number + (AFTER_OTHERS if job.is_part else 0),
            "app_version": APPLICATION_VERSION,
        }
        enqueue = partial(self._ready().enqueue, options, job.execution_id, job.segment)
        await asyncio.get_running_loop().run_in_executor(self._submitting, enqueue)
        (self._pace if job.takes_slot else self._free_pace).tell()

    async def find(self, jobs: Collection[Job]) -> dict[Job, JobState]:
        """See Engine.find."""
        by_id = {self._workflow_id(job): job for job in jobs}
        if not by_id:
            return {}
        found = await asyncio.to_thread(
            self._ready().list_workflows, workflow_ids=list(by_id), load_input=False, load_output=False
        )
        return {by_id[status.workflow_id]: _STATES.get(status.status, JobState.OPEN) for status in found}

    async def cancel(self, job: Job) -> None:
        """See Engine.cancel."""
        await asyncio.to_thread(self._ready().cancel_workflow, self._workflow_id(job))

    async def forget(self, jobs: Collection[Job]) -> None:
        """See Engine.forget."""
        if jobs:
            await asyncio.to_thread(self._ready().delete_workflows, [self._workflow_id(job) for job in jobs])

    async def reclaim(self) -> int:
        """See Engine.reclaim."""
        return await asyncio.to_thread(self._reclaim, self._ready())

    async def highest_execution_id(self) -> int:
        """See Engine.highest_execution_id."""
        newest = await asyncio.to_thread(
            self._ready().list_workflows,
            workflow_id_prefix=f"{self._hub_uuid}-",
            limit=NEWEST,
            sort_desc=True,
            load_input=False,
            load_output=False,
        )
        return max((int(status.workflow_id.split("-")[1]) for status in newest), default=0)

    async def give_back_space(self) -> None:
        """See Engine.give_back_space."""
        if self._is_embedded:
            await asyncio.to_thread(give_back_space, self._database)

    async def stop(self) -> None:
        """See Engine.stop."""
        if self._client is not None:
            await asyncio.to_thread(self._destroy, self._client)
            self._client = None
        self._submitting.shutdown(wait=False)
        self._schedules.end()
        _Current.run = _Current.loop = None

    def _ready(self) -> DBOSClient:
        if self._client is None:
            raise Unavailable("The hub is stopping or has not started. Try again in a moment.")
        return self._client

    def _workflow_id(self, job: Job) -> str:
        return f"{self._hub_uuid}-{job.execution_id}-{job.segment}"

    def _launch(self) -> None:
        _quieten()
        url = self._url.set(drivername=self._url.get_backend_name())
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": url.render_as_string(hide_password=False),
            "system_database_engine": self._database,
            "application_version": APPLICATION_VERSION,
            "executor_id": self._executor_id,
            "max_executor_threads": THREADS,
            "notification_listener_polling_interval_sec": LISTENING_SECONDS,
            "scheduler_polling_interval_sec": LOOKING_SECONDS,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        DBOS(config=config)
        # Before the launch: a queue that is there begins at once, and with the limit it was stored with.
        client = self._connect(config)
        if client is not None:
            self._limit_queue(client)
        DBOS.launch()
        if client is None:
            client = self._connect(config)
            assert client is not None, "launching makes the tables"
            self._limit_queue(client)
        self._take_over()
        self._client = client

    def _connect(self, config: DBOSConfig) -> DBOSClient | None:
        client = DBOSClient(
            system_database_url=config["system_database_url"],
            system_database_engine=self._database,
            serializer=config["serializer"] or DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            retry_connection_errors=False,
        )
        try:
            client.retrieve_queue(FREE_QUEUE)
        except DBAPIError:
            # A new database: its tables are made by the launch.
            client.destroy()
            return None
        return client

    def _limit_queue(self, client: DBOSClient) -> None:
        client.register_queue(
            QUEUE,
            global_concurrency=self._max_concurrency,
            polling_interval_sec=POLLING_SECONDS,
            on_conflict="always_update",
        )
        client.register_queue(FREE_QUEUE, polling_interval_sec=POLLING_SECONDS, on_conflict="always_update")

    def _take_over(self) -> None:
        # The caller holds the data lock: whoever else is named as executor is dead. DBOS itself would
        # resume only this boot's own work, and the dead one's would hold its queue slots for ever.
        running = DBOS.list_workflows(status=_PENDING, load_input=False, load_output=False)
        dead = {status.executor_id for status in running if status.executor_id} - {self._executor_id}
        if dead:
            # Private, pinned and tested: resume_workflows restarts cancelled work and resets attempts.
            DBOS._recover_pending_workflows(sorted(dead))  # noqa: SLF001
            self._pace.tell()
            self._free_pace.tell()

    def _reclaim(self, client: DBOSClient) -> int:
        # No clock tells that a job is lost: on a busy machine one may be on its way for long. But the queue's thread
        # hands over all it has claimed before it looks again, and the loop begins all it was handed before this.
        rounds_now = self._round_counts
        self._pace.tell()
        self._free_pace.tell()
        if _Current.loop is not None:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), _Current.loop).result()
        claimed = [
            each
            for queue in (QUEUE, FREE_QUEUE)
            for each in client.list_workflows(status=_PENDING, queue_name=queue, load_input=False, load_output=False)
        ]
        owners = {each.workflow_id: (each.executor_id or "", each.queue_name or QUEUE) for each in claimed}
        not_begun = owners.keys() - _Current.begun
        if self._suspects and any(now == then for now, then in zip(rounds_now, self._seen_rounds, strict=True)):
            return 0
        stranded, self._suspects, self._seen_rounds = not_begun & self._suspects, not_begun, self._round_counts
        # Private, pinned and tested, as in _take_over: it keeps the job with its place and its steps.
        requeue = client._sys_db.reenqueue_for_recovery  # noqa: SLF001
        found = {workflow_id: owners[workflow_id] for workflow_id in stranded}
        return sum(requeue(workflow_id, [owner], queue) for workflow_id, (owner, queue) in found.items())

    @property
    def _round_counts(self) -> tuple[int, int]:
        return self._rounds.count, self._free_rounds.count

    def _destroy(self, client: DBOSClient) -> None:
        with suppress(Exception):
            client.destroy()
        self._pace.end()
        self._free_pace.end()
        DBOS.destroy(workflow_completion_timeout_sec=0)
        self._database.dispose()


# What DBOS says of a run that was stopped, or whose job was taken out of the queue while it was on its way. Whether
# an execution may write is told by our own row, and whoever takes a job away says so in our own log.
_EXPECTED_ENDS = (
    "outcome was not recorded: the workflow is no longer owned",
    "was cancelled during execution",
    "Asyncio task cancelled",
)


class _NoExpectedEnds(logging.Filter):
    """Drops the traceback that DBOS logs as an error for every cancelled step, and its warnings: a stop is no fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        if kind is not None and (issubclass(kind, asyncio.CancelledError) or "Cancelled" in kind.__name__):
            return False
        message = record.getMessage()
        return not any(words in message for words in _EXPECTED_ENDS)


def _quieten() -> None:
    dbos_logger = logging.getLogger("dbos")
    if not any(isinstance(present, _NoExpectedEnds) for present in dbos_logger.filters):
        dbos_logger.addFilter(_NoExpectedEnds())
