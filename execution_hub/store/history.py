"""Queries of the history: lists of executions."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, select

from execution_hub.domain.execution import EXCERPT_MAX, Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.store import counters, pages, search, walk
from execution_hub.store.execution_tables import IS_ACTIVE
from execution_hub.store.executions import executions, to_value

_PAYLOADS = ("test_input", "test_output", "error_message")
# Explicit columns: a list must not pull payloads.
_HEAVY = ("definition", "idempotency_key", "request_hash", *_PAYLOADS)
_LIGHT = [column for column in executions.c if column.name not in _HEAVY]


def page(
    connection: Connection,
    where: ExecutionFilter,
    limit: int,
    before: int | None = None,
    *,
    texts_max: int | None = EXCERPT_MAX,
) -> list[Execution]:
    """Return executions that pass what an index holds of a filter, newest first: see `walk.newest`.

    Keyset paging: times grow and ids are never used again, so a page is stable while new ones arrive.

    Args:
        connection: A reading transaction.
        where: Which ones.
        limit: How many at most.
        before: Only those that come after this id in the list; None from the newest.
        texts_max: How many characters of each text; None for all.
    """
    return some(connection, walk.newest(connection, where, limit, before), texts_max=texts_max)


def some(connection: Connection, ids: Sequence[int], *, texts_max: int | None = EXCERPT_MAX) -> list[Execution]:
    """Return executions by their ids, in that order; those that have gone are left out."""
    if not ids:
        return []
    statement = _columns(texts_max).where(executions.c.id.in_(ids), executions.c.deleted_at.is_(None))
    found = _values(connection, statement, texts_max)
    by_id = {execution.id: execution for execution in found}
    return [by_id[each] for each in ids if each in by_id]


def matching(connection: Connection, where: ExecutionFilter, ids: Collection[int]) -> list[Execution]:
    """Return those of some executions that pass a filter, as excerpts, newest first."""
    return some(connection, search.among(connection, where, ids))


def reruns_of(connection: Connection, execution_id: int) -> list[int]:
    """Return the executions that repeat one, oldest first."""
    own = executions.c
    statement = select(own.id).where(own.rerun_of_id == execution_id, own.deleted_at.is_(None)).order_by(own.id)
    return list(connection.execute(statement).scalars())


def newest_of_workflows(connection: Connection, workflow_ids: Collection[int]) -> dict[int, Execution]:
    """Return the newest execution of each of some workflows, as excerpts; of one that never ran, nothing."""
    found = some(connection, walk.newest_of_workflows(connection, workflow_ids))
    return {each.workflow_id: each for each in found if each.workflow_id is not None}


def fitting(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Return as many of some executions, from the first, as a page with whole texts may hold."""
    return pages.fitting(connection, executions, _PAYLOADS, ids)


def changed_after(
    connection: Connection, changed: int, limit: int, *, texts_max: int | None = EXCERPT_MAX
) -> list[Execution]:
    """Return what changed after a number, in the order of change; deleted ones too."""
    if texts_max is None:
        ids = [each.id for each in changed_after(connection, changed, limit, texts_max=0)]
        limit = len(fitting(connection, ids))
    rows = connection.execute(_changed(texts_max), {"after": changed, "most": limit}).mappings()
    return [to_value(row, is_excerpt=texts_max is not None) for row in rows]


def active(connection: Connection) -> list[Execution]:
    """Return what has yet to end, first come first, as excerpts."""
    statement = _columns(EXCERPT_MAX).where(IS_ACTIVE).order_by(executions.c.queue_number, executions.c.id)
    return _values(connection, statement, EXCERPT_MAX)


def latest_change(connection: Connection) -> int:
    """Return the newest `changed` of the hub."""
    return counters.value_of(connection, counters.CHANGED)


def past_durations(
    connection: Connection, execution_type: str, agent_id: int | None, workflow_id: int | None, *, limit: int
) -> list[int]:
    """Return how long the newest executions of one agent or workflow that succeeded ran, milliseconds.

    Of the newest `limit` that succeeded: those from before there was a clock do not make it look further back.
    """
    where = ExecutionFilter(execution_type, Status.SUCCEEDED, agent_id, workflow_id)
    if not walk.is_direct(where):
        where = where.but(execution_type=None)
    ids = walk.newest(connection, where, limit, None)
    columns = (executions.c.id, executions.c.execution_type, executions.c.active_ms)
    rows = {row.id: row for row in connection.execute(select(*columns).where(executions.c.id.in_(ids)))}
    found = [rows[each] for each in ids if each in rows]
    return [row.active_ms for row in found if row.execution_type == execution_type and row.active_ms is not None]


def _columns(texts_max: int | None) -> Select[Any]:
    if texts_max is None:
        # What it ran with is not of a list, whole texts or not.
        return select(*_LIGHT, *(executions.c[name] for name in _PAYLOADS))
    return select(*_LIGHT, *(func.substr(executions.c[name], 1, texts_max).label(name) for name in _PAYLOADS))


# Made once: it is asked after every change.
@lru_cache(maxsize=8)
def _changed(texts_max: int | None) -> Select[Any]:
    return (
        _columns(texts_max)
        .where(executions.c.changed > bindparam("after", type_=executions.c.changed.type))
        .order_by(executions.c.changed)
        .limit(bindparam("most", type_=Integer))
    )


def _values(connection: Connection, statement: Select[Any], texts_max: int | None) -> list[Execution]:
    return [to_value(row, is_excerpt=texts_max is not None) for row in connection.execute(statement).mappings()]
