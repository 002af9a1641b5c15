"""Queries of the runs of suites."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.mark import Mark
from execution_hub.domain.result import CheckResult
from execution_hub.store import history
from execution_hub.store.executions import executions
from execution_hub.store.results import results
from execution_hub.store.suites import suites
from execution_hub.store.walk import NEWEST_FIRST


def page(connection: Connection, suite_id: int, limit: int, before: int | None = None) -> list[Execution]:
    """Return runs of a suite as excerpts, newest first.

    Args:
        connection: A reading transaction.
        suite_id: Whose.
        limit: How many at most.
        before: Only those that come after this one in the list; None from the newest.
    """
    return history.page(connection, ExecutionFilter(suite_id=suite_id), limit, before)


def last_of(connection: Connection, suite_ids: Collection[int]) -> dict[int, Execution]:
    """Return the newest run of each of some suites, as an excerpt; of one without runs, nothing."""
    newest = (
        select(executions.c.id)
        .where(executions.c.suite_id == suites.table.c.id, executions.c.deleted_at.is_(None))
        .order_by(*NEWEST_FIRST)
        .limit(1)
        .scalar_subquery()
    )
    asked = select(newest).where(suites.table.c.id.in_(bindparam("ids", expanding=True)))
    ids = [each for each in connection.execute(asked, {"ids": list(suite_ids)}).scalars() if each is not None]
    return {each.suite_id: each for each in history.some(connection, ids) if each.suite_id is not None}


def marked(
    connection: Connection, suite_id: int, runs: int, limit: int
) -> list[tuple[int, Mark, tuple[CheckResult, ...]]]:
    """Return what people have marked among the cells of a suite's newest runs, with what came of the checks.

    Args:
        connection: A reading transaction.
        suite_id: Whose.
        runs: How many runs are looked at.
        limit: How many cells at most, newest first.

    Returns:
        The execution of each cell, its mark and its checks.
    """
    ids = [each.id for each in page(connection, suite_id, runs)]
    asked = (
        select(executions.c.id, executions.c.parent_id, executions.c.mark)
        .where(executions.c.parent_id.in_(ids), executions.c.mark.is_not(None), executions.c.deleted_at.is_(None))
        .order_by(executions.c.id.desc())
        .limit(limit)
    )
    marks = {row.id: (row.parent_id, Mark(row.mark)) for row in connection.execute(asked)}
    of_marked = select(results.c.child_id, results.c.checks).where(
        results.c.execution_id.in_(sorted({parent for parent, _ in marks.values()})), results.c.child_id.in_(marks)
    )
    checks = {row.child_id: row.checks for row in connection.execute(of_marked)} if marks else {}
    return [
        (each, mark, tuple(CheckResult(**found) for found in checks[each]))
        for each, (_, mark) in marks.items()
        if each in checks
    ]
