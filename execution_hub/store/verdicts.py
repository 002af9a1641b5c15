"""Queries of what came of the targets of suites' runs."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select

from execution_hub.domain.verdict import TargetVerdict, Verdict
from execution_hub.store.suite_tables import VerdictRow

verdicts: Table = VerdictRow.__table__  # type: ignore[attr-defined]

_COUNTS = ("passed", "failed", "errors", "total", "needed")
_PLACES = ("execution_id", "target", "suite_id", "agent_id", "workflow_id", "version", "model")


def put(connection: Connection, execution_id: int, given: Sequence[TargetVerdict]) -> None:
    """Store the verdicts of a run in the place of those it had; nothing where none are given."""
    if not given:
        return
    connection.execute(delete(verdicts).where(verdicts.c.execution_id == execution_id))
    rows = [
        {
            **{name: getattr(each, name) for name in _PLACES},
            **{name: getattr(each.verdict, name) for name in _COUNTS},
        }
        for each in given
    ]
    connection.execute(insert(verdicts), rows)


def newest_of_agent(connection: Connection, agent_id: int, limit: int) -> list[TargetVerdict]:
    """Return the newest verdicts of an agent, the newest first.

    Args:
        connection: Where they are.
        agent_id: Whose.
        limit: The most.
    """
    where = verdicts.c.agent_id == agent_id
    newest = select(verdicts).where(where).order_by(verdicts.c.execution_id.desc(), verdicts.c.target).limit(limit)
    return [_read(row) for row in connection.execute(newest).mappings()]


def newest_of_suite(connection: Connection, suite_id: int, limit: int) -> list[TargetVerdict]:
    """Return the newest verdicts of a suite, the newest first: see `newest_of_agent`."""
    where = verdicts.c.suite_id == suite_id
    newest = select(verdicts).where(where).order_by(verdicts.c.execution_id.desc(), verdicts.c.target).limit(limit)
    return [_read(row) for row in connection.execute(newest).mappings()]


def _read(row: RowMapping) -> TargetVerdict:
    places = {name: row[name] for name in _PLACES}
    return TargetVerdict(**places, verdict=Verdict(**{name: row[name] for name in _COUNTS}))
