"""The suites of tests."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from execution_hub.domain.execution import Execution
from execution_hub.domain.suite import Suite, SuiteDraft
from execution_hub.domain.verdict import CellOutcome, Verdict, flaky_of
from execution_hub.errors import InvalidInput
from execution_hub.hub.catalogue import Catalogue
from execution_hub.runners.suite_run import cells_of
from execution_hub.store import executions, history, results, suite_runs
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.suites import suites
from execution_hub.store.workflows import workflows


class Suites(Catalogue[Suite, SuiteDraft]):
    """What is tested, on which cases."""

    def __init__(self, database: Database) -> None:
        """Keep them in a database."""
        super().__init__(database, suites)

    async def judged(self, execution: Execution) -> dict[str, Any]:
        """Return verdict and results of a suite's run as on the wire; nothing of any other execution.

        `flaky` names the cases that came out differently on one target.
        """
        if execution.suite_id is None:
            return {}
        # There may be thousands: put together in the thread that reads them.
        return await self._database.aread(lambda connection: _judged(connection, execution))

    async def newest_runs(self, suite_ids: Iterable[int]) -> dict[int, tuple[Execution, Verdict | None]]:
        """Return the newest run of each of some suites, as an excerpt, and what came of it, by the suite's id."""
        wanted = list(suite_ids)

        def work(connection: Connection) -> dict[int, tuple[Execution, Verdict | None]]:
            ids = suite_runs.newest(connection, wanted)
            runs = {each.id: each for each in history.some(connection, list(ids.values()))}
            judged = suite_runs.verdicts_of(connection, list(runs))
            return {suite: (runs[run], judged.get(run)) for suite, run in ids.items() if run in runs}

        return await self._database.aread(work)

    async def verdicts_of(self, execution_ids: Iterable[int]) -> dict[int, Verdict]:
        """Return what came of some runs, by their ids; of those that were not judged nothing."""
        wanted = list(execution_ids)
        return await self._database.aread(lambda connection: suite_runs.verdicts_of(connection, wanted))

    async def last_outcomes(self, suite_id: int) -> dict[str, Counter[CellOutcome]]:
        """Return how many cells came to what in the newest run that ended, by the name of the case."""

        def work(connection: Connection) -> dict[str, Counter[CellOutcome]]:
            run = suite_runs.newest_judged(connection, suite_id)
            if run is None:
                return {}
            plan, found = executions.get(connection, run).definition, suite_runs.outcomes(connection, run)
            cells = cells_of(plan)
            counted: dict[str, Counter[CellOutcome]] = {}
            for number, outcome in found.items():
                counted.setdefault(plan["cases"][cells[number].case]["name"], Counter())[outcome] += 1
            return counted

        return await self._database.aread(work)

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
