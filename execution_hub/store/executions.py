"""Queries of executions: what is written, and how a row becomes a value. Lists are in history.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    RowMapping,
    Table,
    Update,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import ERROR_MAX, Execution, NewExecution, Phase, Progress
from execution_hub.domain.status import Status, sources_of
from execution_hub.domain.step import StepChange
from execution_hub.errors import HubError, QueueFull
from execution_hub.store import counters, events, steps
from execution_hub.store.tables import ExecutionRow

executions: Table = ExecutionRow.__table__  # type: ignore[attr-defined]


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
_FIND = select(executions).where(executions.c.id == bindparam("the_id"), executions.c.deleted_at.is_(None))
_PENDING_COUNT = select(func.count()).select_from(executions).where(executions.c.status == Status.PENDING.value)


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
    count = len(makes) + sum(change.is_visible for change in changes)
    changed = counters.raise_by(connection, counters.CHANGED, count) - count if count else 0
    told: list[events.Entry] = []
    added = _add_all(connection, makes, at, changed, told) if makes else []
    changed += len(makes)
    recorded: list[Recorded | None] = []
    for change in changes:
        changed += change.is_visible
        recorded.append(_record(connection, change, at, changed if change.is_visible else None, told))
    events.append_all(connection, told, at)
    pairs = zip(changes, recorded, strict=True)
    ended = [change.execution_id for change, done in pairs if done and change.target and change.target.is_finished]
    steps.cancel_open(connection, ended, at)
    return added, recorded


def _add_all(
    connection: Connection, makes: Sequence[Make], at: datetime, changed: int, told: list["events.Entry"]
) -> list[Added | HubError]:
    count = len(makes)
    queue_number = counters.raise_by(connection, counters.QUEUE_NUMBER, count) - count
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
    return [found[index] for index in range(count)]


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


def _record(
    connection: Connection, change: Change, at: datetime, changed: int | None, told: list["events.Entry"]
) -> Recorded | None:
    if change.waiting is not None and not _still_waiting(connection, change.execution_id, change.waiting):
        return None
    new_events, target = change.events, change.target
    values = {f"new_{name}": value for name, value in change.values.items()}
    values |= {"the_id": change.execution_id, "at": at, "new_changed": changed}
    values |= {"fence": change.fence, "the_segment": change.segment, "more": len(new_events) + (target is not None)}
    shape = (target, change.fence is not None, change.segment is not None, changed is not None)
    row = connection.execute(_update(*shape, frozenset(change.values)), values).one_or_none()
    if row is None:
        return None
    if target is not None:
        data: dict[str, Any] = {"status": target.value, "attempt": row.attempt}
        if change.reason:
            data["reason"] = change.reason
        new_events = (*new_events, NewEvent(EventKind.STATUS, data))
    steps.change(connection, change.execution_id, change.steps, at)
    if target is Status.PENDING:
        steps.requeue_running(connection, change.execution_id)
    told.append((change.execution_id, row.last_seq, row.attempt, new_events))
    claimed = to_value(row._mapping) if target is Status.RUNNING else None  # noqa: SLF001 - public, despite its name
    return Recorded(change.execution_id, row.last_seq, row.attempt, changed, claimed)


@lru_cache(maxsize=1024)
def _update(
    target: Status | None, has_fence: bool, has_segment: bool, is_visible: bool, names: frozenset[str]
) -> Update:
    """Return the statement for changes of one shape: made once, since making one costs more than running it."""
    column = executions.c
    where: list[Any] = [column.id == bindparam("the_id")]
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=column[name].type) for name in sorted(names)}
    values["updated_at"] = bindparam("at", type_=column.updated_at.type)
    if target is not None:
        # Not with IN: its list is written out anew at each use.
        where.append(or_(*(column.status == source.value for source in sources_of(target))))
        values["status"] = target.value
        if target is Status.RUNNING:
            values["attempt"] = column.attempt + 1
            # The first start stays, over all attempts.
            values["started_at"] = func.coalesce(column.started_at, bindparam("at", type_=column.started_at.type))
            values["resumed_at"] = bindparam("at", type_=column.resumed_at.type)
        if target.is_finished:
            values["finished_at"] = bindparam("at", type_=column.finished_at.type)
    elif has_fence:
        where.append(column.status == Status.RUNNING.value)
    if has_fence:
        where.append(column.attempt == bindparam("fence", type_=Integer))
    if has_segment:
        where.append(column.segment == bindparam("the_segment", type_=Integer))
    values["last_seq"] = column.last_seq + bindparam("more", type_=Integer)
    if is_visible:
        values["changed"] = bindparam("new_changed", type_=column.changed.type)
    wanted = column if target is Status.RUNNING else (column.last_seq, column.attempt)
    return update(executions).where(*where).values(**values).returning(*wanted)


def progress_values(progress: Progress) -> dict[str, Any]:
    """Return the columns that hold a progress."""
    return {
        "progress_done": progress.done,
        "progress_total": progress.total,
        "progress_phase": progress.phase.value,
    }


def error_values(code: str, message: str) -> dict[str, Any]:
    """Return the columns that hold an error; the message is cut there, whole in the log."""
    return {"error_code": code, "error_message": message[:ERROR_MAX]}


def find(connection: Connection, execution_id: int) -> Execution | None:
    """Return an execution whole, or None; one that was deleted is not there any more."""
    row = connection.execute(_FIND, {"the_id": execution_id}).mappings().one_or_none()
    return None if row is None else to_value(row)


def find_by_key(connection: Connection, key: str) -> tuple[Execution, str | None] | None:
    """Return the execution started under an idempotency key, and the hash of that request."""
    row = connection.execute(select(executions).where(executions.c.idempotency_key == key)).mappings().one_or_none()
    return None if row is None else (to_value(row), row["request_hash"])


def to_value(row: RowMapping, *, is_excerpt: bool = False) -> Execution:
    """Turn a row into a value."""
    return Execution(
        id=row["id"],
        execution_type=row["execution_type"],
        status=Status(row["status"]),
        name=row["name"],
        agent_id=row["agent_id"],
        workflow_id=row["workflow_id"],
        task_id=row["task_id"],
        input=row["test_input"] or "",
        output=row["test_output"],
        error=row["error_message"],
        error_code=row["error_code"],
        model=row["model"],
        progress=Progress(row["progress_done"], row["progress_total"], Phase(row["progress_phase"])),
        usage=steps.usage_of(row),
        attempt=row["attempt"],
        last_seq=row["last_seq"],
        changed=row["changed"],
        queue_number=row["queue_number"],
        segment=row["segment"],
        timeout_seconds=row["timeout_seconds"],
        cancel_requested_at=row["cancel_requested_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        active_ms=row["active_ms"],
        resumed_at=row["resumed_at"],
        pauses=row["pauses"],
        rerun_of_id=row["rerun_of_id"],
        deleted_at=row["deleted_at"],
        meta={} if is_excerpt else row["meta"] or {},
        definition={} if is_excerpt else row["definition"] or {},
        is_excerpt=is_excerpt,
    )


def lock(connection: Connection, execution_id: int) -> Execution | None:
    """Return an execution that nobody else can change until this transaction ends, or None."""
    # SQLite has one writer at a time anyway. Elsewhere all take the counter first, as the log's writer does:
    # taken in another order, two of them could wait for each other.
    counters.hold(connection, counters.CHANGED)
    statement = select(executions).where(executions.c.id == execution_id).with_for_update()
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else to_value(row)


def running(connection: Connection) -> list[Execution]:
    """Return all that runs according to its row, without texts and definitions: asked every second."""
    heavy = ("meta", "definition", "test_input", "test_output")
    columns = [column for column in executions.c if column.name not in heavy]
    nothing = [literal(None).label(name) for name in ("test_input", "test_output")]
    statement = select(*columns, *nothing).where(executions.c.status == Status.RUNNING.value)
    return [to_value(row, is_excerpt=True) for row in connection.execute(statement).mappings()]


def pending_count(connection: Connection) -> int:
    """Return how many executions wait for a slot."""
    return connection.execute(_PENDING_COUNT).scalar_one()


def raise_next_id(connection: Connection, highest: int) -> None:
    """See to it that no id up to `highest` is given again: a database from a backup has forgotten some."""
    known = connection.execute(select(func.max(executions.c.id))).scalar_one() or 0
    if highest <= known:
        return
    if connection.dialect.name == "sqlite":
        values = {"seq": highest}
        done = connection.execute(
            text("UPDATE sqlite_sequence SET seq = max(seq, :seq) WHERE name = 'executions'"), values
        )
        if done.rowcount == 0:
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES ('executions', :seq)"), values)
    else:
        connection.execute(
            text("SELECT setval('executions_id_seq', greatest(:seq, (SELECT last_value FROM executions_id_seq)))"),
            {"seq": highest},
        )


def pending_jobs(connection: Connection) -> list[tuple[int, int, int]]:
    """Return id, segment and queue number of all pending executions, first come first."""
    statement = (
        select(executions.c.id, executions.c.segment, executions.c.queue_number)
        .where(executions.c.status == Status.PENDING.value)
        .order_by(executions.c.queue_number, executions.c.id)
    )
    return [(row.id, row.segment, row.queue_number) for row in connection.execute(statement)]


def _still_waiting(connection: Connection, execution_id: int, names: frozenset[str]) -> bool:
    # Under the lock that an answer takes as well: it comes whole before this or whole after it.
    lock(connection, execution_id)
    return steps.waiting_names(connection, execution_id) == names
