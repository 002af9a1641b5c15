"""Queries of the results of suites' runs."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, bindparam, insert, select, update

from execution_hub.domain.result import CheckResult, Result, ResultChange, ResultOutline
from execution_hub.domain.status import Status
from execution_hub.domain.verdict import CellOutcome
from execution_hub.store.executions import executions
from execution_hub.store.suite_tables import ResultRow

results: Table = ResultRow.__table__  # type: ignore[attr-defined]

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


def of(connection: Connection, execution_id: int) -> list[Result]:
    """Return the results of a run in the order of their numbers."""
    statement = select(results).where(results.c.execution_id == execution_id).order_by(results.c.number)
    return [_read(row) for row in connection.execute(statement).mappings()]


def find(connection: Connection, execution_id: int, number: int) -> Result | None:
    """Return one result of a run, or None."""
    statement = select(results).where(results.c.execution_id == execution_id, results.c.number == number)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _read(row)


def of_child(connection: Connection, execution_id: int, child_id: int) -> Result | None:
    """Return the result of a run that one of its children was run for, or None."""
    statement = select(results).where(results.c.execution_id == execution_id, results.c.child_id == child_id)
    row = connection.execute(statement.limit(1)).mappings().one_or_none()
    return None if row is None else _read(row)


def outlines(connection: Connection, execution_id: int, least: int = 0) -> list[ResultOutline]:
    """Return the results of a run from a number on, without their checks."""
    columns = (results.c.number, results.c.child_id, results.c.outcome, executions.c.status, executions.c.mark)
    statement = (
        select(*columns)
        .join(executions, executions.c.id == results.c.child_id, isouter=True)
        .where(results.c.execution_id == execution_id, results.c.number >= least)
        .order_by(results.c.number)
    )
    return [
        ResultOutline(
            row.number,
            row.child_id,
            None if row.outcome is None else CellOutcome(row.outcome),
            None if row.status is None else Status(row.status),
            row.mark,
        )
        for row in connection.execute(statement)
    ]


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


def _read(row: RowMapping) -> Result:
    outcome = None if row["outcome"] is None else CellOutcome(row["outcome"])
    checks = tuple(CheckResult(**each) for each in row["checks"])
    return Result(row["number"], row["child_id"], outcome, checks)
