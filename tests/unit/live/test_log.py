"""The event log: gapless numbers, one writer, a fence around each attempt."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.clock import now
from execution_hub.domain.event import Event, EventKind, NewEvent
from execution_hub.domain.execution import Execution, Phase, Progress
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step, StepChange, StepStatus
from execution_hub.domain.workflow import APPROVAL
from execution_hub.errors import Conflict, NotFound, QueueFull, Unavailable
from execution_hub.live import log as log_module
from execution_hub.live.bus import LocalBus, Signal
from execution_hub.live.journal import Fenced, Journal
from execution_hub.live.log import EventLog
from execution_hub.store import events, executions, steps, submissions, writes
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Answer, Cancel, Change, Delete, Recorded, Restore, Submit
from execution_hub.store.migrate import migrate
from tests.support.executions import NEW, add_execution, claim


@pytest.fixture
def log(database: Database) -> Iterator[EventLog]:
    """Yield a running log."""
    found = EventLog(database, LocalBus())
    found.start()
    yield found
    found.close()


def log_of(database: Database, execution_id: int) -> list[Event]:
    """Return the whole log of an execution."""
    return database.read(lambda connection: events.after(connection, execution_id, 0, 100_000))


async def test_numbers_are_gapless_whoever_writes(database: Database, log: EventLog) -> None:
    """Forty threads write into four logs at once; each log counts 1, 2, 3 … ."""
    ids = [add_execution(database) for _ in range(4)]
    attempts = {each: await claim(log, each) for each in ids}

    def write(index: int) -> None:
        execution_id = ids[index % 4]
        told = (NewEvent(EventKind.TEXT, {"text": str(index)}),) * (index % 3 + 1)
        change = Change(execution_id, fence=attempts[execution_id], events=told, is_visible=index % 2 == 0)

        async def record() -> Recorded | None:
            return await log.record(change)

        # Each thread has a loop of its own, as the web and the engine have.
        assert asyncio.run(record()) is not None

    with ThreadPoolExecutor(40) as threads:
        list(threads.map(write, range(400)))
    for execution_id in ids:
        numbers = [event.seq for event in log_of(database, execution_id)]
        execution = database.read(partial(executions.find, execution_id=execution_id))
        assert numbers == list(range(1, len(numbers) + 1))
        assert execution is not None
        assert execution.last_seq == len(numbers)


async def test_changed_grows_in_commit_order(database: Database) -> None:
    """Whoever has read up to a number never misses a smaller one that commits later."""
    bus = LocalBus()
    heard: list[Signal] = []
    bus.publish = heard.extend  # type: ignore[method-assign,assignment]
    log = EventLog(database, bus)
    log.start()
    ids = [add_execution(database) for _ in range(20)]
    for each in ids:
        log.record(Change(each, Status.RUNNING))
    log.close()
    numbers = [signal.changed for signal in heard if signal.changed is not None]
    assert len(numbers) == 20
    assert numbers == sorted(numbers)


async def test_the_writes_of_an_older_attempt_are_refused(database: Database, log: EventLog) -> None:
    """After a take-over the old runner finds no row and writes nothing."""
    execution_id = add_execution(database)
    old = await claim(log, execution_id)
    assert await log.record(Change(execution_id, Status.PENDING)) is not None
    new = await claim(log, execution_id)
    assert new == old + 1
    before = log_of(database, execution_id)
    told = (NewEvent(EventKind.TEXT, {"text": "ghost"}),)
    assert await log.record(Change(execution_id, fence=old, events=told)) is None
    assert await log.record(Change(execution_id, Status.SUCCEEDED, old)) is None
    assert log_of(database, execution_id) == before


async def test_a_finished_log_is_closed(database: Database, log: EventLog) -> None:
    """Nothing is appended after the last status."""
    execution_id = add_execution(database)
    attempt = await claim(log, execution_id)
    assert await log.record(Change(execution_id, Status.SUCCEEDED, attempt)) is not None
    told = (NewEvent(EventKind.TEXT, {"text": "late"}),)
    assert await log.record(Change(execution_id, fence=attempt, events=told)) is None
    assert log_of(database, execution_id)[-1].data["status"] == "succeeded"


async def test_one_bad_change_does_not_take_the_others_with_it(database: Database) -> None:
    """A change the database refuses fails alone, though it was in one batch with good ones."""
    log = EventLog(database, LocalBus())
    ids = [add_execution(database) for _ in range(3)]
    futures = [
        log.record(Change(ids[0], Status.RUNNING)),
        log.record(Change(ids[1], Status.RUNNING, values={"workflow_id": 7})),
        log.record(Change(ids[2], Status.RUNNING)),
    ]
    log.start()
    assert await futures[0] is not None
    assert await futures[2] is not None
    with pytest.raises(Exception, match="ck_executions_agent_test_has_agent"):
        await futures[1]
    log.close()


async def test_a_submission_that_is_refused_stops_no_other(database: Database) -> None:
    """Of four in one batch the third uses the key of the second for something else: it alone is refused."""
    log = EventLog(database, LocalBus())
    keyed, other = (replace(NEW, idempotency_key="k", request_hash=each) for each in ("one", "another"))
    futures = [log.record(Submit(new)) for new in (NEW, keyed, other, NEW)]
    log.start()
    first, last = await futures[0], await futures[3]
    with pytest.raises(Conflict, match="another request"):
        await futures[2]
    log.close()
    assert first.execution.queue_number < last.execution.queue_number
    assert first.execution.changed < last.execution.changed
    assert [event.data for event in log_of(database, last.execution.id)] == [{"status": "pending"}]


async def test_the_same_key_twice_in_one_batch_starts_one_execution(database: Database) -> None:
    """A double click whose two requests arrive within ten milliseconds."""
    log = EventLog(database, LocalBus())
    keyed = replace(NEW, idempotency_key="k", request_hash="same")
    futures = [log.record(Submit(new)) for new in (keyed, NEW, keyed)]
    log.start()
    one, other, again = [await each for each in futures]
    later = await log.record(Submit(keyed))
    log.close()
    assert (one.is_new, other.is_new, again.is_new, later.is_new) == (True, True, False, False)
    assert one.execution.id == again.execution.id == later.execution.id != other.execution.id


async def test_an_action_that_is_refused_stops_nothing_else(database: Database) -> None:
    """A person deletes what runs and stops what is not there, among writes of runners: all in one batch."""
    log = EventLog(database, LocalBus())
    running, ended, pending = [add_execution(database) for _ in range(3)]
    futures = [
        log.record(Change(running, Status.RUNNING)),
        log.record(Change(ended, Status.FAILED)),
        log.record(Delete((ended, running))),
        log.record(Cancel(999)),
        log.record(Cancel(pending)),
        log.record(Delete((ended, pending))),
        log.record(Change(running, Status.SUCCEEDED, 1)),
    ]
    log.start()
    found: list[Any] = await asyncio.gather(*futures, return_exceptions=True)
    log.close()
    assert [type(each) for each in found] == [Recorded, Recorded, Conflict, NotFound, Execution, list, Recorded]
    assert (found[4].status, [each.execution_id for each in found[5]]) == (Status.CANCELLED, [ended, pending])
    for gone in (ended, pending):
        assert database.read(partial(executions.find, execution_id=gone)) is None
    assert [event.data["status"] for event in log_of(database, running)] == ["pending", "running", "succeeded"]


async def test_what_was_stopped_in_the_same_batch_cannot_be_answered(database: Database) -> None:
    """The stop comes first, the approval hears that the execution has ended, and its step is cancelled."""
    log = EventLog(database, LocalBus())
    new = replace(NEW, steps=(Step("ok", 0, APPROVAL, None),))
    asks = (StepChange("ok", {"status": "waiting"}),)

    def ask(connection: Connection) -> int:
        execution_id = writes.write(connection, Submit(new), now()).execution.id
        writes.write(connection, Change(execution_id, Status.RUNNING), now())
        writes.write(connection, Change(execution_id, Status.WAITING, 1, steps=asks), now())
        return execution_id

    execution_id = database.write(ask)
    futures = [log.record(Cancel(execution_id)), log.record(Answer(execution_id, "ok", is_approved=True))]
    log.start()
    await futures[0]
    with pytest.raises(Conflict, match="has ended"):
        await futures[1]
    log.close()
    step = database.read(lambda connection: steps.find(connection, execution_id, "ok"))
    assert step is not None
    assert (step.status, step.output) == (StepStatus.CANCELLED, None)


async def test_what_people_do_is_told_like_what_runners_do(database: Database) -> None:
    """A stop, a deletion and its taking back each reach watchers, and a stop wakes the runner."""
    bus = LocalBus()
    heard: list[Signal] = []
    bus.publish = heard.extend  # type: ignore[method-assign,assignment]
    log = EventLog(database, bus)
    log.start()
    one, other = add_execution(database), add_execution(database)
    await log.record(Change(one, Status.RUNNING))
    heard.clear()
    await log.record(Cancel(one))
    await log.record(Cancel(other))
    await log.record(Delete((other,)))
    await log.record(Restore((other,), timedelta(seconds=10)))
    log.close()
    assert [(each.execution_id, each.is_cancel) for each in heard] == [(one, True), *[(other, False)] * 3]
    numbers = [each.changed or 0 for each in heard]
    assert numbers == sorted(set(numbers))


async def test_a_stop_does_not_wait_for_its_batch(
    database: Database, log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens are bought until it is written: even if the next batch were an hour away."""
    monkeypatch.setattr(log_module, "BATCH_SECONDS", 3_600)
    running = add_execution(database)
    await log.record(Change(running, Status.RUNNING))
    text = log.record(Change(running, fence=1, events=(NewEvent(EventKind.TEXT, {"text": "word"}),)))
    stopped = await asyncio.wait_for(log.record(Cancel(running)), 30)
    assert stopped.cancel_requested_at is not None
    assert (await text) is not None


