"""The one object every door talks to: pages, API and command line."""

import asyncio
import hashlib
import json
import time
import uuid
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from typing import Any, Self

import structlog

from execution_hub import samples
from execution_hub.domain.agent import SIMULATED, Agent, AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.cursor import read_cursor, write_cursor
from execution_hub.domain.event import Event
from execution_hub.domain.execution import AGENT_TEST, KEY_MAX, Execution, NewExecution, check_input
from execution_hub.domain.filters import LIMIT_DEFAULT, LIMIT_MAX, ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.engine.durable import DurableEngine
from execution_hub.engine.port import Engine, Job
from execution_hub.errors import Conflict, InvalidInput, NotFound, Unavailable
from execution_hub.live.bus import LocalBus
from execution_hub.live.feed import Feed, FeedUpdate, FollowUpdate
from execution_hub.live.log import EventLog
from execution_hub.llm.prices import price_table
from execution_hub.llm.registry import Models
from execution_hub.runners.host import Host
from execution_hub.runners.reconciler import Reconciler
from execution_hub.runners.registry import runners
from execution_hub.settings import Settings
from execution_hub.store import agents, counters, events, executions, history
from execution_hub.store.database import Connection, Database
from execution_hub.store.history import Stats
from execution_hub.store.lock import DataLock
from execution_hub.store.migrate import migrate

logger = structlog.get_logger(__name__)

