"""Changes of executions, many in few statements: the one place that moves a status."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, Update, bindparam, exists, func, or_, update

from execution_hub.domain.call import OPEN as OPEN_CALLS
from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Phase, attempt_of
from execution_hub.domain.status import Status, sources_of
from execution_hub.domain.step import OPEN as OPEN_STEPS
from execution_hub.store import call_changes, calls, results, steps, verdicts
from execution_hub.store.executions import executions, lock, to_value
from execution_hub.store.intents import Change, Recorded
from execution_hub.store.recordset import is_worth_it, parameter, recordset
from execution_hub.store.transaction import NOT_DRAWN, Transaction


def move_all(transaction: Transaction, changes: Sequence[Change]) -> list[Recorded | None]:
    """Write changes in their order, each if its execution is where the change expects it.

    The update itself only finds a row whose status may move to the target, and whose attempt is the writer's. Its
    steps and its calls change with it.

    Returns:
        What each became; see Change.
    """
    recorded: list[Recorded | None] = []
    for several in _of_different_executions(changes):
        moves = [_Move(change, transaction.at) for change in several]
        rows = _update_all(transaction.connection, moves)
        for move in moves:
            row = rows.get(move.change.execution_id)
            recorded.append(None if row is None else _follow(transaction, move, row))
    return recorded


def _of_different_executions(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield the changes in their order, in stretches in which no execution comes twice."""
    several: list[Change] = []
    seen: set[int] = set()
    for change in changes:
        if change.execution_id in seen:
            yield several
            several, seen = [], set()
        several.append(change)
        seen.add(change.execution_id)
    yield several


class _Move:
    """A change, as its statement takes it.

    Attributes:
        change: It.
        shape: Which statement writes it: those of one shape differ in their values only.
        values: What that statement takes.
    """

    def __init__(self, change: Change, at: datetime) -> None:
        self.change = change
        self.shape = (
            change.target,
            change.fence is not None,
            change.segment is not None,
            change.crashes_below is not None,
            frozenset(change.values),
        )
        self.values = {f"new_{name}": value for name, value in change.values.items()}
        self.values |= {"the_id": change.execution_id, "at": at, "fence": change.fence}
        self.values |= {"crashes_below": change.crashes_below}
        self.values |= {"the_segment": change.segment, "more": len(change.events) + (change.target is not None)}


def _update_all(connection: Connection, moves: Sequence[_Move]) -> dict[int, RowMapping]:
    """Move executions, each at most once; returns the rows of those that were where the change expects them."""
    by_shape: dict[Any, list[_Move]] = defaultdict(list)
    for move in moves:
        if _still_waits(connection, move.change):
            by_shape[move.shape].append(move)
    rows: list[RowMapping] = []
    for shape, alike in by_shape.items():
        if is_worth_it(connection, len(alike)):
            given = parameter([move.values for move in alike])
            rows += connection.execute(_update(*shape, is_many=True), given).mappings()
        else:
            for move in alike:
                rows += connection.execute(_update(*shape), move.values).mappings()
    return {row["id"]: row for row in rows}


def _follow(transaction: Transaction, move: _Move, row: RowMapping) -> Recorded:
    """Write what goes with a move: its steps and calls at once, its events with those of all others."""
    change, target = move.change, move.change.target
    new_events = change.events
    attempt = attempt_of(row["attempt"], row["pauses"], is_paused=row["resumed_at"] is None)
    if target is not None:
        data: dict[str, Any] = {"status": target.value, "attempt": attempt, **change.told}
        if change.reason:
            data["reason"] = change.reason
        new_events = (*new_events, NewEvent(EventKind.STATUS, data))
        if target.is_finished:
            if row["has_steps"] or change.steps:
                transaction.open_steps.append(change.execution_id)
            if row["has_calls"] or change.calls:
                transaction.open_calls.append(change.execution_id)
    steps.change(transaction.connection, change.execution_id, change.steps, transaction.at)
    call_changes.change(transaction.connection, change.execution_id, change.calls, transaction.at)
    results.change(transaction.connection, change.execution_id, change.results)
    verdicts.put(transaction.connection, change.execution_id, change.verdicts)
    if target is Status.PENDING:
        steps.requeue_running(transaction.connection, change.execution_id)
        call_changes.requeue_running(transaction.connection, change.execution_id, transaction.at)
    transaction.told.append((change.execution_id, row["last_seq"], attempt, new_events))
    if change.is_visible:
        transaction.shown[change.execution_id] = None
    claimed = to_value(row) if target is Status.RUNNING else None
    ended = (row["execution_type"], target) if target is not None and target.is_finished else None
    changed = NOT_DRAWN if change.is_visible else None
    return Recorded(change.execution_id, row["last_seq"], row["attempt"], changed, claimed, ended)


