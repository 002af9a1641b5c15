"""Runs of suites as they are asked for: what each is made of, and which cells it has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from execution_hub.domain.cell import cells_of
from execution_hub.domain.execution import Execution, NewExecution
from execution_hub.domain.kinds import check_id
from execution_hub.domain.result import Result
from execution_hub.domain.suite import CASES_MAX, Case, Suite
from execution_hub.domain.target import Target
from execution_hub.domain.verdict import CellOutcome
from execution_hub.errors import Conflict, HubError, InvalidInput, NotFound
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.judges import definitions_of
from execution_hub.runners.judging import JUDGE
from execution_hub.runners.port import Start
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.store import executions, results
from execution_hub.store.database import Connection
from execution_hub.store.suites import suites

SUITE_RUN = "suite_run"
VERDICT = "verdict"
# And, target by target, how many cases came out differently.
FLAKY = "flaky"
FAILED_OF = "failed_of"
_SHOWN_MAX = 60
# A child gets the input of its case; to be prepared it needs one.
_ANY_INPUT = "-"


@dataclass(frozen=True, slots=True)
class SuiteRun(Start):
    """A run of a suite as it is now, on its targets as they are now.

    Attributes:
        suite_id: What to run.
        cases: Which of its cases, by name; None for all.
        failed_of: An ended run of it: only those of its cells run again that did not pass, and of those that passed
            the results are taken over. None to run all anew.
    """

    execution_type: ClassVar[str] = SUITE_RUN
    reads_templates: ClassVar[bool] = True

    suite_id: int
    cases: Sequence[str] | None = None
    failed_of: int | None = None

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            InvalidInput: One does not fit.
        """
        check_id("suite_id", self.suite_id)
        if self.cases is not None:
            _check_names(self.cases)
        if self.failed_of is not None:
            check_id(FAILED_OF, self.failed_of)
            if self.cases is not None:
                raise InvalidInput(FAILED_OF, "Give either cases or failed_of, not both.")

    @property
    def request(self) -> tuple[Any, ...]:
        """See Start."""
        return (SUITE_RUN, self.suite_id, None if self.cases is None else list(self.cases), self.failed_of)

    def templates(self, connection: Connection) -> Sequence[str]:
        """See Start."""
        suite = suites.some(connection, [self.suite_id]).get(self.suite_id)
        ids = [] if suite is None else [each.workflow_id for each in suite.targets if each.workflow_id is not None]
        return [text for each in ids for text in _workflow(each).templates(connection)]

    def prepare(self, connection: Connection) -> NewExecution:
        """See Start.

        Raises:
            NotFound: There is no such suite, one of its targets has gone, or there is no such run.
            Conflict: It has no cases, or no targets; one of those cannot run; or of the run it is to repeat nothing is
                left to run.
            InvalidInput: A name is no case of it.
        """
        suite = suites.get(connection, self.suite_id)
        if not suite.targets:
            raise Conflict("This suite tests nothing yet. Give it an agent or a workflow.", id=suite.id)
        if not suite.cases:
            raise Conflict("This suite has no cases yet. Give it some, then run it.", id=self.suite_id)
        if self.failed_of is not None:
            return _what_failed(connection, suite, self.failed_of)
        return _new(connection, suite, suite.targets, self._chosen(suite.cases), suite.repeats)

    def _chosen(self, cases: Sequence[Case]) -> Sequence[Case]:
        if self.cases is None:
            return cases
        known = {case.name for case in cases}
        for place, name in enumerate(self.cases):
            if name not in known:
                where = f"cases[{place}]"
                raise InvalidInput(where, f"{where} is no case of this suite: {name[:_SHOWN_MAX]!r}.")
        wanted = set(self.cases)
        return [case for case in cases if case.name in wanted]


def _check_names(names: object) -> None:
    if not isinstance(names, list | tuple) or not all(isinstance(each, str) for each in names):
        raise InvalidInput("cases", 'cases is no list of texts. Give the names of cases, such as ["A sum"].')
    if not names:
        raise InvalidInput("cases", "cases is empty. Name some, or leave it out to run all.")
    if len(names) > CASES_MAX:
        message = f"cases has {len(names)} names. A suite has at most {CASES_MAX} cases."
        raise InvalidInput("cases", message, limit=CASES_MAX)


