"""Comparing runs of suites: read whole, held against each other in the pool, one comparison at a time."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

from execution_hub.domain.case_turn import RanCell
from execution_hub.domain.execution import Execution
from execution_hub.domain.kinds import check_id
from execution_hub.domain.result import MeasuredResult, Result
from execution_hub.domain.run_comparison import RunComparison, Side, compare_runs
from execution_hub.errors import InvalidInput, NotFound, TookTooLong
from execution_hub.pool import WorkPool
from execution_hub.runners.suite_run import cells_of
from execution_hub.store import executions, results
from execution_hub.store.database import Connection, Database

_Read = tuple[Execution, list[MeasuredResult]]


@dataclass(frozen=True, slots=True)
class Run:
    """One of the runs that are compared.

    Attributes:
        execution: It, without its plan.
        target: The only target of it that is compared; None for all.
        targets: The name and the model of each target that it has; the model is None for a workflow.
    """

    execution: Execution
    target: int | None
    targets: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """Two runs of a suite, and what differs between them.

    Attributes:
        runs: They.
        found: What differs.
    """

    runs: tuple[Run, Run]
    found: RunComparison

    def as_json(self) -> dict[str, Any]:
        """Return them as on the wire."""
        return {
            "runs": [
                {"execution": run.execution.as_json(), "target": run.target, "figures": figures.as_json()}
                for run, figures in zip(self.runs, self.found.figures, strict=True)
            ],
            **self.found.as_json(),
        }


class RunComparisons:
    """Holds runs of suites against each other; changes nothing."""

    def __init__(self, database: Database, pool: WorkPool) -> None:
        """Read from a database, and compare in a pool."""
        self._database = database
        self._pool = pool
        # Runs have the pool, too.
        self._turn = asyncio.Semaphore(1)

    async def of(
        self,
        suite_id: int,
        first_id: int,
        second_id: int,
        *,
        first_target: int | None = None,
        second_target: int | None = None,
    ) -> ComparedRuns:
        """Compare two runs of a suite as they are now, or two targets: see `Suites.compare`."""
        check_id("first", first_id)
        check_id("second", second_id)

        def work(connection: Connection) -> list[_Read]:
            return [
                _read(connection, suite_id, name, each) for name, each in (("first", first_id), ("second", second_id))
            ]

        (old, was), (new, now) = await self._database.aread(work)
        if (first_target is None) != (second_target is None):
            field = "first_target" if first_target is None else "second_target"
            raise InvalidInput(field, f"{field} is left out. Give a target of both runs, or of neither.")
        if (first_id, first_target) == (second_id, second_target):
            raise InvalidInput("second", "second is the same as first. Give another run, or two targets of one.")
        sides = (_side("first_target", old, was, first_target), _side("second_target", new, now, second_target))
        async with self._turn:
            try:
                found = await self._pool.run(compare_runs, *sides)
            except TookTooLong:
                found = await self._pool.run(compare_runs, *sides, is_marked=False)
        return ComparedRuns((_run(old, first_target), _run(new, second_target)), found)

    async def looked(self, execution_id: int, child_id: int) -> tuple[Result, list[dict[str, Any]]] | None:
        """Return what came of the cell of a run that an execution ran, and its checks; None where there is none."""

        def work(connection: Connection) -> tuple[Result, list[dict[str, Any]]] | None:
            found, run = results.find(connection, execution_id, child_id), executions.find(connection, execution_id)
            if found is None or run is None:
                return None
            place = cells_of(run.definition)[found.number].case
            return found, run.definition["cases"][place].get("checks") or []

        return await self._database.aread(work)


def _read(connection: Connection, suite_id: int, field: str, execution_id: int) -> _Read:
    execution = executions.find(connection, execution_id)
    if execution is None or execution.suite_id != suite_id:
        raise NotFound(
            f"There is no run {execution_id} of this suite. Give {field} one that is.", field=field, id=execution_id
        )
    return execution, results.measured(connection, execution_id)


def _side(field: str, execution: Execution, found: list[MeasuredResult], target: int | None) -> Side:
    plan = execution.definition
    if target is not None and not 0 <= target < len(plan["targets"]):
        most = len(plan["targets"]) - 1
        raise InvalidInput(field, f"{field} is none of the run's targets: {target}. Use 0 to {most}.", limit=most)
    by_number = {each.number: each for each in found}
    cells = []
    for cell in cells_of(plan):
        ran = by_number.get(cell.number)
        taken = () if ran is None else (ran.child_id, ran.outcome, ran.cost_usd, ran.tokens, ran.seconds)
        cells.append(RanCell(cell.case, cell.target, cell.repeat, *taken))
    return Side(plan, cells, target)


def _run(execution: Execution, target: int | None) -> Run:
    targets = tuple((each["name"], each["definition"].get("model")) for each in execution.definition["targets"])
    return Run(replace(execution, definition={}, is_excerpt=True), target, targets)
