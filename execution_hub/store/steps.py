"""Queries of the steps of executions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, bindparam, func, insert, literal, select, update

from execution_hub.domain.execution import ERROR_MAX, EXCERPT_MAX
from execution_hub.domain.step import OPEN, Asked, Step, StepChange, StepStatus
from execution_hub.domain.usage import Usage
from execution_hub.domain.workflow import APPROVAL
from execution_hub.store.execution_tables import StepColumns
from execution_hub.store.pages import cut

steps: Table = StepColumns.__table__  # type: ignore[attr-defined]

_PAYLOADS = ("input", "output")
# Kept in `meta`: few hubs have prices of their own.
_OWN_PRICE = "is_own_price"
_SAVED = "saved_usd"
# Explicit columns: what is looked at while it runs must not pull payloads.
_EXCERPT = [
    *(column for column in steps.c if column.name not in _PAYLOADS),
    *(func.substr(steps.c[name], 1, EXCERPT_MAX).label(name) for name in _PAYLOADS),
]


_MINE = update(steps).where(steps.c.execution_id == bindparam("the_id"))
_CANCEL_OPEN = (
    update(steps)
    .where(
        steps.c.execution_id.in_(bindparam("ids", expanding=True)),
        steps.c.status.in_([status.value for status in OPEN]),
    )
    .values(status=StepStatus.CANCELLED.value, finished_at=bindparam("at", type_=steps.c.finished_at.type))
)
_REQUEUE_RUNNING = _MINE.where(steps.c.status == StepStatus.RUNNING.value).values(
    status=StepStatus.PENDING.value, usage_is_partial=True
)


def add(connection: Connection, new: Iterable[tuple[int, Sequence[Step]]]) -> None:
    """Store the steps of new executions, given with their ids."""
    rows: list[dict[str, Any]] = [
        {
            "execution_id": execution_id,
            "name": step.name,
            "position": step.position,
            "type": step.type,
            "agent_id": step.agent_id,
            "status": step.status.value,
            "meta": {},
        }
        for execution_id, mine in new
        for step in mine
    ]
    if rows:
        connection.execute(insert(steps), rows)


def of(connection: Connection, execution_id: int, *, whole: bool = True) -> list[Step]:
    """Return the steps of an execution in their order.

    Args:
        connection: A transaction.
        execution_id: Whose.
        whole: With all of input and output, instead of their first 200 characters.
    """
    statement = (
        (select(steps) if whole else select(*_EXCERPT))
        .where(steps.c.execution_id == execution_id)
        .order_by(steps.c.position)
    )
    return [_step(row) for row in connection.execute(statement).mappings()]


def fitting(connection: Connection, execution_id: int) -> list[Step]:
    """Return the steps of an execution in their order, whole as far as they fit a page; of the others excerpts."""
    size = sum((func.coalesce(func.length(steps.c[name]), 0) for name in _PAYLOADS), literal(0))
    statement = select(steps.c.position, size).where(steps.c.execution_id == execution_id).order_by(steps.c.position)
    sizes = connection.execute(statement).tuples().all()
    whole, is_more = cut(sizes, len(sizes))
    if not is_more:
        return of(connection, execution_id)
    found = select(steps).where(steps.c.execution_id == execution_id, steps.c.position.in_(whole))
    kept = {row["position"]: _step(row) for row in connection.execute(found).mappings()}
    return [
        kept.get(step.position) or replace(step, is_excerpt=True) for step in of(connection, execution_id, whole=False)
    ]


def find(connection: Connection, execution_id: int, name: str) -> Step | None:
    """Return a step whole, or None."""
    statement = select(steps).where(steps.c.execution_id == execution_id, steps.c.name == name)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _step(row)


def change(connection: Connection, execution_id: int, changes: Iterable[StepChange], at: datetime) -> None:
    """Change steps, within the transaction that has found their execution to be the writer's.

    A step that starts to run gets its time and a new attempt, one that ends its time.
    """
    for each in changes:
        values = dict(each.values)
        status = values.get("status")
        if status == StepStatus.RUNNING:
            values |= {"started_at": at, "attempt": steps.c.attempt + 1}
        if status is not None and StepStatus(status).is_finished:
            values["finished_at"] = at
        if status in (StepStatus.RUNNING, StepStatus.WAITING):
            values["ready_at"] = func.coalesce(steps.c.ready_at, literal(at, steps.c.ready_at.type))
        statement = update(steps).where(steps.c.execution_id == execution_id, steps.c.name == each.name)
        if each.round is not None:
            statement = statement.where(steps.c.round == each.round)
        connection.execute(statement.values(**values))


def cancel_open(connection: Connection, execution_ids: Sequence[int], at: datetime) -> None:
    """Cancel what is open of executions that have ended."""
    if execution_ids:
        connection.execute(_CANCEL_OPEN, {"ids": execution_ids, "at": at})


def requeue_running(connection: Connection, execution_id: int) -> None:
    """Set back what runs of an execution that goes back to the queue."""
    connection.execute(_REQUEUE_RUNNING, {"the_id": execution_id})


def waiting_names(connection: Connection, execution_id: int) -> set[str]:
    """Return the steps of an execution that wait for a person."""
    statement = select(steps.c.name).where(
        steps.c.execution_id == execution_id, steps.c.status == StepStatus.WAITING.value
    )
    return set(connection.execute(statement).scalars())


def asked_in(connection: Connection, ids: Collection[int]) -> dict[int, list[Asked]]:
    """Return the approvals people are asked for, in the order of the steps, by execution; one without is left in."""
    own = steps.c
    columns = (own.execution_id, own.name, own.round, func.substr(own.input, 1, EXCERPT_MAX), own.ready_at)
    statement = (
        select(*columns)
        # An agent's step waits for its calls: they are what is asked.
        .where(own.execution_id.in_(ids), own.status == StepStatus.WAITING.value, own.type == APPROVAL)
        .order_by(own.position)
    )
    found: dict[int, list[Asked]] = {execution_id: [] for execution_id in ids}
    for execution_id, name, round_, text, at in connection.execute(statement):
        found[execution_id].append(Asked(name, round_, text or "", at))
    return found


def usage_values(usage: Usage, meta: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the columns that hold a usage: `meta` too where it was told, or has to say whose the prices are."""
    own: dict[str, Any] = {_OWN_PRICE: True} if usage.is_own_price else {}
    if usage.saved_usd is not None:
        own[_SAVED] = usage.saved_usd
    return {
        **({} if meta is None and not own else {"meta": {**(meta or {}), **own}}),
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cost_usd": usage.cost_usd,
        "usage_is_partial": usage.is_partial,
    }


def usage_of(row: RowMapping) -> Usage:
    """Return the usage in a row."""
    meta = row.get("meta") or {}
    return Usage(
        row["input_tokens"],
        row["output_tokens"],
        row["cache_write_tokens"],
        row["cache_read_tokens"],
        row["cost_usd"],
        row["usage_is_partial"],
        bool(meta.get(_OWN_PRICE)),
        meta.get(_SAVED),
    )


def error_values(code: str, message: str) -> dict[str, Any]:
    """Return the columns that hold an error; the message is cut there, whole in the log."""
    return {"error_code": code, "error": message[:ERROR_MAX]}


def _step(row: RowMapping) -> Step:
    return Step(
        name=row["name"],
        position=row["position"],
        type=row["type"],
        agent_id=row["agent_id"],
        status=StepStatus(row["status"]),
        input=row["input"],
        output=row["output"],
        error=row["error"],
        error_code=row["error_code"],
        usage=usage_of(row),
        ready_at=row["ready_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        attempt=row["attempt"],
        round=row["round"],
        meta=row["meta"] or {},
        stop_reason=row["stop_reason"] or (row["meta"] or {}).get("stop_reason"),
        is_cut=row["is_cut"],
    )
