"""What the figures of the dashboard are made of, read in small pieces."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, literal, or_, select, text

from execution_hub.domain.agent import SIMULATED
from execution_hub.domain.execution import AGENT_TEST
from execution_hub.domain.status import ACTIVE, Status
from execution_hub.store.execution_tables import IS_ACTIVE, IS_LISTED
from execution_hub.store.executions import executions

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
_SPENT = reduce(add, (func.coalesce(figure, 0) for figure in _TOKENS))
_COUNTED = (
    *(
        executions.c[name]
        for name in ("id", "created_at", "status", "cost_usd", "started_at", "finished_at", "active_ms")
    ),
    _SPENT.label("tokens"),
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
        duration_ms: How long it ran, without waiting for a person; None before its end.
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
        .where(*_started(since, until))
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


@dataclass(frozen=True, slots=True)
class Sum:
    """What the tests of one agent, or the runs of one workflow, amount to that have one status.

    Attributes:
        agent_id: Whose tests; None for all that is no test of an agent.
        name: What the agent or the workflow was called, in one of them.
        status: Where they are.
        count: How many.
        tokens: Their tokens in and out, those that were told.
        cost_usd: Their known cost; None without any.
        misses_tokens, misses_cost: Whether some of that is not known.
        workflow_id: Whose runs; None for tests, and for all of workflows that are gone.
    """

    agent_id: int | None
    name: str
    status: Status
    count: int
    tokens: int
    cost_usd: float | None
    misses_tokens: bool
    misses_cost: bool
    workflow_id: int | None = None


def sums_between(connection: Connection, since: datetime, until: datetime) -> list[Sum]:
    """Return the sums of what was started in a half-open span and is not deleted, by agent, workflow and status."""
    agent_id = case((executions.c.execution_type == AGENT_TEST, executions.c.agent_id), else_=None)
    statement = (
        select(
            agent_id.label("agent"),
            func.max(executions.c.name),
            executions.c.status,
            func.count(),
            func.sum(_SPENT),
            func.sum(executions.c.cost_usd),
            func.max(case((_MISSES_TOKENS, 1), else_=0)),
            func.max(case((_MISSES_COST, 1), else_=0)),
            executions.c.workflow_id,
        )
        .where(*_started(since, until))
        .group_by(text("agent"), executions.c.workflow_id, executions.c.status)
    )
    return [
        Sum(agent, name, Status(status), count, int(tokens), cost, bool(no_tokens), bool(no_cost), workflow)
        for agent, name, status, count, tokens, cost, no_tokens, no_cost, workflow in connection.execute(statement)
    ]


# Three digits of a duration: as exact as it is shown, and few groups however many executions.
_THREE_DIGITS = case(
    *((executions.c.active_ms < 10 ** (3 + n), executions.c.active_ms // literal(10**n) * 10**n) for n in range(9)),
    else_=executions.c.active_ms,
)


def durations_between(connection: Connection, since: datetime, until: datetime) -> list[tuple[int, int]]:
    """Return how long what was started in a half-open span, and has ended, ran.

    Returns:
        Durations in milliseconds, cut to three digits, each with how many took as long. What waited for a person
        had its clock stopped; what never began has none.
    """
    has_run = executions.c.started_at.is_not(None) & executions.c.active_ms.is_not(None)
    statement = (
        select(_THREE_DIGITS.label("took"), func.count())
        .where(*_started(since, until), _HAS_ENDED, has_run)
        .group_by(text("took"))
    )
    return [(int(took), count) for took, count in connection.execute(statement)]


def _started(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    # What a part of another has used is in that one's usage.
    return (
        IS_LISTED,
        executions.c.created_at >= since,
        executions.c.created_at < until,
        executions.c.deleted_at.is_(None),
    )


def _counted(row: Row[Any]) -> Counted:
    took = None
    if row.started_at is not None and row.finished_at is not None:
        whole_ms = (row.finished_at - row.started_at).total_seconds() * 1000
        took = whole_ms if row.active_ms is None else row.active_ms
    misses = bool(row.misses_tokens), bool(row.misses_cost)
    return Counted(row.id, row.created_at, Status(row.status), row.tokens, row.cost_usd, *misses, took)
