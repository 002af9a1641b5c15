"""What a person does to an execution: cancel, answer, mark, delete, take back the deletion.

Each checks before it writes: what is refused has changed nothing, and stops nothing else in its transaction.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, update

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepChange, StepStatus
from execution_hub.domain.workflow import APPROVAL
from execution_hub.errors import Conflict, NotFound, Rejected
from execution_hub.store import children, executions, steps
from execution_hub.store.executions import executions as table
from execution_hub.store.intents import Answer, Cancel, Change, Delete, Recorded, Restore, SendBack, SetMark
from execution_hub.store.moves import move_all
from execution_hub.store.transaction import NOT_DRAWN, Transaction

APPROVED = "Approved."
_SET_DELETED = (
    update(table)
    .where(table.c.id == bindparam("the_id"))
    .values(
        deleted_at=bindparam("moment", type_=table.c.deleted_at.type),
        updated_at=bindparam("at", type_=table.c.updated_at.type),
    )
)


def cancel(transaction: Transaction, intent: Cancel) -> Execution:
    """See Cancel."""
    execution = executions.lock(transaction.connection, intent.execution_id)
    if execution is None or execution.deleted_at is not None:
        raise _no_execution(intent.execution_id)
    is_asked = execution.cancel_requested_at is not None and not execution.is_finished
    if execution.status is Status.CANCELLED or is_asked:
        return execution
    if execution.is_finished:
        raise Conflict(f"Execution {execution.id} has ended: {execution.status.value}.", id=execution.id)
    is_running = execution.status is Status.RUNNING
    ended: dict[str, Any] = {} if is_running else {"active_ms": execution.duration_ms()}
    change = Change(
        execution.id,
        None if is_running else Status.CANCELLED,
        events=(NewEvent(EventKind.CANCEL, {"stage": "requested"}),),
        values={"cancel_requested_at": transaction.at, **ended},
    )
    return apply(transaction, change)


def answer(transaction: Transaction, intent: Answer) -> Execution:
    """See Answer."""
    execution_id, name = intent.execution_id, intent.name
    execution = waiting_for(transaction, intent)
    if intent.is_approved:
        status, values = StepStatus.SUCCEEDED, {"output": intent.comment or APPROVED}
    else:
        status, values = StepStatus.FAILED, steps.error_values(Rejected.code, intent.comment or "No reason given.")
    told = {"name": name, "status": status.value, "comment": intent.comment}
    change = Change(
        execution_id,
        Status.PENDING if execution.status is Status.WAITING else None,
        events=(NewEvent(EventKind.STEP, told),),
        steps=(StepChange(name, {"status": status.value, **values}),),
    )
    return apply(transaction, change)


def waiting_for(transaction: Transaction, intent: Answer | SendBack) -> Execution:
    """Return an execution, locked, one of whose approvals waits for a person.

    Raises:
        NotFound: There is no such step.
        Conflict: It does not wait for a person, or in another round than that person has seen.
    """
    execution_id, name = intent.execution_id, intent.name
    execution = executions.lock(transaction.connection, execution_id)
    step = steps.find(transaction.connection, execution_id, name)
    if execution is None or step is None:
        raise NotFound(f"There is no step {name} in execution {execution_id}.", field="name", id=execution_id)
    if step.type != APPROVAL:
        is_asking = step.status is StepStatus.WAITING
        why = "its agent asks for the call of a tool, answer that" if is_asking else "it is an agent's"
        raise Conflict(f"The step {name} does not wait for an approval: {why}.", step=name)
    if step.status is not StepStatus.WAITING:
        raise Conflict(f"The step {name} does not wait for a person: it is {step.status.value}.", step=name)
    if intent.round not in (None, step.round):
        raise Conflict(f"The step {name} was sent back meanwhile, and asks about another answer. Read it.", step=name)
    if execution.is_finished:
        # In this very transaction: its steps are ended with all others.
        raise Conflict(f"Execution {execution_id} has ended.", id=execution_id)
    return execution


def set_mark(transaction: Transaction, intent: SetMark) -> Execution:
    """See SetMark."""
    execution = executions.lock(transaction.connection, intent.execution_id)
    if execution is None or execution.deleted_at is not None:
        raise _no_execution(intent.execution_id)
    if not execution.is_finished:
        raise Conflict(
            f"Execution {execution.id} has not ended: it is {execution.status.value}. Only what has ended is marked.",
            id=execution.id,
        )
    if (execution.mark, execution.mark_note) == (intent.mark, intent.note):
        return execution
    mark = None if intent.mark is None else intent.mark.value
    values = {"mark": mark, "mark_note": intent.note}
    told = {"mark": mark, "note": intent.note, "actor": intent.actor}
    return apply(transaction, Change(execution.id, events=(NewEvent(EventKind.MARK, told),), values=values))


def delete(transaction: Transaction, intent: Delete) -> list[Recorded]:
    """See Delete."""

    def check(execution_id: int, row: RowMapping | None) -> None:
        if row is None or row["deleted_at"] is not None:
            raise _no_execution(execution_id)
        status = Status(row["status"])
        if not status.is_finished:
            raise Conflict(
                f"Execution {execution_id} has not ended: it is {status.value}. Cancel it first.", id=execution_id
            )

    recorded = _set_deleted(transaction, intent.execution_ids, transaction.at, check)
    children.delete_with(transaction.connection, intent.execution_ids, transaction.at)
    return recorded


def restore(transaction: Transaction, intent: Restore) -> list[Recorded]:
    """See Restore."""
    deleted: dict[int, datetime] = {}

    def check(execution_id: int, row: RowMapping | None) -> None:
        deleted_at = None if row is None else row["deleted_at"]
        if deleted_at is None or deleted_at < transaction.at - intent.within:
            raise NotFound(f"Execution {execution_id} cannot be brought back any more.", id=execution_id)
        deleted[execution_id] = deleted_at

    recorded = _set_deleted(transaction, intent.execution_ids, None, check)
    children.restore_with(transaction.connection, deleted, transaction.at)
    return recorded


def apply(transaction: Transaction, change: Change) -> Execution:
    """Write the change of an execution that is locked, and return it as it is then."""
    move_all(transaction, [change])
    found = executions.find(transaction.connection, change.execution_id)
    assert found is not None, "it is locked"
    return found


def _set_deleted(
    transaction: Transaction,
    ids: Collection[int],
    deleted_at: datetime | None,
    check: Callable[[int, RowMapping | None], None],
) -> list[Recorded]:
    """Set when executions were deleted, if the check lets all of them pass."""
    own = table.c
    columns = (own.id, own.status, own.deleted_at, own.last_seq, own.attempt)
    statement = select(*columns).where(own.id.in_(ids)).order_by(own.id).with_for_update(key_share=True)
    rows = {row["id"]: row for row in transaction.connection.execute(statement).mappings()}
    for execution_id in ids:
        check(execution_id, rows.get(execution_id))
    values = [{"the_id": each, "moment": deleted_at, "at": transaction.at} for each in ids]
    if values:
        transaction.connection.execute(_SET_DELETED, values)
    transaction.shown.update(dict.fromkeys(ids))
    return [Recorded(each, rows[each]["last_seq"], rows[each]["attempt"], NOT_DRAWN) for each in ids]


def _no_execution(execution_id: int) -> NotFound:
    return NotFound(f"There is no execution {execution_id}.", field="execution_id", id=execution_id)
