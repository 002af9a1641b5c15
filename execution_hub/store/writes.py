"""The one way in which executions are changed, until pruning.py removes them: intents, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection

from execution_hub.domain.execution import Execution
from execution_hub.errors import HubError
from execution_hub.store import call_answers, children, interventions, rounds, submissions
from execution_hub.store.call_answers import AnswerCall, ResolveCall
from execution_hub.store.executions import lock_all
from execution_hub.store.intents import (
    Answer,
    Cancel,
    Change,
    Delete,
    Intent,
    Recorded,
    Restore,
    SendBack,
    SetMark,
    Submit,
    SubmitBatch,
    Submitted,
)
from execution_hub.store.moves import move_all
from execution_hub.store.transaction import Transaction

T = TypeVar("T")

# What people do is rare, and is applied one by one; the rest in as few statements as possible.
_BY_PEOPLE: dict[type[Intent[Any]], Any] = {
    Cancel: interventions.cancel,
    Answer: interventions.answer,
    SendBack: rounds.send_back,
    SetMark: interventions.set_mark,
    AnswerCall: call_answers.answer_call,
    ResolveCall: call_answers.resolve_call,
    Delete: interventions.delete,
    Restore: interventions.restore,
    SubmitBatch: submissions.submit_batch,
}


def write(connection: Connection, intent: Intent[T], at: datetime) -> T:
    """Apply one intent.

    Args:
        connection: A writing transaction.
        intent: What is wanted.
        at: When, UTC.

    Returns:
        What it became.

    Raises:
        HubError: It was refused; see the intent's own documentation.
    """
    became = write_all(connection, [intent], at)[0]
    if isinstance(became, HubError):
        raise became
    return became  # type: ignore[no-any-return]


def write_all(
    connection: Connection, intents: Sequence[Intent[Any]], at: datetime, *, is_last: bool = False
) -> list[Any]:
    """Apply intents: new executions first, then the rest in its order.

    All events go in together, and numbers are drawn once for all. What all writers lock, they lock in one order: the
    queue, if they submit; the rows that change, by their ids; the number of the last change.

    Args:
        connection: A writing transaction.
        intents: What is wanted.
        at: When, UTC.
        is_last: Whether nothing else is written in this transaction: then it may be committed here, with its last
            statement.

    Returns:
        For each what it became, or the HubError it was refused with, which stops no other.
    """
    transaction = Transaction(connection, at)
    submits = [(place, each) for place, each in enumerate(intents) if isinstance(each, Submit)]
    if places := sum(each.places for each in intents):
        transaction.draw_places(places)
    lock_all(connection, _rows(connection, intents))
    became: dict[int, Any] = {}
    if submits:
        found = submissions.submit_all(transaction, [each for _, each in submits])
        became.update(zip([place for place, _ in submits], found, strict=True))
    others = [(place, each) for place, each in enumerate(intents) if not isinstance(each, Submit)]
    for is_change, several in groupby(others, key=lambda entry: isinstance(entry[1], Change)):
        stretch = list(several)
        if is_change:
            moved = move_all(transaction, [each for _, each in stretch])  # type: ignore[misc]
            became.update(zip([place for place, _ in stretch], moved, strict=True))
        else:
            became.update((place, _intervene(transaction, each)) for place, each in stretch)
    numbers = transaction.finish(is_last=is_last)
    return [_numbered(became[place], numbers) for place in range(len(intents))]


def _rows(connection: Connection, intents: Sequence[Intent[Any]]) -> set[int]:
    """Return the executions that may change: also the parts of those that are deleted or brought back with them."""
    whole = {row for each in intents if isinstance(each, Delete | Restore) for row in each.rows}
    parts = children.all_of(connection, whole) if whole else []
    return {row for each in intents for row in each.rows}.union(parts)


def _numbered(became: Any, numbers: Mapping[int, int]) -> Any:
    """Return what an intent became, with the hub-wide numbers that were drawn at the end."""
    match became:
        case Execution():
            return replace(became, changed=numbers[became.id]) if became.id in numbers else became
        case Submitted():
            return replace(became, execution=_numbered(became.execution, numbers))
        case Recorded() if became.changed is not None:
            execution = _numbered(became.execution, numbers)
            return replace(became, changed=numbers[became.execution_id], execution=execution)
        case list():
            return [_numbered(each, numbers) for each in became]
    return became


def _intervene(transaction: Transaction, intent: Intent[Any]) -> Any:
    try:
        return _BY_PEOPLE[type(intent)](transaction, intent)
    except HubError as error:
        return error
