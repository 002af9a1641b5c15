"""Queries of the calls of executions: the turns of agents' models, and the calls of tools."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
    update,
)

from execution_hub.domain.call import OPEN, RESULT_MAX, AskedCall, Call, CallChange, CallKind, CallStatus, Resolution
from execution_hub.domain.execution import ERROR_MAX, EXCERPT_MAX
from execution_hub.domain.texts import storable
from execution_hub.store.execution_tables import IS_ASKED, CallRow
from execution_hub.store.pages import cut
from execution_hub.store.steps import usage_of, usage_values

calls: Table = CallRow.__table__  # type: ignore[attr-defined]

# What the column holds.
NUMBER_MAX = 2**31 - 1
# So many of an execution come at one time.
PAGE_MAX = 1_000
UNCERTAIN = "Whether it had its effect is not known: the execution ended before it answered."
# Arguments up to this size are no burden in a list of many calls.
ARGUMENTS_EXCERPT_MAX = 2_000
# Of the text of a turn, on the page of its execution.
TEXT_SHOWN_MAX = 5_000
ARGUMENTS_SHOWN_MAX = 20_000

_TEXTS_MAX = {
    "error": ERROR_MAX,
    "result": RESULT_MAX,
    "server": 120,
    "tool": 200,
    "tool_use_id": 200,
    "answered_by": 120,
}
_TEXTS = ("output", "result")
_JSON = ("arguments", "asked_arguments")
# What only a runner needs, and may be long.
_PLAIN = [column for column in calls.c if column.name not in (*_TEXTS, *_JSON, "blocks")]
_WHOLE = [*_PLAIN, *(calls.c[name] for name in (*_TEXTS, *_JSON))]


def _size(column: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(func.length(cast(column, Text)), 0)


def _if_short(column: ColumnElement[Any], most: int = ARGUMENTS_EXCERPT_MAX) -> ColumnElement[Any]:
    return _if(_size(column) <= most, column)


def _if(condition: ColumnElement[bool], column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(case((condition, column), else_=null()), JSON)


# Explicit columns: what is looked at while it runs must not pull payloads.
_EXCERPT = [
    *_PLAIN,
    *(func.substr(calls.c[name], 1, EXCERPT_MAX).label(name) for name in _TEXTS),
    *(_if_short(calls.c[name]).label(name) for name in _JSON),
]
# What its page shows of a call, and what a person is to approve.
_SHOWN = [
    *_PLAIN,
    func.substr(calls.c.output, 1, TEXT_SHOWN_MAX).label("output"),
    func.substr(calls.c.result, 1, EXCERPT_MAX).label("result"),
    _if(or_(_size(calls.c.arguments) <= ARGUMENTS_SHOWN_MAX, IS_ASKED), calls.c.arguments).label("arguments"),
    _if_short(calls.c.asked_arguments, ARGUMENTS_SHOWN_MAX).label("asked_arguments"),
]
_IS_OPEN = calls.c.status.in_([status.value for status in OPEN])
_IS_TOOL = calls.c.kind == CallKind.TOOL.value
_RAN = (CallStatus.RUNNING.value, CallStatus.UNKNOWN.value)
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
_NEEDS_PERSON = and_(IS_ASKED, or_(calls.c.status == CallStatus.WAITING.value, calls.c.resolved.is_(None)))


def of(
    connection: Connection,
    execution_id: int,
    step: str | None = None,
    round_: int | None = None,
    *,
    whole: bool = True,
) -> list[Call]:
    """Return calls of an execution in the order of their numbers.

    Args:
        connection: A transaction.
        execution_id: Whose.
        step: Of which step. None for all; with a round, for those that belong to no step, as in an agent test.
        round_: Of which round; None for any.
        whole: With all of the texts and a turn's blocks, instead of the first 200 characters and short arguments.
    """
    statement = _of(execution_id, [*_WHOLE, calls.c.blocks] if whole else _EXCERPT)
    if step is not None or round_ is not None:
        statement = statement.where(calls.c.step == step)
    if round_ is not None:
        statement = statement.where(calls.c.round == round_)
    return [_call(row) for row in connection.execute(statement).mappings()]


def fitting(connection: Connection, execution_id: int, after: int = 0, limit: int = PAGE_MAX) -> list[Call]:
    """Return calls of an execution in order, without blocks, whole as far as they fit a page; of the others excerpts.

    Args:
        connection: A transaction.
        execution_id: Whose.
        after: Only those with a higher number.
        limit: How many at most.
    """
    if after >= NUMBER_MAX:
        return []
    size = sum((_size(calls.c[name]) for name in (*_TEXTS, *_JSON)), literal(0))
    asked = _of(execution_id, [calls.c.number, size]).where(calls.c.number > after).limit(limit)
    sizes = connection.execute(asked).tuples().all()
    if not sizes:
        return []
    # They come in order, so the last one that fits says which.
    last_whole, last = cut(sizes, len(sizes))[0][-1], sizes[-1][0]
    found = connection.execute(_between(execution_id, _WHOLE, after, last_whole)).mappings().all()
    cut_off = (
        connection.execute(_between(execution_id, _EXCERPT, last_whole, last)).mappings() if last > last_whole else ()
    )
    return [*map(_call, found), *(replace(_call(row), is_excerpt=True) for row in cut_off)]


def find(connection: Connection, execution_id: int, number: int) -> Call | None:
    """Return a call whole, or None."""
    return next(iter(some(connection, execution_id, [number])), None)


def some(connection: Connection, execution_id: int, numbers: Collection[int]) -> list[Call]:
    """Return calls whole, in order; what there is none of is left out."""
    known = [each for each in numbers if 0 < each <= NUMBER_MAX]
    if not known:
        return []
    statement = _of(execution_id, [calls]).where(calls.c.number.in_(known))
    return [_call(row) for row in connection.execute(statement).mappings()]


def shown(connection: Connection, execution_id: int, numbers: Collection[int]) -> tuple[list[Call], set[int]]:
    """Return calls of an execution in order, as its page shows them, and those of them that hold thinking.

    Of results the beginning, of a turn's text as much as the page shows, and arguments as far as they are no burden;
    of a call that a person is to approve all of them.

    Args:
        connection: A transaction.
        execution_id: Whose.
        numbers: Which ones; those that are not there are left out.
    """
    thinks = and_(~_IS_TOOL, cast(calls.c.blocks, Text).like('%"thinking"%')).label("thinks")
    statement = _of(execution_id, [*_SHOWN, thinks]).where(calls.c.number.in_(numbers))
    rows = connection.execute(statement).mappings().all()
    return [_call(row) for row in rows], {row["number"] for row in rows if row["thinks"]}


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
        connection.execute(insert(calls), rows)
    for number, made in merged.items():
        if made.new is None and made.values:
            statement = update(calls).where(calls.c.execution_id == execution_id, calls.c.number == number)
            connection.execute(statement.values(**made.values, attempt=calls.c.attempt + made.attempts))


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


def waiting_numbers(connection: Connection, execution_id: int) -> set[int]:
    """Return the calls of an execution that need a person: that wait, or are unknown and unresolved."""
    statement = select(calls.c.number).where(calls.c.execution_id == execution_id, _NEEDS_PERSON)
    return set(connection.execute(statement).scalars())


def open_of(connection: Connection, execution_id: int) -> list[Call]:
    """Return the calls of an execution that have not ended, in the order of their numbers, as excerpts."""
    return [_call(row) for row in connection.execute(_of(execution_id, _EXCERPT).where(_IS_OPEN)).mappings()]


def approved_tools(connection: Connection, execution_id: int) -> set[tuple[str, str]]:
    """Return the tools, by server and name, that a person has approved for all of an execution."""
    statement = (
        select(calls.c.server, calls.c.tool)
        .where(calls.c.execution_id == execution_id, calls.c.is_for_execution == true())
        .distinct()
    )
    return {(server, tool) for server, tool in connection.execute(statement)}


def asked_in(connection: Connection, ids: Collection[int]) -> dict[int, list[AskedCall]]:
    """Return the calls that people are asked about, in order, by execution; one where nothing is asked is left in."""
    own = calls.c
    columns = (own.execution_id, own.number, own.step, own.status, own.server, own.tool, own.attempt)
    text = func.substr(cast(own.arguments, Text), 1, EXCERPT_MAX)
    statement = (
        select(*columns, text).where(own.execution_id.in_(ids), _NEEDS_PERSON).order_by(own.execution_id, own.number)
    )
    found: dict[int, list[AskedCall]] = {execution_id: [] for execution_id in ids}
    for execution_id, number, step, status, server, tool, attempt, arguments in connection.execute(statement):
        call = AskedCall(number, step, CallStatus(status), server, tool, arguments or "", attempt)
        found[execution_id].append(call)
    return found


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


def _of(execution_id: int, columns: Sequence[Any]) -> Select[Any]:
    return select(*columns).where(calls.c.execution_id == execution_id).order_by(calls.c.number)


def _between(execution_id: int, columns: Sequence[Any], after: int, last: int) -> Select[Any]:
    return _of(execution_id, columns).where(calls.c.number > after, calls.c.number <= last)


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


def _call(row: RowMapping) -> Call:
    return Call(
        number=row["number"],
        kind=CallKind(row["kind"]),
        step=row["step"],
        round=row["round"],
        status=CallStatus(row["status"]),
        tool_use_id=row["tool_use_id"],
        server=row["server"],
        tool=row["tool"],
        digest=row["digest"],
        arguments=row["arguments"],
        asked_arguments=row["asked_arguments"],
        note=row["note"],
        blocks=tuple(row.get("blocks") or ()),
        output=row["output"],
        result=row["result"],
        result_chars=row["result_chars"],
        is_cut=row["is_cut"],
        error=row["error"],
        stop_reason=row["stop_reason"],
        usage=usage_of(row),
        comment=row["comment"],
        is_for_execution=row["is_for_execution"],
        resolved=None if row["resolved"] is None else Resolution(row["resolved"]),
        attempt=row["attempt"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        asked_at=row["asked_at"],
        answered_by=row["answered_by"],
        meta=row["meta"] or {},
    )
