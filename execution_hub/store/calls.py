"""Queries of the calls of executions: the turns of agents' models, and the calls of tools."""

from collections.abc import Collection, Sequence
from dataclasses import replace
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
    case,
    cast,
    func,
    null,
    or_,
    select,
    true,
    type_coerce,
)

from execution_hub.domain.call import OPEN, RESULT_MAX, AskedCall, Call, CallKind, CallStatus, Resolution
from execution_hub.domain.execution import EXCERPT_MAX
from execution_hub.store.execution_tables import IS_ASKED, CallColumns
from execution_hub.store.pages import cut
from execution_hub.store.steps import usage_of

calls: Table = CallColumns.__table__  # type: ignore[attr-defined]

# What the column holds.
NUMBER_MAX = 2**31 - 1
# So many of an execution come at one time.
PAGE_MAX = 1_000
# Arguments up to this size are no burden in a list of many calls.
ARGUMENTS_EXCERPT_MAX = 2_000
# Of the text of a turn, on the page of its execution.
TEXT_SHOWN_MAX = 5_000
ARGUMENTS_SHOWN_MAX = 20_000

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


# Of results as they were counted: to measure hundreds of a megabyte, a database reads them all.
_RESULT_SIZE = case(
    (calls.c.result_chars.is_(None), _size(calls.c.result)),
    (calls.c.result_chars > RESULT_MAX, RESULT_MAX),
    else_=calls.c.result_chars,
)
_WHOLE_SIZE = sum((_size(calls.c[name]) for name in ("output", *_JSON)), _RESULT_SIZE)
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
    asked = _of(execution_id, [calls.c.number, _WHOLE_SIZE]).where(calls.c.number > after).limit(limit)
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
    columns = (own.execution_id, own.number, own.step, own.status, own.server, own.tool, own.attempt, own.asked_at)
    text = func.substr(cast(own.arguments, Text), 1, EXCERPT_MAX)
    statement = (
        select(*columns, text).where(own.execution_id.in_(ids), _NEEDS_PERSON).order_by(own.execution_id, own.number)
    )
    found: dict[int, list[AskedCall]] = {execution_id: [] for execution_id in ids}
    for execution_id, number, step, status, server, tool, attempt, asked_at, arguments in connection.execute(statement):
        call = AskedCall(number, step, CallStatus(status), server, tool, arguments or "", attempt, asked_at)
        found[execution_id].append(call)
    return found


def _of(execution_id: int, columns: Sequence[Any]) -> Select[Any]:
    return select(*columns).where(calls.c.execution_id == execution_id).order_by(calls.c.number)


def _between(execution_id: int, columns: Sequence[Any], after: int, last: int) -> Select[Any]:
    return _of(execution_id, columns).where(calls.c.number > after, calls.c.number <= last)


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
