"""One run of a segment of an execution: keeps its time, stops it or hands it over, stores how it ended."""

import asyncio
import time
from typing import Any

import structlog

from execution_hub.domain.call import Call, CallKind, CallStatus
from execution_hub.domain.clock import now, to_wire
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import Execution, Phase, Progress
from execution_hub.domain.result import Result
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step
from execution_hub.domain.usage import Usage
from execution_hub.engine.port import Steps
from execution_hub.errors import ExecutionError, InternalError, TimedOut
from execution_hub.live.journal import Fenced, Journal
from execution_hub.runners.approvals import Approvals
from execution_hub.runners.children import Children
from execution_hub.runners.left import handed_over
from execution_hub.runners.port import Outcome, RunContext
from execution_hub.runners.retry import retry_read
from execution_hub.runners.run_end import tell_end
from execution_hub.runners.run_signals import RunSignals, RunWatch, characters_after
from execution_hub.runners.services import RunnerServices
from execution_hub.store import calls, children, executions, results, steps
from execution_hub.store.executions import error_values, progress_values

logger = structlog.get_logger(__name__)


class SegmentRun:
    """One segment of one execution, claimed."""

    def __init__(
        self,
        services: RunnerServices,
        execution: Execution,
        durable: Steps,
        watch: RunWatch,
        signals: RunSignals,
    ) -> None:
        """Prepare it; `to_end` begins.

        Args:
            services: What every run needs.
            execution: What runs, as it was claimed.
            durable: The engine's steps.
            watch: Hears of a stop, from before the claim.
            signals: What its parts are heard by.
        """
        self._services = services
        self._watch = watch
        self._execution = execution
        self._type = services.types.get(execution.execution_type)
        self._journal = Journal(services.log, execution.id, execution.claims, execution.meta)
        self._began = time.monotonic()
        self._work: asyncio.Future[Outcome | None] | None = None
        self._is_handed_over = False
        self._stopped: list[dict[str, Any]] = []
        self._children = Children(
            services.database, services.log, services.submit, signals, execution, services.child_timeout_seconds
        )
        approvals = Approvals(services.database, watch.news, execution.id)
        self._context = RunContext(
            execution,
            self._journal,
            durable,
            services.models,
            self._read_steps,
            self._read_calls,
            self._read_open_calls,
            self._read_approved,
            approvals,
            self._pause,
            services.pool,
            services.tools,
            self._note_stopped,
            self._children,
            self._read_results,
            self._read_calls_of,
            self._read_usages,
            services.fence,
            services.limit,
            services.output_max_bytes,
        )

    @property
    def takes_slot(self) -> bool:
        """Whether it does the work itself, not its parts."""
        return not self._has_parts

    def hand_over(self) -> None:
        """Cut it off, and let another process go on with it; not what has ended and only has to be written."""
        self._is_handed_over = True
        if self._work is not None:
            self._work.cancel()

    async def to_end(self) -> bool:
        """Run until it has ended, waits for a person, is handed over, or somebody asked it to stop.

        Returns:
            Whether its job is done; False if it was handed over.
        """
        execution = self._execution
        logger.info("execution.started", execution_id=execution.id, attempt=execution.attempt)
        self._work = work = asyncio.ensure_future(self._outcome())
        if self._is_handed_over:
            work.cancel()
        asked = asyncio.ensure_future(self._watch.stop_requested(execution))
        try:
            await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
            is_cancelled = asked.done() and not work.done()
            if is_cancelled:
                # Not a request, but that nobody can tell whether there is one: the database stays away.
                asked.result()
        finally:
            asked.cancel()
            # Whatever ends the run closes the provider's connection before anything else happens.
            work.cancel()
            await asyncio.gather(work, asked, return_exceptions=True)
            self._children.close()
        if self._is_handed_over and work.cancelled() and not is_cancelled:
            return await self._finish_handed_over()
        outcome = None if is_cancelled else work.result()
        if (is_cancelled or outcome is not None) and self._has_parts:
            # Not where the process stops: then they go on.
            await self._children.stop()
        if is_cancelled:
            await self._finish_cancelled()
        elif outcome is not None:
            await self._finish(outcome)
        return True

    @property
    def _has_parts(self) -> bool:
        return self._type is not None and not self._type.takes_slot

    @property
    def _active_ms(self) -> int:
        return (self._execution.active_ms or 0) + round((time.monotonic() - self._began) * 1000)

    async def _read_steps(self) -> list[Step]:
        return await retry_read(self._services.database, lambda c: steps.of(c, self._execution.id))

    async def _read_calls(self, step: str | None, round_: int) -> list[Call]:
        return await retry_read(self._services.database, lambda c: calls.of(c, self._execution.id, step, round_))

    async def _read_open_calls(self) -> list[Call]:
        return await retry_read(self._services.database, lambda c: calls.open_of(c, self._execution.id))

    async def _read_results(self) -> list[Result]:
        return await retry_read(self._services.database, lambda c: results.of(c, self._execution.id))

    async def _read_calls_of(self, execution_id: int) -> list[Call]:
        return await retry_read(self._services.database, lambda c: calls.of(c, execution_id, whole=False))

    async def _read_usages(self) -> list[tuple[int, bool, Usage]]:
        return await retry_read(self._services.database, lambda c: children.usages_of(c, self._execution.id))

    async def _read_approved(self) -> set[tuple[str, str]]:
        return await retry_read(self._services.database, lambda c: calls.approved_tools(c, self._execution.id))

    async def _pause(self, waiting: frozenset[str], calls: frozenset[int] = frozenset()) -> bool:
        values = {
            "active_ms": self._active_ms,
            "segment": self._execution.segment + 1,
            "pauses": self._execution.pauses + 1,
            # It has not gone on yet: see `domain.execution.attempt_of`.
            "resumed_at": None,
        }
        return await self._journal.pause(waiting, calls, **values)

    async def _outcome(self) -> Outcome | None:
        execution = self._execution
        try:
            if self._type is None:
                raise InternalError(f"This hub knows no executions of type {execution.execution_type}.")
            async with asyncio.timeout(self._seconds_left()) as limit:
                return await self._type.run(self._context)
        except TimeoutError:
            if limit.expired():
                return Outcome("", None, error=TimedOut(after_seconds=execution.timeout_seconds))
            return self._mistake()
        except ExecutionError as error:
            return Outcome("", execution.usage, error=error)
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
        return Outcome("", None, error=InternalError())

    async def _finish(self, outcome: Outcome) -> None:
        error, journal = outcome.error, self._journal
        values: dict[str, Any] = {
            **_usage_and_progress(outcome),
            "active_ms": self._active_ms,
            "stop_reason": outcome.stop_reason,
            "is_cut": outcome.is_cut,
            # What a failed run wrote is kept.
            "test_output": outcome.output or journal.written or (None if error else ""),
        }
        told = {"stop_reason": outcome.stop_reason, "is_cut": outcome.is_cut} if outcome.stop_reason else {}
        if error is None:
            await journal.finish(Status.SUCCEEDED, told, **values)
        else:
            journal.emit(EventKind.ERROR, {"code": error.code, "message": error.message, "details": error.details})
            await journal.finish(Status.FAILED, told, **values, **error_values(error.code, error.message))
        ended = Status.SUCCEEDED if error is None else Status.FAILED
        tell_end(self._execution, ended, None if error is None else error.code)

    def _note_stopped(self, call: Call, is_told: bool) -> None:
        told = {"number": call.number, "server": call.server, "tool": call.tool, "is_told": is_told}
        self._stopped.append(told)

    async def _finish_cancelled(self) -> None:
        """Keep what there is, with the proof: what was closed and cancelled when, and what came after the request."""
        closed_at, requested_at = now(), self._watch.requested_at
        assert requested_at is not None, "it was asked for"
        await self._journal.flush()
        found, late, left = await retry_read(
            self._services.database,
            lambda c: (
                executions.find(c, self._execution.id),
                characters_after(c, self._execution.id),
                calls.open_of(c, self._execution.id) if self._stopped else [],
            ),
        )
        has_stream = any(call.kind is CallKind.TURN and call.status is CallStatus.RUNNING for call in left)
        proof: dict[str, Any] = {
            "requested_at": to_wire(requested_at),
            "closed_at": to_wire(closed_at),
            "closed_after_ms": max(0, round((closed_at - requested_at).total_seconds() * 1000)),
            "characters_after": late,
        }
        if self._stopped:
            proof |= {"calls": self._stopped, "has_stream": has_stream or late > 0}
        self._journal.emit(EventKind.CANCEL, {"stage": "closed", **proof})
        meta = found.meta if found is not None else {}
        await self._journal.finish(
            Status.CANCELLED,
            active_ms=self._active_ms,
            meta={**meta, "stop": proof},
            test_output=self._journal.written or None,
            # Of a call that was cut off only the least is known of what it wrote.
            usage_is_partial=True,
        )
        tell_end(self._execution, Status.CANCELLED, None)

    async def _finish_handed_over(self) -> bool:
        await self._journal.flush()
        found = await retry_read(self._services.database, lambda c: executions.find(c, self._execution.id))
        if found is None or await self._services.log.record(handed_over(found, now())) is None:
            raise Fenced
        # It obeyed a stop that was asked for at the same moment.
        return found.cancel_requested_at is not None


def _usage_and_progress(outcome: Outcome) -> dict[str, Any]:
    if outcome.usage is None:
        # What was told meanwhile stays, and is the least.
        return {"usage_is_partial": True, "progress_phase": Phase.DONE.value}
    progress = outcome.progress or Progress(outcome.usage.output_tokens or 0, None, Phase.DONE)
    return {**steps.usage_values(outcome.usage, outcome.meta), **progress_values(progress)}
