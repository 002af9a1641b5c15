"""The matrix of a suite's run: cases by targets, a letter for each cell, and the verdict so far. Pure.

A page holds the letters of all cells in blocks of `BLOCK`: what changes is sent by its block, a short text that says
all of it, so that one that was lost is put right by the next. `browser/matrix_cells.js` reads the letters.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from execution_hub.domain.execution import Execution
from execution_hub.domain.formats import format_cost
from execution_hub.domain.result import ResultOutline
from execution_hub.domain.status import Status
from execution_hub.domain.suite import CELLS_MAX
from execution_hub.domain.texts import one_line
from execution_hub.domain.verdict import CellOutcome, Verdict
from execution_hub.views.marks import MARKS, mark_of

BLOCK = 500
BLOCKS = CELLS_MAX // BLOCK
FLAKY_SHOWN = 12


class CellState(StrEnum):
    """How a cell looks: what came of it, or how far it is."""

    NONE = "none"
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    # The run ended, and nothing came of it.
    LEFT = "left"


STATES = tuple(CellState)
_MARKS = ("", *MARKS)
_ENDED = (CellState.PASSED, CellState.FAILED, CellState.ERROR)
_OF_STATUS = {
    Status.PENDING: CellState.QUEUED,
    Status.RUNNING: CellState.RUNNING,
    Status.WAITING: CellState.WAITING,
    # Ended, and not judged yet.
    Status.SUCCEEDED: CellState.RUNNING,
    Status.FAILED: CellState.RUNNING,
    Status.CANCELLED: CellState.RUNNING,
}


def letter(state: CellState, mark: str = "") -> str:
    """Return the letter of a cell.

    Args:
        state: How it looks.
        mark: What a person said of it: `right`, `wrong`, or nothing.

    >>> letter(CellState.NONE), letter(CellState.PASSED), letter(CellState.FAILED, "wrong")
    ('a', 'm', 'r')
    """
    return chr(ord("a") + len(_MARKS) * STATES.index(state) + _MARKS.index(mark))


@dataclass(frozen=True, slots=True)
class TargetHead:
    """What the head of a column says.

    Attributes:
        name: Of the agent or the workflow.
        model: Of the agent; empty for a workflow.
        version: The saved version of it; 0 where that is not known.
        is_workflow: Whether it is a workflow.
    """

    name: str = ""
    model: str = ""
    version: int = 0
    is_workflow: bool = False


@dataclass(frozen=True, slots=True)
class MatrixPlan:
    """What a run is made of; does not change while it goes on.

    Attributes:
        cases: The names of the cases.
        targets: The heads of the columns.
        repeats: How often each case runs on each target.
        suite_version: Of the suite as it ran.
    """

    cases: list[str] = field(default_factory=list)
    targets: list[TargetHead] = field(default_factory=list)
    repeats: int = 1
    suite_version: int = 0

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> "MatrixPlan":
        """Read it from what a run was started with."""
        cases = [one_line(str(each.get("name") or "")) for each in definition.get("cases") or ()]
        targets = [_head(each) for each in definition.get("targets") or ()]
        version = (definition.get("suite") or {}).get("version") or 0
        return cls(cases, targets, int(definition.get("repeats") or 1), int(version))

    @property
    def total(self) -> int:
        """How many cells there are."""
        return len(self.cases) * len(self.targets) * self.repeats

    def place(self, number: int) -> tuple[int, int, int]:
        """Return case, target and repeat of a cell, each from 0.

        >>> MatrixPlan(["a", "b"], [TargetHead(), TargetHead()], 2).place(7)
        (1, 1, 1)
        """
        rest, target = divmod(number, len(self.targets))
        repeat, case = divmod(rest, len(self.cases))
        return case, target, repeat


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The verdict of a run so far, for a person.

    Attributes:
        outcome: `passed`, `failed`, or `open` as long as it may be either.
        passed, failed, errors, total, open: How many cells; open ones have no outcome.
        rate_text, needed_text: The pass rate, and that which is needed, such as `90 %`.
        low_text, high_text: Where the true rate is, 95 times of 100.
        limit: Which limit ended the run: `max_cost_usd`, `max_seconds`, or empty.
        tested_text, judged_text: What was tested cost, and what judged; empty where no price is known.
        has_judges: Whether models judged.
        flaky: The first cases whose repeats on one target did not come out alike.
        flaky_count: How many there are.
        is_over: Whether the run has ended.
    """

    outcome: str = "open"
    passed: int = 0
    failed: int = 0
    errors: int = 0
    total: int = 0
    open: int = 0
    rate_text: str = ""
    needed_text: str = ""
    low_text: str = ""
    high_text: str = ""
    limit: str = ""
    tested_text: str = ""
    judged_text: str = ""
    has_judges: bool = False
    flaky: list[str] = field(default_factory=list)
    flaky_count: int = 0
    is_over: bool = False


