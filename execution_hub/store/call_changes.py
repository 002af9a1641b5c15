"""What is written of the calls of executions: see calls.py for what is read."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Update, and_, bindparam, case, func, insert, literal, or_, true, update

from execution_hub.domain.call import OPEN, RESULT_MAX, Call, CallChange, CallKind, CallStatus
from execution_hub.domain.execution import ERROR_MAX
from execution_hub.domain.texts import storable
from execution_hub.store.calls import calls
from execution_hub.store.steps import usage_values

UNCERTAIN = "Whether it had its effect is not known: the execution ended before it answered."
_TEXTS_MAX = {
    "error": ERROR_MAX,
    "result": RESULT_MAX,
    "server": 120,
    "tool": 200,
    "tool_use_id": 200,
    "answered_by": 120,
}
_RAN = (CallStatus.RUNNING.value, CallStatus.UNKNOWN.value)
_IS_TOOL = calls.c.kind == CallKind.TOOL.value
_IS_OPEN = calls.c.status.in_([status.value for status in OPEN])
_INSERT = insert(calls)
_CANCEL = (
    update(calls)
    .where(_IS_OPEN)
    .values(
        status=CallStatus.CANCELLED.value,
        finished_at=bindparam("at", type_=calls.c.finished_at.type),
        # What ran may have had its effect: its row must not say that nothing happened.
        error=case((and_(_IS_TOOL, calls.c.status.in_(_RAN), calls.c.error.is_(None)), UNCERTAIN), else_=calls.c.error),
    )
)
_CANCEL_OPEN = _CANCEL.where(calls.c.execution_id.in_(bindparam("ids", expanding=True)))
_CANCEL_STEPS = _CANCEL.where(
    calls.c.execution_id == bindparam("the_id"), calls.c.step.in_(bindparam("names", expanding=True))
)
# Nobody knows whether a tool had its effect when its process died; a turn is only paid for again.
_MAY_REPEAT = or_(~_IS_TOOL, func.coalesce(calls.c.meta["is_idempotent"].as_boolean(), literal(False)))
_REQUEUE_RUNNING = (
    update(calls)
    .where(calls.c.execution_id == bindparam("the_id"), calls.c.status == CallStatus.RUNNING.value)
    .values(
        status=case((_MAY_REPEAT, CallStatus.PENDING.value), else_=CallStatus.UNKNOWN.value),
        usage_is_partial=case((_IS_TOOL, calls.c.usage_is_partial), else_=true()),
        resolved=None,
        asked_at=case((_MAY_REPEAT, calls.c.asked_at), else_=bindparam("at", type_=calls.c.asked_at.type)),
    )
)


def change(connection: Connection, execution_id: int, changes: Iterable[CallChange], at: datetime) -> None:
    """Change calls and store new ones, within the transaction that has found their execution to be the writer's.

    A call that starts to run gets its time and a new attempt, one that ends its time. What is said of a call more than
    once becomes one statement, and new calls one for all of them.
    """
    merged: dict[int, _Merged] = {}
    for each in changes:
        merged.setdefault(each.number, _Merged()).take(each, at)
    rows = [{"execution_id": execution_id, **each.row()} for each in merged.values() if each.new is not None]
    if rows:
        connection.execute(_INSERT, rows)
    for number, made in merged.items():
        if made.new is None and made.values:
            values = {f"new_{name}": value for name, value in made.values.items()}
            values |= {"the_id": execution_id, "the_number": number, "attempts": made.attempts}
            connection.execute(_update(frozenset(made.values)), values)


def cancel_open(connection: Connection, execution_ids: Sequence[int], at: datetime) -> None:
    """Cancel what is open of executions that have ended."""
    if execution_ids:
        connection.execute(_CANCEL_OPEN, {"ids": execution_ids, "at": at})


def cancel_steps(connection: Connection, execution_id: int, names: Collection[str], at: datetime) -> None:
    """Cancel what is open of steps whose round is over."""
    connection.execute(_CANCEL_STEPS, {"the_id": execution_id, "names": list(names), "at": at})


def requeue_running(connection: Connection, execution_id: int, at: datetime) -> None:
    """Set back what runs of an execution that goes back to the queue: a tool that may not run twice is unknown."""
    connection.execute(_REQUEUE_RUNNING, {"the_id": execution_id, "at": at})


@lru_cache(maxsize=256)
def _update(names: frozenset[str]) -> Update:
    """Return the statement that sets columns of a call: made once, since making one costs more than running it."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=calls.c[name].type) for name in sorted(names)}
    values["attempt"] = calls.c.attempt + bindparam("attempts", type_=calls.c.attempt.type)
    where = (calls.c.execution_id == bindparam("the_id"), calls.c.number == bindparam("the_number"))
    return update(calls).where(*where).values(**values)


class _Merged:
    """What one transaction says of one call."""

    def __init__(self) -> None:
        self.new: Call | None = None
        self.values: dict[str, Any] = {}
        self.attempts = 0

    def take(self, change: CallChange, at: datetime) -> None:
        self.new = change.new or self.new
        self.values |= {name: _stored(name, value) for name, value in change.values.items()}
        status = change.values.get("status")
        if status is None:
            return
        if CallStatus(status) is CallStatus.RUNNING:
            self.values |= {"started_at": at, "finished_at": None}
            self.attempts += 1
        if CallStatus(status) is CallStatus.WAITING:
            self.values["asked_at"] = at
        if CallStatus(status).is_finished:
            self.values["finished_at"] = at

    def row(self) -> dict[str, Any]:
        assert self.new is not None, "it is new"
        row = _row(self.new) | self.values
        return {**row, "attempt": self.new.attempt + self.attempts}


def _row(call: Call) -> dict[str, Any]:
    names = (column.name for column in calls.c)
    own = {name: _stored(name, getattr(call, name)) for name in names if hasattr(call, name)}
    return own | usage_values(call.usage, call.meta)


def _stored(name: str, value: Any) -> Any:
    """Return a value as its column holds it; what a model or a tool wrote may hold what no database takes."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str):
        return storable(value)[: _TEXTS_MAX.get(name)]
    return value
