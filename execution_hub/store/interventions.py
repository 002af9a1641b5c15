"""What a person does to an execution besides answering: cancel, delete, take back the deletion."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import Conflict, NotFound
from execution_hub.store import changes, counters, executions
from execution_hub.store.changes import Change
from execution_hub.store.executions import executions as table


def cancel(connection: Connection, execution_id: int, at: datetime) -> Execution:
    """End what has not begun or waits; ask what runs to stop. Asking twice changes nothing.

    Args:
        connection: A writing transaction.
        execution_id: Which one.
        at: When, UTC.

    Returns:
        The execution afterwards: cancelled, or running with `cancel_requested_at`.

    Raises:
        NotFound: There is none with this id.
        Conflict: It has ended in another way.
    """
    execution = _locked(connection, execution_id)
    asked = NewEvent(EventKind.CANCEL, {"stage": "requested"})
    if execution.status is Status.CANCELLED or (
        execution.cancel_requested_at is not None and not execution.is_finished
    ):
        return execution
    if execution.is_finished:
        raise Conflict(f"Execution {execution_id} has ended: {execution.status.value}.", id=execution_id)
    is_running = execution.status is Status.RUNNING
    change = Change(
        execution_id,
        None if is_running else Status.CANCELLED,
        events=(asked,),
        values={"cancel_requested_at": at, **({} if is_running else {"active_ms": execution.duration_ms()})},
    )
    changes.record(connection, change, at)
    return _locked(connection, execution_id)


def delete(connection: Connection, execution_ids: Collection[int], at: datetime) -> list[Execution]:
    """Take ended executions out of sight, for good after a while; all of them or none.

    Args:
        connection: A writing transaction.
        execution_ids: Which ones.
        at: When, UTC.

    Returns:
        The executions as they were told to watchers.

    Raises:
        NotFound: There is none with this id.
        Conflict: One has not ended.
    """
    found = []
    for execution_id in execution_ids:
        execution = _locked(connection, execution_id)
        if not execution.is_finished:
            raise Conflict(
                f"Execution {execution_id} has not ended: it is {execution.status.value}. Cancel it first.",
                id=execution_id,
            )
        found.append(_mark(connection, execution_id, at, at))
    return found


def restore(connection: Connection, execution_ids: Collection[int], at: datetime, within: timedelta) -> list[Execution]:
    """Bring deleted executions back; all of them or none.

    Args:
        connection: A writing transaction.
        execution_ids: Which ones.
        at: When, UTC.
        within: How long after the deletion this is possible.

    Raises:
        NotFound: One was not deleted, or too long ago.
    """
    found = []
    for execution_id in execution_ids:
        execution = executions.lock(connection, execution_id)
        if execution is None or execution.deleted_at is None or execution.deleted_at < at - within:
            raise NotFound(f"Execution {execution_id} cannot be brought back any more.", id=execution_id)
        found.append(_mark(connection, execution_id, None, at))
    return found


def reruns_of(connection: Connection, execution_id: int) -> list[int]:
    """Return the executions that repeat one, oldest first."""
    statement = (
        select(table.c.id).where(table.c.rerun_of_id == execution_id, table.c.deleted_at.is_(None)).order_by(table.c.id)
    )
    return list(connection.execute(statement).scalars())


def _locked(connection: Connection, execution_id: int) -> Execution:
    execution = executions.lock(connection, execution_id)
    if execution is None or execution.deleted_at is not None:
        raise NotFound(f"There is no execution {execution_id}.", field="execution_id", id=execution_id)
    return execution


def _mark(connection: Connection, execution_id: int, deleted_at: datetime | None, at: datetime) -> Execution:
    changed = counters.raise_by(connection, counters.CHANGED)
    values = {"deleted_at": deleted_at, "changed": changed, "updated_at": at}
    connection.execute(update(table).where(table.c.id == execution_id).values(**values))
    found = executions.lock(connection, execution_id)
    assert found is not None, "it is locked"
    return found
