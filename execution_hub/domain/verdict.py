"""What came of a suite's run: outcomes counted, a pass rate with its interval, and whether it passed. Pure."""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from execution_hub.domain.clock import to_wire

# The quantile of the normal distribution for an interval that holds the true rate 95 times of 100.
Z_95 = 1.959963984540054
_RATE_DIGITS = 6
Key = TypeVar("Key", bound=Hashable)


class CellOutcome(StrEnum):
    """What came of a case on a target, in one repeat; apart from the status of its execution."""

    PASSED = "passed"
    FAILED = "failed"
    # It could not be judged: its execution failed or was stopped, or a check could not be looked at.
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of a run, so far.

    Attributes:
        passed, failed, errors: How many have this outcome.
        total: How many there are in all, also those that have none yet.
        needed: The pass rate that is needed, 0 to 1.
        flaky: How many cases came out differently on one target: see `flaky_of`; None where nobody looked.
    """

    passed: int
    failed: int
    errors: int
    total: int
    needed: float = 1.0
    flaky: int | None = None

    @classmethod
    def of(cls, outcomes: Iterable[CellOutcome], total: int, needed: float, flaky: int | None = None) -> "Verdict":
        """Count outcomes."""
        found = list(outcomes)
        passed, failed, errors = (found.count(each) for each in CellOutcome)
        return cls(passed, failed, errors, total, needed, flaky)

    @property
    def judged(self) -> int:
        """How many have an outcome."""
        return self.passed + self.failed + self.errors

    @property
    def is_whole(self) -> bool:
        """Whether all have an outcome; of a run that was cut or goes on, nobody can say how sure its rate is."""
        return self.judged == self.total

    @property
    def pass_rate(self) -> float | None:
        """The share of all that passed, 0 to 1; what could not be judged has not passed. None of nothing."""
        return round(self.passed / self.total, _RATE_DIGITS) if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true pass rate is, 95 times of 100, by those that have an outcome: see `wilson`; None of none."""
        return wilson(self.passed, self.judged) if self.judged else None

    @property
    def is_pass(self) -> bool | None:
        """Whether the run passed; None as long as that is open."""
        if not self.total:
            return None
        best = self.total - self.failed - self.errors
        needed = math.ceil(exactly(self.needed) * self.total)
        if self.passed >= needed:
            return True
        return False if best < needed else None

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as on the wire."""
        return {
            "passed": self.passed,
            "failed": self.failed,
            "errors": self.errors,
            "total": self.total,
            "pass_rate": self.pass_rate,
            "interval": None if self.interval is None else list(self.interval),
            "is_pass": self.is_pass,
            "flaky": self.flaky,
        }


@dataclass(frozen=True, slots=True)
class TargetVerdict:
    """What came of one target in an ended run of a suite.

    Attributes:
        execution_id: The run.
        target: Its place among the run's targets, from 0.
        suite_id: Whose run it is.
        agent_id, workflow_id: What was tested, one of them.
        version: Which saved version of it; None where that is not known.
        model: Which model the agent ran on; None for a workflow.
        verdict: What came of it.
        suite_name: What the suite was called then.
        ended_at: When the run ended, UTC; None of one that is about to.
    """

    execution_id: int
    target: int
    suite_id: int
    agent_id: int | None
    workflow_id: int | None
    version: int | None
    model: str | None
    verdict: Verdict
    suite_name: str = ""
    ended_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        names = ("execution_id", "target", "suite_id", "suite_name", "agent_id", "workflow_id", "version", "model")
        values = {name: getattr(self, name) for name in names}
        return {**values, "ended_at": to_wire(self.ended_at), "verdict": self.verdict.as_json()}


def exactly(number: float) -> Fraction:
    """Return a number as a person wrote it: in binary, 0.1 + 0.2 is not 0.3.

    >>> exactly(0.1) + exactly(0.2) == exactly(0.3)
    True
    """
    return Fraction(str(number))


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict of a run from those of its targets, of which there is at least one."""
    found = list(verdicts)
    passed, failed, errors, total = (
        sum(getattr(each, name) for each in found) for name in ("passed", "failed", "errors", "total")
    )
    flaky = [each.flaky for each in found if each.flaky is not None]
    return Verdict(passed, failed, errors, total, found[0].needed, sum(flaky) if len(flaky) == len(found) else None)


def flaky_of(outcomes: Iterable[tuple[Key, CellOutcome]]) -> list[Key]:
    """Return what did not always come out alike, in the order in which it was first met.

    Args:
        outcomes: Each with what it is of: a case on a target, once for each repeat.

    >>> flaky_of([("a", CellOutcome.PASSED), ("b", CellOutcome.PASSED), ("a", CellOutcome.FAILED)])
    ['a']
    """
    found: dict[Key, set[CellOutcome]] = defaultdict(set)
    for key, outcome in outcomes:
        found[key].add(outcome)
    return [key for key, different in found.items() if len(different) > 1]


def wilson(passed: int, total: int) -> tuple[float, float]:
    """Return Wilson's score interval of a rate, for 95 percent.

    It stays within 0 and 1 and is honest for few trials, where the plain one of Wald is not: E. B. Wilson, "Probable
    inference, the law of succession, and statistical inference", JASA 22 (1927).

    Args:
        passed: How many passed.
        total: Of how many, at least one.

    >>> wilson(9, 10), wilson(0, 3)
    ((0.59585, 0.982124), (0.0, 0.561497))
    """
    rate, square = passed / total, Z_95**2
    middle = (rate + square / (2 * total)) / (1 + square / total)
    half = Z_95 / (1 + square / total) * math.sqrt(rate * (1 - rate) / total + square / (4 * total**2))
    low = 0.0 if passed == 0 else max(0.0, middle - half)
    high = 1.0 if passed == total else min(1.0, middle + half)
    return round(low, _RATE_DIGITS), round(high, _RATE_DIGITS)
