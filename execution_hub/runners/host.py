"""What stands around every runner: claims the execution, keeps its time, stores how it ended."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import Execution, Phase, Progress
from execution_hub.domain.status import Status
from execution_hub.engine.port import Steps
from execution_hub.errors import ExecutionError, InternalError, Interrupted, TimedOut
from execution_hub.live.journal import Fenced, Journal
from execution_hub.live.log import EventLog
from execution_hub.runners.port import ModelSource, Outcome, RunContext, Runner
from execution_hub.store import executions
from execution_hub.store.database import Database
from execution_hub.store.executions import Change, error_values, progress_values, usage_values

logger = structlog.get_logger(__name__)

# An input that kills its process must not do so for ever.
ATTEMPTS_MAX = 10


class Host:
    """Runs executions with the runner of their type."""

    def __init__(self, database: Database, log: EventLog, models: ModelSource, runners: Mapping[str, Runner]) -> None:
        """Keep what every run needs.

        Args:
            database: Where executions are read.
            log: Where all of them are written.
            models: Where runners find models.
            runners: The runner of each execution type.
        """
        self._database = database
        self._log = log
        self._models = models
        self._runners = runners

    async def run(self, execution_id: int, _segment: int, steps: Steps) -> None:
        """Run a segment of an execution; the engine calls this.

        Returns when the execution has ended, or is not to be run here. Cancelled, it leaves the
        execution as it is: the next boot takes it over.
        """
        attempt = await self._claim(execution_id)
        if attempt is None:
            return
        execution = await asyncio.to_thread(self._database.read, lambda c: executions.find(c, execution_id))
        if execution is None:
            return
        journal = Journal(self._log, execution_id, attempt)
        logger.info("execution.started", execution_id=execution_id, attempt=attempt, type=execution.execution_type)
        try:
            outcome = await self._outcome(execution, RunContext(execution, journal, steps, self._models))
            await self._finish(execution, journal, outcome)
        except Fenced:
            logger.info("execution.fenced", execution_id=execution_id, attempt=attempt)

    async def _claim(self, execution_id: int) -> int | None:
        change = Change(execution_id, Status.RUNNING, values=progress_values(Progress(phase=Phase.WAITING)))
        recorded = await asyncio.wrap_future(self._log.record(change))
        return None if recorded is None else recorded.attempt

    async def _outcome(self, execution: Execution, context: RunContext) -> Outcome:
        try:
            if execution.attempt > ATTEMPTS_MAX:
                raise Interrupted
            runner = self._runners.get(execution.execution_type)
            if runner is None:
                raise InternalError(f"This hub knows no executions of type {execution.execution_type}.")
            async with asyncio.timeout(execution.timeout_seconds) as limit:
                return await runner.run(context)
        except TimeoutError:
            if limit.expired():
                usage = replace(execution.usage, is_partial=True)
                return Outcome("", usage, error=TimedOut(after_seconds=execution.timeout_seconds))
            return self._mistake(execution)
        except ExecutionError as error:
            return Outcome("", error=error)
        except Fenced:
            raise
        except Exception:
            return self._mistake(execution)

    def _mistake(self, execution: Execution) -> Outcome:
        # Called while the exception is being handled.
        logger.exception("execution.mistake", execution_id=execution.id)  # noqa: LOG004
        return Outcome("", error=InternalError())

    async def _finish(self, execution: Execution, journal: Journal, outcome: Outcome) -> None:
        error = outcome.error
        values: dict[str, Any] = {
            **usage_values(outcome.usage),
            **progress_values(Progress(outcome.usage.output_tokens, None, Phase.DONE)),
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
            execution_id=execution.id,
            status="succeeded" if error is None else "failed",
            code=None if error is None else error.code,
        )
