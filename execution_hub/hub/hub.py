"""The one object every door talks to: pages, API and command line."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Self

import structlog

from execution_hub.engine.durable import DurableEngine
from execution_hub.engine.port import Engine
from execution_hub.errors import Unavailable
from execution_hub.hub.about import About
from execution_hub.hub.actor import LOCAL, ActedUpon, Actor
from execution_hub.hub.agents import Agents
from execution_hub.hub.cases import Cases
from execution_hub.hub.comparisons import Comparisons
from execution_hub.hub.executions import Executions
from execution_hub.hub.gate import Gate
from execution_hub.hub.history import History
from execution_hub.hub.locks import Locks, leave
from execution_hub.hub.metrics import Metrics
from execution_hub.hub.preparation import prepare_database
from execution_hub.hub.queue import Queue
from execution_hub.hub.ready import READY, check_ready
from execution_hub.hub.results import Results
from execution_hub.hub.retention import Retention
from execution_hub.hub.shared_tools import SharedTools
from execution_hub.hub.suites import Suites
from execution_hub.hub.tasks import Tasks
from execution_hub.hub.tool_history import ToolHistory
from execution_hub.hub.tracing import Tracing
from execution_hub.hub.triggers import Triggers
from execution_hub.hub.workers import Workers
from execution_hub.hub.workflows import Workflows
from execution_hub.live.bus import Bus, LocalBus, Topic
from execution_hub.live.feed import Feed
from execution_hub.live.log import EventLog
from execution_hub.live.postgres_bus import PostgresBus
from execution_hub.live.workers import Workers as LiveWorkers
from execution_hub.llm.catalogue import ModelCatalogue
from execution_hub.llm.own_prices import read_prices
from execution_hub.llm.prices import Prices
from execution_hub.llm.registry import Models
from execution_hub.pool import WorkPool
from execution_hub.process import process_name
from execution_hub.runners.host import Host
from execution_hub.runners.paced_models import PacedModels
from execution_hub.runners.reconciler import Reconciler
from execution_hub.runners.registry import execution_types
from execution_hub.runners.retry import retry_unavailable
from execution_hub.runners.services import RunnerServices
from execution_hub.settings import Settings, traces_endpoint, with_role
from execution_hub.store import executions, history
from execution_hub.store.database import Database
from execution_hub.store.database_lock import Lost
from execution_hub.store.urls import app_url, engine_url
from execution_hub.tools.builtin import BuiltInTools
from execution_hub.tools.keeper import Keeper
from execution_hub.tools.mcp_file import McpFile, read_mcp_file
from execution_hub.tools.mcp_server import mcp_servers
from execution_hub.tools.port import ToolBox

logger = structlog.get_logger(__name__)

# SIGTERM: how long what runs in a process that serves may still take at most; whoever watches over it kills it after
# 8 s (server.py), and the rest has to be handed over before.
GRACE_SECONDS = 5.0
HAND_OVER_SECONDS = 2.0


class Hub(ActedUpon):
    """The hub of this process, as one actor uses it; opened, as the local person does.

    Attributes:
        actor: Who uses it.
        settings: Its settings.
        pool: Where long work on texts is done.
        executions: Starts and changes executions.
        history: Executions, to be read and watched.
        queue: What has yet to start.
        workers: The processes it consists of.
        retention: How much of the history is kept.
        models: The models there are.
        agents: The agents.
        cases: The cases of agents, and their batches.
        comparisons: Executions beside each other.
        suites: The suites of tests.
        results: What came of the cells of their runs.
        workflows: The workflows.
        tasks: The tasks.
        tools: The servers of tools that agents call.
        about: What it is and how it is set up.
        metrics: What Prometheus is told of it.

    Open one with `await Hub.open(settings)`, close it with `await hub.close()`. Every method may be
    called from the event loop that opened it. `hub.as_(actor)` is the same hub, used by somebody else.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        locks: Locks,
        hub_uuid: str,
        revision: str,
        prices: Prices,
        mcp_file: McpFile,
    ) -> None:
        """Put the parts together; use `open`."""
        bus: Bus = PostgresBus(app_url(settings)) if settings.role.is_joined else LocalBus()
        models = Models(settings, prices)
        # Its processes start when they are needed.
        self.pool = WorkPool()
        self._database, self._bus = database, bus
        self._log = EventLog(database, bus)
        self._feed = Feed(database, bus, has_pages=settings.role.serves)
        self._engine: Engine = DurableEngine(
            engine_url(settings),
            hub_uuid,
            locks.database,
            settings.role,
            lambda takes_slot: bus.tell(Topic.JOBS if takes_slot else Topic.COORDINATORS),
        )
        types = execution_types()
        self.history = History(database, self._feed)
        self._keeper = Keeper()
        built_in = BuiltInTools(ToolHistory(self.history), self.pool)
        # A process that executes nothing runs no servers: it shows those of the others.
        servers = mcp_servers(mcp_file, self.pool, self._keeper) if settings.role.executes else []
        self._tools = ToolBox([built_in, *servers], self.pool)
        fence = partial(retry_unavailable, locks.database.check)
        engine_id = self._engine.executor_id
        others = LiveWorkers(database, bus, own_id=engine_id) if locks.lease is not None else None
        limits = (others.limit_of,) if others is not None else ()
        paced = PacedModels(models, settings, database, bus, hub_uuid, fence, *limits)
        self.tools = SharedTools(self._tools, database, others, engine_id if settings.role.executes else "", fence)
        services = RunnerServices(
            database,
            self._log,
            bus,
            paced,
            types,
            self.pool,
            self._tools,
            self._engine.submit,
            self._engine.hold,
            self.tools,
            fence,
            self._engine.limit,
            settings.execution_timeout_seconds,
            settings.output_max_bytes,
        )
        self._host = Host(services, process_name() if settings.role.is_joined else "")
        self._locks = locks
        self._tracing = Tracing(hub_uuid, process_name(), executes=settings.role.executes)
        self._models = models
        self.workers = Workers(settings, database, self._engine, bus, self._host, locks.lease, others, paced.own_limits)
        self._reconciler = Reconciler(database, self._log, self._engine, others, bus)
        self.settings, self._gate = settings, Gate()
        self.executions = Executions(
            settings, database, self._log, self._engine, types, self._gate, self.pool, prices, self.tools
        )
        self.queue = Queue(database, self._feed, self._engine, bus, is_shared=settings.role.is_joined)
        self.retention = Retention(database, self._engine, settings, self.workers)
        self.models = ModelCatalogue(settings, models, prices)
        self._triggers = Triggers(database, self._engine, self.executions)
        told = self._triggers.tell
        self.agents = Agents(database, settings, prices, self.pool, told)
        self.cases = Cases(database, self.executions)
        self.comparisons = Comparisons(database, self.pool)
        self.suites = Suites(database, self.pool, told)
        self.workflows = Workflows(database, self.pool, prices, told)
        self.tasks = Tasks(database)
        self.results = Results(database)
        self.about = About(settings, database, self.queue, prices, revision)
        self.metrics = Metrics(settings, self._feed, self.workers, self._host)

    @classmethod
    async def open(cls, settings: Settings, on_lost: Lost = leave) -> Self:
        """Open the hub: lock the data, migrate, add the samples to a new one, take over what was left, run.

        Args:
            settings: The hub's settings.
            on_lost: Called, from any thread, when another hub has taken the database over: ends the process.

        Raises:
            StartError: Data folder or database are in use or cannot be written, or the database is not ours.
            Unavailable: The database does not answer.
            SettingsError: The role needs another database; the file of prices, that of MCP servers, or where traces are
                to go, does not fit.
        """
        # Before anything is locked, copied or migrated: with a wrong setting it does not start.
        with_role(settings, settings.role)
        prices = await asyncio.to_thread(read_prices, settings.prices_file)
        mcp_file = await asyncio.to_thread(read_mcp_file, settings.mcp_file)
        traces_endpoint()
        locks = await asyncio.to_thread(Locks, settings, on_lost)
        try:
            database = Database(app_url(settings), locks.database, settings.role)
            hub_uuid, revision = await asyncio.to_thread(prepare_database, settings, database)
            hub = cls(settings, database, locks, hub_uuid, revision, prices, mcp_file)
            await hub._start()
        except BaseException:
            locks.release()
            raise
        return hub

    def as_(self, actor: Actor) -> Self:
        """Return this hub as another actor uses it; a later login decides who that is, and what they may do."""
        if actor == self.actor:
            return self
        bound = super().as_(actor)
        for name, part in vars(self).items():
            if isinstance(part, ActedUpon):
                setattr(bound, name, part.as_(actor))
        return bound

    async def _start(self) -> None:
        await self._tracing.open()
        self._log.start()
        left = 0 if self.settings.role.is_joined else await self._reconciler.take_over()
        await self._feed.start()
        self._bus.hear(Topic.JOBS, partial(self._engine.look, takes_slot=True))
        self._bus.hear(Topic.COORDINATORS, partial(self._engine.look, takes_slot=False))
        self._bus.hear(Topic.WORKERS, self._engine.forget_limit)
        self._bus.open()
        await self.queue.open()
        await self._tools.open()
        # Whoever sees this process join sees the limit it has set.
        await self._engine.open(self.settings.max_concurrency, sets_limit=self.settings.sets_limit)
        await self.workers.join()
        await self.tools.open()
        await self._engine.start(self._host.run, self.workers.slots, self._triggers.come)
        # A database restored from a copy has forgotten ids that the engine, and people, still know.
        highest = await self._engine.highest_execution_id()
        await self._database.awrite(lambda connection: executions.raise_next_id(connection, highest))
        await self._reconciler.reconcile()
        self._reconciler.start(self._host.running)
        self.retention.start()
        # Loading an SDK takes a second: not in the way of the start, nor of the first test.
        self.models.refresh()
        self._gate.is_open = True
        self._triggers.start()
        logger.info("hub.opened", taken_over=left)

    async def close(self, hurry: asyncio.Event | None = None) -> None:
        """Stop: nothing starts any more, what runs has a while to end, the rest is queued again for whoever comes.

        Args:
            hurry: Once set, what runs has no more time to end.
        """
        self._gate.is_open = False
        self.workers.begin_drain()
        await self._engine.until_held()
        await self._triggers.stop()
        await self.queue.close()
        await self.retention.stop()
        await self._reconciler.stop()
        seconds = self.settings.drain_seconds
        await self._until_idle(
            min(seconds, GRACE_SECONDS) if self.settings.role.serves else seconds,
            lambda: self.workers.is_stopping or (hurry is not None and hurry.is_set()),
        )
        # First: a run whose connection to a model was closed would take it for a fault of the provider's.
        self._host.hand_over()
        await self._until_idle(HAND_OVER_SECONDS)
        await self.models.close()
        # While the loops that streamed still run.
        await self._models.close()
        await self._engine.stop()
        await self.tools.close()
        await self._tools.close()
        await asyncio.to_thread(self._keeper.close)
        await asyncio.to_thread(self.pool.close)
        await self._feed.close()
        await asyncio.to_thread(self._log.close)
        await self.workers.leave()
        await asyncio.to_thread(self._bus.close)
        await asyncio.to_thread(self._database.close)
        await self._tracing.close()
        self._locks.release()
        logger.info("hub.closed")

    async def _until_idle(self, seconds: float, is_hurried: Callable[[], bool] = lambda: False) -> None:
        deadline = time.monotonic() + seconds
        while self._engine.is_busy and time.monotonic() < deadline and not is_hurried():  # noqa: ASYNC110 - see below
            # Others' threads fill it.
            await asyncio.sleep(0.02)

    # Health

    async def health(self) -> dict[str, Any]:
        """Say that the process is alive."""
        return {"status": "ok"}

    async def ready(self) -> dict[str, Any]:
        """Say that the database answers, the engine runs and other processes are heard.

        Raises:
            Unavailable: One of them does not, or is not.
        """
        check_ready(self._gate, self._engine, self._bus)
        return READY | {"changed": await self._database.aread(history.latest_change)}


class _Current:
    """The hub of this process, set for as long as the app lives."""

    hub: Hub | None = None


def current_hub() -> Hub:
    """Return the hub of this process, as whoever comes through a door uses it: today the local person.

    Raises:
        Unavailable: There is none: the app is starting or stopping.
    """
    if _Current.hub is None:
        raise Unavailable("The hub is starting or stopping. Try again in a moment.")
    return _Current.hub.as_(LOCAL)


def set_current_hub(hub: Hub | None) -> None:
    """Say which hub is the one of this process; None when it stops."""
    _Current.hub = hub