class Matrix:
    """The cells of one run as they are now."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        """Know of none begun yet."""
        self.plan = MatrixPlan.of(definition)
        self._needed = float(definition.get("pass_rate") or 0)
        self._states = [CellState.NONE] * self.plan.total
        self._marks = [""] * self.plan.total
        self._letters = [letter(CellState.NONE)] * self.plan.total
        self._blocks: dict[str, str] = {}
        # The places of those of which a letter is another since.
        self._changed = set(range(BLOCKS))
        self._counts = Counter(self._states)
        self._numbers: dict[int, int] = {}
        self._known = bytearray(self.plan.total)
        # By case and target, what its repeats came to: see `flaky_of`.
        self._seen: dict[tuple[int, int], set[CellState]] = {}
        self._flaky: set[int] = set()

    @property
    def begun(self) -> int:
        """The number of the first cell that has not begun, as far as is known: all before it have."""
        found = self._known.find(0)
        return self.plan.total if found < 0 else found

    def take(self, outlines: Iterable[ResultOutline]) -> None:
        """Take results as they are stored."""
        for each in outlines:
            if 0 <= each.number < self.plan.total:
                self._numbers[each.child_id] = each.number
                self._known[each.number] = 1
                status = CellState.QUEUED if each.status is None else _OF_STATUS[each.status]
                state = status if each.outcome is None else CellState(each.outcome)
                self._set(each.number, state, each.mark or "")

    def take_outcome(self, number: object, outcome: object) -> None:
        """Take what the log says of a result; what is none of these is left out."""
        if isinstance(number, int) and 0 <= number < self.plan.total and outcome in set(CellOutcome):
            self._set(number, CellState(str(outcome)), self._marks[number])

    def take_child(self, child: Execution) -> bool:
        """Take how far an execution is that the run has started; tells whether it is known which cell it is."""
        number = self._numbers.get(child.id)
        if number is None:
            return False
        known = self._states[number]
        state = known if known in _ENDED or known is CellState.LEFT else _OF_STATUS[child.status]
        self._set(number, state, mark_of(child))
        return True

    def end(self) -> None:
        """The run has ended: nothing more comes of what has no outcome."""
        for number, state in enumerate(self._states):
            if state not in _ENDED:
                self._set(number, CellState.LEFT, self._marks[number])

    def _set(self, number: int, state: CellState, mark: str) -> None:
        self._counts[self._states[number]] -= 1
        self._counts[state] += 1
        self._states[number], self._marks[number] = state, mark
        new = letter(state, mark)
        if new != self._letters[number]:
            self._letters[number] = new
            self._changed.add(number // BLOCK)
        if self.plan.repeats > 1 and state in _ENDED:
            case, target, _ = self.plan.place(number)
            seen = self._seen.setdefault((case, target), set())
            seen.add(state)
            if len(seen) > 1:
                self._flaky.add(case)

    def blocks(self) -> dict[str, str]:
        """Return the letters of all cells, by the name of their block."""
        for place in self._changed:
            self._blocks[block_name(place)] = "".join(self._letters[place * BLOCK : (place + 1) * BLOCK])
        self._changed.clear()
        return dict(self._blocks)

    def verdict(self, execution: Execution) -> VerdictView:
        """Return the verdict so far.

        Args:
            execution: The run as it is now.
        """
        passed, failed, errors = (self._counts[state] for state in _ENDED)
        verdict = Verdict(passed, failed, errors, self.plan.total, self._needed)
        low, high = verdict.interval or (0.0, 1.0)
        judged = execution.meta.get("judged") or {}
        cost, judged_cost = execution.usage.cost_usd, judged.get("cost_usd")
        # What it has used is all of it, the judges' too.
        tested = None if cost is None else max(0.0, cost - (judged_cost or 0))
        return VerdictView(
            outcome=outcome_word(verdict.is_pass),
            passed=passed,
            failed=failed,
            errors=errors,
            total=verdict.total,
            open=verdict.total - passed - failed - errors,
            rate_text=percent(verdict.pass_rate or 0),
            needed_text=percent(self._needed),
            low_text=percent(low),
            high_text=percent(high),
            limit=str(execution.meta.get("limit") or ""),
            tested_text="" if tested is None else format_cost(tested),
            judged_text="" if judged_cost is None else format_cost(judged_cost),
            has_judges=bool(judged),
            flaky=[self.plan.cases[case] for case in sorted(self._flaky)[:FLAKY_SHOWN]],
            flaky_count=len(self._flaky),
            is_over=execution.is_finished,
        )


def block_name(place: int) -> str:
    """Return what the var of a block is called.

    >>> block_name(3)
    'block_3'
    """
    return f"block_{place}"


def outcome_word(is_pass: bool | None) -> str:
    """Return what a verdict says in one word: `passed`, `failed`, or `open`."""
    return "open" if is_pass is None else "passed" if is_pass else "failed"


def percent(rate: float) -> str:
    """Return a rate as people read it; what is not all is never told as all.

    >>> percent(1), percent(0.9996), percent(0.625), percent(0.0004), percent(0)
    ('100 %', '99.9 %', '62.5 %', '0.1 %', '0 %')
    """
    shown = round(100 * rate, 1)
    if 0 < rate < 1:
        shown = min(max(shown, 0.1), 99.9)
    return f"{shown:g} %"


def _head(target: Mapping[str, Any]) -> TargetHead:
    definition: Mapping[str, Any] = target.get("definition") or {}
    is_workflow = target.get("workflow_id") is not None
    version = target.get("agent_version") or definition.get("version") or 0
    return TargetHead(
        one_line(str(target.get("name") or "")),
        "" if is_workflow else str(definition.get("model") or ""),
        int(version),
        is_workflow,
    )
