"""The engine port on DBOS Transact, which this module and those beside it alone import."""

import asyncio
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
)

from execution_hub.engine.claims import FREE_QUEUE, KNOWN_SECONDS, QUEUE, claims_of, lighten_rounds, take_over
from execution_hub.engine.database import (
    URL,
    DBAPIError,
    QueueRounds,
    claimants,
    give_back_space,
    postgres_engine,
    sqlite_engine,
    wait_for_claims,
)
from execution_hub.engine.enqueue import Enqueue
from execution_hub.engine.expected_ends import quieten
from execution_hub.engine.limit import limit_of, limit_queues
from execution_hub.engine.migrate import migrate_engine, plain_url
from execution_hub.engine.pace import Pace
from execution_hub.engine.port import Claim, Due, Job, JobState, Run
from execution_hub.engine.schedules import LOOKING_SECONDS, Schedules
from execution_hub.engine.stranded import Stranded
from execution_hub.engine.workflow import Current
from execution_hub.errors import Unavailable
from execution_hub.role import Role
from execution_hub.store.alone import alone_in
from execution_hub.store.database_lock import DatabaseLock

APPLICATION = "execution-hub"
# A constant: by default DBOS hashes the sources, and every edit would strand running work. A process takes only jobs of
# its own version, so it moves only when what a job stores changes (domain/plan.py, the workflow's arguments) in a way
# that older processes cannot go on with: see "Migrations" in CONTRIBUTING.md.
APPLICATION_VERSION = "1"
# Threads of DBOS look for messages between workflows, of which there are none, and closing waits for them: on SQLite by
# default for up to a second; on PostgreSQL one looks a hundred times a second whether there are any to be told of.
LISTENING_SECONDS = 0.1
THREADS = 24
# A round takes some hundredths of this; one whose database is away takes longer.
HELD_SECONDS = 1.0
# The highest id is among the newest; a later segment of an old execution may be newer.
NEWEST = 200
_STATES = {
    "SUCCESS": JobState.DONE,
    "CANCELLED": JobState.DONE,
    # The run raised something: it could not write, since the database was away for too long.
    "ERROR": JobState.BROKEN,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobState.BROKEN,
}


