"""Runs of suites: each case on each target as an execution of its own, judged as it ends."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, ClassVar

from execution_hub.domain.call import CallKind
from execution_hub.domain.check import Check, read_checks
from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution, NewExecution, Phase, Progress
from execution_hub.domain.kinds import check_id
from execution_hub.domain.plan import Plan
from execution_hub.domain.result import CheckResult, ResultChange, outcome_of
from execution_hub.domain.status import Status
from execution_hub.domain.suite import Case, read_case
from execution_hub.domain.target import Target
from execution_hub.domain.usage import Usage, add_up
from execution_hub.domain.variables import fill
from execution_hub.domain.verdict import CellOutcome, TargetVerdict, Verdict
from execution_hub.errors import Conflict, InvalidInput
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.judging import Answered, judged, told
from execution_hub.runners.port import ExecutionType, Outcome, RunContext, Start
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.store.database import Connection
from execution_hub.store.suites import suites
from execution_hub.words.marking import N_

SUITE_RUN = "suite_run"
# So many children are under way at a time: enough that no slot waits for the next, few enough that others get theirs.
AHEAD = 100
VERDICT = "verdict"
_SHOWN_MAX = 60
# A child gets the input of its case; to be prepared it needs one.
_ANY_INPUT = "-"


@dataclass(frozen=True, slots=True)
class SuiteRun(Start):
    """A run of a suite as it is now, on its targets as they are now.

    Attributes:
        suite_id: What to run.
        cases: Which of its cases, by name; None for all.
    """

    execution_type: ClassVar[str] = SUITE_RUN

    suite_id: int
    cases: Sequence[str] | None = None

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            InvalidInput: One does not fit.
        """
        check_id("suite_id", self.suite_id)
        if self.cases is not None and not self.cases:
            raise InvalidInput("cases", "cases is empty. Name some, or leave it out to run all.")

    @property
    def request(self) -> tuple[Any, ...]:
        """See Start."""
        return (SUITE_RUN, self.suite_id, None if self.cases is None else list(self.cases))

    def prepare(self, connection: Connection) -> NewExecution:
        """See Start.

        Raises:
            NotFound: There is no such suite, or one of its targets has gone.
            Conflict: It has no cases, or no targets.
            InvalidInput: A name is no case of it.
        """
        suite = suites.get(connection, self.suite_id)
        chosen = self._chosen(suite.cases)
        if not suite.targets:
            raise Conflict("This suite tests nothing yet. Give it an agent or a workflow.", id=suite.id)
        plan = {
            "suite": {"id": suite.id, "name": suite.name, "version": suite.version},
            "targets": [_target(connection, each) for each in suite.targets],
            "cases": [each.as_json() for each in chosen],
            "repeats": suite.repeats,
            "pass_rate": suite.pass_rate,
            "max_cost_usd": suite.max_cost_usd,
            "max_seconds": suite.max_seconds,
        }
        total = len(chosen) * len(suite.targets) * suite.repeats
        return NewExecution(SUITE_RUN, suite.name, f"{total}", plan, suite_id=suite.id)

    def _chosen(self, cases: Sequence[Case]) -> Sequence[Case]:
        if not cases:
            raise Conflict("This suite has no cases yet. Give it some, then run it.", id=self.suite_id)
        if self.cases is None:
            return cases
        known = {case.name for case in cases}
        for place, name in enumerate(self.cases):
            if name not in known:
                where = f"cases[{place}]"
                raise InvalidInput(where, f"{where} is no case of this suite: {str(name)[:_SHOWN_MAX]!r}.")
        return [case for case in cases if case.name in set(self.cases)]


@dataclass(frozen=True, slots=True)
class Cell:
    """One case on one target, in one repeat.

    Attributes:
        number: Its place in the run, from 0: cases first, then targets, then repeats.
        case, target, repeat: Which ones, each from 0.
    """

    number: int
    case: int
    target: int
    repeat: int


def cells_of(plan: Mapping[str, Any]) -> list[Cell]:
    """Return the cells of a run, in the order in which they are started."""
    repeats, cases, targets = range(plan["repeats"]), range(len(plan["cases"])), range(len(plan["targets"]))
    places = product(repeats, cases, targets)
    return [Cell(number, case, target, repeat) for number, (repeat, case, target) in enumerate(places)]


class SuiteRunType(ExecutionType):
    """Runs of suites."""

    start = SuiteRun
    one = N_("suite run")
    many = N_("Suite runs")
    takes_slot = False

    def again(self, old: Execution, text: str) -> Start:
        """See ExecutionType."""
        return super().again(old, text) if old.suite_id is None else SuiteRun(old.suite_id)

    async def run(self, context: RunContext) -> Outcome | None:
        """See ExecutionType."""
        return await _Run(context).to_end()


