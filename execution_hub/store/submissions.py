"""New executions: each once for its idempotency key, and only so many pending."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, insert, select

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Execution, NewExecution, Phase
from execution_hub.domain.status import Status
from execution_hub.errors import Conflict, HubError, QueueFull
from execution_hub.store import batches, counters, results, steps
from execution_hub.store.executions import executions, find_by_keys, pending_count, to_value
from execution_hub.store.intents import Submit, SubmitBatch, Submitted
from execution_hub.store.recordset import is_worth_it, parameter, recordset
from execution_hub.store.transaction import NOT_DRAWN, Transaction

PENDING_MAX = 1_000
_INSERT = insert(executions).returning(executions)
_FIRST = [NewEvent(EventKind.STATUS, {"status": Status.PENDING.value})]


def find_submitted(connection: Connection, key: str | None, request_hash: str | None) -> Execution | None:
    """Return the execution that was submitted under an idempotency key; None if there is none, or no key.

    Raises:
        Conflict: It was another request.
    """
    if key is None or (known := find_by_keys(connection, [key]).get(key)) is None:
        return None
    _check_same(known[1], request_hash)
    return known[0]


def submit_all(transaction: Transaction, submits: Sequence[Submit]) -> list[Submitted | HubError]:
    """Store new executions in their order, in one statement.

    Returns:
        For each what it became, or why it was refused, which stops no other.
    """
    connection = transaction.connection
    room = PENDING_MAX - pending_count(connection)
    keys = {key for each in submits if (key := each.new.idempotency_key) is not None}
    known = find_by_keys(connection, keys) if keys else {}
    # The same request twice at the same moment: the second becomes what the first does.
    first: dict[str, int] = {}
    refused: dict[int, HubError] = {}
    stored: list[int] = []
    for index, submit in enumerate(submits):
        key, request_hash = submit.new.idempotency_key, submit.new.request_hash
        try:
            if key in known:
                _check_same(known[key][1], request_hash)
            elif key in first:
                _check_same(submits[first[key]].new.request_hash, request_hash)
            elif len(stored) >= room:
                raise QueueFull(f"{PENDING_MAX} executions wait already. Try again when some have ended.")
            else:
                stored.append(index)
                if key is not None:
                    first[key] = index
        except HubError as error:
            refused[index] = error
    added = dict(zip(stored, _store(transaction, [submits[index].new for index in stored]), strict=True))
    found: list[Submitted | HubError] = []
    for index, submit in enumerate(submits):
        key = submit.new.idempotency_key
        if index in refused:
            found.append(refused[index])
        elif index in added:
            found.append(Submitted(added[index], is_new=True))
        else:
            assert key is not None, "it is known, or there was one before"
            found.append(Submitted(known[key][0] if key in known else added[first[key]], is_new=False))
    return found


def submit_batch(transaction: Transaction, batch: SubmitBatch) -> list[Submitted]:
    """Store new executions under a number of their own.

    Returns:
        All of them; those that were stored before under the same key.

    Raises:
        Conflict: The key was used for another request.
        QueueFull: There is not room for all of them.
    """
    connection, first = transaction.connection, batch.new[0]
    known = find_batch(connection, first.idempotency_key, first.request_hash)
    if known:
        return [Submitted(each, is_new=False) for each in known]
    if pending_count(connection) + len(batch.new) > PENDING_MAX:
        raise QueueFull(
            f"{len(batch.new)} more would make over {PENDING_MAX} executions that wait. Run fewer, or try again later.",
            limit=PENDING_MAX,
        )
    number = counters.raise_by(connection, counters.BATCH_ID)
    stored = _store(transaction, [replace(each, batch_id=number) for each in batch.new])
    return [Submitted(each, is_new=True) for each in stored]


def find_batch(connection: Connection, key: str | None, request_hash: str | None) -> list[Execution]:
    """Return the executions that were submitted together under an idempotency key; none if there are none, or no key.

    Raises:
        Conflict: It was another request.
    """
    first = find_submitted(connection, key, request_hash)
    return [] if first is None or first.batch_id is None else batches.executions_of(connection, first.batch_id)


def _check_same(known: str | None, request_hash: str | None) -> None:
    if known != request_hash:
        raise Conflict("This Idempotency-Key was used for another request. Use a new one.")


def _store(transaction: Transaction, new: Sequence[NewExecution]) -> list[Execution]:
    if not new:
        return []
    rows = [_values(each, transaction) for each in new]
    connection = transaction.connection
    if is_worth_it(connection, len(rows)):
        found = connection.execute(_insert_many(tuple(rows[0])), parameter(rows)).mappings().all()
    else:
        found = connection.execute(_INSERT, rows).mappings().all()
    # Which row is whose is told by the order of the queue; the database may give them in another.
    stored = sorted(map(to_value, found), key=lambda execution: execution.queue_number)
    own = zip([each.id for each in stored], [each.steps for each in new], strict=True)
    steps.add(connection, own)
    results.add(connection, zip([each.id for each in stored], [each.results for each in new], strict=True))
    transaction.shown.update(dict.fromkeys(each.id for each in stored))
    transaction.told.extend((each.id, 1, 0, _FIRST) for each in stored)
    return stored


@cache
def _insert_many(names: tuple[str, ...]) -> Insert:
    rows = recordset({name: executions.c[name] for name in names})
    return insert(executions).from_select(names, select(rows)).returning(executions)


def _values(new: NewExecution, transaction: Transaction) -> dict[str, Any]:
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
        "parent_id": new.parent_id,
        "agent_version": new.agent_version,
        "batch_id": new.batch_id,
        "suite_id": new.suite_id,
        "progress_phase": Phase.QUEUED.value,
        "meta": new.meta,
        "last_seq": 1,
        "changed": NOT_DRAWN,
        "queue_number": transaction.next_queue_number(),
        "created_at": transaction.at,
        "updated_at": transaction.at,
    }
