"""The suites of tests."""

from collections.abc import Collection
from typing import Any

from execution_hub.domain.execution import Execution
from execution_hub.domain.result import Result
from execution_hub.domain.suite import Suite, SuiteDraft
from execution_hub.domain.verdict import TargetVerdict, Verdict, flaky_of
from execution_hub.errors import InvalidInput
from execution_hub.hub.catalogue import Catalogue
from execution_hub.hub.run_comparisons import ComparedRuns, RunComparisons
from execution_hub.hub.suite_trends import newest_runs, newest_verdicts
from execution_hub.pool import WorkPool
from execution_hub.runners.suite_run import cells_of
from execution_hub.store import results
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.suites import suites
from execution_hub.store.workflows import workflows


class Suites(Catalogue[Suite, SuiteDraft]):
    """What is tested, on which cases."""

    def __init__(self, database: Database, pool: WorkPool) -> None:
        """Keep them in a database, and compare their runs in a pool."""
        super().__init__(database, suites)
        self._comparisons = RunComparisons(database, pool)

    async def compare(
        self,
        suite_id: int,
        first_id: int,
        second_id: int,
        *,
        first_target: int | None = None,
        second_target: int | None = None,
    ) -> ComparedRuns:
        """Compare two runs of a suite as they are now.

        Args:
            suite_id: Which suite.
            first_id: The run that the other is held against.
            second_id: The other.
            first_target: The only target of the first to look at, by its place from 0; None for all, then of both.
            second_target: Likewise of the second: two targets of one run are compared so.

        Raises:
            InvalidInput: One has no such target, or both are the same.
            NotFound: One of them is no run of this suite.
        """
        return await self._comparisons.of(
            suite_id, first_id, second_id, first_target=first_target, second_target=second_target
        )

    async def trend(self, suite_id: int, limit: int) -> list[tuple[Execution, Verdict | None]]:
        """Return runs of a suite as excerpts, the newest first, and what came of each; None as long as that is open."""
        return await newest_runs(self._database, suite_id, limit)

    async def verdicts_of_agents(self, agent_ids: Collection[int], each: int) -> dict[int, list[TargetVerdict]]:
        """Return the newest verdicts of some agents, so many of each, by agent, the newest first."""
        return await newest_verdicts(self._database, agent_ids, each)

    async def results_of(self, execution_id: int, child_ids: list[int]) -> dict[int, Result]:
        """Return what came of some cells of a run, by the executions that ran them."""
        return await self._comparisons.results_of(execution_id, child_ids)

    async def judged(self, execution: Execution) -> dict[str, Any]:
        """Return verdict and results of a suite's run as on the wire; nothing of any other execution.

        `flaky` names the cases that came out differently on one target.
        """
        if execution.suite_id is None:
            return {}
        # There may be thousands: put together in the thread that reads them.
        return await self._database.aread(lambda connection: _judged(connection, execution))

    def _check(self, connection: Connection, draft: SuiteDraft, current: Suite | None) -> None:
        """Refuse targets and judges that are not there; those it had before may stay: they may have gone since."""
        before = frozenset(current.targets) if current is not None else frozenset()
        new = [(place, each) for place, each in enumerate(draft.targets) if each not in before]
        known: dict[str, set[int]] = {
            "agent_id": set(agents.some(connection, [each.agent_id or 0 for _, each in new])),
            "workflow_id": set(workflows.some(connection, [each.workflow_id or 0 for _, each in new])),
        }
        for place, target in new:
            name = "workflow_id" if target.agent_id is None else "agent_id"
            number = getattr(target, name)
            if number not in known[name]:
                where = f"targets[{place}].{name}"
                raise InvalidInput(where, f"{where} is none of this hub: {number}. Give one that is there.")


def _judged(connection: Connection, execution: Execution) -> dict[str, Any]:
    found, plan = results.of(connection, execution.id), execution.definition
    names, cells = [case["name"] for case in plan["cases"]], cells_of(plan)
    known = [(cells[each.number], each.outcome) for each in found if each.outcome is not None]
    flaky = flaky_of(((cell.case, cell.target), outcome) for cell, outcome in known)
    verdict = Verdict.of((outcome for _, outcome in known), len(cells), plan["pass_rate"], len(flaky))
    return {
        "verdict": verdict.as_json(),
        "flaky": [{"case": names[case], "target": target} for case, target in flaky],
        "results": [
            {
                "case": names[cells[each.number].case],
                "target": cells[each.number].target,
                "repeat": cells[each.number].repeat,
                "execution_id": each.child_id,
                "outcome": each.outcome,
                "checks": [check.as_json() for check in each.checks],
            }
            for each in found
        ],
    }