@lru_cache(maxsize=1024)
def _update(
    target: Status | None,
    has_fence: bool,
    has_segment: bool,
    has_crashes_below: bool,
    names: frozenset[str],
    *,
    is_many: bool = False,
) -> Update:
    """Return the statement for changes of one shape: made once, since making one costs more than running it.

    Args:
        target: See Change.
        has_fence: See Change.
        has_segment: See Change.
        has_crashes_below: See Change.
        names: The columns to set besides.
        is_many: Whether it writes many at once, from a recordset.
    """
    own = executions.c
    given = _GivenMany(names) if is_many else _Given()
    where: list[Any] = [own.id == given("the_id", own.id)]
    values: dict[str, Any] = {name: given(f"new_{name}", own[name]) for name in sorted(names)}
    values["updated_at"] = given("at", own.updated_at)
    if target is not None:
        # Not with IN: its list is written out anew at each use.
        where.append(or_(*(own.status == source.value for source in sources_of(target))))
        values["status"] = target.value
        if target is Status.RUNNING:
            values["attempt"] = own.attempt + 1
            # The first start stays, over all attempts.
            values["started_at"] = func.coalesce(own.started_at, given("at", own.started_at))
            values["resumed_at"] = given("at", own.resumed_at)
        if target.is_finished:
            values["finished_at"] = given("at", own.finished_at)
            values.setdefault("progress_phase", Phase.DONE.value)
    elif has_fence:
        where.append(own.status == Status.RUNNING.value)
    if has_fence:
        where.append(own.attempt == given("fence", own.attempt))
    if has_segment:
        where.append(own.segment == given("the_segment", own.segment))
    if has_crashes_below:
        where.append(own.crashes < given("crashes_below", own.crashes))
    values["last_seq"] = own.last_seq + given("more", own.last_seq)
    wanted: list[Any] = [own.id, own.last_seq, own.attempt, own.pauses, own.resumed_at]
    if target is Status.RUNNING:
        wanted = [*own]
    elif target is not None and target.is_finished:
        # Of most there are none: asked along, so that those cost no statement of their own.
        wanted += [_has(steps.steps, OPEN_STEPS).label("has_steps"), _has(calls.calls, OPEN_CALLS).label("has_calls")]
        wanted.append(own.execution_type)
    return update(executions).where(*where).values(**values).returning(*wanted)


def _has(rows: Table, statuses: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Return the condition that an execution has rows of these statuses."""
    wanted = or_(*(rows.c.status == status.value for status in statuses))
    return exists().where(rows.c.execution_id == executions.c.id, wanted).correlate(executions)


class _Given:
    """Gives a statement the values of one change: as parameters."""

    def __call__(self, name: str, of: ColumnElement[Any]) -> ColumnElement[Any]:
        return bindparam(name, type_=of.type)


class _GivenMany:
    """Gives a statement the values of many changes: as the columns of a table."""

    def __init__(self, names: Iterable[str]) -> None:
        self._rows = recordset(
            {
                "the_id": executions.c.id,
                "at": executions.c.updated_at,
                "fence": executions.c.attempt,
                "the_segment": executions.c.segment,
                "crashes_below": executions.c.crashes,
                "more": executions.c.last_seq,
                **{f"new_{name}": executions.c[name] for name in sorted(names)},
            }
        )

    def __call__(self, name: str, _of: ColumnElement[Any]) -> ColumnElement[Any]:
        return self._rows.c[name]


def _still_waits(connection: Connection, change: Change) -> bool:
    """Tell whether nobody has answered meanwhile what a change is to wait for."""
    execution_id, names, numbers = change.execution_id, change.waiting, change.waiting_calls
    if names is None and not numbers:
        return True
    # Locked: what is read stays so until the move is written.
    lock(connection, execution_id)
    if names is not None and steps.waiting_names(connection, execution_id) != names:
        return False
    return not numbers or numbers <= calls.waiting_numbers(connection, execution_id)