class _Run:
    """A run, or what is left of one."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._plan = context.execution.definition
        self._cases = [read_case("case", each) for each in self._plan["cases"]]
        self._cells = cells_of(self._plan)
        self._outcomes: dict[int, CellOutcome] = {}
        self._usages: dict[int, Usage] = {}
        self._open: dict[int, Cell] = {}
        self._limit = ""

    async def to_end(self) -> Outcome:
        begun = {each.number: each for each in await self._context.read_results()}
        self._outcomes = {number: each.outcome for number, each in begun.items() if each.outcome is not None}
        left = [cell for cell in self._cells if cell.number not in self._outcomes]
        try:
            while left or self._open:
                while left and len(self._open) < AHEAD and not self._is_over_limit():
                    await self._begin(left.pop(0), begun)
                if self._limit:
                    left = []
                self._show()
                if self._open:
                    await self._take(await self._context.children.ended(self._open))
        except asyncio.CancelledError:
            # Stop means stop: whoever stopped the run stopped what it has started.
            await asyncio.shield(self._context.children.cancel(list(self._open)))
            raise
        return self._outcome()

    async def _begin(self, cell: Cell, begun: Mapping[int, Any]) -> None:
        case = self._cases[cell.case]
        new = _child(self._plan["targets"][cell.target], fill(case.input, case.variables))
        child = await self._context.children.start(new, cell.number)
        self._open[child.id] = cell
        if cell.number not in begun:
            self._context.journal.change_result(ResultChange(cell.number, child.id))

    async def _take(self, ended: Sequence[Execution]) -> None:
        for child in ended:
            cell = self._open.pop(child.id)
            checks = await self._judge(child, self._cases[cell.case])
            is_judged = child.status is Status.SUCCEEDED
            outcome = outcome_of(checks, self._cases[cell.case].min_score) if is_judged else CellOutcome.ERROR
            self._outcomes[cell.number] = outcome
            self._usages[cell.number] = child.usage
            change = ResultChange(cell.number, child.id, outcome, checks)
            self._context.journal.change_result(change, {"outcome": outcome.value, "execution_id": child.id})
        self._context.journal.usage(self._usage())
        self._show()

    async def _judge(self, child: Execution, case: Case) -> tuple[CheckResult, ...]:
        if child.status is not Status.SUCCEEDED:
            return tuple(_unseen(each, child) for each in case.checks)
        checks = read_checks("checks", case.checks)
        calls = await self._calls(child) if any(each.type == "tool_called" for each in checks) else ()
        usage, took = child.usage, child.duration_ms(now())
        known = usage.input_tokens is not None and usage.output_tokens is not None
        answered = Answered(
            child.output or "",
            case.golden,
            child.stop_reason,
            None if took is None else took / 1000,
            usage.cost_usd,
            usage.total_tokens if known else None,
            calls,
            usage.is_partial,
        )
        return tuple(await judged(self._context.pool, [each.as_json() for each in checks], answered))

    async def _calls(self, child: Execution) -> tuple[tuple[str, dict[str, Any]], ...]:
        found = await self._context.read_calls_of(child.id)
        return tuple(
            (f"{each.server}__{each.tool}" if each.server else each.tool, each.arguments or {})
            for each in found
            if each.kind is CallKind.TOOL
        )

    def _is_over_limit(self) -> bool:
        most, seconds = self._plan["max_cost_usd"], self._plan["max_seconds"]
        took = self._context.execution.duration_ms(now())
        if most is not None and (self._usage().cost_usd or 0) >= most:
            self._limit = "max_cost_usd"
        elif seconds is not None and took is not None and took >= 1000 * seconds:
            self._limit = "max_seconds"
        return bool(self._limit)

    def _usage(self) -> Usage:
        return add_up(self._usages.values(), [])

    def _show(self) -> None:
        self._context.journal.progress(Progress(len(self._outcomes), len(self._cells), Phase.WRITING))

    def _verdict(self) -> Verdict:
        return Verdict.of(self._outcomes.values(), len(self._cells), self._plan["pass_rate"])

    def _of_target(self, place: int) -> TargetVerdict:
        target, own = self._plan["targets"][place], [each for each in self._cells if each.target == place]
        outcomes = [self._outcomes[each.number] for each in own if each.number in self._outcomes]
        definition = target["definition"]
        return TargetVerdict(
            self._context.execution.id,
            place,
            self._plan["suite"]["id"],
            target["agent_id"],
            target["workflow_id"],
            target["agent_version"] or definition.get("version"),
            definition.get("model"),
            Verdict.of(outcomes, len(own), self._plan["pass_rate"]),
        )

    def _outcome(self) -> Outcome:
        verdict = self._verdict()
        words = f"{verdict.passed} of {verdict.total} passed."
        self._context.journal.verdicts([self._of_target(place) for place in range(len(self._plan["targets"]))])
        meta = {VERDICT: verdict.as_json(), **({"limit": self._limit} if self._limit else {})}
        progress = Progress(len(self._outcomes), len(self._cells), Phase.DONE)
        return Outcome(words, self._usage(), meta, progress=progress, is_cut=bool(self._limit))


def _unseen(check: Check, child: Execution) -> CheckResult:
    """Return what comes of a check where its execution has no answer."""
    if child.status is Status.CANCELLED:
        return told(check.type, check.weight, None, "cancelled")
    return told(check.type, check.weight, None, "failed", error=child.error or "", error_code=child.error_code or "")


def _target(connection: Connection, target: Target) -> dict[str, Any]:
    """Return what a child on a target is made of, besides its input."""
    start: Start = (
        AgentTest(target.agent_id, _ANY_INPUT, {"model": target.model} if target.model else None)
        if target.agent_id is not None
        else WorkflowRun(target.workflow_id or 0, input=_ANY_INPUT)
    )
    new = start.prepare(connection)
    names = ("execution_type", "name", "definition", "agent_id", "workflow_id", "timeout_seconds", "agent_version")
    return {name: getattr(new, name) for name in names}


def _child(target: Mapping[str, Any], text: str) -> NewExecution:
    new = NewExecution(**target, input=text)
    is_workflow = new.workflow_id is not None
    return replace(new, steps=Plan.from_json(new.definition).new_steps()) if is_workflow else new
