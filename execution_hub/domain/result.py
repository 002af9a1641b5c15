"""What came of one case on one target, in one repeat of a suite's run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple

from execution_hub.domain.status import Status
from execution_hub.domain.verdict import CellOutcome, exactly


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of one check.

    Attributes:
        type: Of the check.
        passed: Whether it passed; None where it could not be looked at.
        reason: Why, in English.
        weight: How much it counts.
        execution_id: The execution of the model that judged; None where none did.
        code: Why, for words in another language (`words.reasons`); empty where the words are a model's own.
        values: What fills those words, by name.
    """

    type: str
    passed: bool | None
    reason: str
    weight: float = 1.0
    execution_id: int | None = None
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {name: getattr(self, name) for name in CheckResult.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Result:
    """A stored result.

    Attributes:
        number: Its place in the run: see `Cell`.
        child_id: The execution that ran it.
        outcome: What came of it; None as long as it runs.
        checks: What came of each check.
    """

    number: int
    child_id: int
    outcome: CellOutcome | None = None
    checks: tuple[CheckResult, ...] = ()


class MeasuredResult(NamedTuple):
    """A stored result and what its execution took, without its checks; thousands go from process to process.

    Attributes:
        number, child_id: See Result.
        stored_outcome: What came of it, as it is stored; None as long as it runs.
        cost_usd, input_tokens, output_tokens, active_ms: What it took; None where nobody knows.
    """

    number: int
    child_id: int
    stored_outcome: str | None
    cost_usd: float | None
    input_tokens: int | None
    output_tokens: int | None
    active_ms: int | None

    @property
    def outcome(self) -> CellOutcome | None:
        """What came of it."""
        return None if self.stored_outcome is None else CellOutcome(self.stored_outcome)

    @property
    def tokens(self) -> int | None:
        """All tokens; None where a part of them is not known."""
        known = self.input_tokens is not None and self.output_tokens is not None
        return (self.input_tokens or 0) + (self.output_tokens or 0) if known else None

    @property
    def seconds(self) -> float | None:
        """How long it ran."""
        return None if self.active_ms is None else self.active_ms / 1000


@dataclass(frozen=True, slots=True)
class ResultOutline:
    """A result without its checks, and how its execution is: what a matrix of many shows of it.

    Attributes:
        number, child_id, outcome: See Result.
        status: Of the execution; None where that has gone.
        mark: What a person said of it; None for nothing.
    """

    number: int
    child_id: int
    outcome: CellOutcome | None = None
    status: Status | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class ResultChange:
    """What a runner writes of a result.

    Attributes:
        number: Which one.
        child_id: The execution that runs it.
        outcome: What came of it; None for one that has begun.
        checks: What came of each check.
    """

    number: int
    child_id: int
    outcome: CellOutcome | None = None
    checks: tuple[CheckResult, ...] = ()


def outcome_of(checks: Sequence[CheckResult], min_score: float = 1.0) -> CellOutcome:
    """Return what comes of a case whose execution succeeded.

    Args:
        checks: What came of its checks.
        min_score: Which share of them, by weight, must pass.

    Returns:
        What it is whatever the checks say that could not be looked at, and an error where it hangs on them.

    >>> outcome_of((CheckResult("equals", True, ""), CheckResult("judge", None, "")))
    <CellOutcome.ERROR: 'error'>
    >>> outcome_of((CheckResult("equals", True, "", 3), CheckResult("judge", None, "")), 0.75)
    <CellOutcome.PASSED: 'passed'>
    """
    needed = exactly(min_score)
    if _share(checks) >= needed:
        return CellOutcome.PASSED
    best = _share([replace(each, passed=each.passed is not False) for each in checks])
    return CellOutcome.ERROR if best >= needed else CellOutcome.FAILED


def _share(checks: Sequence[CheckResult]) -> Fraction:
    total = sum(exactly(each.weight) for each in checks)
    return sum(exactly(each.weight) for each in checks if each.passed) / total if total else Fraction(1)
