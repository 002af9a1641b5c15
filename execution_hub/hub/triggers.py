"""Suites that run by themselves: after saves of what they test, and on schedules."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial

import structlog

from execution_hub.background import end_tasks
from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.domain.trigger import NotStarted, Trigger, TriggerType
from execution_hub.engine.port import Engine
from execution_hub.errors import Conflict, HubError, NotFound, QueueFull, Unavailable
from execution_hub.hub.actor import Actor
from execution_hub.hub.executions import Executions
from execution_hub.runners.suite_run import SuiteRun
from execution_hub.store import triggers
from execution_hub.store.database import Database

logger = structlog.get_logger(__name__)

# What is saved in one breath, such as two agents of a suite by a script, is tested once.
QUIET_SECONDS = 2.0
# When what could not be done is tried again.
RETRY_SECONDS = 15.0
# Now and then without being told: a save whose caller has gone tells nobody.
LOOK_SECONDS = 60.0
# How long a schedule that has come waits for a hub that opens, or whose database is away.
WAIT_SECONDS = 0.5
_SUITE = "suite-"


class Triggers:
    """Starts suites by themselves, and says at a suite why one did not start.

    A save only notes, in its own transaction, that its suites are due (`note_save`): it never waits for a run, and no
    run's trouble loses it. A task of the hub starts what is due, also what a killed hub has left.

    Whoever edits a prompt three times in a minute wants to know of the last, soon, and to pay for one run. So a run
    begins two seconds after the last save, and when it begins, the suite's former run that a save has started is
    stopped if it is still under way: what it would say of a prompt that is not there any more is worth nothing, and
    to wait for its end would cost all of it, and the person the time. Runs that people, schedules or webhooks have
    started are left alone.
    """

    def __init__(self, database: Database, engine: Engine, executions: Executions) -> None:
        """Start runs as executions are started, and keep schedules with an engine."""
        self._database = database
        self._engine = engine
        self._executions = executions
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        # What the engine was told last, by suite.
        self._kept: dict[int, str] | None = None

    def start(self) -> None:
        """Start what is due and keep the schedules, from now on."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._work(), name="hub-triggers")

    async def stop(self) -> None:
        """Start nothing any more."""
        self._loop = None
        await end_tasks(self._task)

    def tell(self) -> None:
        """Something was saved, or a suite was changed; from the loop of the hub."""
        self._news.set()

    async def come(self, name: str, at: datetime) -> None:
        """Start the run of a schedule whose time has come; from the engine's loop. See Engine.start."""
        suite_id = int(name.removeprefix(_SUITE))
        while True:
            # None before the hub is open: what a killed one has left comes earlier. And once it stops, when this waits
            # for the end of the engine: returned from, it would count as served.
            if (loop := self._loop) is not None:
                work = asyncio.run_coroutine_threadsafe(self._start_scheduled(suite_id, at), loop)
                if await asyncio.wrap_future(work):
                    return
            await asyncio.sleep(WAIT_SECONDS)

    async def _work(self) -> None:
        while True:
            self._news.clear()
            # Whatever becomes of one, the other is done.
            waits = [await self._try(self._start_due), await self._try(self._keep_schedules)]
            # Not `wait_for`: on Python 3.11 it swallows a cancellation that comes together with the news.
            with suppress(TimeoutError):
                async with asyncio.timeout(min(waits)):
                    await self._news.wait()

    async def _try(self, work: Callable[[], Awaitable[float]]) -> float:
        """Do something, and return in how many seconds to do it again; what fails is tried again."""
        try:
            return await work()
        except HubError as error:
            logger.warning("triggers.failed", error=error.message)
        except Exception:
            logger.exception("triggers.failed")
        return RETRY_SECONDS

    # Saves

    async def _start_due(self) -> float:
        """Start what is due, and return in how many seconds to look again."""
        wait = LOOK_SECONDS
        for suite_id, trigger in (await self._database.aread(triggers.due)).items():
            age = (now() - trigger.at).total_seconds()
            # A save of the future was made before the clock was set back: it has waited long enough.
            if 0 <= age < QUIET_SECONDS:
                wait = min(wait, QUIET_SECONDS - age)
            else:
                wait = min(wait, await self._try(partial(self._start_saved, suite_id, trigger)))
        return wait

    async def _start_saved(self, suite_id: int, trigger: Trigger) -> float:
        """Start a run for a save; returns in how many seconds to look again."""
        try:
            started = await self._start(suite_id, trigger)
        except (QueueFull, Unavailable) as error:
            # It is still due; but who looks is to know why nothing happens.
            await self._tell_why_not(suite_id, trigger, error)
            return RETRY_SECONDS
        except HubError as error:
            await self._tell_why_not(suite_id, trigger, error)
            await self._settle(suite_id, trigger)
            return LOOK_SECONDS
        for execution_id, _ in await self._under_way(suite_id, TriggerType.SAVE):
            if execution_id < started.id:
                with suppress(NotFound, Conflict):
                    await self._as(trigger).cancel(execution_id)
                logger.info("suite.superseded", suite_id=suite_id, execution_id=execution_id, by=started.id)
        await self._settle(suite_id, trigger)
        return LOOK_SECONDS

    # Schedules

    async def _keep_schedules(self) -> float:
        """Have the engine keep the suites' schedules, and return in how many seconds to look again."""
        found = await self._database.aread(triggers.schedules)
        if found != self._kept:
            await self._engine.keep_schedules({f"{_SUITE}{number}": cron for number, cron in found.items()})
            self._kept = found
        return LOOK_SECONDS

    async def _start_scheduled(self, suite_id: int, at: datetime) -> bool:
        """Start a run for a schedule; tells whether that is settled."""
        trigger = Trigger(TriggerType.SCHEDULE, TriggerType.SCHEDULE.value, at)
        try:
            if suite_id not in await self._database.aread(triggers.schedules):
                # It was deleted, or has no schedule any more, at this very moment.
                return True
            former = await self._under_way(suite_id, TriggerType.SCHEDULE)
            if others := [number for number, key in former if key != trigger.key(suite_id)]:
                raise Conflict(f"Its former run by schedule, {others[0]}, is still under way.", id=others[0])
            await self._start(suite_id, trigger)
        except Unavailable:
            return False
        except HubError as error:
            await self._tell_why_not(suite_id, trigger, error)
        except Exception:
            # The engine would take it for its own failure; the next time comes.
            logger.exception("suite.not_started", suite_id=suite_id)
        return True

    # Both

    async def _start(self, suite_id: int, trigger: Trigger) -> Execution:
        executions = self._as(trigger)
        started = await executions.start(SuiteRun(suite_id), idempotency_key=trigger.key(suite_id), trigger=trigger)
        await self._note(suite_id, None)
        return started

    def _as(self, trigger: Trigger) -> Executions:
        return self._executions.as_(Actor(trigger.actor))

    async def _under_way(self, suite_id: int, started_by: TriggerType) -> list[tuple[int, str | None]]:
        return await self._database.aread(lambda connection: triggers.under_way(connection, suite_id, started_by))

    async def _settle(self, suite_id: int, trigger: Trigger) -> None:
        await self._database.awrite(lambda connection: triggers.settle(connection, suite_id, trigger))

    async def _tell_why_not(self, suite_id: int, trigger: Trigger, error: HubError) -> None:
        logger.warning("suite.not_started", suite_id=suite_id, trigger=trigger.type.value, error=error.message)
        await self._note(suite_id, NotStarted.of(trigger, error))

    async def _note(self, suite_id: int, problem: NotStarted | None) -> None:
        await self._database.awrite(lambda connection: triggers.note_problem(connection, suite_id, problem))
