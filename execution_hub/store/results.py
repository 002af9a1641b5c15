"""Queries of the results of suites' runs."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from execution_hub.domain.result import CheckResult, Result, ResultChange
from execution_hub.domain.verdict import CellOutcome
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
    return [
        Result(
            row.number,
            row.child_id,
            None if row.outcome is None else CellOutcome(row.outcome),
            tuple(CheckResult(**each) for each in row.checks),
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
