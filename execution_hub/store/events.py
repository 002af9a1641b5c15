"""Queries of the event log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    or_,
    select,
    true,
)
from sqlalchemy.sql.elements import KeyedColumnElement

from execution_hub.domain.event import Event, EventKind, NewEvent
from execution_hub.store.execution_tables import EventColumns
from execution_hub.store.pages import PAGE_SIZE_MAX
from execution_hub.store.recordset import is_worth_it, parameter, recordset

events: Table = EventColumns.__table__  # type: ignore[attr-defined]


Entry = tuple[int, int, int, Sequence[NewEvent]]
"""Events of one execution: its id, the number of the last of them, the attempt, and they in order."""


def _following(execution_id: ColumnElement[int], after_seq: ColumnElement[int]) -> Select[Any]:
    """Select what follows a number in a log, each event with its size in characters."""
    return (
        select(events, func.length(cast(events.c.data, Text)).label("size"))
        .where(events.c.execution_id == execution_id, events.c.seq > after_seq)
        .order_by(events.c.seq)
        .limit(bindparam("at_most"))
    )


def _within_size(found: Select[Any], following: FromClause, *log: KeyedColumnElement[Any]) -> Select[Any]:
    """Select, of what was found in each log, what fits a page together; the first, however long it is."""
    total = func.sum(following.c.size).over(partition_by=log or None, order_by=following.c.seq).label("total")
    summed = found.add_columns(total).subquery()
    return (
        select(summed)
        .where(or_(summed.c.total <= bindparam("size_max"), summed.c.total == summed.c.size))
        .order_by(*(summed.c[each.key] for each in log), summed.c.seq)
    )


# Made once: they are asked after every change of what is followed.
_FOLLOWING = _following(bindparam("the_id"), bindparam("after_seq")).subquery()
_AFTER = _within_size(select(_FOLLOWING), _FOLLOWING)
# The same of several logs: each row of the parameter is a question, with its number among them.
_ASKED = recordset({"number": events.c.seq, "the_id": events.c.execution_id, "after_seq": events.c.seq})
_FOLLOWING_EACH = _following(_ASKED.c.the_id, _ASKED.c.after_seq).lateral()
_AFTER_EACH = _within_size(
    select(_ASKED.c.number, _FOLLOWING_EACH).select_from(_ASKED.join(_FOLLOWING_EACH, true())),
    _FOLLOWING_EACH,
    _ASKED.c.number,
)
_INSERT = insert(events)
_NAMES = ("execution_id", "seq", "attempt", "kind", "data", "created_at")
_INSERT_MANY = insert(events).from_select(_NAMES, select(recordset({name: events.c[name] for name in _NAMES})))


def append_all(connection: Connection, entries: Iterable[Entry], at: datetime) -> None:
    """Store the events of several executions under numbers already taken from each one's `last_seq`.

    Args:
        connection: The writing transaction that raised `last_seq`.
        entries: Whose, and what.
        at: When, UTC.
    """
    rows = [
        {
            "execution_id": execution_id,
            "seq": last_seq - len(new) + 1 + index,
            "attempt": attempt,
            "kind": event.kind.value,
            "data": event.data,
            "created_at": at,
        }
        for execution_id, last_seq, attempt, new in entries
        for index, event in enumerate(new)
    ]
    if is_worth_it(connection, len(rows)):
        connection.execute(_INSERT_MANY, parameter(rows))
    elif rows:
        connection.execute(_INSERT, rows)


def last_of_kind(connection: Connection, execution_id: int, kind: EventKind) -> int:
    """Return the number of the newest event of a kind, 0 if there is none."""
    statement = select(func.max(events.c.seq)).where(events.c.execution_id == execution_id, events.c.kind == kind.value)
    return connection.execute(statement).scalar_one() or 0


def after(connection: Connection, execution_id: int, seq: int, limit: int) -> list[Event]:
    """Return the events of an execution that follow `seq`, in order: at most `limit`, and no more than fit a page.

    Args:
        connection: A reading transaction.
        execution_id: Whose log.
        seq: The number of the event before.
        limit: How many at most; fewer where they have more than `PAGE_SIZE_MAX` characters, but one at least.
    """
    values = {"the_id": execution_id, "after_seq": seq, "at_most": limit, "size_max": PAGE_SIZE_MAX}
    return [_event(row) for row in connection.execute(_AFTER, values).mappings()]


def after_each(connection: Connection, asked: Sequence[tuple[int, int]], limit: int) -> list[list[Event]]:
    """Return what `after` returns for each of several logs, where it is worth it by one statement.

    Args:
        connection: A reading transaction.
        asked: For each its execution's id and the number of the event before.
        limit: How many of each at most.
    """
    if not is_worth_it(connection, len(asked)):
        return [after(connection, execution_id, seq, limit) for execution_id, seq in asked]
    rows = [{"number": number, "the_id": each, "after_seq": seq} for number, (each, seq) in enumerate(asked)]
    values = {**parameter(rows), "at_most": limit, "size_max": PAGE_SIZE_MAX}
    found: list[list[Event]] = [[] for _ in asked]
    for row in connection.execute(_AFTER_EACH, values).mappings():
        found[row["number"]].append(_event(row))
    return found


def _event(row: RowMapping) -> Event:
    return Event(
        row["execution_id"], row["seq"], row["attempt"], EventKind(row["kind"]), row["data"], row["created_at"]
    )