class DurableEngine:
    """Runs executions as DBOS workflows on two queues; in this process, if that is its role.

    Attributes:
        executor_id: The name of this process in the engine's rows. Unique per boot: with DBOS's default two processes
            would steal each other's steps.
    """

    def __init__(
        self,
        url: URL,
        hub_uuid: str,
        lock: DatabaseLock | None = None,
        role: Role = Role.ALONE,
        tell_others: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """Prepare the engine; nothing is opened yet.

        Args:
            url: The engine's database: its own SQLite file, or the app's PostgreSQL (schema `dbos`).
            hub_uuid: This hub's name in every workflow id, so that a database that was swapped for
                another's never answers with that one's results.
            lock: The lock on the app's database.
            role: What this process does.
            tell_others: Called, from any thread, when something went into a queue, or a slot became free: the other
                processes look at once. With whether it takes a slot, which says into which queue.
        """
        self._url = url
        self._hub_uuid = hub_uuid
        self._role = role
        self._tell_others = tell_others
        self._max_concurrency = self._slots = 0
        self.executor_id = uuid.uuid4().hex
        self._is_embedded = url.get_backend_name() == "sqlite"
        self._database = sqlite_engine(url) if self._is_embedded else postgres_engine(url, lock, role)
        self._client: DBOSClient | None = None
        self._schedules = Schedules(hub_uuid, self._ready)
        self._pace = Pace()
        self._rounds = QueueRounds(self._database, QUEUE, self._pace)
        self._free_pace = Pace()
        self._free_rounds = QueueRounds(self._database, FREE_QUEUE, self._free_pace)
        self._stranded = Stranded(self._rounds, self._free_rounds)
        self._enqueue = Enqueue(self._database, self._ready, self._workflow_id, APPLICATION_VERSION, self._tell_put)
        self._limit_known = 0.0, 0

    async def open(self, max_concurrency: int, *, sets_limit: bool = True) -> None:
        """See Engine.open."""
        self._max_concurrency = max_concurrency
        await asyncio.to_thread(self._open, is_given=sets_limit)

    async def start(self, run: Run, slots: int, due: Due | None = None) -> None:
        """See Engine.start."""
        self._schedules.begin(due)
        Current.run, Current.tell, Current.decline = run, self._tell_freed, self._decline
        self._slots = slots
        self._enqueue.start()
        if self._role.executes:
            # In a thread: DBOS would otherwise adopt the web's event loop for the executions.
            await asyncio.to_thread(self._launch)

    async def keep_schedules(self, schedules: Mapping[str, str]) -> None:
        """See Engine.keep_schedules."""
        await asyncio.to_thread(self._schedules.keep, schedules)

    async def submit(self, job: Job) -> None:
        """See Engine.submit."""
        await self._enqueue.put(job)

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

    def look(self, *, takes_slot: bool) -> None:
        """See Engine.look."""
        (self._pace if takes_slot else self._free_pace).tell()

    def check(self) -> None:
        """See Engine.check."""
        self._ready()
        if not self._enqueue.is_alive:
            raise Unavailable("Nothing is put into the queue any more. Restart this process.")
        if self._role.executes and not (self._rounds.is_alive and self._free_rounds.is_alive):
            raise Unavailable("The queue is not looked at any more. Restart this process.")

    @property
    def executes(self) -> bool:
        """See Engine.executes."""
        return self._role.executes

    async def limit(self) -> int:
        """See Engine.limit."""
        if not self._role.is_joined:
            return self._max_concurrency
        read_at, limit = self._limit_known
        if not limit or time.monotonic() > read_at + KNOWN_SECONDS:
            limit = await asyncio.to_thread(limit_of, self._ready(), self._max_concurrency)
            self._limit_known = time.monotonic(), limit
        return limit

    def forget_limit(self) -> None:
        """See Engine.forget_limit."""
        self._limit_known = 0.0, 0

    def hold(self, reason: str, is_held: bool) -> None:
        """See Engine.hold."""
        for pace in (self._pace, self._free_pace):
            pace.hold(reason, is_held)

    async def until_held(self) -> None:
        """See Engine.until_held."""
        deadline = time.monotonic() + HELD_SECONDS
        rounds = self._rounds, self._free_rounds
        # Other threads end them. The rounds before what they have claimed: it is noted before they end.
        while (any(each.is_under_way for each in rounds) or Current.claimed) and time.monotonic() < deadline:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.005)

    async def until_paused(self) -> None:
        """See Engine.until_paused."""
        await self.until_held()
        if self._role.is_joined:
            with suppress(DBAPIError):
                await asyncio.to_thread(wait_for_claims, self._database)

    @property
    def is_busy(self) -> bool:
        """See Engine.is_busy."""
        return bool(Current.begun)

    async def claimants(self) -> set[str]:
        """See Engine.claimants."""
        self._ready()
        return await asyncio.to_thread(claimants, self._database)

    async def claims(self) -> list[Claim]:
        """See Engine.claims."""
        return await asyncio.to_thread(claims_of, self._ready(), self._hub_uuid)

    async def give_back(self, claim: Claim) -> bool:
        """See Engine.give_back."""
        # Private, pinned and tested: resume_workflows restarts cancelled work and resets attempts. This takes only what
        # that executor still holds, and keeps the job with its place and its steps.
        requeue = self._ready()._sys_db.reenqueue_for_recovery  # noqa: SLF001
        which = claim.schedule_id or self._workflow_id(claim), [claim.executor_id], claim.queue
        is_given_back = await asyncio.to_thread(requeue, *which)
        if is_given_back:
            takes_slot = claim.queue != FREE_QUEUE
            self.look(takes_slot=takes_slot)
            self._tell_others(takes_slot)
        return is_given_back

    async def reclaim(self) -> int:
        """See Engine.reclaim."""
        if not self._role.executes:
            return 0
        return await asyncio.to_thread(self._stranded.give_back, self._ready(), self._hub_uuid, self.executor_id)

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
        self._enqueue.close()
        self._schedules.end()
        Current.run = Current.loop = None
        Current.claimed.clear()
        Current.slots.clear()

    def _tell_put(self, jobs: Sequence[Job]) -> None:
        for takes_slot in {job.takes_slot for job in jobs}:
            self.look(takes_slot=takes_slot)
            self._tell_others(takes_slot)

    def _tell_freed(self) -> None:
        self._pace.tell()
        if self._pace.is_held:
            # Otherwise this process, which has the slot, takes what is next.
            self._tell_others(True)

    async def _decline(self, execution_id: int, segment: int) -> None:
        await self.give_back(Claim(execution_id, segment, self.executor_id, QUEUE))

    def _ready(self) -> DBOSClient:
        if self._client is None:
            raise Unavailable("The hub is stopping or has not started. Try again in a moment.")
        return self._client

    def _workflow_id(self, job: Job | Claim) -> str:
        return f"{self._hub_uuid}-{job.execution_id}-{job.segment}"

    def _open(self, *, is_given: bool) -> None:
        quieten()
        # DBOS makes and migrates its tables: one process after the other.
        with alone_in(self._url):
            client = self._connect()
            if client is None:
                migrate_engine(self._url)
                client = self._connect()
                assert client is not None, "now there are tables"
            limit_queues(client, self._max_concurrency, is_given=is_given)
        self._client = client

    def _launch(self) -> None:
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": plain_url(self._url),
            "system_database_engine": self._database,
            "application_version": APPLICATION_VERSION,
            "executor_id": self.executor_id,
            "max_executor_threads": THREADS,
            "notification_listener_polling_interval_sec": LISTENING_SECONDS,
            "scheduler_polling_interval_sec": LOOKING_SECONDS,
            "notification_coalesce_sec": LISTENING_SECONDS,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        dbos = DBOS(config=config)
        with alone_in(self._url):
            # It migrates tables that an older version has made.
            DBOS.launch()
        self._stranded.follow(dbos)
        rounds = {QUEUE: self._rounds, FREE_QUEUE: self._free_rounds}
        lighten_rounds(dbos, rounds, self._slots if self._role.is_joined else None)
        if not self._role.is_joined:
            take_over(self._database, self.executor_id)
        # What was handed over waits.
        self._wake()

    def _connect(self) -> DBOSClient | None:
        client = DBOSClient(
            system_database_url=plain_url(self._url),
            system_database_engine=self._database,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            retry_connection_errors=False,
        )
        try:
            client.retrieve_queue(FREE_QUEUE)
        except DBAPIError:
            # A new database has no tables.
            client.destroy()
            return None
        return client

    def _wake(self) -> None:
        for pace in (self._pace, self._free_pace):
            pace.wake()

    def _destroy(self, client: DBOSClient) -> None:
        with suppress(Exception):
            client.destroy()
        self._pace.end()
        self._free_pace.end()
        if self._role.executes:
            DBOS.destroy(workflow_completion_timeout_sec=0)
        self._database.dispose()
