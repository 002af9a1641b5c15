"""Queries of the cells of a suite's run: one by one, and all of them without what is long."""

from sqlalchemy import Connection, select
from sqlalchemy.sql.elements import ColumnElement

from execution_hub.domain.result import CheckResult, Result, ResultOutline
from execution_hub.domain.status import Status
from execution_hub.domain.verdict import CellOutcome
from execution_hub.store.executions import executions
from execution_hub.store.results import results


def find(connection: Connection, execution_id: int, number: int) -> Result | None:
    """Return the result of a cell, or None where it has not begun."""
    return _one(connection, execution_id, results.c.number == number)


def of_child(connection: Connection, execution_id: int, child_id: int) -> Result | None:
    """Return the result of the cell that an execution was run for, or None where there is no such cell."""
    return _one(connection, execution_id, results.c.child_id == child_id)


def outlines(connection: Connection, execution_id: int, least: int = 0) -> list[ResultOutline]:
    """Return the cells of a run that have begun, from a number on, without their checks."""
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


def _one(connection: Connection, execution_id: int, where: ColumnElement[bool]) -> Result | None:
    columns = (results.c.number, results.c.child_id, results.c.outcome, results.c.checks)
    row = connection.execute(select(*columns).where(results.c.execution_id == execution_id, where).limit(1)).first()
    if row is None:
        return None
    outcome = None if row.outcome is None else CellOutcome(row.outcome)
    return Result(row.number, row.child_id, outcome, tuple(CheckResult(**each) for each in row.checks))
