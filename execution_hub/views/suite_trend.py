"""The runs of a suite over time, and the newest verdicts of agents, as pages show them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import Execution
from execution_hub.domain.formats import format_cost, format_duration
from execution_hub.domain.verdict import TargetVerdict, Verdict

# So many dots are a trend.
DOTS = 10
PASSED, FAILED = "passed", "failed"


@dataclass(frozen=True, slots=True)
class RunPoint:
    """A run of a suite in its charts.

    Attributes:
        id: The execution.
        at: When it ended, ISO 8601.
        path: Its page.
        verdict: `passed` or `failed`; empty where that is open.
        rate: The share that passed, 0 to 100; None for nothing.
        rate_text: The same in words, with how many.
        cost, took_ms: What it cost, and how long it ran; None where nobody knows.
        cost_text, took_text: The same in words.
    """

    id: int
    at: str
    path: str
    verdict: str
    rate: float | None
    rate_text: str
    cost: float | None
    cost_text: str
    took_ms: int | None
    took_text: str


@dataclass(frozen=True, slots=True)
class VerdictMark:
    """A verdict of an agent as a dot.

    Attributes:
        execution_id: The run; 0 for none.
        verdict: `passed` or `failed`; empty where it is neither.
        text: How many cells passed: `9/10`.
        suite_id: Whose run it is.
        suite: What that was called then.
    """

    execution_id: int = 0
    verdict: str = ""
    text: str = ""
    suite_id: int = 0
    suite: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """How an agent fared in its tests.

    Attributes:
        newest: Its newest verdict; none if it has none.
        at: When that run ended, ISO 8601.
        dots: The last verdicts, the oldest first.
        passed: How many of them passed.
    """

    newest: VerdictMark = VerdictMark()
    at: str = ""
    dots: list[VerdictMark] = field(default_factory=list)
    passed: int = 0


def run_points(runs: Iterable[tuple[Execution, Verdict | None]]) -> list[RunPoint]:
    """Return the points of the charts, the oldest first; runs that have not ended are left out.

    Args:
        runs: The newest first, each with what came of it.
    """
    return [_point(run, verdict) for run, verdict in reversed(list(runs)) if run.is_finished and verdict is not None]


def _point(run: Execution, verdict: Verdict) -> RunPoint:
    took = run.duration_ms()
    rate = verdict.pass_rate
    return RunPoint(
        run.id,
        to_wire(run.finished_at) or "",
        f"/executions/{run.id}",
        verdict_word(verdict),
        None if rate is None else round(100 * rate, 1),
        f"{verdict.passed}/{verdict.total}",
        run.usage.cost_usd,
        "" if run.usage.cost_usd is None else format_cost(run.usage.cost_usd),
        took,
        "" if took is None else format_duration(took),
    )


def verdict_word(verdict: Verdict) -> str:
    """Return a verdict in the word its look goes by."""
    return {True: PASSED, False: FAILED, None: ""}[verdict.is_pass]


def trend_of(verdicts: Sequence[TargetVerdict]) -> Trend:
    """Return how an agent fared.

    Args:
        verdicts: The newest first.
    """
    if not verdicts:
        return Trend()
    dots = [mark_of(each) for each in reversed(verdicts[:DOTS])]
    passed = sum(each.verdict == PASSED for each in dots)
    return Trend(dots[-1], to_wire(verdicts[0].ended_at) or "", dots, passed)


def mark_of(verdict: TargetVerdict) -> VerdictMark:
    """Return a verdict as a dot."""
    found = verdict.verdict
    return VerdictMark(
        verdict.execution_id,
        verdict_word(found),
        f"{found.passed}/{found.total}",
        verdict.suite_id,
        verdict.suite_name,
    )


def trends_by_suite(verdicts: Sequence[TargetVerdict]) -> list[Trend]:
    """Return how an agent fared in each of its suites, the one that ran last first."""
    suites = dict.fromkeys(each.suite_id for each in verdicts)
    return [trend_of([each for each in verdicts if each.suite_id == suite]) for suite in suites]


def marks_by_version(verdicts: Sequence[TargetVerdict]) -> dict[str, list[VerdictMark]]:
    """Return the newest verdict of each suite that each saved version of an agent had."""
    found: dict[str, dict[int, VerdictMark]] = {}
    for each in verdicts:
        if each.version is not None:
            found.setdefault(str(each.version), {}).setdefault(each.suite_id, mark_of(each))
    return {version: list(marks.values()) for version, marks in found.items()}
