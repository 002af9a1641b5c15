"""The rows of lists and of the monitor: small values, sent whole when one of them changes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import Execution
from execution_hub.domain.formats import at_least, format_cost, format_count, format_duration
from execution_hub.domain.status import Status
from execution_hub.domain.texts import one_line
from execution_hub.views.execution import step_of
from execution_hub.views.marks import mark_of, note_of
from execution_hub.views.matrix import outcome_word

TEXT_MAX = 140


@dataclass(frozen=True, slots=True)
class ExecutionRow:
    """What a row shows of an execution.

    Attributes:
        id, execution_type, status, name: As on the wire.
        is_simulated: Whether the offline model answers.
        text: The first words of the input.
        error: The first words of the error; empty unless it failed.
        error_code: Which error, for its words in the language of the page.
        phase: What it is doing: queued, waiting, writing, done.
        created_at, started_at, finished_at: ISO 8601 with Z; empty before.
        clock_from: What a ticking clock counts from; its waiting for a person is not counted.
        duration_text: How long it ran, also while it waits; empty while it runs.
        tokens_text: Its tokens; empty before there are any, and where nobody told.
        cost_text: What it cost; empty where no price is known.
        is_own_price: Whether that is by the hub's own prices (HUB_PRICES_FILE).
        is_unknown: Whether it has ended and nobody told its tokens.
        is_cost_unknown: Whether it has ended, may have cost something, and nobody can tell how much.
        is_cut: Whether it succeeded with an answer that a limit cut.
        stop_reason: Why that limit; empty where nothing was cut.
        done, total: Steps done and in all; total 0 where nobody can know.
        step: Which step it is at, or failed or was stopped at.
        place: Its place in the queue, 1 for the next one; 0 if it is not queued.
        queue_number: What its place follows from.
        is_stopping: Whether it runs and was asked to stop.
        cells: Of a suite's run, how many cells it has; 0 for all else.
        verdict: What a suite's run came to: `passed`, `failed`, `open`, or empty before and for all else.
        passed: How many of its cells passed.
        mark, note: What a person said of it: `right`, `wrong`, or nothing; and why.
        usual_ms, slow_ms: What the like usually took, and beyond which it is slow, milliseconds; 0 if nobody knows.
    """

    id: int = 0
    execution_type: str = ""
    status: str = ""
    name: str = ""
    is_simulated: bool = False
    text: str = ""
    error: str = ""
    error_code: str = ""
    phase: str = ""
    created_at: str = ""
    started_at: str = ""
    finished_at: str = ""
    clock_from: str = ""
    duration_text: str = ""
    tokens_text: str = ""
    cost_text: str = ""
    is_own_price: bool = False
    is_unknown: bool = False
    is_cost_unknown: bool = False
    is_cut: bool = False
    stop_reason: str = ""
    done: int = 0
    total: int = 0
    step: int = 0
    place: int = 0
    queue_number: int = 0
    is_stopping: bool = False
    cells: int = 0
    verdict: str = ""
    passed: int = 0
    mark: str = ""
    note: str = ""
    usual_ms: int = 0
    slow_ms: int = 0

    @classmethod
    def of(cls, execution: Execution) -> Self:
        """Take a row from an execution, whole or an excerpt."""
        is_failed = execution.status is Status.FAILED and bool(execution.error)
        usage = execution.usage_so_far
        tokens = usage.total_tokens or 0
        is_running = execution.status is Status.RUNNING
        duration = None if is_running else execution.duration_ms()
        is_least = usage.is_partial and execution.is_finished
        is_run = execution.suite_id is not None
        # Of a run it is a limit that left cells out: its page says so, and no answer is cut.
        is_cut = execution.is_cut and execution.status is Status.SUCCEEDED and not is_run
        verdict = execution.meta.get("verdict") if is_run and execution.is_finished else None
        return cls(
            id=execution.id,
            execution_type=execution.execution_type,
            status=execution.status.value,
            name=execution.name,
            is_simulated=execution.is_simulated,
            text="" if is_run else _first_words(execution.input),
            error=_first_words(execution.error) if is_failed else "",
            error_code=(execution.error_code or "") if is_failed else "",
            phase=execution.progress.word,
            created_at=to_wire(execution.created_at) or "",
            started_at=to_wire(execution.started_at) or "",
            finished_at=to_wire(execution.finished_at) or "",
            clock_from=to_wire(execution.clock_from) or "",
            duration_text="" if duration is None else format_duration(duration),
            tokens_text=at_least(format_count(tokens) if tokens else "", is_least),
            cost_text=at_least("" if usage.cost_usd is None else format_cost(usage.cost_usd), is_least),
            is_own_price=usage.is_own_price,
            is_unknown=usage.is_unknown and execution.is_finished,
            # What a run's targets are on, only its page knows: it tells.
            is_cost_unknown=usage.is_unpriced and execution.is_finished and not execution.is_simulated and not is_run,
            is_cut=is_cut,
            stop_reason=(execution.stop_reason or "") if is_cut else "",
            done=execution.progress.done,
            total=execution.progress.total or 0,
            step=step_of(execution.progress, execution.status),
            queue_number=execution.queue_number,
            is_stopping=is_running and execution.cancel_requested_at is not None,
            cells=_cells(execution) if is_run else 0,
            verdict="" if verdict is None else outcome_word(verdict.get("is_pass")),
            passed=0 if verdict is None else int(verdict.get("passed") or 0),
            mark=mark_of(execution),
            note=_first_words(note_of(execution)),
        )


def _cells(run: Execution) -> int:
    """Return how many cells a suite's run has: before it has begun, its input tells."""
    return run.progress.total or (int(run.input) if run.input.isascii() and run.input.isdigit() else 0)


def _first_words(text: str | None) -> str:
    words = one_line(text or "")
    return words if len(words) <= TEXT_MAX else words[:TEXT_MAX].rstrip() + "…"


def merge_rows(rows: Sequence[ExecutionRow], changed: Iterable[ExecutionRow]) -> list[ExecutionRow]:
    """Put changed rows where they are, and new ones before all others, newest first."""
    latest = {row.id: row for row in changed}
    kept = [latest.pop(row.id, row) for row in rows]
    return [*sorted(latest.values(), key=lambda row: -row.id), *kept]


def put_back(rows: Sequence[ExecutionRow], row: ExecutionRow) -> list[ExecutionRow]:
    """Put a row that had been taken out where it was: rows stand newest first."""
    return sorted([*(each for each in rows if each.id != row.id), row], key=lambda each: -each.id)


def with_places(rows: Sequence[ExecutionRow], queue: Sequence[int]) -> list[ExecutionRow]:
    """Give pending rows their place in the queue.

    Args:
        rows: The rows.
        queue: The queue numbers of all that is pending, ascending.
    """
    places = {number: place for place, number in enumerate(queue, 1)}
    return [
        row
        if row.place == (place := places.get(row.queue_number, 0) if row.status == Status.PENDING else 0)
        else replace(row, place=place)
        for row in rows
    ]
