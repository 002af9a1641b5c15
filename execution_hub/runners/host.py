"""What runs in this process: claims executions, lets one run alone where that is needed, hands over at the end."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog

from execution_hub import traces
from execution_hub.domain.crash import ALONE_AFTER
from execution_hub.domain.execution import Execution, Phase, Progress
from execution_hub.domain.status import Status
from execution_hub.engine.port import Steps
from execution_hub.live.journal import Fenced
from execution_hub.runners.fitness import Fitness
from execution_hub.runners.isolation import Isolation
from execution_hub.runners.jobs import takes_slot
from execution_hub.runners.retry import retry_read
from execution_hub.runners.run_signals import RunSignals, RunWatch
from execution_hub.runners.segment_run import SegmentRun
from execution_hub.runners.services import RunnerServices
from execution_hub.store import executions
from execution_hub.store.executions import progress_values
from execution_hub.store.intents import Change

logger = structlog.get_logger(__name__)


class Host:
    """Runs executions as their type does.

    Attributes:
        running: What runs here now, and whether it takes a slot. Others may look, from any thread.
    """

    def __init__(self, services: RunnerServices, name: str = "") -> None:
        """Keep what every run needs.

        Args:
            services: It.
            name: This process, as the log of an execution names it; empty where there is no other.
        """
        self._services = services
        self._told = {"worker": name} if name else {}
        self._is_stopping = self._is_handing_over = False
        self._signals = RunSignals(services.database, services.bus)
        self._isolation = Isolation(partial(services.hold, "isolated"), self._is_empty)
        self._fitness = Fitness(services)
        # The engine's: runs live on it. None before the first.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._claiming = 0
        self._runs: set[SegmentRun] = set()
        self.running: dict[int, bool] = {}

    def begin_stop(self) -> None:
        """Start nothing from now on, what comes is queued again; what runs goes on."""
        self._is_stopping = True
        self._tell(self._isolation.end)

    def hand_over(self) -> None:
        """Cut off what runs here and queue it again, for another process or the next boot."""
        self._is_handing_over = True
        self._tell(self._hand_over)

    def _hand_over(self) -> None:
        for run in self._runs:
            run.hand_over()

    async def run(self, execution_id: int, segment: int, durable: Steps) -> bool:
        """Run a segment of an execution; the engine calls this.

        Returns:
            Whether the job is done: the execution has ended, waits for a person, or is not to be run. If not, it is to
            be queued again: another execution has this process for itself, the process is to end, or it lacks tools
            that another has.
        """
        self._loop = asyncio.get_running_loop()
        if not await self._fitness.is_fit(execution_id) or self._is_stopping or self._isolation.is_taken:
            return False
        # From before the claim, so that no request to stop falls between.
        with self._signals.watch(execution_id) as watch:
            execution = await self._claim(execution_id, segment, ALONE_AFTER)
            if execution is not None:
                return await self._run(execution, durable, watch)
            is_suspect = partial(self._is_suspect, execution_id, segment)
            if not await is_suspect():
                return True
            async with self._isolation.alone(watch.news, is_suspect) as is_alone:
                if not is_alone:
                    return not await is_suspect()
                execution = await self._claim(execution_id, segment)
                return execution is None or await self._run(execution, durable, watch)

    async def _run(self, execution: Execution, durable: Steps, watch: RunWatch) -> bool:
        run = SegmentRun(self._services, execution, durable, watch, self._signals)
        self._runs.add(run)
        self.running[execution.id] = takes_slot(execution.execution_type)
        if self._is_handing_over:
            # Claimed at the last moment.
            run.hand_over()
        try:
            with traces.inside(traces.place_of(execution.id)):
                return await run.to_end()
        except Fenced:
            logger.info("execution.fenced", execution_id=execution.id, attempt=execution.attempt)
            return True
        finally:
            self.running.pop(execution.id, None)
            self._runs.discard(run)
            self._isolation.look()

    async def _claim(self, execution_id: int, segment: int, crashes_below: int | None = None) -> Execution | None:
        # What was recorded of an earlier segment stays: a workflow goes on at the step it had reached.
        values = progress_values(Progress(phase=Phase.WAITING)) if segment == 0 else {}
        claim = Change(
            execution_id,
            Status.RUNNING,
            segment=segment,
            crashes_below=crashes_below,
            values=values,
            told=self._told,
        )
        self._claiming += 1
        try:
            recorded = await self._services.log.record(claim)
        finally:
            self._claiming -= 1
            self._isolation.look()
        return None if recorded is None else recorded.execution

    async def _is_suspect(self, execution_id: int, segment: int) -> bool:
        """Tell whether an execution that could not be claimed is one that runs alone only."""
        found = await retry_read(self._services.database, lambda c: executions.find(c, execution_id))
        if found is None or found.status is not Status.PENDING or found.segment != segment:
            return False
        return found.crashes >= ALONE_AFTER

    def _is_empty(self) -> bool:
        # Of those whose parts do the work nothing is held against them: they may stay.
        return not self._claiming and not any(run.takes_slot for run in self._runs)

    def _tell(self, work: Callable[[], object]) -> None:
        if self._loop is not None:
            # A loop that has closed runs nothing.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(work)
