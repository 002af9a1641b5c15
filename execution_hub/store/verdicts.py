"""Queries of what came of the targets of suites' runs; a run that was deleted is not there any more."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, RowMapping, Table, bindparam, delete, func, insert, select

from execution_hub.domain.verdict import TargetVerdict, Verdict
from execution_hub.store.agents import agents
from execution_hub.store.executions import executions
from execution_hub.store.suite_tables import VerdictColumns

verdicts: Table = VerdictColumns.__table__  # type: ignore[attr-defined]

_COUNTS = ("passed", "failed", "errors", "total", "needed")
_PLACES = ("execution_id", "target", "suite_id", "agent_id", "workflow_id", "version", "model")
_FOUND = (
    select(
        verdicts,
        executions.c.name.label("suite_name"),
        executions.c.finished_at.label("ended_at"),
        # The run itself tells it, target by target; one that ended before 0.8 does not.
        executions.c.meta["flaky"].label("flaky_each"),
    )
    .join(executions, executions.c.id == verdicts.c.execution_id)
    .where(executions.c.deleted_at.is_(None))
    .order_by(verdicts.c.execution_id.desc(), verdicts.c.target)
)


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
    newest = _FOUND.where(verdicts.c.agent_id == agent_id).limit(limit)
    return [_read(row) for row in connection.execute(newest).mappings()]


def newest_of_agents(connection: Connection, agent_ids: Collection[int], each: int) -> dict[int, list[TargetVerdict]]:
    """Return the newest verdicts of some agents, by agent, the newest first; of one that has none, nothing.

    Args:
        connection: Where they are.
        agent_ids: Whose.
        each: So many of each, and those of the same run with the last of them.
    """
    own, nearest, run = agents.table.c.id, verdicts.alias("nearest"), executions.alias("run")
    # From the last that is wanted of each: an index is entered there, however many there are before.
    least = (
        select(nearest.c.execution_id)
        .join(run, run.c.id == nearest.c.execution_id)
        .where(nearest.c.agent_id == own, run.c.deleted_at.is_(None))
        .order_by(nearest.c.execution_id.desc())
        .limit(1)
        .offset(each - 1)
        .scalar_subquery()
    )
    of_agents = _FOUND.join(agents.table, own == verdicts.c.agent_id)
    rows = connection.execute(
        of_agents.where(own.in_(bindparam("ids", expanding=True)), verdicts.c.execution_id >= func.coalesce(least, 0)),
        {"ids": list(agent_ids)},
    )
    found: dict[int, list[TargetVerdict]] = defaultdict(list)
    for row in rows.mappings():
        found[row["agent_id"]].append(_read(row))
    return dict(found)


def of_runs(connection: Connection, execution_ids: Collection[int]) -> dict[int, list[TargetVerdict]]:
    """Return the verdicts of the targets of some runs, by run, in the order of the targets."""
    found: dict[int, list[TargetVerdict]] = defaultdict(list)
    for row in connection.execute(_FOUND.where(verdicts.c.execution_id.in_(execution_ids))).mappings():
        found[row["execution_id"]].append(_read(row))
    return dict(found)


def _read(row: RowMapping) -> TargetVerdict:
    places = {name: row[name] for name in (*_PLACES, "suite_name", "ended_at")}
    each = row["flaky_each"]
    flaky = each[row["target"]] if isinstance(each, list) and row["target"] < len(each) else None
    return TargetVerdict(**places, verdict=Verdict(**{name: row[name] for name in _COUNTS}, flaky=flaky))
