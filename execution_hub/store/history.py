"""Queries of the history: lists of executions, and figures over them."""

import statistics
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, case, func, or_, select

from execution_hub.domain.agent import SIMULATED
from execution_hub.domain.execution import EXCERPT_MAX, Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import ACTIVE, Status
from execution_hub.store import counters
from execution_hub.store.executions import executions, to_value

_PAYLOADS = ("test_input", "test_output", "error_message")
_HEAVY = ("meta", "definition", "idempotency_key", "request_hash", *_PAYLOADS)
# Explicit columns: a list must not pull payloads.
_EXCERPT = [
    *(column for column in executions.c if column.name not in _HEAVY),
    *(func.substr(executions.c[name], 1, EXCERPT_MAX).label(name) for name in _PAYLOADS),
]
DURATIONS_MAX = 10_000
# Made once: it is asked after every change.
_CHANGED = {
    whole: select(*(executions.c if whole else _EXCERPT))
    .where(executions.c.changed > bindparam("after", type_=executions.c.changed.type))
    .order_by(executions.c.changed)
    .limit(bindparam("most", type_=Integer))
    for whole in (True, False)
}

_FIGURES = (
    executions.c.input_tokens,
    executions.c.output_tokens,
    executions.c.cache_read_tokens,
    executions.c.cache_write_tokens,
)
_HAS_ENDED = executions.c.status.not_in([status.value for status in ACTIVE])
# What nobody told, or was interrupted; while it runs every figure is "so far" anyway.
_MISSES_TOKENS = _HAS_ENDED & or_(executions.c.usage_is_partial, *(figure.is_(None) for figure in _FIGURES))
# Nobody charges for the offline model, and what used nothing cost nothing.
_MISSES_COST = (
    _HAS_ENDED
    & func.coalesce(executions.c.model, "").not_in([SIMULATED])
    & or_(executions.c.usage_is_partial, executions.c.cost_usd.is_(None))
    & or_(*(figure.is_(None) | (figure > 0) for figure in _FIGURES))
)
_USED = select(
    func.coalesce(func.sum(sum(func.coalesce(figure, 0) for figure in _FIGURES)), 0).label("tokens"),
    func.sum(executions.c.cost_usd).label("cost"),
    func.max(case((_MISSES_TOKENS, 1), else_=0)).label("misses_tokens"),
    func.max(case((_MISSES_COST, 1), else_=0)).label("misses_cost"),
)


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of the dashboard.

    Attributes:
        running, pending, waiting: How many are so now.
        succeeded_24h, failed_24h: How many ended so in the last 24 hours.
        median_ms, p95_ms: Duration of those that succeeded, milliseconds; None without any.
        tokens_24h: Tokens in and out of all that began in the last 24 hours, those that were told; None if none was.
        cost_usd_24h: Their known cost; None without any.
        misses_tokens, misses_cost: Whether some that ended, or all of it, is not known: then these are "at least".
        per_hour: How many began in each of the last 24 hours, oldest first.
    """

    running: int
    pending: int
    waiting: int
    succeeded_24h: int
    failed_24h: int
    median_ms: int | None
    p95_ms: int | None
    tokens_24h: int | None
    cost_usd_24h: float | None
    misses_tokens: bool
    misses_cost: bool
    per_hour: tuple[int, ...]


def page(
    connection: Connection, where: ExecutionFilter, limit: int, before: int | None, *, whole: bool
) -> list[Execution]:
    """Return executions, newest first.

    Keyset paging: ids grow with time and are never used again, so a page is stable while new ones arrive.

    Args:
        connection: A reading transaction.
        where: Which ones.
        limit: How many at most.
        before: Only ids below this one; None from the newest.
        whole: With all texts instead of excerpts.
    """
    statement = _filtered(_columns(whole=whole), where).order_by(executions.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(executions.c.id < before)
    return _values(connection, statement, whole=whole)


def matching(connection: Connection, where: ExecutionFilter, ids: Collection[int]) -> list[Execution]:
    """Return those of some executions that pass a filter, as excerpts."""
    statement = _filtered(_columns(whole=False), where).where(executions.c.id.in_(list(ids)))
    return _values(connection, statement, whole=False)


def changed_after(connection: Connection, changed: int, limit: int, *, whole: bool = False) -> list[Execution]:
    """Return what changed after a number, in the order of change."""
    statement = _CHANGED[whole]
    rows = connection.execute(statement, {"after": changed, "most": limit}).mappings()
    return [to_value(row, is_excerpt=not whole) for row in rows]


def active(connection: Connection) -> list[Execution]:
    """Return what has yet to end, first come first, as excerpts."""
    statement = (
        _columns(whole=False)
        .where(executions.c.status.in_([status.value for status in ACTIVE]))
        .order_by(executions.c.queue_number, executions.c.id)
    )
    return _values(connection, statement, whole=False)


def latest_change(connection: Connection) -> int:
    """Return the newest `changed` of the hub."""
    return counters.value_of(connection, counters.CHANGED)


def stats(connection: Connection, at: datetime) -> Stats:
    """Return the figures of the dashboard.

    Args:
        connection: A reading transaction.
        at: The present, UTC.
    """
    now_by_status = _counts(
        connection,
        select(executions.c.status, func.count())
        .where(executions.c.status.in_([status.value for status in ACTIVE]))
        .group_by(executions.c.status),
    )
    since = at - timedelta(hours=24)
    recent = (executions.c.created_at >= since) & executions.c.deleted_at.is_(None)
    ended = _counts(connection, select(executions.c.status, func.count()).where(recent).group_by(executions.c.status))
    used = connection.execute(_USED.where(recent)).one()
    median_ms, p95_ms = _durations(connection, since)
    return Stats(
        running=now_by_status.get(Status.RUNNING, 0),
        pending=now_by_status.get(Status.PENDING, 0),
        waiting=now_by_status.get(Status.WAITING, 0),
        succeeded_24h=ended.get(Status.SUCCEEDED, 0),
        failed_24h=ended.get(Status.FAILED, 0),
        median_ms=median_ms,
        p95_ms=p95_ms,
        tokens_24h=int(used.tokens) if used.tokens or not used.misses_tokens else None,
        cost_usd_24h=used.cost,
        misses_tokens=bool(used.misses_tokens),
        misses_cost=bool(used.misses_cost),
        per_hour=_per_hour(connection, at),
    )


def past_durations(
    connection: Connection, execution_type: str, agent_id: int | None, workflow_id: int | None, *, limit: int
) -> list[int]:
    """Return how long the newest executions of one agent or workflow that succeeded ran, milliseconds."""
    statement = (
        select(executions.c.active_ms)
        .where(
            executions.c.execution_type == execution_type,
            executions.c.agent_id == agent_id if agent_id is not None else executions.c.agent_id.is_(None),
            executions.c.workflow_id == workflow_id if workflow_id is not None else executions.c.workflow_id.is_(None),
            executions.c.status == Status.SUCCEEDED.value,
            executions.c.active_ms.is_not(None),
        )
        .order_by(executions.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def _counts(connection: Connection, statement: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(statement)}


def _durations(connection: Connection, since: datetime) -> tuple[int | None, int | None]:
    statement = (
        select(executions.c.started_at, executions.c.finished_at)
        .where(
            executions.c.created_at >= since,
            executions.c.status == Status.SUCCEEDED.value,
            executions.c.started_at.is_not(None),
        )
        .order_by(executions.c.created_at.desc())
        .limit(DURATIONS_MAX)
    )
    spans = sorted((row[1] - row[0]).total_seconds() * 1000 for row in connection.execute(statement) if row[1])
    if not spans:
        return None, None
    # Nearest rank: the smallest value that at least 95 % do not exceed.
    return round(statistics.median(spans)), round(spans[max(0, -(-95 * len(spans) // 100) - 1)])


def _per_hour(connection: Connection, at: datetime) -> tuple[int, ...]:
    # One conditional sum per hour: date arithmetic differs between the databases, this does not.
    edges = [at - timedelta(hours=hours) for hours in range(24, -1, -1)]
    sums = [
        func.sum(case(((executions.c.created_at >= start) & (executions.c.created_at < end), 1), else_=0))
        for start, end in pairwise(edges)
    ]
    row = connection.execute(select(*sums).where(executions.c.created_at >= edges[0])).one()
    return tuple(int(value or 0) for value in row)


def _columns(*, whole: bool) -> Select[Any]:
    return select(executions) if whole else select(*_EXCERPT)


def _values(connection: Connection, statement: Select[Any], *, whole: bool) -> list[Execution]:
    return [to_value(row, is_excerpt=not whole) for row in connection.execute(statement).mappings()]


def _filtered(statement: Select[Any], where: ExecutionFilter) -> Select[Any]:
    statement = statement.where(executions.c.deleted_at.is_(None))
    for column, value in (
        (executions.c.execution_type, where.execution_type),
        (executions.c.status, where.status and where.status.value),
        (executions.c.agent_id, where.agent_id),
        (executions.c.workflow_id, where.workflow_id),
        (executions.c.task_id, where.task_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if where.since is not None:
        statement = statement.where(executions.c.created_at >= where.since)
    if where.until is not None:
        statement = statement.where(executions.c.created_at < where.until)
    if where.q:
        searched = [executions.c.name, *(executions.c[name] for name in _PAYLOADS)]
        statement = statement.where(or_(*(column.icontains(where.q, autoescape=True) for column in searched)))
    return statement
