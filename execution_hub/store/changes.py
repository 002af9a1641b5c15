"""What is written of executions: new ones and changes, many in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Update,
    bindparam,
    func,
    insert,
    or_,
    update,
)

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Execution, NewExecution, Phase
from execution_hub.domain.status import Status, sources_of
from execution_hub.domain.step import StepChange
from execution_hub.errors import HubError, QueueFull
from execution_hub.store import counters, events, steps
from execution_hub.store.executions import executions, lock, pending_count, to_value
from execution_hub.store.recordset import is_worth_it, parameter, recordset


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one execution, written in one statement with its events.

    Attributes:
        execution_id: Which one.
        target: The status it gets, or None to keep it.
        fence: The attempt that writes; None where no runner writes. With a fence and no target the
            execution must be running.
        segment: The segment it must be in; None for any.
        waiting: The approvals that must be unanswered, and no others: an answer that came meanwhile must
            not be slept through. None where it does not matter.
        reason: Why the status moves, for the log; empty where it needs no words.
        told: What else the log says of the move.
        steps: What changes of its steps.
        events: What goes into its log.
        values: Columns to set besides.
        is_visible: Whether lists and monitors must hear of it: gives it a new `changed`.
    """

    execution_id: int
    target: Status | None = None
    fence: int | None = None
    segment: int | None = None
    waiting: frozenset[str] | None = None
    reason: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    events: tuple[NewEvent, ...] = ()
    steps: tuple[StepChange, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    is_visible: bool = True


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a change became.

    Attributes:
        execution_id: Whose.
        last_seq: The last number of its log.
        attempt: Its attempt.
        changed: The hub-wide number, if lists must hear of it.
        execution: The execution whole, if the change set it running: whoever claims it need not ask again.
    """

    execution_id: int
    last_seq: int
    attempt: int
    changed: int | None
    execution: Execution | None = None


Make = Callable[[Connection], NewExecution | Execution]
"""Makes what is to be stored, reading only; or gives the execution that was stored under the same key."""


@dataclass(frozen=True, slots=True)
class Added:
    """What a `Make` became.

    Attributes:
        execution: The execution.
        is_new: Whether it was stored now.
    """

    execution: Execution
    is_new: bool


PENDING_MAX = 1_000
_INSERT = insert(executions).returning(executions)


def add(connection: Connection, new: NewExecution, at: datetime) -> Execution:
    """Store a pending execution at the end of the queue, with the first event of its log."""
    added = write_all(connection, [lambda _: new], [], at)[0][0]
    if isinstance(added, HubError):
        raise added
    return added.execution


def record(connection: Connection, change: Change, at: datetime) -> Recorded | None:
    """Write a change, if the execution is where the change expects it.

    The one place that moves a status: the update itself only finds a row whose status may move to
    the target, and whose attempt is the writer's. Its steps change with it.

    Returns:
        What it became; None if the execution is elsewhere, and then nothing was written.

    Raises:
        Conflict: A step is not where the change expects it; the transaction must end.
    """
    if change.waiting is not None and not _still_waiting(connection, change.execution_id, change.waiting):
        return None
    return write_all(connection, [], [change], at)[1][0]


def write_all(
    connection: Connection, makes: Sequence[Make], changes: Sequence[Change], at: datetime
) -> tuple[list[Added | HubError], list[Recorded | None]]:
    """Store new executions as `add` does, then changes as `record` does, each in their order.

    Numbers are drawn once for all, those of what is not stored stay unused, and all events go in together:
    this is where a busy hub spends its time.

    Returns:
        For each of `makes` what it became, or why it was not stored, which stops no other: what it raised, or
        QueueFull. For each change what it became.
    """
    visible = len(makes) + sum(change.is_visible for change in changes)
    # What they were before: the first number given is one more.
    changed, queue_number = counters.draw(connection, visible, len(makes))
    told: list[events.Entry] = []
    added = _add_all(connection, makes, at, changed, queue_number, told) if makes else []
    recorded = _record_all(connection, changes, at, changed + len(makes), told)
    events.append_all(connection, told, at)
    pairs = zip(changes, recorded, strict=True)
    ended = [change.execution_id for change, done in pairs if done and change.target and change.target.is_finished]
    steps.cancel_open(connection, ended, at)
    return added, recorded


def _add_all(
    connection: Connection,
    makes: Sequence[Make],
    at: datetime,
    changed: int,
    queue_number: int,
    told: list[events.Entry],
) -> list[Added | HubError]:
    pending = pending_count(connection)
    found: dict[int, Added | HubError] = {}
    rows: dict[int, dict[str, Any]] = {}
    new: dict[int, NewExecution] = {}

    def store() -> None:
        stored = _store(connection, list(rows.values()))
        steps.add(connection, zip([each.id for each in stored], [each.steps for each in new.values()], strict=True))
        first = [NewEvent(EventKind.STATUS, {"status": Status.PENDING.value})]
        told.extend((each.id, 1, 0, first) for each in stored)
        found.update({index: Added(each, is_new=True) for index, each in zip(new, stored, strict=True)})
        rows.clear()
        new.clear()

    for index, make in enumerate(makes):
        try:
            made = make(connection)
            if isinstance(made, NewExecution) and made.idempotency_key in _keys(new):
                # The same request twice at the same moment: the second finds the first.
                store()
                made = make(connection)
        except HubError as error:
            found[index] = error
            continue
        if isinstance(made, Execution):
            found[index] = Added(made, is_new=False)
        elif pending >= PENDING_MAX:
            found[index] = QueueFull(f"{PENDING_MAX} executions wait already. Try again when some have ended.")
        else:
            pending += 1
            new[index] = made
            rows[index] = _new_values(made, at, changed + index + 1, queue_number + index + 1)
    store()
    return [found[index] for index in range(len(makes))]


def _keys(new: dict[int, NewExecution]) -> set[str]:
    return {each.idempotency_key for each in new.values() if each.idempotency_key is not None}


def _store(connection: Connection, rows: list[dict[str, Any]]) -> list[Execution]:
    if not rows:
        return []
    stored = connection.execute(_INSERT, rows).mappings().all()
    # Which row is whose is told by the order of the queue; the database may give them in another.
    return sorted(map(to_value, stored), key=lambda execution: execution.queue_number)


def _new_values(new: NewExecution, at: datetime, changed: int, queue_number: int) -> dict[str, Any]:
    return {
        "execution_type": new.execution_type,
        "name": new.name,
        "model": new.definition.get("model"),
        "definition": new.definition,
        "status": Status.PENDING.value,
        "agent_id": new.agent_id,
        "workflow_id": new.workflow_id,
        "task_id": new.task_id,
        "test_input": new.input,
        "timeout_seconds": new.timeout_seconds,
        "idempotency_key": new.idempotency_key,
        "request_hash": new.request_hash,
        "rerun_of_id": new.rerun_of_id,
        "progress_phase": Phase.QUEUED.value,
        "meta": {},
        "last_seq": 1,
        "changed": changed,
        "queue_number": queue_number,
        "created_at": at,
        "updated_at": at,
    }


def _record_all(
    connection: Connection, changes: Sequence[Change], at: datetime, changed: int, told: list[events.Entry]
) -> list[Recorded | None]:
    recorded: list[Recorded | None] = []
    for several in _of_different_executions(changes):
        moves = []
        for change in several:
            changed += change.is_visible
            moves.append(_Move(change, changed if change.is_visible else None, at))
        rows = _move_all(connection, moves)
        for move in moves:
            row = rows.get(move.change.execution_id)
            recorded.append(None if row is None else _follow(connection, move, row, at, told))
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
        changed: Its hub-wide number, None if lists need not hear of it.
        shape: Which statement writes it: those of one shape differ in their values only.
        values: What that statement takes.
    """

    def __init__(self, change: Change, changed: int | None, at: datetime) -> None:
        self.change = change
        self.changed = changed
        self.shape = (
            change.target,
            change.fence is not None,
            change.segment is not None,
            changed is not None,
            frozenset(change.values),
        )
        self.values = {f"new_{name}": value for name, value in change.values.items()}
        self.values |= {"the_id": change.execution_id, "at": at, "new_changed": changed, "fence": change.fence}
        self.values |= {"the_segment": change.segment, "more": len(change.events) + (change.target is not None)}


def _move_all(connection: Connection, moves: Sequence[_Move]) -> dict[int, RowMapping]:
    """Move executions, each at most once; returns the rows of those that were where the change expects them."""
    by_shape: dict[Any, list[_Move]] = defaultdict(list)
    for move in moves:
        waiting = move.change.waiting
        if waiting is None or _still_waiting(connection, move.change.execution_id, waiting):
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


def _follow(connection: Connection, move: _Move, row: RowMapping, at: datetime, told: list[events.Entry]) -> Recorded:
    """Write what goes with a move: its steps, and its events into `told`."""
    change, target = move.change, move.change.target
    new_events = change.events
    if target is not None:
        data: dict[str, Any] = {"status": target.value, "attempt": row["attempt"], **change.told}
        if change.reason:
            data["reason"] = change.reason
        new_events = (*new_events, NewEvent(EventKind.STATUS, data))
    steps.change(connection, change.execution_id, change.steps, at)
    if target is Status.PENDING:
        steps.requeue_running(connection, change.execution_id)
    told.append((change.execution_id, row["last_seq"], row["attempt"], new_events))
    claimed = to_value(row) if target is Status.RUNNING else None
    return Recorded(change.execution_id, row["last_seq"], row["attempt"], move.changed, claimed)


@lru_cache(maxsize=1024)
def _update(
    target: Status | None,
    has_fence: bool,
    has_segment: bool,
    is_visible: bool,
    names: frozenset[str],
    *,
    is_many: bool = False,
) -> Update:
    """Return the statement for changes of one shape: made once, since making one costs more than running it.

    Args:
        target: See Change.
        has_fence: See Change.
        has_segment: See Change.
        is_visible: See Change.
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
    elif has_fence:
        where.append(own.status == Status.RUNNING.value)
    if has_fence:
        where.append(own.attempt == given("fence", own.attempt))
    if has_segment:
        where.append(own.segment == given("the_segment", own.segment))
    values["last_seq"] = own.last_seq + given("more", own.last_seq)
    if is_visible:
        values["changed"] = given("new_changed", own.changed)
    wanted = own if target is Status.RUNNING else (own.id, own.last_seq, own.attempt)
    return update(executions).where(*where).values(**values).returning(*wanted)


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
                "more": executions.c.last_seq,
                "new_changed": executions.c.changed,
                **{f"new_{name}": executions.c[name] for name in sorted(names)},
            }
        )

    def __call__(self, name: str, _of: ColumnElement[Any]) -> ColumnElement[Any]:
        return self._rows.c[name]


def _still_waiting(connection: Connection, execution_id: int, names: frozenset[str]) -> bool:
    # Under the lock that an answer takes as well: it comes whole before this or whole after it.
    lock(connection, execution_id)
    return steps.waiting_names(connection, execution_id) == names
