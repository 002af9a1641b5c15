"""Runs suites: each case on each target as an execution of its own, judged as it ends."""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from execution_hub.domain.agent import SIMULATED
from execution_hub.domain.call import CallKind
from execution_hub.domain.cell import Cell, cells_of
from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution, NewExecution, Phase, Progress
from execution_hub.domain.result import CheckResult, Result, ResultChange, outcome_of
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step
from execution_hub.domain.usage import Usage, add_up
from execution_hub.domain.variables import fill
from execution_hub.domain.verdict import CellOutcome, TargetVerdict, Verdict, flaky_of
from execution_hub.errors import Unavailable
from execution_hub.llm.cost_limit import check_cost_limit
from execution_hub.llm.prices import Prices
from execution_hub.runners import judges
from execution_hub.runners.judges import Judged
from execution_hub.runners.judging import JUDGE, Answered, judged, told
from execution_hub.runners.port import ExecutionType, Outcome, RunContext, Start
from execution_hub.runners.suite_run import FLAKY, VERDICT, SuiteRun
from execution_hub.words.marking import N_

# Besides those that run, so many children wait for a slot, at least: none stays empty while the next is started.
# They wait behind whatever people start meanwhile.
SPARE = 4


class SuiteRunType(ExecutionType):
    """Runs of suites."""

    start = SuiteRun
    one = N_("suite run")
    many = N_("Suite runs")
    today = N_("With today's suite")
    again_today = N_("Run again with today's suite")
    takes_slot = False

    def again(self, old: Execution, text: str) -> Start:
        """See ExecutionType."""
        return super().again(old, text) if old.suite_id is None else SuiteRun(old.suite_id)

    def check_cost(self, new: NewExecution, prices: Prices) -> None:
        """See ExecutionType."""
        for model in _models_of(new.definition):
            # The offline one costs nothing.
            if model != SIMULATED:
                check_cost_limit(model, new.definition["max_cost_usd"], prices)

    async def run(self, context: RunContext) -> Outcome | None:
        """Run the cells that have no result yet, and return the verdict.

        Its usage is all that was paid, the judges too; `meta["judged"]` says which part of it is theirs.
        """
        return await _Run(context).to_end()


def _models_of(plan: Mapping[str, Any]) -> Iterator[str]:
    for definition in (*(each["definition"] for each in plan["targets"]), *plan["judges"].values()):
        # A workflow has those of its agents.
        for agent in (definition.get("agents") or {"": definition}).values():
            yield agent["model"]


@dataclass(slots=True)
class _Spent:
    """What some executions used; those of a model that charges nobody apart."""

    paid: Usage = Usage()
    free: Usage = Usage()
    count: int = 0

    def add(self, usage: Usage, *, is_free: bool) -> None:
        self.count += 1
        if is_free:
            self.free += usage
        else:
            self.paid += usage

    def with_other(self, other: "_Spent") -> Usage:
        return add_up([self.paid, other.paid], [self.free, other.free])

    @property
    def total(self) -> Usage:
        return add_up([self.paid], [self.free])


@dataclass(slots=True)
class _Judging:
    """A cell that has ended, as long as judges are asked about it.

    Attributes:
        cell: Which.
        child_id: Its execution.
        checks: What came of its checks.
        asked: The places of those whose judges have not answered.
    """

    cell: Cell
    child_id: int
    checks: list[CheckResult]
    asked: set[int]


