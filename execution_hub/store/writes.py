"""The one way in which executions are changed: intents, applied in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection

from execution_hub.errors import HubError
from execution_hub.store import call_answers, interventions, rounds, submissions
from execution_hub.store.call_answers import AnswerCall, ResolveCall
from execution_hub.store.intents import (
    Answer,
    Cancel,
    Change,
    Delete,
    Intent,
    Restore,
    SendBack,
    SetMark,
    Submit,
    SubmitBatch,
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


def write_all(connection: Connection, intents: Sequence[Intent[Any]], at: datetime) -> list[Any]:
    """Apply intents: new executions first, then the rest in its order.

    Numbers are drawn once for all and all events go in together.

    Args:
        connection: A writing transaction.
        intents: What is wanted.
        at: When, UTC.

    Returns:
        For each what it became, or the HubError it was refused with, which stops no other.
    """
    transaction = Transaction(connection, at)
    submits = [(place, each) for place, each in enumerate(intents) if isinstance(each, Submit)]
    transaction.draw(sum(each.numbers for each in intents), sum(each.places for each in intents))
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
    transaction.finish()
    return [became[place] for place in range(len(intents))]


def _intervene(transaction: Transaction, intent: Intent[Any]) -> Any:
    try:
        return _BY_PEOPLE[type(intent)](transaction, intent)
    except HubError as error:
        return error
