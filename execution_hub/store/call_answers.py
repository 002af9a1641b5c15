"""What a person says to a call of a tool: that it may run, that it may not, or what becomes of an unknown one."""

from dataclasses import dataclass
from typing import Any

from execution_hub.domain.call import Call, CallChange, CallStatus, Resolution
from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import Conflict, NotFound
from execution_hub.store import calls, executions
from execution_hub.store.intents import Change, OfExecution
from execution_hub.store.interventions import apply
from execution_hub.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AnswerCall(OfExecution[Execution]):
    """Approve or reject a call that waits; an execution that waits goes back to the queue, one that runs hears of it.

    Becomes the execution afterwards. Refused with NotFound where there is no such call, with Conflict where it does not
    wait for a person.

    Attributes:
        number: Which call.
        is_approved: Yes or no.
        arguments: What to call the tool with instead of what the model asked for; None for just that.
        is_for_execution: Whether a yes is one for this tool in the rest of this execution, also for the calls of it
            that wait already.
        comment: What the person says to it; of a no, the agent is told.
    """

    number: int
    is_approved: bool
    arguments: dict[str, Any] | None = None
    is_for_execution: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ResolveCall(OfExecution[Execution]):
    """Say what becomes of a call of which nobody knows whether it had its effect; else as AnswerCall.

    Attributes:
        number: Which call.
        how: What to do about it.
    """

    number: int
    how: Resolution


def answer_call(transaction: Transaction, intent: AnswerCall) -> Execution:
    """See AnswerCall."""
    execution, call = _asked(transaction, intent, CallStatus.WAITING)
    told: dict[str, Any] = {"comment": intent.comment} if intent.comment else {}
    answered = {"answered_by": intent.actor}
    values: dict[str, Any] = {"comment": intent.comment, **answered}
    if not intent.is_approved:
        return _change(transaction, execution, [(call, {**values, "status": CallStatus.DENIED}, told)])
    if intent.arguments is not None and intent.arguments != call.arguments:
        asked = call.arguments if call.asked_arguments is None else call.asked_arguments
        values |= {"arguments": intent.arguments, "asked_arguments": asked}
        told["is_edited"] = True
    values |= {"status": CallStatus.PENDING, "is_for_execution": intent.is_for_execution}
    others = _alike(transaction, intent, call) if intent.is_for_execution else []
    likewise = {"status": CallStatus.PENDING, **answered}
    return _change(transaction, execution, [(call, values, told), *((each, likewise, {}) for each in others)])


def resolve_call(transaction: Transaction, intent: ResolveCall) -> Execution:
    """See ResolveCall."""
    execution, call = _asked(transaction, intent, CallStatus.UNKNOWN)
    is_again = intent.how is Resolution.RUN_AGAIN
    status = CallStatus.PENDING if is_again else CallStatus.UNKNOWN
    told = {"resolved": intent.how.value}
    values = {"status": status, "resolved": intent.how, "answered_by": intent.actor}
    return _change(transaction, execution, [(call, values, told)])


def _asked(transaction: Transaction, intent: AnswerCall | ResolveCall, wanted: CallStatus) -> tuple[Execution, Call]:
    """Return an execution, locked, and one of its calls that needs a person in this way."""
    execution_id, number = intent.execution_id, intent.number
    execution = executions.lock(transaction.connection, execution_id)
    call = calls.find(transaction.connection, execution_id, number)
    if execution is None or execution.deleted_at is not None or call is None:
        raise NotFound(f"There is no call {number} in execution {execution_id}.", field="number", id=execution_id)
    if execution.is_finished:
        # In this very transaction, perhaps: its calls are ended with all others.
        raise Conflict(f"Execution {execution_id} has ended: {execution.status.value}.", id=execution_id, call=number)
    if call.status is not wanted or not call.needs_person:
        raise Conflict(_why_not(call, wanted), call=number)
    return execution, call


def _why_not(call: Call, wanted: CallStatus) -> str:
    if call.needs_person:
        way = "Resolve it" if call.status is CallStatus.UNKNOWN else "Approve or reject it"
        return f"Call {call.number} is {call.status.value}. {way}."
    if call.resolved is not None and wanted is CallStatus.UNKNOWN:
        return f"Call {call.number} was resolved already: {call.resolved.value}."
    return f"Call {call.number} does not wait for a person: it is {call.status.value}."


def _alike(transaction: Transaction, intent: AnswerCall, call: Call) -> list[Call]:
    """Return the other calls that wait for the same: the same tool, described in the same words."""
    asked = calls.asked_in(transaction.connection, [intent.execution_id])[intent.execution_id]
    numbers = [
        each.number
        for each in asked
        if each.status is CallStatus.WAITING
        and (each.server, each.tool) == (call.server, call.tool)
        and each.number != call.number
    ]
    found = calls.some(transaction.connection, intent.execution_id, numbers)
    return [each for each in found if each.digest == call.digest]


def _change(
    transaction: Transaction, execution: Execution, changed: list[tuple[Call, dict[str, Any], dict[str, Any]]]
) -> Execution:
    change = Change(
        execution.id,
        Status.PENDING if execution.status is Status.WAITING else None,
        events=tuple(_told(call, values, more) for call, values, more in changed),
        calls=tuple(CallChange(call.number, values) for call, values, _ in changed),
    )
    return apply(transaction, change)


def _told(call: Call, values: dict[str, Any], more: dict[str, Any]) -> NewEvent:
    data: dict[str, Any] = {"number": call.number, "server": call.server, "tool": call.tool}
    step = {} if call.step is None else {"step": call.step}
    return NewEvent(EventKind.TOOL_CALL, {**data, "status": values["status"].value, **step, **more})
