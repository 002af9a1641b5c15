"""Which executions go for good, and their going."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select

from execution_hub.domain.status import FINISHED
from execution_hub.store import children, walk
from execution_hub.store.execution_tables import IS_ACTIVE
from execution_hub.store.executions import executions, lock_all

_IS_FINISHED = executions.c.status.in_([status.value for status in FINISHED])


@dataclass(frozen=True, slots=True)
class RetentionLimits:
    """How much of the history is kept.

    Attributes:
        since: Finished executions that ended before this moment go, UTC; None keeps them.
        most: More finished executions than this go, oldest first; None keeps all.
    """

    since: datetime | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Prunable:
    """An execution that goes, and how many segments of it the engine may know."""

    id: int
    segments: int


def prunable(connection: Connection, retention: RetentionLimits, limit: int) -> list[Prunable]:
    """Return finished executions that are past the retention, oldest first, at most `limit`.

    Read from the oldest on: what stands between is what is old and has not ended, which is little.
    """
    found: dict[int, Prunable] = {}
    for past in _past(connection, retention):
        if len(found) < limit:
            found |= {each.id: each for each in _oldest(connection, past, limit)}
    return list(found.values())[:limit]


def count(connection: Connection, retention: RetentionLimits) -> int:
    """Return how many finished executions are past the retention; looks at every one of them."""
    past = _past(connection, retention)
    if not past:
        return 0
    return connection.execute(select(func.count(executions.c.id)).where(_IS_FINISHED, or_(*past))).scalar_one()


def deleted_before(connection: Connection, moment: datetime, limit: int) -> list[Prunable]:
    """Return executions that a person deleted before a moment: too late to undo."""
    statement = (
        select(executions.c.id, executions.c.segment)
        .where(executions.c.deleted_at.is_not(None), executions.c.deleted_at < moment)
        .order_by(executions.c.deleted_at)
        .limit(limit)
    )
    return [Prunable(row.id, row.segment + 1) for row in connection.execute(statement)]


def parts_of(connection: Connection, ids: Sequence[int], limit: int) -> list[Prunable]:
    """Return ended executions that are parts of others, which go: at most `limit`."""
    return [Prunable(number, segment + 1) for number, segment in children.some_of(connection, ids, limit)]


def remove(connection: Connection, ids: Sequence[int], deleted_before: datetime | None = None) -> int:
    """Delete finished executions with their events and steps; returns how many there were.

    Args:
        connection: A writing transaction.
        ids: Which ones.
        deleted_before: Only those that are still deleted, since before this moment; None for all.
    """
    lock_all(connection, ids)
    # Cascades to events and steps.
    statement = delete(executions).where(executions.c.id.in_(ids), _IS_FINISHED)
    if deleted_before is not None:
        statement = statement.where(executions.c.deleted_at < deleted_before)
    return connection.execute(statement).rowcount


def _past(connection: Connection, retention: RetentionLimits) -> list[ColumnElement[bool]]:
    """Return what a finished execution must be to be past the retention: any of these."""
    past: list[ColumnElement[bool]] = []
    if retention.since is not None:
        # What ended before a moment began before it.
        past.append((executions.c.created_at < retention.since) & (executions.c.finished_at < retention.since))
    newest = _too_many(connection, retention.most)
    if newest is not None:
        past.append(newest >= walk.PLACE)
    return past


def _oldest(connection: Connection, past: ColumnElement[bool], limit: int) -> list[Prunable]:
    statement = (
        select(executions.c.id, executions.c.segment)
        .where(_IS_FINISHED, past)
        .order_by(executions.c.created_at, executions.c.id)
        .limit(limit)
    )
    return [Prunable(row.id, row.segment + 1) for row in connection.execute(statement)]


def _too_many(connection: Connection, most: int | None) -> ColumnElement[Any] | None:
    """Return the place, in the order of time, of the newest execution that is one too many.

    Only the index is read, so many entries as are kept; what is active stands among them and does not count.
    """
    if most is None:
        return None
    skipped = most
    while True:
        newest = select(executions.c.id).order_by(*walk.NEWEST_FIRST).offset(skipped).limit(1)
        found = connection.execute(newest).scalar_one_or_none()
        if found is None:
            return None
        place = walk.place_of(found)
        active = select(func.count()).select_from(executions).where(IS_ACTIVE, place < walk.PLACE)
        if most + (among := connection.execute(active).scalar_one()) == skipped:
            return place
        skipped = most + among