STATS_SECONDS = 1.0
# A stats query that takes long on a large history must not eat the machine: it rests this many times its own time.
STATS_REST = 20
WAIT_MAX_SECONDS = 60
EVENTS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, newest first, and where the next one begins; None at the end."""

    items: list[Execution]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed, in the order of change, and up to which number this is complete."""

    items: list[Execution]
    changed: int


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in order, and the newest number of the log."""

    events: list[Event]
    last_seq: int


class Hub:
    """The hub of this process: agents, executions, and what watches them.

    Open one with `await Hub.open(settings)`, close it with `await hub.close()`. Every method may be
    called from the event loop that opened it.
    """

    def __init__(self, settings: Settings, database: Database, lock: DataLock, hub_uuid: str) -> None:
        """Put the parts together; use `open`."""
        self.settings = settings
        self._database = database
        self._lock = lock
        self._bus = LocalBus()
        self._log = EventLog(database, self._bus)
        self._feed = Feed(database, self._bus)
        self._models = Models(settings)
        self._host = Host(database, self._log, self._models, runners())
        self._engine: Engine = DurableEngine(settings.engine_url, hub_uuid, settings.max_concurrency)
        self._stats: tuple[float, Stats] | None = None
        self._stats_lock = asyncio.Lock()
        self._reconciler = Reconciler(database, self._log, self._engine)
        self._is_ready = False

    @classmethod
    async def open(cls, settings: Settings) -> Self:
        """Open the hub: lock the data, migrate, add the samples to a new one, take over what was left, run.

        Raises:
            StartError: The data folder is in use or cannot be written, or the database is not ours.
            Unavailable: The database does not answer.
        """
        lock = DataLock(settings.data_dir).acquire()
        try:
            engine_url = settings.engine_url if settings.is_embedded else None
            result = await asyncio.to_thread(migrate, settings.sqlalchemy_url, engine_url=engine_url)
            logger.info("hub.migrated", before=result.before, after=result.after, backup=str(result.backup or ""))
            database = Database(settings.sqlalchemy_url)
            hub_uuid = await database.awrite(_prepare)
            hub = cls(settings, database, lock, hub_uuid)
            await hub._start()
        except BaseException:
            lock.release()
            raise
        return hub

    async def _start(self) -> None:
        self._log.start()
        left = await self._reconciler.take_over()
        await self._feed.start()
        await self._engine.start(self._host.run)
        await self._reconciler.reconcile()
        self._reconciler.start()
        if self.settings.anthropic_api_key is not None:
            # Loading the SDK takes a second: not in the way of the start, nor of the first test.
            self._warming = asyncio.create_task(asyncio.to_thread(self._models.get, samples.CLAUDE_MODEL))
        self._is_ready = True
        logger.info("hub.opened", taken_over=left)

    async def close(self) -> None:
        """Stop: what runs is left for the next boot, everything written is kept."""
        self._is_ready = False
        await self._reconciler.stop()
        await self._engine.stop()
        await self._feed.close()
        await asyncio.to_thread(self._log.close)
        await asyncio.to_thread(self._database.close)
        self._lock.release()
        logger.info("hub.closed")

    # Health

    async def health(self) -> dict[str, Any]:
        """Say that the process is alive."""
        return {"status": "ok"}

    async def ready(self) -> dict[str, Any]:
        """Say that the database answers and the engine runs.

        Raises:
            Unavailable: One of them does not.
        """
        if not self._is_ready:
            raise Unavailable("The hub is starting or stopping. Try again in a moment.")
        changed = await self._database.aread(history.latest_change)
        return {"status": "ready", "database": "ok", "engine": "ok", "changed": changed}

    # Agents

    async def list_agents(self) -> list[Agent]:
        """Return all agents by name."""
        return await self._database.aread(agents.every)

    async def get_agent(self, agent_id: int) -> Agent:
        """Return an agent.

        Raises:
            NotFound: There is none with this id.
        """
        return await self._database.aread(lambda connection: _agent(connection, agent_id))

    async def create_agent(self, draft: AgentDraft) -> Agent:
        """Store a new agent and return it."""
        return await self._database.awrite(lambda connection: agents.add(connection, draft, now()))

    async def update_agent(self, agent_id: int, changes: dict[str, Any]) -> Agent:
        """Change some values of an agent and return it; executions keep what they ran with.

        Raises:
            NotFound: There is none with this id.
            InvalidInput: A value does not fit; the field is named.
        """

        def work(connection: Connection) -> Agent:
            draft = _agent(connection, agent_id).draft(**changes)
            return agents.change(connection, agent_id, draft, now())

        return await self._database.awrite(work)

    async def delete_agent(self, agent_id: int) -> None:
        """Delete an agent; its executions stay in the history.

        Raises:
            NotFound: There is none with this id.
        """

        def work(connection: Connection) -> None:
            if not agents.remove(connection, agent_id):
                raise _no_agent(agent_id)

        await self._database.awrite(work)

    def suggested_models(self) -> list[str]:
        """Return names of models to offer: the offline one, then those whose price is known."""
        return [SIMULATED, *price_table()]

    # Executions

    async def start_agent_test(self, agent_id: int, text: str, *, idempotency_key: str | None = None) -> Execution:
        """Store a pending agent test, queue it, and return it before any model is called.

        Args:
            agent_id: Whom to test.
            text: The input, 1 to 5 000 characters.
            idempotency_key: The same key and request give the same execution again, never a second one.

        Raises:
            NotFound: There is no such agent.
            InvalidInput: The input or the key does not fit.
            Conflict: The key was used for another request.
        """
        text = check_input(text)
        key, request_hash = _check_key(idempotency_key), _hash(AGENT_TEST, agent_id, text)

        def work(connection: Connection) -> tuple[Execution, bool]:
            if key is not None and (known := executions.find_by_key(connection, key)) is not None:
                if known[1] != request_hash:
                    raise Conflict("This Idempotency-Key was used for another request. Use a new one.")
                return known[0], False
            definition = _agent(connection, agent_id).definition()
            new = NewExecution(
                AGENT_TEST,
                definition.name,
                text,
                definition.as_json(),
                agent_id=agent_id,
                timeout_seconds=self.settings.execution_timeout_seconds,
                idempotency_key=key,
                request_hash=None if key is None else request_hash,
            )
            recorded = executions.add(connection, new, now())
            return _execution(connection, recorded.execution_id), True

        execution, is_new = await self._database.awrite(work)
        if is_new:
            self._log.announce(execution)
            # Stored and not queued is no loss: the reconcile queues it.
            await self._engine.submit(_job(execution))
        return execution

    async def get_execution(self, execution_id: int) -> Execution:
        """Return an execution, whole.

        Raises:
            NotFound: There is none with this id.
        """
        return await self._database.aread(lambda connection: _execution(connection, execution_id))

    async def list_executions(
        self, where: ExecutionFilter, *, limit: int = LIMIT_DEFAULT, cursor: str | None = None, whole: bool = False
    ) -> Page:
        """Return a page of the history, newest first, stable while new ones arrive.

        Args:
            where: Which executions.
            limit: How many, 1 to 200.
            cursor: The `next_cursor` of the page before.
            whole: With all texts, instead of their first 160 characters.

        Raises:
            InvalidInput: The limit or the cursor does not fit.
        """
        if not 1 <= limit <= LIMIT_MAX:
            raise InvalidInput("limit", f"limit is {limit}. Use 1 to {LIMIT_MAX}.")
        before = None if cursor is None else read_cursor(cursor)
        found = await self._database.aread(
            lambda connection: history.page(connection, where, limit + 1, before, whole=whole)
        )
        items = found[:limit]
        return Page(items, write_cursor(items[-1].id) if len(found) > limit else None)

    async def match_executions(self, where: ExecutionFilter, ids: Collection[int]) -> list[Execution]:
        """Return those of some executions that pass a filter, as excerpts."""
        if not ids:
            return []
        return await self._database.aread(lambda connection: history.matching(connection, where, ids))

    async def changed_executions(self, after: int, *, limit: int = 500, whole: bool = False) -> Changes:
        """Return what changed after a number, in the order of change."""
        items = await self._database.aread(
            lambda connection: history.changed_after(connection, after, limit, whole=whole)
        )
        return Changes(items, items[-1].changed if items else max(after, 0))

    async def stats(self) -> Stats:
        """Return the dashboard's figures, at most a second old while the history is small."""
        async with self._stats_lock:
            started = time.monotonic()
            if self._stats is None or started >= self._stats[0]:
                found = await self._database.aread(lambda connection: history.stats(connection, now()))
                took = time.monotonic() - started
                self._stats = (started + max(STATS_SECONDS, took * STATS_REST), found)
            return self._stats[1]

    async def read_events(
        self, execution_id: int, *, after: int = 0, limit: int = EVENTS_MAX, wait_seconds: float = 0
    ) -> EventPage:
        """Return the log of an execution after a number.

        Args:
            execution_id: Whose log.
            after: The last number the caller has.
            limit: How many events at most.
            wait_seconds: How long to wait for news when there are none, up to 60.

        Raises:
            NotFound: There is no such execution.
        """
        if wait_seconds > 0:
            await self._feed.wait_for_events(execution_id, after, min(wait_seconds, WAIT_MAX_SECONDS))

        def work(connection: Connection) -> EventPage:
            last_seq = _execution(connection, execution_id).last_seq
            return EventPage(events.after(connection, execution_id, after, limit), last_seq)

        return await self._database.aread(work)

    def watch(self, tick_seconds: float | None = None) -> AsyncGenerator[FeedUpdate, None]:
        """Yield what has yet to end, then what changed, latest per execution: see Feed.watch."""
        return self._feed.watch(tick_seconds)

    def queue(self) -> list[int]:
        """Return the queue numbers of all that is pending, ascending, as the feed knows them."""
        return [each.queue_number for each in self._feed.active if each.status is Status.PENDING]

    def follow(self, execution_id: int, *, after: int = 0) -> AsyncGenerator[FollowUpdate, None]:
        """Yield the log of one execution exactly, until it has ended: see Feed.follow."""
        return self._feed.follow(execution_id, after)


