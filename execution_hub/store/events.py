"""Queries of the event log."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Table, Text, bindparam, cast, func, insert, or_, select, true

from execution_hub.domain.event import Event, EventKind, NewEvent
from execution_hub.store.execution_tables import EventColumns
from execution_hub.store.pages import PAGE_SIZE_MAX
from execution_hub.store.recordset import is_worth_it, parameter, recordset

events: Table = EventColumns.__table__  # type: ignore[attr-defined]


Entry = tuple[int, int, int, Sequence[NewEvent]]
"""Events of one execution: its id, the number of the last of them, the attempt, and they in order."""


# Made once: it is asked after every change of what is followed.
_FOLLOWING = (
    select(events, func.length(cast(events.c.data, Text)).label("size"))
    .where(events.c.execution_id == bindparam("the_id"), events.c.seq > bindparam("after_seq"))
    .order_by(events.c.seq)
    .limit(bindparam("at_most"))
    .subquery()
)
_SUMMED = select(_FOLLOWING, func.sum(_FOLLOWING.c.size).over(order_by=_FOLLOWING.c.seq).label("total")).subquery()
# The first is alone in its sum, however long it is.
_AFTER = (
    select(_SUMMED)
    .where(or_(_SUMMED.c.total <= bindparam("size_max"), _SUMMED.c.total == _SUMMED.c.size))
    .order_by(_SUMMED.c.seq)
)
# The same of several logs: each row of the parameter is a question, with its number among them.
_ASKED = recordset({"number": events.c.seq, "the_id": events.c.execution_id, "after_seq": events.c.seq})
_FOLLOWING_EACH = (
    select(events, func.length(cast(events.c.data, Text)).label("size"))
    .where(events.c.execution_id == _ASKED.c.the_id, events.c.seq > _ASKED.c.after_seq)
    .order_by(events.c.seq)
    .limit(bindparam("at_most"))
    .lateral()
)
_SUMMED_EACH = (
    select(
        _ASKED.c.number,
        _FOLLOWING_EACH,
        func.sum(_FOLLOWING_EACH.c.size)
        .over(partition_by=_ASKED.c.number, order_by=_FOLLOWING_EACH.c.seq)
        .label("total"),
    )
    .select_from(_ASKED.join(_FOLLOWING_EACH, true()))
    .subquery()
)
_AFTER_EACH = (
    select(_SUMMED_EACH)
    .where(or_(_SUMMED_EACH.c.total <= bindparam("size_max"), _SUMMED_EACH.c.total == _SUMMED_EACH.c.size))
    .order_by(_SUMMED_EACH.c.number, _SUMMED_EACH.c.seq)
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
