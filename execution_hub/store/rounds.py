"""The rounds of steps: what is sent back with a remark runs again, and what it had made is kept."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.step import ROUNDS_MAX, Round, Step, StepChange, StepStatus
from execution_hub.errors import Conflict
from execution_hub.store import call_changes, steps
from execution_hub.store.execution_tables import RoundColumns
from execution_hub.store.intents import Change, SendBack
from execution_hub.store.interventions import apply, waiting_for
from execution_hub.store.steps import steps as step_table
from execution_hub.store.transaction import Transaction

rounds: Table = RoundColumns.__table__  # type: ignore[attr-defined]

# Nothing was made: the step had not begun, or was skipped.
_EMPTY = (StepStatus.PENDING, StepStatus.SKIPPED)
# A new round begins with nothing but what the earlier ones have used.
_NEW: dict[str, Any] = dict.fromkeys(
    ("input", "output", "error", "error_code", "ready_at", "started_at", "finished_at", "stop_reason")
) | {"status": StepStatus.PENDING.value, "attempt": 0, "meta": {}, "is_cut": False}
_KEEP = insert(rounds).from_select(
    ["execution_id", "name", "round", "status", "output", "remark", "ended_at"],
    select(
        step_table.c.execution_id,
        step_table.c.name,
        step_table.c.round,
        step_table.c.status,
        step_table.c.output,
        bindparam("the_remark", type_=rounds.c.remark.type),
        bindparam("at", type_=rounds.c.ended_at.type),
    ).where(step_table.c.execution_id == bindparam("the_id"), step_table.c.name == bindparam("the_name")),
)


def of(connection: Connection, execution_id: int, name: str) -> list[Round]:
    """Return the rounds of a step that are over, oldest first."""
    statement = (
        select(rounds).where(rounds.c.execution_id == execution_id, rounds.c.name == name).order_by(rounds.c.round)
    )
    return [
        Round(row["round"], StepStatus(row["status"]), row["output"], row["remark"], row["ended_at"])
        for row in connection.execute(statement).mappings()
    ]


def send_back(transaction: Transaction, intent: SendBack) -> Execution:
    """See SendBack."""
    connection, execution_id = transaction.connection, intent.execution_id
    execution = waiting_for(transaction, intent)
    found = {step.name: step for step in steps.of(connection, execution_id, whole=False)}
    asked = [name for name in intent.before if found[name].status is StepStatus.SUCCEEDED]
    if not asked:
        message = f"No agent has answered directly before {intent.name}, so nobody can revise it. Approve or reject it."
        raise Conflict(message, step=intent.name)
    again = {*asked}.union(*(intent.before[name] for name in asked))
    chosen = [step for step in found.values() if step.name in again]
    spent = next((step.name for step in chosen if step.round >= ROUNDS_MAX), None)
    if spent is not None:
        message = (
            f"The step {spent} has had its {ROUNDS_MAX} rounds, the most there are. Approve or reject {intent.name}."
        )
        raise Conflict(message, step=spent, limit=ROUNDS_MAX)
    # The approval keeps the remark too: it is where the person gave it.
    remarks = dict.fromkeys([*asked, intent.name], intent.remark)
    _keep(transaction, execution_id, chosen, remarks)
    # Nobody is asked any more about what a round wanted that is over.
    call_changes.cancel_steps(connection, execution_id, again, transaction.at)
    done = sum(step.is_finished and step.name not in again for step in found.values())
    change = Change(
        execution_id,
        Status.PENDING if execution.status is Status.WAITING else None,
        events=tuple(_told(step, intent, asked) for step in _first(intent.name, chosen)),
        steps=tuple(_begin(step) for step in chosen),
        values={"progress_done": done},
    )
    return apply(transaction, change)


def _keep(transaction: Transaction, execution_id: int, chosen: Collection[Step], remarks: Mapping[str, str]) -> None:
    """Keep what the rounds made that are over; the texts do not leave the database."""
    kept = [
        {"the_id": execution_id, "the_name": step.name, "the_remark": remarks.get(step.name, ""), "at": transaction.at}
        for step in chosen
        if step.status not in _EMPTY
    ]
    if kept:
        transaction.connection.execute(_KEEP, kept)


def _begin(step: Step) -> StepChange:
    # Of what is cut off nobody hears what it used.
    partial = {"usage_is_partial": True} if step.status is StepStatus.RUNNING else {}
    return StepChange(step.name, {**_NEW, **partial, "round": step.round + 1})


def _first(name: str, chosen: Sequence[Step]) -> list[Step]:
    return sorted(chosen, key=lambda step: (step.name != name, step.position))


def _told(step: Step, intent: SendBack, asked: Collection[str]) -> NewEvent:
    told: dict[str, Any] = {"name": step.name, "status": StepStatus.PENDING.value, "round": step.round + 1}
    if step.name == intent.name:
        told |= {"comment": intent.remark, "sent_back": list(asked)}
    return NewEvent(EventKind.STEP, told)
