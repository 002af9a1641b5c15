"""The one object every door talks to: pages, API and command line."""

import asyncio
import hashlib
import json
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Self

import structlog

from execution_hub import samples
from execution_hub.catalog.agents import Agents, find_agent
from execution_hub.catalog.tasks import Tasks, find_task
from execution_hub.catalog.workflows import Workflows, find_workflow
from execution_hub.domain.clock import now
from execution_hub.domain.cursor import read_cursor, write_cursor
from execution_hub.domain.event import Event
from execution_hub.domain.execution import AGENT_TEST, KEY_MAX, WORKFLOW, Execution, NewExecution, check_input
from execution_hub.domain.filters import LIMIT_DEFAULT, LIMIT_MAX, ExecutionFilter
from execution_hub.domain.plan import Plan
from execution_hub.domain.status import Status
from execution_hub.domain.step import COMMENT_MAX, Step
from execution_hub.domain.texts import check_text
from execution_hub.domain.workflow import check_draft
from execution_hub.engine.durable import DurableEngine
from execution_hub.engine.port import Engine, Job
from execution_hub.errors import Conflict, InvalidInput, NotFound, Unavailable
from execution_hub.live.bus import LocalBus
from execution_hub.live.feed import Feed, FeedUpdate, FollowUpdate
from execution_hub.live.log import EventLog
from execution_hub.llm.registry import Models
from execution_hub.runners.host import Host
from execution_hub.runners.reconciler import Reconciler
from execution_hub.runners.registry import runners
from execution_hub.settings import Settings
from execution_hub.store import agents, approvals, counters, events, executions, history, steps, workflows
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
    """The hub of this process: `agents`, `workflows` and `tasks`, executions, and what watches them.

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
        self._host = Host(database, self._log, self._bus, self._models, runners())
        self.agents = Agents(database)
        self.workflows = Workflows(database)
        self.tasks = Tasks(database)
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

        def make(connection: Connection) -> NewExecution:
            definition = find_agent(connection, agent_id).definition()
            return NewExecution(AGENT_TEST, definition.name, text, definition.as_json(), agent_id=agent_id)

        return await self.start(make, (AGENT_TEST, agent_id, text), idempotency_key)

    async def start_workflow(
        self,
        workflow_id: int,
        text: str | None = None,
        *,
        task_id: int | None = None,
        idempotency_key: str | None = None,
    ) -> Execution:
        """Store a pending execution of a workflow, queue it, and return it before any model is called.

        Args:
            workflow_id: What to run.
            text: The input, 1 to 5 000 characters; None to run on a task.
            task_id: The task whose input it runs on; None to run on a text.
            idempotency_key: As for `start_agent_test`.

        Raises:
            NotFound: There is no such workflow or task.
            InvalidInput: Both or neither of text and task are given, or one does not fit, or the workflow is
                not valid any more.
            Conflict: The key was used for another request.
        """
        if (text is None) == (task_id is None):
            raise InvalidInput("input", "Give either an input or a task_id, not both.")
        given = None if text is None else check_input(text)

        def make(connection: Connection) -> NewExecution:
            workflow = find_workflow(connection, workflow_id)
            known = {agent.id: agent for agent in agents.every(connection)}
            check_draft(workflow.draft(), known)
            plan = Plan.of(workflow, {identity: agent.definition() for identity, agent in known.items()})
            return NewExecution(
                WORKFLOW,
                workflow.name,
                find_task(connection, task_id).input if given is None and task_id is not None else given or "",
                plan.as_json(),
                workflow_id=workflow_id,
                task_id=task_id,
                steps=plan.new_steps(),
            )

        return await self.start(make, (WORKFLOW, workflow_id, task_id, text), idempotency_key)

    async def start(
        self,
        make: Callable[[Connection], NewExecution],
        request: tuple[object, ...],
        idempotency_key: str | None = None,
    ) -> Execution:
        """Store a pending execution of any type, queue it, and return it.

        Args:
            make: Makes it, within the transaction that stores it.
            request: What was asked for, as JSON values: what a second use of the key must repeat.
            idempotency_key: The same key and request give the same execution again, never a second one.

        Raises:
            InvalidInput: The key does not fit.
            Conflict: The key was used for another request.
        """
        key, request_hash = _check_key(idempotency_key), _hash(*request)

        def work(connection: Connection) -> tuple[Execution, bool]:
            if key is not None and (known := executions.find_by_key(connection, key)) is not None:
                if known[1] != request_hash:
                    raise Conflict("This Idempotency-Key was used for another request. Use a new one.")
                return known[0], False
            new = replace(
                make(connection),
                timeout_seconds=self.settings.execution_timeout_seconds,
                idempotency_key=key,
                request_hash=None if key is None else request_hash,
            )
            recorded = executions.add(connection, new, now())
            return _execution(connection, recorded.execution_id), True

        execution, is_new = await self._database.awrite(work)
        if is_new:
            await self._queue_up(execution)
        return execution

    async def answer_step(self, execution_id: int, name: str, *, is_approved: bool, comment: str = "") -> Execution:
        """Answer an approval; an execution that waited for it goes on.

        Args:
            execution_id: Whose.
            name: Which step.
            is_approved: Yes or no.
            comment: What the person says to it, at most 2 000 characters: the step's output, or why not.

        Returns:
            The execution after the answer.

        Raises:
            NotFound: There is no such execution or step.
            Conflict: The step does not wait for a person: it was answered, or is not there yet.
            InvalidInput: The comment is too long.
        """
        check_text("comment", comment, COMMENT_MAX)
        execution = await self._database.awrite(
            lambda connection: approvals.answer(connection, execution_id, name, is_approved, comment.strip(), now())
        )
        await self._queue_up(execution)
        return execution

    async def list_steps(self, execution_id: int) -> list[Step]:
        """Return the steps of an execution, whole, in their order; none of an agent test."""
        return await self._database.aread(lambda connection: steps.of(connection, execution_id))

    async def get_step(self, execution_id: int, name: str) -> Step:
        """Return a step, whole.

        Raises:
            NotFound: There is no such step.
        """
        step = await self._database.aread(lambda connection: steps.find(connection, execution_id, name))
        if step is None:
            raise NotFound(f"There is no step {name} in execution {execution_id}.", field="name", id=execution_id)
        return step

    async def _queue_up(self, execution: Execution) -> None:
        self._log.announce(execution)
        if execution.status is Status.PENDING:
            # Stored and not queued is no loss: the reconcile queues it.
            await self._engine.submit(_job(execution))

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
        added = [agents.add(connection, draft, now()) for draft in samples.AGENTS]
        workflows.add(connection, samples.workflow(added[0].id), now())
    return hub_uuid


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
