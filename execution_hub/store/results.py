"""Queries of the results of suites' runs."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, Text, bindparam, cast, func, insert, select, update

from execution_hub.domain.result import CheckResult, MeasuredResult, Result, ResultChange
from execution_hub.domain.verdict import CellOutcome
from execution_hub.store.executions import executions
from execution_hub.store.pages import cut
from execution_hub.store.suite_tables import ResultColumns

results: Table = ResultColumns.__table__  # type: ignore[attr-defined]
_SIZE = func.length(cast(results.c.checks, Text))

_INSERT = insert(results)
_UPDATE = (
    update(results)
    .where(
        results.c.execution_id == bindparam("the_id"),
        results.c.number == bindparam("the_number"),
        # A result stays as it is: nothing that has ended is judged again.
        results.c.outcome.is_(None),
    )
    .values(outcome=bindparam("new_outcome"), checks=bindparam("new_checks", type_=results.c.checks.type))
)


_MEASURED = (
    select(
        results.c.number,
        results.c.child_id,
        results.c.outcome,
        executions.c.cost_usd,
        executions.c.input_tokens,
        executions.c.output_tokens,
        executions.c.active_ms,
    )
    # What was deleted or pruned since still has its outcome.
    .outerjoin_from(results, executions, executions.c.id == results.c.child_id)
    .where(results.c.execution_id == bindparam("the_id"))
    .order_by(results.c.number)
)


def of(connection: Connection, execution_id: int) -> list[Result]:
    """Return the results of a run in the order of their numbers."""
    return [_read(row) for row in connection.execute(_of(execution_id, *results.c))]


def fitting(connection: Connection, execution_id: int, after: int, limit: int) -> tuple[list[Result], bool]:
    """Return results of a run in order, as many as fit a page, and whether more follow.

    Args:
        connection: A reading transaction.
        execution_id: Which run.
        after: Only those with a higher number.
        limit: How many at most.
    """
    asked = _of(execution_id, results.c.number, _SIZE).where(results.c.number > after).limit(limit + 1)
    numbers, is_more = cut(connection.execute(asked).tuples().all(), limit)
    if not numbers:
        return [], False
    wanted = _of(execution_id, *results.c).where(results.c.number > after, results.c.number <= numbers[-1])
    return [_read(row) for row in connection.execute(wanted)], is_more


def outcomes(connection: Connection, execution_id: int) -> list[tuple[int, CellOutcome]]:
    """Return number and outcome of the results of a run that have one, in order."""
    asked = _of(execution_id, results.c.number, results.c.outcome).where(results.c.outcome.is_not(None))
    return [(number, CellOutcome(outcome)) for number, outcome in connection.execute(asked).tuples()]


def measured(connection: Connection, execution_id: int) -> list[MeasuredResult]:
    """Return what came of each result of a run and what that took, in the order of their numbers, without checks."""
    return [MeasuredResult(*row) for row in connection.execute(_MEASURED, {"the_id": execution_id})]


def find(connection: Connection, execution_id: int, child_id: int) -> Result | None:
    """Return the result that an execution is of in a run; None if it is of none."""
    statement = select(results).where(results.c.execution_id == execution_id, results.c.child_id == child_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else _read(row)


def _read(row: Row[Any]) -> Result:
    outcome = None if row.outcome is None else CellOutcome(row.outcome)
    return Result(row.number, row.child_id, outcome, tuple(CheckResult(**each) for each in row.checks))


def add(connection: Connection, known: Iterable[tuple[int, Sequence[Result]]]) -> None:
    """Store what is known of new runs, given with their ids."""
    rows = [
        {
            "execution_id": execution_id,
            "number": each.number,
            "child_id": each.child_id,
            "outcome": each.outcome,
            "checks": [check.as_json() for check in each.checks],
        }
        for execution_id, mine in known
        for each in mine
    ]
    if rows:
        connection.execute(_INSERT, rows)


def change(connection: Connection, execution_id: int, changes: Iterable[ResultChange]) -> None:
    """Store results that began and write outcomes, within the transaction that found the run to be the writer's."""
    given = list(changes)
    begun: list[dict[str, Any]] = [
        {"execution_id": execution_id, "number": each.number, "child_id": each.child_id, "outcome": None, "checks": []}
        for each in given
        if each.outcome is None
    ]
    ended = [
        {
            "the_id": execution_id,
            "the_number": each.number,
            "new_outcome": each.outcome.value,
            "new_checks": [check.as_json() for check in each.checks],
        }
        for each in given
        if each.outcome is not None
    ]
    if begun:
        connection.execute(_INSERT, begun)
    if ended:
        connection.execute(_UPDATE, ended)


def _of(execution_id: int, *columns: Any) -> Select[Any]:
    return select(*columns).where(results.c.execution_id == execution_id).order_by(results.c.number)