def _new(
    connection: Connection, suite: Suite, targets: Sequence[Target], cases: Sequence[Case], repeats: int
) -> NewExecution:
    judges = {each.agent_id for case in cases for each in case.checks if each.type == JUDGE and each.agent_id}
    places = {target: place for place, target in enumerate(suite.targets)}
    plans = [_target(connection, f"targets[{places[each]}]", each) for each in targets]
    judging = definitions_of(connection, judges)
    models = {each.get("model") for each in (*(plan["definition"] for plan in plans), *judging.values())}
    plan = {
        "suite": {"id": suite.id, "name": suite.name, "version": suite.version},
        # Where all is one: lists tell it, and that an offline one costs nothing.
        "model": models.pop() if len(models) == 1 else None,
        "targets": plans,
        "cases": [each.as_json() for each in cases],
        "judges": judging,
        "repeats": repeats,
        "pass_rate": suite.pass_rate,
        "max_cost_usd": suite.max_cost_usd,
        "max_seconds": suite.max_seconds,
    }
    total = len(cases) * len(targets) * repeats
    return NewExecution(SUITE_RUN, suite.name, f"{total}", plan, suite_id=suite.id)


def _what_failed(connection: Connection, suite: Suite, run_id: int) -> NewExecution:
    """Return a run of what did not pass in another: its cells are found again by case and target."""
    old = _ended_run(connection, suite, run_id)
    old_targets = [Target(**each["target"]) for each in old.definition["targets"]]
    old_cases = {case["name"]: place for place, case in enumerate(old.definition["cases"])}
    targets = [each for each in old_targets if each in suite.targets]
    cases = [each for each in suite.cases if each.name in old_cases]
    old_places = {(cell.case, cell.target, cell.repeat): cell.number for cell in cells_of(old.definition)}
    new = replace(_new(connection, suite, targets, cases, old.definition["repeats"]), meta={FAILED_OF: run_id})
    passed = {each.number: each for each in results.of(connection, run_id) if each.outcome is CellOutcome.PASSED}
    cells = cells_of(new.definition)
    taken: list[Result] = []
    for cell in cells:
        place = (old_cases[cases[cell.case].name], old_targets.index(targets[cell.target]), cell.repeat)
        if (result := passed.get(old_places[place])) is not None:
            taken.append(replace(result, number=cell.number))
    if len(taken) == len(cells):
        raise Conflict(
            f"Nothing is left to run again of run {run_id}: what did not pass is not in the suite any more."
            if len(passed) < len(old_places)
            else f"Nothing is left to run again: all of run {run_id} has passed.",
            field=FAILED_OF,
            id=run_id,
        )
    return replace(new, results=tuple(taken))


def _ended_run(connection: Connection, suite: Suite, run_id: int) -> Execution:
    found = executions.find(connection, run_id)
    if found is None:
        raise NotFound(f"failed_of: There is no execution {run_id}.", field=FAILED_OF, id=run_id)
    if found.execution_type != SUITE_RUN or found.suite_id != suite.id:
        raise Conflict(f"failed_of: Execution {run_id} is no run of this suite.", field=FAILED_OF, id=run_id)
    if not found.is_finished:
        message = f"failed_of: Run {run_id} has not ended. Wait for its end, or stop it first."
        raise Conflict(message, field=FAILED_OF, id=run_id)
    return found


def _workflow(workflow_id: int) -> WorkflowRun:
    return WorkflowRun(workflow_id, input=_ANY_INPUT)


def _target(connection: Connection, where: str, target: Target) -> dict[str, Any]:
    """Return what a child on a target is made of, besides its input."""
    start: Start = (
        AgentTest(target.agent_id, _ANY_INPUT, {"model": target.model} if target.model else None)
        if target.agent_id is not None
        else _workflow(target.workflow_id or 0)
    )
    try:
        new = start.prepare(connection)
    except NotFound as error:
        message = f"{where} has gone: {error.message} Take it out of the suite, or choose another."
        raise NotFound(message, field=where, id=target.agent_id or target.workflow_id) from None
    except HubError as error:
        raise Conflict(f"{where} cannot run: {error.message}", field=where) from None
    names = ("execution_type", "name", "definition", "agent_id", "workflow_id", "timeout_seconds", "agent_version")
    return {
        "target": target.as_json(),
        "steps": [[each.name, each.position, each.type, each.agent_id] for each in new.steps],
        **{name: getattr(new, name) for name in names},
    }
