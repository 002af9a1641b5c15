"""A case on a target in two runs of a suite: what came of it in each, and how it went from one to the other. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from execution_hub.domain.verdict import CellOutcome

_DIGITS = 9


class Turn(StrEnum):
    """How a case on a target went from the first run to the second; the order is that of the table."""

    REGRESSION = "regression"
    FIXED = "fixed"
    STILL_FAILING = "still_failing"
    # It has no outcome in one of them: that run was stopped, or goes on.
    OPEN = "open"
    NEW = "new"
    GONE = "gone"
    STILL_PASSING = "still_passing"


@dataclass(frozen=True, slots=True)
class RanCell:
    """One case on one target in one repeat, as it was run.

    Attributes:
        case, target, repeat: Its places in the plan, each from 0.
        execution_id: The execution that ran it; None where none began.
        outcome: What came of it; None where nothing did yet.
        cost_usd, tokens, seconds: What it took; None where nobody knows.
    """

    case: int
    target: int
    repeat: int
    execution_id: int | None = None
    outcome: CellOutcome | None = None
    cost_usd: float | None = None
    tokens: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of some cells, and what they took.

    Attributes:
        passed, errors, total: How many passed, could not be judged, and have an outcome at all.
        cost_usd, tokens: Of all together; None where nobody knows.
        seconds: How long one took that has an outcome, on average; None where nobody knows.
    """

    passed: int = 0
    errors: int = 0
    total: int = 0
    cost_usd: float | None = None
    tokens: int | None = None
    seconds: float | None = None

    @classmethod
    def of(cls, cells: Sequence[RanCell]) -> "Figures":
        """Add cells up."""
        passed = errors = total = tokens = 0
        cost, seconds = 0.0, 0.0
        has_tokens = has_cost = False
        timed = 0
        for each in cells:
            if each.cost_usd is not None:
                has_cost, cost = True, cost + each.cost_usd
            if each.tokens is not None:
                has_tokens, tokens = True, tokens + each.tokens
            if each.outcome is None:
                continue
            total += 1
            passed += each.outcome is CellOutcome.PASSED
            errors += each.outcome is CellOutcome.ERROR
            if each.seconds is not None:
                timed, seconds = timed + 1, seconds + each.seconds
        return cls(
            passed,
            errors,
            total,
            round(cost, _DIGITS) if has_cost else None,
            tokens if has_tokens else None,
            round(seconds / timed, 3) if timed else None,
        )

    @property
    def pass_rate(self) -> float | None:
        """The share that passed, 0 to 1; None of nothing."""
        return round(self.passed / self.total, _DIGITS) if self.total else None

    @property
    def is_pass(self) -> bool:
        """Whether every repeat passed."""
        return 0 < self.total == self.passed

    def as_json(self) -> dict[str, Any]:
        """Return them as on the wire."""
        return {**{name: getattr(self, name) for name in Figures.__dataclass_fields__}, "pass_rate": self.pass_rate}


@dataclass(frozen=True, slots=True)
class CaseTurn:
    """A case on a target, in both runs.

    Attributes:
        case: Its name.
        target: The place of its pair among `RunComparison.targets`.
        turn: How it went.
        first, second: What came of it; None where it was not run.
        executions: The executions of both, repeat by repeat; None where one has none.
        is_changed: Whether the case itself is another: its input, its checks.
    """

    case: str
    target: int
    turn: Turn
    first: Figures | None
    second: Figures | None
    executions: tuple[tuple[int | None, int | None], ...]
    is_changed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {
            "case": self.case,
            "target": self.target,
            "turn": self.turn.value,
            "first": self.first and self.first.as_json(),
            "second": self.second and self.second.as_json(),
            "executions": [list(each) for each in self.executions],
            "is_changed": self.is_changed,
        }


def turn_of(first: Figures | None, second: Figures | None) -> Turn:
    """Return how a case went; None for a run that did not have it."""
    if first is None:
        return Turn.NEW
    if second is None:
        return Turn.GONE
    if not first.total or not second.total:
        return Turn.OPEN
    turns = {
        (True, True): Turn.STILL_PASSING,
        (True, False): Turn.REGRESSION,
        (False, True): Turn.FIXED,
        (False, False): Turn.STILL_FAILING,
    }
    return turns[first.is_pass, second.is_pass]


def executions_of(first: Sequence[RanCell], second: Sequence[RanCell]) -> tuple[tuple[int | None, int | None], ...]:
    """Return the executions of both by repeat; first a repeat that came out differently, which is looked at first."""
    # Of thousands of cases most run once.
    if len(first) <= 1 and len(second) <= 1 and {each.repeat for each in (*first, *second)} == {0}:
        return ((_id(first[0] if first else None), _id(second[0] if second else None)),)
    before, after = ({each.repeat: each for each in side} for side in (first, second))
    pairs = [(before.get(repeat), after.get(repeat)) for repeat in sorted({*before, *after})]
    pairs.sort(key=lambda pair: len({each and each.outcome for each in pair}) == 1)
    return tuple((_id(one), _id(other)) for one, other in pairs)


def _id(cell: RanCell | None) -> int | None:
    return None if cell is None else cell.execution_id
