"""Which executions go for good, and their going."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from execution_hub.domain.status import FINISHED
from execution_hub.store.executions import executions

_IS_FINISHED = executions.c.status.in_([status.value for status in FINISHED])


@dataclass(frozen=True, slots=True)
class Retention:
    """How much of the history is kept.

    Attributes:
        since: Finished executions that ended before this moment go, UTC; None keeps them.
        most: More finished executions than this go, oldest first; None keeps all.
    """

    since: datetime | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Doomed:
    """An execution that goes, and how many segments of it the engine may know."""

    id: int
    segments: int


def doomed(connection: Connection, retention: Retention, limit: int) -> list[Doomed]:
    """Return finished executions that are past the retention, oldest first, at most `limit`."""
    past = []
    if retention.since is not None:
        past.append(executions.c.finished_at < retention.since)
    boundary = _boundary(connection, retention.most)
    if boundary is not None:
        past.append(executions.c.id <= boundary)
    if not past:
        return []
    statement = (
        select(executions.c.id, executions.c.segment)
        .where(_IS_FINISHED, or_(*past))
        .order_by(executions.c.id)
        .limit(limit)
    )
    return [Doomed(row.id, row.segment + 1) for row in connection.execute(statement)]


def count(connection: Connection, retention: Retention) -> int:
    """Return how many finished executions are past the retention."""
    return len(doomed(connection, retention, limit=2**31))


def deleted_before(connection: Connection, moment: datetime, limit: int) -> list[Doomed]:
    """Return executions that a person deleted before a moment: too late to undo."""
    statement = (
        select(executions.c.id, executions.c.segment)
        .where(executions.c.deleted_at < moment)
        .order_by(executions.c.id)
        .limit(limit)
    )
    return [Doomed(row.id, row.segment + 1) for row in connection.execute(statement)]


def remove(connection: Connection, ids: Sequence[int]) -> int:
    """Delete finished executions with their events and steps; returns how many there were."""
    # Cascades to events and steps.
    return connection.execute(delete(executions).where(executions.c.id.in_(ids), _IS_FINISHED)).rowcount


def _boundary(connection: Connection, most: int | None) -> int | None:
    """Return the newest id that is one too many."""
    if most is None:
        return None
    statement = select(executions.c.id).where(_IS_FINISHED).order_by(executions.c.id.desc()).offset(most).limit(1)
    return connection.execute(statement).scalar_one_or_none()
