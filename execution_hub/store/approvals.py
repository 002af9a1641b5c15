"""A person's answer to an approval, and what it does to the execution: one transaction."""

from datetime import datetime

from sqlalchemy import Connection

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepChange, StepStatus
from execution_hub.domain.workflow import APPROVAL
from execution_hub.errors import Conflict, NotFound, Rejected
from execution_hub.store import changes, executions, steps
from execution_hub.store.changes import Change

APPROVED = "Approved."


def answer(
    connection: Connection, execution_id: int, name: str, is_approved: bool, comment: str, at: datetime
) -> Execution:
    """Answer an approval; an execution that waits goes back to the queue, one that runs hears of it.

    Args:
        connection: A writing transaction.
        execution_id: Whose.
        name: Which step.
        is_approved: Yes or no.
        comment: What the person says to it.
        at: When, UTC.

    Returns:
        The execution afterwards.

    Raises:
        NotFound: There is no such execution or step.
        Conflict: The step does not wait for a person.
    """
    execution = executions.lock(connection, execution_id)
    step = steps.find(connection, execution_id, name)
    if execution is None or step is None:
        raise NotFound(f"There is no step {name} in execution {execution_id}.", field="name", id=execution_id)
    if step.type != APPROVAL or step.status is not StepStatus.WAITING:
        raise Conflict(f"The step {name} does not wait for a person: it is {step.status.value}.", step=name)
    status = StepStatus.SUCCEEDED if is_approved else StepStatus.FAILED
    if is_approved:
        values = {"output": comment or APPROVED}
    else:
        values = steps.error_values(Rejected.code, comment or "No reason given.")
    told = {"name": name, "status": status.value, "comment": comment}
    change = Change(
        execution_id,
        Status.PENDING if execution.status is Status.WAITING else None,
        events=(NewEvent(EventKind.STEP, told),),
        steps=(StepChange(name, {"status": status.value, **values}, expected=StepStatus.WAITING),),
    )
    if changes.record(connection, change, at) is None:
        raise Conflict(f"Execution {execution_id} has ended.", id=execution_id)
    found = executions.find(connection, execution_id)
    assert found is not None, "it is locked"
    return found
