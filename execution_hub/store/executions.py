"""Queries of executions, and how a row becomes a value. What changes them is in writes.py, lists in history.py."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    RowMapping,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from execution_hub.domain.execution import ERROR_MAX, Execution, Phase, Progress
from execution_hub.domain.mark import Mark
from execution_hub.domain.status import Status
from execution_hub.errors import NotFound
from execution_hub.store import steps
from execution_hub.store.execution_tables import IS_ACTIVE, ExecutionColumns

executions: Table = ExecutionColumns.__table__  # type: ignore[attr-defined]


_FIND = select(executions).where(executions.c.id == bindparam("the_id"), executions.c.deleted_at.is_(None))
# What it runs with may be megabytes, and is written once.
_CHANGING = [column for column in executions.c if column.name != "definition"]
_FIND_AGAIN = select(*_CHANGING, literal(None).label("definition")).where(
    executions.c.id == bindparam("the_id"), executions.c.deleted_at.is_(None)
)
_PENDING_COUNT = (
    select(func.count()).select_from(executions).where(IS_ACTIVE, executions.c.status == Status.PENDING.value)
)
# With one parameter for all of them: a list in the statement is another statement for each length.
_LOCK = (
    select(executions.c.id)
    .where(executions.c.id == func.any(bindparam("ids", type_=ARRAY(executions.c.id.type))))
    .order_by(executions.c.id)
    .with_for_update(key_share=True)
)


def progress_values(progress: Progress) -> dict[str, Any]:
    """Return the columns that hold a progress."""
    return {
        "progress_done": progress.done,
        "progress_total": progress.total,
        "progress_phase": progress.phase.value,
        "progress_tool": progress.tool,
    }


def error_values(code: str, message: str) -> dict[str, Any]:
    """Return the columns that hold an error; the message is cut there, whole in the log."""
    return {"error_code": code, "error_message": message[:ERROR_MAX]}


def find(connection: Connection, execution_id: int) -> Execution | None:
    """Return an execution whole, or None; one that was deleted is not there any more."""
    row = connection.execute(_FIND, {"the_id": execution_id}).mappings().one_or_none()
    return None if row is None else to_value(row)


def find_again(connection: Connection, known: Execution) -> Execution | None:
    """Return a whole execution as it is now, or None; what it runs with never changes, and is not read again.

    Args:
        connection: A reading transaction.
        known: It, whole, as it was.
    """
    row = connection.execute(_FIND_AGAIN, {"the_id": known.id}).mappings().one_or_none()
    return None if row is None else replace(to_value(row), definition=known.definition)


def plan_text(connection: Connection, execution_id: int) -> str:
    """Return what an execution runs with as JSON text, for who reads it elsewhere; `{}` where it is not there."""
    statement = select(cast(executions.c.definition, Text)).where(executions.c.id == execution_id)
    return connection.execute(statement).scalar_one_or_none() or "{}"


def get(connection: Connection, execution_id: int) -> Execution:
    """Return an execution whole.

    Raises:
        NotFound: There is none with this id.
    """
    execution = find(connection, execution_id)
    if execution is None:
        raise NotFound(f"There is no execution {execution_id}.", field="execution_id", id=execution_id)
    return execution


def ended_of(connection: Connection, ids: Collection[int]) -> list[Execution]:
    """Return those of some executions that have ended, whole, deleted ones too."""
    statement = select(executions).where(executions.c.id.in_(ids), executions.c.finished_at.is_not(None))
    return [to_value(row) for row in connection.execute(statement.order_by(executions.c.id)).mappings()]


def find_by_keys(connection: Connection, keys: Collection[str]) -> dict[str, tuple[Execution, str | None]]:
    """Return the executions that were submitted under idempotency keys, each with the hash of its request, by key."""
    statement = select(executions).where(executions.c.idempotency_key.in_(keys))
    rows = connection.execute(statement).mappings()
    return {row["idempotency_key"]: (to_value(row), row["request_hash"]) for row in rows}


def to_value(row: RowMapping, *, is_excerpt: bool = False) -> Execution:
    """Turn a row into a value."""
    meta = row.get("meta") or {}
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
        progress=Progress(
            row["progress_done"], row["progress_total"], Phase(row["progress_phase"]), row["progress_tool"]
        ),
        usage=steps.usage_of(row),
        claims=row["attempt"],
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
        crashes=row["crashes"],
        rerun_of_id=row["rerun_of_id"],
        parent_id=row["parent_id"],
        agent_version=row["agent_version"],
        batch_id=row["batch_id"],
        suite_id=row["suite_id"],
        mark=None if row["mark"] is None else Mark(row["mark"]),
        mark_note=row["mark_note"],
        deleted_at=row["deleted_at"],
        # What ended before there was a column says it in its meta.
        stop_reason=row["stop_reason"] or meta.get("stop_reason"),
        is_cut=row["is_cut"],
        meta=meta,
        definition={} if is_excerpt else row.get("definition") or {},
        is_excerpt=is_excerpt,
    )


def lock(connection: Connection, execution_id: int) -> Execution | None:
    """Return an execution that nobody else can change until this transaction ends, or None."""
    statement = select(executions).where(executions.c.id == execution_id).with_for_update(key_share=True)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else to_value(row)


def lock_all(connection: Connection, ids: Collection[int]) -> None:
    """Let nobody else change some executions until this transaction ends.

    All transactions lock them in the order of their ids, so that no two wait for each other; SQLite has one anyway.
    """
    if len(ids) > 1 and connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"ids": list(ids)})


def running(connection: Connection) -> list[Execution]:
    """Return all that runs according to its row, without texts and definitions: asked every second."""
    heavy = ("meta", "definition", "test_input", "test_output")
    columns = [column for column in executions.c if column.name not in heavy]
    # Selected as nothing: to ask a row for a column that it lacks costs more than all others of it.
    nothing = [literal(None).label(name) for name in ("meta", "test_input", "test_output")]
    statement = select(*columns, *nothing).where(IS_ACTIVE, executions.c.status == Status.RUNNING.value)
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
        # Drawn, not set: other processes draw at the same time, and `setval` could take back what one was just given.
        drawn = "SELECT count(nextval('executions_id_seq')) FROM executions_id_seq, generate_series(last_value, :seq)"
        connection.execute(text(drawn), {"seq": highest})


class PendingJob(NamedTuple):
    """What the engine is to know of a pending execution."""

    id: int
    segment: int
    place: int
    type: str
    is_part: bool


def pending_jobs(connection: Connection) -> list[PendingJob]:
    """Return what is pending, first come first."""
    statement = (
        select(
            executions.c.id,
            executions.c.segment,
            executions.c.queue_number,
            executions.c.execution_type,
            executions.c.parent_id.is_not(None),
        )
        .where(IS_ACTIVE, executions.c.status == Status.PENDING.value)
        .order_by(executions.c.queue_number, executions.c.id)
    )
    return [PendingJob(*row) for row in connection.execute(statement)]
