"""Comparing runs of suites: read in one transaction, held against each other in the pool, one comparison at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, TypeVar

from execution_hub.domain.cell import cells_of
from execution_hub.domain.execution import Execution
from execution_hub.domain.kinds import check_id
from execution_hub.domain.result import Result
from execution_hub.domain.run_comparison import RunComparison
from execution_hub.domain.stored_run import StoredRun, Targets, compare_stored, write_compared
from execution_hub.errors import InvalidInput, NotFound, TookTooLong
from execution_hub.pool import WorkPool
from execution_hub.store import executions, history, results
from execution_hub.store.database import Connection, Database

T = TypeVar("T")


class Pair(NamedTuple):
    """What is held against each other.

    Attributes:
        suite_id: Whose runs they are.
        first: The run that the other is held against.
        second: The other.
        first_target: The only target of the first to look at, by its place from 0; None for all, then of both.
        second_target: Likewise of the second: two targets of one run are compared so.
    """

    suite_id: int
    first: int
    second: int
    first_target: int | None = None
    second_target: int | None = None


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
    targets: Targets


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    """Two runs of a suite, and what differs between them.

    Attributes:
        runs: They.
        found: What differs.
    """

    runs: tuple[Run, Run]
    found: RunComparison


class _Read(NamedTuple):
    execution: Execution
    stored: StoredRun


class RunComparisons:
    """Holds runs of suites against each other; changes nothing."""

    def __init__(self, database: Database, pool: WorkPool) -> None:
        """Read from a database, and compare in a pool."""
        self._database = database
        self._pool = pool
        # Runs have the pool, too.
        self._turn = asyncio.Semaphore(1)

    async def of(self, pair: Pair, *, turn: str, most: int) -> ComparedRuns:
        """Compare two runs of a suite as they are now, or two targets: see `Suites.compare`."""
        first, second = await self._read(pair)
        found, (was, now) = await self._compared(partial(compare_stored, first.stored, second.stored, turn, most))
        return ComparedRuns(
            (Run(first.execution, pair.first_target, was), Run(second.execution, pair.second_target, now)), found
        )

    async def text_of(self, pair: Pair) -> str:
        """Compare them, and write all of it as on the wire."""
        both = await self._read(pair)
        told = [{"execution": each.execution.as_json(), "target": each.stored.target} for each in both]
        return await self._compared(partial(write_compared, both[0].stored, both[1].stored, told))

    async def _compared(self, work: Callable[..., T]) -> T:
        async with self._turn:
            try:
                return await self._pool.run(work)
            except TookTooLong:
                return await self._pool.run(work, is_marked=False)

    async def _read(self, pair: Pair) -> tuple[_Read, _Read]:
        check_id("first", pair.first)
        check_id("second", pair.second)

        def work(connection: Connection) -> tuple[_Read, _Read]:
            first = _read(connection, pair.suite_id, "first", pair.first, pair.first_target)
            return first, _read(connection, pair.suite_id, "second", pair.second, pair.second_target)

        found = await self._database.aread(work)
        if (pair.first_target is None) != (pair.second_target is None):
            field = "first_target" if pair.first_target is None else "second_target"
            raise InvalidInput(field, f"{field} is left out. Give a target of both runs, or of neither.")
        if (pair.first, pair.first_target) == (pair.second, pair.second_target):
            raise InvalidInput("second", "second is the same as first. Give another run, or two targets of one.")
        return found

    async def looked(self, execution_id: int, child_id: int) -> tuple[Result, list[dict[str, Any]]] | None:
        """Return what came of the cell of a run that an execution ran, and its checks; None where there is none."""

        def work(connection: Connection) -> tuple[Result, list[dict[str, Any]]] | None:
            found, run = results.find(connection, execution_id, child_id), executions.find(connection, execution_id)
            if found is None or run is None:
                return None
            place = cells_of(run.definition)[found.number].case
            return found, run.definition["cases"][place].get("checks") or []

        return await self._database.aread(work)


def _read(connection: Connection, suite_id: int, field: str, execution_id: int, target: int | None) -> _Read:
    found = history.some(connection, [execution_id], texts_max=None)
    if not found or found[0].suite_id != suite_id:
        raise NotFound(
            f"There is no run {execution_id} of this suite. Give {field} one that is.", field=field, id=execution_id
        )
    plan, measured = executions.plan_text(connection, execution_id), results.measured(connection, execution_id)
    return _Read(replace(found[0], is_excerpt=True), StoredRun(plan, measured, target, f"{field}_target"))