class _Run:
    """A run, or what is left of one."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._plan = context.execution.definition
        self._cells = cells_of(self._plan)
        self._ahead = SPARE
        self._begun: set[int] = set()
        self._outcomes: dict[int, CellOutcome] = {}
        # By the id of the execution that is waited for.
        self._open: dict[int, Cell] = {}
        self._asked: dict[int, tuple[_Judging, int]] = {}
        self._cells_spent, self._judges_spent = _Spent(), _Spent()
        self._limit = ""

    async def to_end(self) -> Outcome:
        known = await self._context.read_results()
        self._begun = {each.number for each in known}
        self._outcomes = {each.number: each.outcome for each in known if each.outcome is not None}
        if known:
            await self._read_spent(known)
        left = deque(cell for cell in self._cells if cell.number not in self._outcomes)
        # Begun in an earlier life: it ends, whatever limit was reached meanwhile.
        await self._begin([cell for cell in left if cell.number in self._begun])
        left = deque(cell for cell in left if cell.number not in self._begun)
        while left or self._open or self._asked:
            if left and self._is_over_limit():
                left.clear()
            await self._look_ahead()
            room = max(0, self._ahead - len(self._open) - len(self._asked))
            await self._begin([left.popleft() for _ in range(min(room, len(left)))])
            self._show()
            if self._open or self._asked:
                await self._take(await self._context.children.ended([*self._open, *self._asked]))
        return self._outcome()

    async def _look_ahead(self) -> None:
        """Keep as many cells under way as may run at once in all processes, and some that wait."""
        # The database is away: what was known stays.
        with suppress(Unavailable):
            limit = await self._context.limit()
            self._ahead = limit + max(SPARE, limit // 2)

    async def _read_spent(self, known: Sequence[Result]) -> None:
        """Count what was paid for the cells that have a result: an earlier life of this process did not keep it."""
        done = [each for each in known if each.outcome is not None]
        cells = {each.child_id for each in done}
        asked = {check.execution_id for each in done for check in each.checks}
        for child_id, is_free, usage in await self._context.read_usages():
            if child_id in cells:
                self._cells_spent.add(usage, is_free=is_free)
            elif child_id in asked:
                self._judges_spent.add(usage, is_free=is_free)

    async def _begin(self, cells: Sequence[Cell]) -> None:
        """Start the executions of cells, together, in their order."""
        started = await asyncio.gather(
            *(self._context.children.start(self._child(each), f"{each.number}") for each in cells)
        )
        for cell, child in zip(cells, started, strict=True):
            self._open[child.id] = cell
            if cell.number not in self._begun:
                self._context.journal.change_result(ResultChange(cell.number, child.id))

    def _child(self, cell: Cell) -> NewExecution:
        target, case = dict(self._plan["targets"][cell.target]), self._plan["cases"][cell.case]
        del target["target"]
        steps = tuple(Step(*each) for each in target.pop("steps"))
        return NewExecution(**target, input=fill(case["input"], case["variables"]), steps=steps)

    async def _take(self, ended: Sequence[Execution]) -> None:
        await asyncio.gather(*(self._take_one(each) for each in ended))
        self._context.journal.usage(self._cells_spent.with_other(self._judges_spent))
        self._show()

    async def _take_one(self, ended: Execution) -> None:
        if ended.id in self._asked:
            self._judges_spent.add(ended.usage, is_free=ended.is_simulated)
            self._take_verdict(ended, *self._asked.pop(ended.id))
            return
        self._cells_spent.add(ended.usage, is_free=ended.is_simulated)
        cell = self._open.pop(ended.id)
        case = self._plan["cases"][cell.case]
        checks, may_ask = await self._look(ended, case)
        is_open = may_ask and outcome_of(checks, case["min_score"]) is CellOutcome.ERROR
        if not (is_open and await self._ask(cell, ended, checks)):
            self._settle(cell, ended.id, checks, has_succeeded=ended.status is Status.SUCCEEDED)

    async def _look(self, child: Execution, case: Mapping[str, Any]) -> tuple[list[CheckResult], bool]:
        """Return what comes of the checks of a cell, and whether judges may be asked about the rest."""
        if child.status is not Status.SUCCEEDED:
            return [_unseen(each, child) for each in case["checks"]], False
        calls = await self._calls(child) if any(each["type"] == "tool_called" for each in case["checks"]) else ()
        return await judged(self._context.pool, case["checks"], _answered(child, case, calls)), True

    async def _calls(self, child: Execution) -> tuple[tuple[str, dict[str, Any]], ...]:
        found = await self._context.read_calls_of(child.id)
        return tuple(
            (f"{each.server}__{each.tool}" if each.server else each.tool, each.arguments or {})
            for each in found
            if each.kind is CallKind.TOOL
        )

    async def _ask(self, cell: Cell, child: Execution, checks: list[CheckResult]) -> bool:
        """Ask the judges of a cell that the other checks have not decided; returns whether there is one to be asked.

        Of those that have gone, their checks say so.
        """
        case = self._plan["cases"][cell.case]
        input_text = fill(case["input"], case["variables"])
        new: dict[int, NewExecution] = {}
        for place, check in enumerate(case["checks"]):
            if check["type"] != JUDGE:
                continue
            definition = self._plan["judges"].get(str(check["agent_id"]))
            if definition is None:
                checks[place] = told(
                    check["type"], check["weight"], None, "judge_gone", agent_id=str(check["agent_id"])
                )
                continue
            seen = Judged(check["rubric"], input_text, child.output or "", case["golden"])
            new[place] = judges.execution_of(check["agent_id"], definition, seen, child.id)
        started = await asyncio.gather(
            *(self._context.children.start(each, f"{cell.number}.{place}") for place, each in new.items())
        )
        judging = _Judging(cell, child.id, checks, set(new))
        for place, execution in zip(new, started, strict=True):
            self._asked[execution.id] = (judging, place)
        return bool(new)

    def _take_verdict(self, ended: Execution, judging: _Judging, place: int) -> None:
        check = self._plan["cases"][judging.cell.case]["checks"][place]
        said = judges.verdict_of(ended, check["weight"])
        passed = said.passed != check["not"] if said.passed is not None else None
        judging.checks[place] = replace(said, passed=passed, execution_id=ended.id)
        judging.asked.discard(place)
        if not judging.asked:
            self._settle(judging.cell, judging.child_id, judging.checks, has_succeeded=True)

    def _settle(self, cell: Cell, child_id: int, checks: Sequence[CheckResult], *, has_succeeded: bool) -> None:
        min_score = self._plan["cases"][cell.case]["min_score"]
        outcome = outcome_of(checks, min_score) if has_succeeded else CellOutcome.ERROR
        self._outcomes[cell.number] = outcome
        change = ResultChange(cell.number, child_id, outcome, tuple(checks))
        self._context.journal.change_result(change, {"outcome": outcome.value, "execution_id": child_id})

    def _is_over_limit(self) -> bool:
        most, seconds = self._plan["max_cost_usd"], self._plan["max_seconds"]
        took = self._context.execution.duration_ms(now())
        spent = self._cells_spent.with_other(self._judges_spent).cost_usd
        if most is not None and (spent or 0) >= most:
            self._limit = "max_cost_usd"
        elif seconds is not None and took is not None and took >= 1000 * seconds:
            self._limit = "max_seconds"
        return bool(self._limit)

    def _show(self) -> None:
        self._context.journal.progress(Progress(len(self._outcomes), len(self._cells), Phase.WRITING))

    def _verdict(self, cells: Sequence[Cell]) -> Verdict:
        own = [(cell, self._outcomes[cell.number]) for cell in cells if cell.number in self._outcomes]
        flaky = flaky_of(((cell.case, cell.target), outcome) for cell, outcome in own)
        return Verdict.of((outcome for _, outcome in own), len(cells), self._plan["pass_rate"], len(flaky))

    def _of_target(self, place: int, cells: Sequence[Cell]) -> TargetVerdict:
        target = self._plan["targets"][place]
        definition = target["definition"]
        return TargetVerdict(
            self._context.execution.id,
            place,
            self._plan["suite"]["id"],
            target["agent_id"],
            target["workflow_id"],
            target["agent_version"] or definition.get("version"),
            None if target["agent_id"] is None else definition.get("model"),
            self._verdict(cells),
        )

    def _outcome(self) -> Outcome:
        verdict = self._verdict(self._cells)
        by_target: list[list[Cell]] = [[] for _ in self._plan["targets"]]
        for cell in self._cells:
            by_target[cell.target].append(cell)
        targets = [self._of_target(place, cells) for place, cells in enumerate(by_target)]
        self._context.journal.verdicts(targets)
        words = f"{verdict.passed} of {verdict.total} passed."
        meta: dict[str, Any] = {VERDICT: verdict.as_json(), FLAKY: [each.verdict.flaky for each in targets]}
        if self._limit:
            meta["limit"] = self._limit
            words += f" {verdict.total - len(self._outcomes)} were not begun: the run has reached its {self._limit}."
        if self._judges_spent.count:
            judged = self._judges_spent.total
            names = ("cost_usd", "input_tokens", "output_tokens")
            meta["judged"] = {name: getattr(judged, name) for name in names}
        usage = self._cells_spent.with_other(self._judges_spent)
        progress = Progress(len(self._outcomes), len(self._cells), Phase.DONE)
        return Outcome(words, usage, meta, progress=progress, is_cut=bool(self._limit))


def _unseen(check: Mapping[str, Any], child: Execution) -> CheckResult:
    """Return what comes of a check where its execution has no answer."""
    if child.status is Status.CANCELLED:
        return told(check["type"], check["weight"], None, "cancelled")
    error = {"error": child.error or "", "error_code": child.error_code or ""}
    return told(check["type"], check["weight"], None, "failed", **error)


def _answered(child: Execution, case: Mapping[str, Any], calls: tuple[tuple[str, dict[str, Any]], ...]) -> Answered:
    usage, took = child.usage, child.duration_ms(now())
    known = usage.input_tokens is not None and usage.output_tokens is not None
    return Answered(
        child.output or "",
        case["golden"],
        child.stop_reason,
        None if took is None else took / 1000,
        usage.cost_usd,
        usage.total_tokens if known else None,
        calls,
        usage.is_partial,
    )
