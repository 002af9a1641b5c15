"""Queries of the runs of suites: the newest ones, and what came of their cases."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from execution_hub.domain.status import Status
from execution_hub.domain.verdict import CellOutcome, Verdict
from execution_hub.store.executions import executions
from execution_hub.store.results import results
from execution_hub.store.suites import suites
from execution_hub.store.verdicts import verdicts


def newest(connection: Connection, suite_ids: Sequence[int]) -> dict[int, int]:
    """Return the newest run of each of some suites, by the suite's id; those that never ran are left out."""
    run = _newest_of(suites.table.c.id).scalar_subquery()
    statement = select(suites.table.c.id, run.label("run")).where(suites.table.c.id.in_(suite_ids))
    return {row.id: row.run for row in connection.execute(statement) if row.run is not None}


def newest_judged(connection: Connection, suite_id: int) -> int | None:
    """Return the newest run of a suite that ran to its end; None if there is none."""
    statement = _newest_of(suite_id).where(executions.c.status == Status.SUCCEEDED.value)
    found: int | None = connection.execute(statement).scalar_one_or_none()
    return found


def verdicts_of(connection: Connection, execution_ids: Sequence[int]) -> dict[int, Verdict]:
    """Return what came of some runs, all targets of each together; of those that were not judged nothing."""
    found: dict[int, Verdict] = {}
    for row in connection.execute(select(verdicts).where(verdicts.c.execution_id.in_(execution_ids))):
        before = found.get(row.execution_id, Verdict(0, 0, 0, 0))
        found[row.execution_id] = Verdict(
            before.passed + row.passed,
            before.failed + row.failed,
            before.errors + row.errors,
            before.total + row.total,
            row.needed,
        )
    return found


def outcomes(connection: Connection, execution_id: int) -> dict[int, CellOutcome]:
    """Return what came of the cells of a run, by their numbers; of those that have ended."""
    statement = select(results.c.number, results.c.outcome).where(
        results.c.execution_id == execution_id, results.c.outcome.is_not(None)
    )
    return {row.number: CellOutcome(row.outcome) for row in connection.execute(statement)}


def _newest_of(suite_id: Any) -> Any:
    listed = executions.c.suite_id == suite_id, executions.c.deleted_at.is_(None)
    return (
        select(executions.c.id).where(*listed).order_by(executions.c.created_at.desc(), executions.c.id.desc()).limit(1)
    )
