"""What the figures of the dashboard are made of, read in small pieces."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import Connection, Row, case, func, or_, select

from execution_hub.domain.agent import SIMULATED
from execution_hub.domain.status import ACTIVE, Status
from execution_hub.store.executions import executions
from execution_hub.store.tables import IS_ACTIVE

_TOKENS = (
    executions.c.input_tokens,
    executions.c.output_tokens,
    executions.c.cache_read_tokens,
    executions.c.cache_write_tokens,
)
_HAS_ENDED = executions.c.status.not_in([status.value for status in ACTIVE])
# What nobody told, or was interrupted; while it runs every figure is "so far" anyway.
_MISSES_TOKENS = _HAS_ENDED & or_(executions.c.usage_is_partial, *(figure.is_(None) for figure in _TOKENS))
# Nobody charges for the offline model, and what used nothing cost nothing.
_MISSES_COST = (
    _HAS_ENDED
    & func.coalesce(executions.c.model, "").not_in([SIMULATED])
    & or_(executions.c.usage_is_partial, executions.c.cost_usd.is_(None))
    & or_(*(figure.is_(None) | (figure > 0) for figure in _TOKENS))
)
_COUNTED = (
    *(executions.c[name] for name in ("id", "created_at", "status", "cost_usd", "started_at", "finished_at")),
    reduce(add, (func.coalesce(figure, 0) for figure in _TOKENS)).label("tokens"),
    case((_MISSES_TOKENS, 1), else_=0).label("misses_tokens"),
    case((_MISSES_COST, 1), else_=0).label("misses_cost"),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts of one execution.

    Attributes:
        id: Which one.
        created_at: When it was started, UTC.
        status: Where it is.
        tokens: Its tokens in and out, those that were told.
        cost_usd: Its cost; None if it is not known.
        misses_tokens, misses_cost: Whether it has ended and some of that is not known.
        duration_ms: How long from its first beginning to its end; None before.
    """

    id: int
    created_at: datetime
    status: Status
    tokens: int
    cost_usd: float | None
    misses_tokens: bool
    misses_cost: bool
    duration_ms: float | None


def active_counts(connection: Connection) -> dict[Status, int]:
    """Return how many executions have each of the statuses before the end."""
    statement = select(executions.c.status, func.count()).where(IS_ACTIVE).group_by(executions.c.status)
    return {Status(status): count for status, count in connection.execute(statement)}


def started_between(connection: Connection, since: datetime, until: datetime, limit: int) -> list[Counted]:
    """Return what was started in a half-open span and is not deleted, newest first, at most `limit`."""
    statement = (
        select(*_COUNTED)
        .where(executions.c.created_at >= since, executions.c.created_at < until, executions.c.deleted_at.is_(None))
        .order_by(executions.c.created_at.desc(), executions.c.id.desc())
        .limit(limit)
    )
    return [_counted(row) for row in connection.execute(statement)]


def starts_of_changed(connection: Connection, changed: int, limit: int) -> list[tuple[int, datetime]]:
    """Return the hub-wide number and the start of what changed after a number, in the order of change."""
    statement = (
        select(executions.c.changed, executions.c.created_at)
        .where(executions.c.changed > changed)
        .order_by(executions.c.changed)
        .limit(limit)
    )
    return [(row.changed, row.created_at) for row in connection.execute(statement)]


def _counted(row: Row[Any]) -> Counted:
    took = None if row.started_at is None or row.finished_at is None else row.finished_at - row.started_at
    milliseconds = None if took is None else took.total_seconds() * 1000
    misses = bool(row.misses_tokens), bool(row.misses_cost)
    return Counted(row.id, row.created_at, Status(row.status), row.tokens, row.cost_usd, *misses, milliseconds)
