"""Queries of the parts of executions: what an execution started as its children."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from execution_hub.domain.agent import SIMULATED
from execution_hub.domain.status import ACTIVE
from execution_hub.domain.usage import Usage
from execution_hub.store.execution_tables import IS_ACTIVE
from execution_hub.store.executions import executions
from execution_hub.store.steps import usage_of

_USAGE = (
    "input_tokens",
    "output_tokens",
    "cache_write_tokens",
    "cache_read_tokens",
    "cost_usd",
    "usage_is_partial",
    "meta",
)


def active_of(connection: Connection, parent_id: int) -> list[int]:
    """Return the children of an execution that have not ended."""
    statement = select(executions.c.id).where(IS_ACTIVE, executions.c.parent_id == parent_id)
    return list(connection.execute(statement.order_by(executions.c.queue_number)).scalars())


def all_of(connection: Connection, parent_ids: Collection[int]) -> list[int]:
    """Return the children of executions, deleted ones too."""
    return list(connection.execute(select(executions.c.id).where(executions.c.parent_id.in_(parent_ids))).scalars())


def orphans(connection: Connection, limit: int) -> list[int]:
    """Return children that have not ended while what they are part of has, or is gone; at most `limit`.

    Only what is active is looked at, which is little, however long the history.
    """
    parents = executions.alias("parents")
    goes_on = parents.c.status.in_([status.value for status in ACTIVE])
    has_parent = exists().where(parents.c.id == executions.c.parent_id, goes_on)
    statement = select(executions.c.id).where(IS_ACTIVE, executions.c.parent_id.is_not(None), ~has_parent)
    # In the order of the index of what is active: in another, planners walk along another.
    return list(connection.execute(statement.order_by(executions.c.queue_number).limit(limit)).scalars())


def usages_of(connection: Connection, parent_id: int) -> list[tuple[int, bool, Usage]]:
    """Return what the ended children of an execution used: the id of each, and whether its model charges nobody."""
    columns = [executions.c[name] for name in ("id", "model", *_USAGE)]
    statement = select(*columns).where(executions.c.parent_id == parent_id, executions.c.finished_at.is_not(None))
    rows = connection.execute(statement).mappings()
    return [(row["id"], row["model"] == SIMULATED, usage_of(row)) for row in rows]


def some_of(connection: Connection, parent_ids: Collection[int], limit: int) -> list[tuple[int, int]]:
    """Return children of executions that have ended, at most `limit`: the id of each, and its last segment."""
    statement = select(executions.c.id, executions.c.segment).where(
        executions.c.parent_id.in_(parent_ids), executions.c.finished_at.is_not(None)
    )
    return [(row.id, row.segment) for row in connection.execute(statement.limit(limit))]


def delete_with(connection: Connection, parent_ids: Collection[int], at: datetime) -> None:
    """Delete the ended children of executions that are deleted at a moment: with the same moment.

    Lists need not hear of it: they show no children, and hear of the parents.
    """
    mine = (executions.c.parent_id.in_(parent_ids), executions.c.deleted_at.is_(None))
    has_ended = executions.c.finished_at.is_not(None)
    connection.execute(update(executions).where(*mine, has_ended).values(deleted_at=at, updated_at=at))


def restore_with(connection: Connection, deleted_at: dict[int, datetime], at: datetime) -> None:
    """Bring the children back that were deleted with their parents.

    Args:
        connection: A writing transaction.
        deleted_at: When each of the parents was deleted, by its id.
        at: Now.
    """
    for parent_id, moment in deleted_at.items():
        mine = (executions.c.parent_id == parent_id, executions.c.deleted_at == moment)
        connection.execute(update(executions).where(*mine).values(deleted_at=None, updated_at=at))