class _Current:
    """The hub of this process, set for as long as the app lives."""

    hub: Hub | None = None


def current_hub() -> Hub:
    """Return the hub of this process.

    Raises:
        Unavailable: There is none: the app is starting or stopping.
    """
    if _Current.hub is None:
        raise Unavailable("The hub is starting or stopping. Try again in a moment.")
    return _Current.hub


def set_current_hub(hub: Hub | None) -> None:
    """Say which hub is the one of this process; None when it stops."""
    _Current.hub = hub


def _prepare(connection: Connection) -> str:
    hub_uuid = counters.fact(connection, "uuid")
    if hub_uuid is not None:
        return hub_uuid
    hub_uuid = uuid.uuid4().hex
    counters.state_fact(connection, "uuid", hub_uuid)
    if not agents.every(connection):
        for draft in samples.AGENTS:
            agents.add(connection, draft, now())
    return hub_uuid


def _no_agent(agent_id: int) -> NotFound:
    return NotFound(f"There is no agent {agent_id}.", field="agent_id", id=agent_id)


def _agent(connection: Connection, agent_id: int) -> Agent:
    agent = agents.find(connection, agent_id)
    if agent is None:
        raise _no_agent(agent_id)
    return agent


def _execution(connection: Connection, execution_id: int) -> Execution:
    execution = executions.find(connection, execution_id)
    if execution is None:
        raise NotFound(f"There is no execution {execution_id}.", field="execution_id", id=execution_id)
    return execution


def _job(execution: Execution) -> Job:
    return Job(execution.id, execution.segment, execution.queue_number)


def _check_key(key: str | None) -> str | None:
    if key is not None and not 1 <= len(key) <= KEY_MAX:
        raise InvalidInput("Idempotency-Key", f"Idempotency-Key has {len(key)} characters. Use 1 to {KEY_MAX}.")
    return key


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
