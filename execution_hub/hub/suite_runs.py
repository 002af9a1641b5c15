"""The runs of suites, and what came of them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.agreement import Agreement
from execution_hub.domain.cell import cells_of
from execution_hub.domain.cursor import read_cursor, write_cursor
from execution_hub.domain.estimate import Estimate, Tested, estimate_of
from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import LIMIT_MAX, ExecutionFilter
from execution_hub.domain.kinds import check_id, check_range
from execution_hub.domain.mark import Mark
from execution_hub.domain.result import Result
from execution_hub.domain.run import Run
from execution_hub.domain.status import Status
from execution_hub.domain.suite import CELLS_MAX
from execution_hub.domain.verdict import CellOutcome, TargetVerdict, Verdict, flaky_of, together
from execution_hub.hub.actor import ActedUpon
from execution_hub.store import executions, history, results, runs, verdicts
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.suites import suites

# Of a page of a run's results.
RESULTS_MAX = 1_000
# Of one agent, for the trend on its card.
EACH_MAX = 50
# How far back judges are held against people, and how many marked cells are looked at.
AGREEMENT_RUNS_MAX = 20
AGREEMENT_CELLS_MAX = 1_000
# How far back a run is looked for that tells what the next one costs.
ESTIMATE_RUNS_MAX = 20
_JUDGE = "judge"
_DISAGREED_MAX = 100


@dataclass(frozen=True, slots=True)
class JudgedCells:
    """How far the judges of a suite agree with people.

    Attributes:
        agreement: The counts.
        disagreed: The executions about which they do not, newest first, the first hundred.
    """

    agreement: Agreement
    disagreed: tuple[int, ...]

    @classmethod
    def none(cls) -> "JudgedCells":
        """Return that nothing was both judged and marked."""
        return cls(Agreement(), ())

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {**self.agreement.as_json(), "disagreed": list(self.disagreed)}


class SuiteRuns(ActedUpon):
    """What came of the runs of suites; changes nothing."""

    _database: Database

    async def judged(self, execution: Execution) -> dict[str, Any]:
        """Return verdict and results of a suite's run as on the wire; nothing of any other execution.

        `flaky` names the cases that came out differently on one target. Where the results are more than one answer may
        hold, `results_cursor` says where `results` goes on.

        Args:
            execution: It, whole.
        """
        if execution.suite_id is None:
            return {}

        def work(connection: Connection) -> dict[str, Any]:
            plan = execution.definition
            cells, names = cells_of(plan), [case["name"] for case in plan["cases"]]
            known = [(cells[number], outcome) for number, outcome in results.outcomes(connection, execution.id)]
            flaky = flaky_of(((cell.case, cell.target), outcome) for cell, outcome in known)
            verdict = Verdict.of((outcome for _, outcome in known), len(cells), plan["pass_rate"], len(flaky))
            found, is_more = results.fitting(connection, execution.id, -1, CELLS_MAX)
            return {
                "verdict": execution.verdict or verdict.as_json(),
                "flaky": [{"case": names[case], "target": target} for case, target in flaky],
                "results": _as_json(plan, found),
                "results_cursor": write_cursor(found[-1].number) if is_more else None,
            }

        return await self._database.aread(work)

    async def results(
        self, execution_id: int, *, limit: int = RESULTS_MAX, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of the results of a suite's run as on the wire, and the cursor of the next page.

        Args:
            execution_id: Which run; of what is none, there are no results.
            limit: How many at most, 1 to 1 000; fewer where they are long.
            cursor: The cursor that the page before came with.

        Raises:
            NotFound: There is no such execution.
            InvalidInput: The cursor is none of this list's, or the limit does not fit.
        """
        check_id("execution_id", execution_id)
        check_range("limit", limit, RESULTS_MAX, least=1)
        after = -1 if cursor is None else read_cursor(cursor)

        def work(connection: Connection) -> tuple[list[dict[str, Any]], str | None]:
            run = executions.get(connection, execution_id)
            found, is_more = results.fitting(connection, execution_id, after, limit)
            next_cursor = write_cursor(found[-1].number) if is_more else None
            return _as_json(run.definition, found) if found else [], next_cursor

        return await self._database.aread(work)

    async def runs_of(self, suite_id: int, limit: int, cursor: str | None = None) -> list[Run]:
        """Return runs of a suite, newest first.

        Args:
            suite_id: Whose.
            limit: How many at most, 1 to 200.
            cursor: What `write_cursor` makes of the last one of the page before.

        Raises:
            NotFound: There is no such suite.
            InvalidInput: The cursor is none, or the limit does not fit.
        """
        check_id("suite_id", suite_id)
        check_range("limit", limit, LIMIT_MAX, least=1)
        before = None if cursor is None else read_cursor(cursor)

        def work(connection: Connection) -> list[Run]:
            suites.check_is_there(connection, suite_id)
            found = runs.page(connection, suite_id, limit, before)
            targets = verdicts.of_runs(connection, [each.id for each in found])
            return [Run(each, tuple(targets.get(each.id, ()))) for each in found]

        return await self._database.aread(work)

    async def estimate(self, suite_id: int) -> Estimate:
        """Return what a run of a suite is likely to cost, by its newest runs: see `estimate_of`.

        Raises:
            NotFound: There is no such suite.
        """
        check_id("suite_id", suite_id)

        def work(connection: Connection) -> Estimate:
            suite, found = suites.get(connection, suite_id), runs.page(connection, suite_id, ESTIMATE_RUNS_MAX)
            targets = verdicts.of_runs(connection, [each.id for each in found])
            known = agents.some(connection, [each.agent_id or 0 for each in suite.targets])
            tested: list[Tested] = []
            for each in suite.targets:
                agent = known.get(each.agent_id or 0)
                tested.append((each.agent_id, each.workflow_id, each.model or (agent.model if agent else None)))
            cells = len(suite.cases) * len(suite.targets) * suite.repeats
            return estimate_of(cells, tested, [Run(each, tuple(targets.get(each.id, ()))) for each in found])

        return await self._database.aread(work)

    async def last_runs(self, suite_ids: Collection[int]) -> dict[int, Run]:
        """Return the newest run of each of some suites, without its targets; of one that never ran, nothing."""
        if not suite_ids:
            return {}
        found = await self._database.aread(lambda connection: runs.last_of(connection, suite_ids))
        return {suite_id: Run(each) for suite_id, each in found.items()}

    async def newest_runs(self, suite_ids: Collection[int]) -> dict[int, tuple[Execution, Verdict | None]]:
        """Return the newest run of each of some suites, as an excerpt, and what came of it, by the suite's id."""
        found = await self.last_runs(suite_ids)
        judged = await self.verdicts_of([each.execution.id for each in found.values()])
        return {suite: (each.execution, judged.get(each.execution.id)) for suite, each in found.items()}

    async def verdicts_of(self, execution_ids: Collection[int]) -> dict[int, Verdict]:
        """Return what came of some runs, by their ids; of those that were not judged nothing."""
        if not execution_ids:
            return {}
        found = await self._database.aread(lambda connection: verdicts.of_runs(connection, execution_ids))
        return {run: together(each.verdict for each in targets) for run, targets in found.items()}

    async def trend(self, suite_id: int, limit: int) -> list[tuple[Execution, Verdict | None]]:
        """Return runs of a suite as excerpts, the newest first, and what came of each; None as long as that is open."""
        found = await self.runs_of(suite_id, limit)
        return [
            (each.execution, together(target.verdict for target in each.targets) if each.targets else None)
            for each in found
        ]

    async def last_outcomes(self, suite_id: int) -> dict[str, Counter[CellOutcome]]:
        """Return how many cells came to what in the newest run that ended, by the name of the case."""

        def work(connection: Connection) -> dict[str, Counter[CellOutcome]]:
            ended = ExecutionFilter(suite_id=suite_id, status=Status.SUCCEEDED)
            newest = history.page(connection, ended, 1)
            if not newest:
                return {}
            plan = executions.get(connection, newest[0].id).definition
            cells = cells_of(plan)
            counted: dict[str, Counter[CellOutcome]] = {}
            for number, outcome in results.outcomes(connection, newest[0].id):
                counted.setdefault(plan["cases"][cells[number].case]["name"], Counter())[outcome] += 1
            return counted

        return await self._database.aread(work)

    async def verdicts_of_agent(self, agent_id: int, limit: int) -> list[TargetVerdict]:
        """Return the newest verdicts of an agent, the newest first.

        Args:
            agent_id: Whose.
            limit: How many at most, 1 to 200.

        Raises:
            NotFound: There is no such agent.
        """
        check_id("agent_id", agent_id)
        check_range("limit", limit, LIMIT_MAX, least=1)

        def work(connection: Connection) -> list[TargetVerdict]:
            found = verdicts.newest_of_agent(connection, agent_id, limit)
            if not found:
                agents.get(connection, agent_id)
            return found

        return await self._database.aread(work)

    async def verdicts_of_agents(self, agent_ids: Collection[int], each: int = 1) -> dict[int, list[TargetVerdict]]:
        """Return the newest verdicts of some agents, by agent, the newest first; of one that has none, nothing.

        Args:
            agent_ids: Whose.
            each: So many of each, 1 to 50, and those of the same run with the last of them.
        """
        check_range("each", each, EACH_MAX, least=1)
        if not agent_ids:
            return {}
        return await self._database.aread(lambda connection: verdicts.newest_of_agents(connection, agent_ids, each))

    async def agreement(self, suite_id: int) -> JudgedCells:
        """Return how far the judges of a suite agree with what people have marked, in its newest twenty runs.

        Raises:
            NotFound: There is no such suite.
        """
        check_id("suite_id", suite_id)

        def work(connection: Connection) -> JudgedCells:
            suites.check_is_there(connection, suite_id)
            marked = runs.marked(connection, suite_id, AGREEMENT_RUNS_MAX, AGREEMENT_CELLS_MAX)
            pairs = [
                (each, check.passed, mark is Mark.RIGHT)
                for each, mark, checks in marked
                for check in checks
                if check.type == _JUDGE and check.passed is not None
            ]
            disagreed = dict.fromkeys(each for each, passed, is_right in pairs if passed is not is_right)
            agreement = Agreement.of((passed, is_right) for _, passed, is_right in pairs)
            return JudgedCells(agreement, tuple(disagreed)[:_DISAGREED_MAX])

        return await self._database.aread(work)


def _as_json(plan: Mapping[str, Any], found: Sequence[Result]) -> list[dict[str, Any]]:
    cells = cells_of(plan)
    return [
        {
            "case": plan["cases"][cells[each.number].case]["name"],
            "target": cells[each.number].target,
            "repeat": cells[each.number].repeat,
            "execution_id": each.child_id,
            "outcome": each.outcome,
            "checks": [check.as_json() for check in each.checks],
        }
        for each in found
    ]
