"""What becomes of an execution that its process has left: it goes on elsewhere, or is over."""

from dataclasses import replace
from datetime import datetime

from execution_hub.domain.crash import ALONE_AFTER, is_given_up
from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import Interrupted
from execution_hub.runners.jobs import takes_slot
from execution_hub.store.executions import error_values
from execution_hub.store.intents import Change
from execution_hub.store.steps import usage_values

HANDED_OVER = "The process that ran it was stopped; this execution goes on."
CRASHED = "The process that ran it died; this execution goes on."
CRASHED_ALONE = "The process that ran it died; this execution goes on alone, in a process where nothing else runs."
CUT_OFF = "The process that ran it lost its database and ended; this execution goes on."
STOPPED = "Its process ended before the execution had obeyed."


def handed_over(execution: Execution, at: datetime) -> Change:
    """Return what is stored of an execution that was running when its process was told to stop.

    Args:
        execution: As it was, running.
        at: When it was cut off.
    """
    return _left(execution, HANDED_OVER, at)


def crashed(execution: Execution, *, is_counted: bool = True) -> Change:
    """Return what is stored of an execution that was running when its process died.

    Args:
        execution: As the process left it, running. One whose parts do the work is not counted for what they did.
        is_counted: Whether it may have been its doing; not where the process ended for want of a database.
    """
    # Its last write is the last sign of life: the time nobody ran it does not count.
    left = _left(execution, CRASHED if is_counted else CUT_OFF, execution.updated_at)
    if left.target is not Status.PENDING or not is_counted or not takes_slot(execution.execution_type):
        return left
    crashes = execution.crashes + 1
    if not is_given_up(crashes):
        reason = CRASHED if crashes < ALONE_AFTER else CRASHED_ALONE
        return replace(left, reason=reason, values={**left.values, "crashes": crashes})
    error = Interrupted()
    return Change(
        execution.id,
        Status.FAILED,
        left.fence,
        events=(NewEvent(EventKind.ERROR, {"code": error.code, "message": error.message}),),
        values={**left.values, "crashes": crashes, "usage_is_partial": True, **error_values(error.code, error.message)},
    )


def _left(execution: Execution, reason: str, at: datetime) -> Change:
    values = {"active_ms": execution.duration_ms(at), **usage_values(execution.usage_so_far)}
    if execution.cancel_requested_at is None:
        return Change(execution.id, Status.PENDING, execution.claims, reason=reason, values=values)
    values["usage_is_partial"] = True
    return Change(execution.id, Status.CANCELLED, execution.claims, reason=STOPPED, values=values)
