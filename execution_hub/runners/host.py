"""What stands around every runner: claims the execution, keeps its time, stores how it ended."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import Execution, Phase, Progress
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step
from execution_hub.engine.port import Steps
from execution_hub.errors import ExecutionError, InternalError, Interrupted, TimedOut
from execution_hub.live.bus import Bus
from execution_hub.live.journal import Fenced, Journal
from execution_hub.live.log import EventLog
from execution_hub.runners.approvals import Approvals
from execution_hub.runners.port import ModelSource, Outcome, RunContext, Runner
from execution_hub.store import executions, steps
from execution_hub.store.database import Connection, Database
from execution_hub.store.executions import Change, error_values, progress_values

logger = structlog.get_logger(__name__)

# An input that kills its process must not do so for ever.
INTERRUPTIONS_MAX = 9


class Host:
    """Runs executions with the runner of their type."""

    def __init__(
        self, database: Database, log: EventLog, bus: Bus, models: ModelSource, runners: Mapping[str, Runner]
    ) -> None:
        """Keep what every run needs.

        Args:
            database: Where executions are read.
            log: Where all of them are written.
            bus: What wakes a runner.
            models: Where runners find models.
            runners: The runner of each execution type.
        """
        self._database = database
        self._log = log
        self._bus = bus
        self._models = models
        self._runners = runners

    async def run(self, execution_id: int, segment: int, durable: Steps) -> None:
        """Run a segment of an execution; the engine calls this.

        Returns when the execution has ended, waits for a person, or is not to be run here. Cancelled, it
        leaves the execution as it is: the next boot takes it over.
        """
        attempt = await self._claim(execution_id, segment)
        if attempt is None:
            return
        found = await asyncio.to_thread(self._database.read, lambda connection: _read(connection, execution_id))
        if found is None:
            return
        execution, recorded = found
        logger.info("execution.started", execution_id=execution_id, attempt=attempt, type=execution.execution_type)
        try:
            await _Run(self, execution, recorded, durable).to_end()
        except Fenced:
            logger.info("execution.fenced", execution_id=execution_id, attempt=attempt)

    async def _claim(self, execution_id: int, segment: int) -> int | None:
        # What was recorded of an earlier segment stays: a workflow goes on at the step it had reached.
        values = progress_values(Progress(phase=Phase.WAITING)) if segment == 0 else {}
        recorded = await asyncio.wrap_future(
            self._log.record(Change(execution_id, Status.RUNNING, segment=segment, values=values))
        )
        return None if recorded is None else recorded.attempt


class _Run:
    """One segment of one execution, claimed."""

    def __init__(self, host: Host, execution: Execution, recorded: tuple[Step, ...], durable: Steps) -> None:
        self._execution = execution
        self._runner = host._runners.get(execution.execution_type)  # noqa: SLF001 - its other half
        self._journal = Journal(host._log, execution.id, execution.attempt)  # noqa: SLF001
        self._began = time.monotonic()
        self._context = RunContext(
            execution,
            self._journal,
            durable,
            host._models,  # noqa: SLF001
            recorded,
            Approvals(host._database, host._bus, execution.id),  # noqa: SLF001
            self._pause,
        )

    async def to_end(self) -> None:
        outcome = await self._outcome()
        if outcome is not None:
            await self._finish(outcome)

    @property
    def _active_ms(self) -> int:
        return (self._execution.active_ms or 0) + round((time.monotonic() - self._began) * 1000)

    async def _pause(self, waiting: frozenset[str]) -> bool:
        values = {"active_ms": self._active_ms, "segment": self._execution.segment + 1}
        return await self._journal.pause(waiting, **values)

    async def _outcome(self) -> Outcome | None:
        execution = self._execution
        try:
            if execution.interruptions > INTERRUPTIONS_MAX:
                raise Interrupted
            if self._runner is None:
                raise InternalError(f"This hub knows no executions of type {execution.execution_type}.")
            async with asyncio.timeout(self._seconds_left()) as limit:
                return await self._runner.run(self._context)
        except TimeoutError:
            if limit.expired():
                usage = replace(execution.usage, is_partial=True)
                return Outcome("", usage, error=TimedOut(after_seconds=execution.timeout_seconds))
            return self._mistake()
        except ExecutionError as error:
            return Outcome("", error=error)
        except Fenced:
            raise
        except Exception:
            return self._mistake()

    def _seconds_left(self) -> float | None:
        limit = self._execution.timeout_seconds
        return None if limit is None else max(0.0, limit - (self._execution.active_ms or 0) / 1000)

    def _mistake(self) -> Outcome:
        # Called while the exception is being handled.
        logger.exception("execution.mistake", execution_id=self._execution.id)  # noqa: LOG004
        return Outcome("", error=InternalError())

    async def _finish(self, outcome: Outcome) -> None:
        error, journal = outcome.error, self._journal
        values: dict[str, Any] = {
            **steps.usage_values(outcome.usage),
            **progress_values(outcome.progress or Progress(outcome.usage.output_tokens, None, Phase.DONE)),
            "active_ms": self._active_ms,
            "meta": outcome.meta,
            # What a failed run wrote is kept.
            "test_output": outcome.output or journal.written or (None if error else ""),
        }
        if error is None:
            await journal.finish(Status.SUCCEEDED, **values)
        else:
            journal.emit(EventKind.ERROR, {"code": error.code, "message": error.message, "details": error.details})
            await journal.finish(Status.FAILED, **values, **error_values(error.code, error.message))
        logger.info(
            "execution.ended",
            execution_id=self._execution.id,
            status="succeeded" if error is None else "failed",
            code=None if error is None else error.code,
        )


def _read(connection: Connection, execution_id: int) -> tuple[Execution, tuple[Step, ...]] | None:
    execution = executions.find(connection, execution_id)
    return None if execution is None else (execution, tuple(steps.of(connection, execution_id)))