async def test_the_limit_of_the_queue_counts_the_batch_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three starts at once where two may wait: the third is refused, and nothing of it is stored."""
    monkeypatch.setattr(submissions, "PENDING_MAX", 2)
    log = EventLog(database, LocalBus())
    futures = [log.record(Submit(NEW)) for _ in range(3)]
    log.start()
    await futures[0]
    await futures[1]
    with pytest.raises(QueueFull):
        await futures[2]
    log.close()
    assert database.read(executions.pending_count) == 2


async def test_a_locked_database_is_told_to_who_starts_and_waited_for_by_who_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start fails at once and stores nothing; the change beside it is written when the lock is gone."""
    monkeypatch.setattr("execution_hub.store.database.BUSY_TIMEOUT_MS", 50)
    url = f"sqlite:///{tmp_path / 'hub.sqlite3'}"
    migrate(url)
    database = Database(url)
    log = EventLog(database, LocalBus())
    execution_id = add_execution(database)
    locker = sqlite3.connect(tmp_path / "hub.sqlite3", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    start, change = log.record(Submit(NEW)), log.record(Change(execution_id, Status.RUNNING))
    log.start()
    with pytest.raises(Unavailable, match="locked"):
        await start
    assert not change.done()
    locker.execute("ROLLBACK")
    recorded = await change
    assert recorded is not None
    log.close()
    assert database.read(executions.pending_count) == 0
    database.close()
    locker.close()


async def test_a_batch_is_told_together_that_the_database_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for the patience of the others in turn: one try for all of them, then all know."""
    monkeypatch.setattr("execution_hub.live.log.WRITE_RETRY_SECONDS", -1.0)
    tries = []

    def away(_work: object) -> None:
        tries.append(1)
        raise Unavailable("The database does not answer.")

    log = EventLog(database, LocalBus())
    ids = [add_execution(database) for _ in range(3)]
    monkeypatch.setattr(database, "write", away)
    futures = [log.record(Change(each, Status.RUNNING)) for each in ids]
    log.start()
    found = await asyncio.gather(*futures, return_exceptions=True)
    log.close()
    assert [type(each) for each in found] == [Unavailable] * 3
    assert len(tries) == 1


async def test_a_cancelled_waiter_does_not_stop_the_log(database: Database) -> None:
    """Whoever waits for a write may be cancelled: the write is done, and so are all that follow."""
    log = EventLog(database, LocalBus())
    execution_id = add_execution(database)
    waiter = asyncio.ensure_future(log.record(Change(execution_id, Status.RUNNING)))
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    log.start()
    assert await log.record(Change(execution_id, Status.SUCCEEDED, 1)) is not None
    log.close()


async def test_a_journal_stores_every_character_in_order(database: Database, log: EventLog) -> None:
    """A thousand tokens, written as fast as they come, are in the log byte for byte."""
    execution_id = add_execution(database)
    journal = Journal(log, execution_id, await claim(log, execution_id))
    words = [f"wörd{index} 字 " for index in range(1000)]
    for index, word in enumerate(words):
        journal.text(word)
        if index % 50 == 0:
            await asyncio.sleep(0)
    await journal.finish(Status.SUCCEEDED)
    stored = log_of(database, execution_id)
    assert "".join(event.data["text"] for event in stored if event.kind is EventKind.TEXT) == "".join(words)
    assert journal.written == "".join(words)
    assert len(stored) < 200


async def test_a_fenced_journal_stops_its_runner(database: Database, log: EventLog) -> None:
    """The runner of an older attempt meets Fenced at its next word."""
    execution_id = add_execution(database)
    journal = Journal(log, execution_id, await claim(log, execution_id))
    assert await log.record(Change(execution_id, Status.PENDING)) is not None
    journal.text("ghost")
    with pytest.raises(Fenced):
        await journal.flush()
    with pytest.raises(Fenced):
        journal.text("more")


async def test_progress_numbers_are_thinned_and_phases_are_not(database: Database) -> None:
    """Lists hear of a new phase at once, of numbers a few times a second."""
    bus = LocalBus()
    heard: list[Signal] = []

    def listen(signals: Sequence[Signal]) -> None:
        heard.extend(signal for signal in signals if signal.changed is not None)

    bus.publish = listen  # type: ignore[method-assign]
    log = EventLog(database, bus)
    log.start()
    execution_id = add_execution(database)
    journal = Journal(log, execution_id, await claim(log, execution_id))
    heard.clear()
    for tokens in range(1, 100):
        journal.progress(Progress(tokens, None, Phase.WRITING))
        await journal.flush()
    await journal.finish(Status.SUCCEEDED)
    log.close()
    assert 2 <= len(heard) < 40
