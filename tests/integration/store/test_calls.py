"""Calls of tools and turns of models, as a runner writes them and as they are found afterwards."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from execution_hub.domain.call import Call, CallChange, CallKind, CallStatus, Resolution
from execution_hub.domain.clock import now
from execution_hub.domain.event import EventKind
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step
from execution_hub.domain.usage import Usage
from execution_hub.domain.workflow import APPROVAL
from execution_hub.live.bus import LocalBus
from execution_hub.live.journal import Journal
from execution_hub.live.log import EventLog
from execution_hub.store import call_changes, calls, events
from execution_hub.store.database import Database
from execution_hub.store.intents import Change, SendBack, Submit
from execution_hub.store.steps import usage_values
from tests.support.executions import NEW, add_execution, claim

TURN = Call(1, CallKind.TURN)
TOOL = Call(2, CallKind.TOOL, server="time", tool="now", tool_use_id="toolu_1", arguments={"zone": "Asia/Tokyo"})


@pytest.fixture
def log(database: Database) -> Iterator[EventLog]:
    """Yield a running log."""
    found = EventLog(database, LocalBus())
    found.start()
    yield found
    found.close()


def calls_of(database: Database, execution_id: int) -> dict[int, Call]:
    """Return the calls of an execution by number."""
    return {each.number: each for each in database.read(lambda connection: calls.of(connection, execution_id))}


async def test_a_turn_and_its_call_are_stored_with_their_times_and_what_they_used(
    database: Database, log: EventLog
) -> None:
    """What is said of a call in one write is merged; each start counts, and an end has its time."""
    execution_id = add_execution(database)
    journal = Journal(log, execution_id, await claim(log, execution_id))
    journal.change_call(1, {"status": CallStatus.RUNNING}, new=TURN)
    await journal.flush()
    running = calls_of(database, execution_id)[1]
    assert (running.status, running.attempt, running.finished_at) == (CallStatus.RUNNING, 1, None)
    used = usage_values(Usage(10, 5))
    blocks = ({"type": "text", "text": "Let me look."},)
    ended = {"status": CallStatus.SUCCEEDED, "blocks": blocks, "output": "Let me look.", **used}
    journal.change_call(1, ended, {"status": "succeeded"}, kind=EventKind.TURN)
    journal.change_call(2, {"status": CallStatus.RUNNING}, {"status": "running", "tool": "now"}, new=TOOL)
    journal.change_call(2, {"status": CallStatus.FAILED, "error": "x" * 5_000, "result": "a\x00b"})
    await journal.flush()
    turn, tool = calls_of(database, execution_id).values()
    assert (turn.blocks, turn.output, turn.usage.input_tokens) == (blocks, "Let me look.", 10)
    assert turn.started_at == running.started_at
    assert turn.finished_at is not None
    assert (tool.arguments, tool.attempt, len(tool.error or ""), tool.result) == (TOOL.arguments, 1, 2_000, "a\ufffdb")
    told = database.read(lambda connection: events.after(connection, execution_id, 0, 100))
    assert [(each.kind.value, each.data.get("number")) for each in told[-2:]] == [("turn", 1), ("tool_call", 2)]


async def test_after_a_crash_a_call_that_ran_is_unknown_unless_it_may_be_repeated(
    database: Database, log: EventLog
) -> None:
    """A turn and an idempotent tool wait to be begun again; of another tool nobody knows; what has ended stays."""
    execution_id = add_execution(database)
    journal = Journal(log, execution_id, await claim(log, execution_id))
    journal.change_call(1, {"status": CallStatus.RUNNING}, new=TURN)
    journal.change_call(2, {"status": CallStatus.RUNNING}, new=TOOL)
    journal.change_call(3, {"status": CallStatus.RUNNING}, new=replace(TOOL, number=3, meta={"is_idempotent": True}))
    journal.change_call(4, {"status": CallStatus.SUCCEEDED}, new=replace(TOOL, number=4))
    await journal.flush()
    await log.record(Change(execution_id, Status.PENDING))
    found = calls_of(database, execution_id)
    assert [each.status.value for each in found.values()] == ["pending", "unknown", "pending", "succeeded"]
    assert found[1].usage.is_partial
    assert [each.needs_person for each in found.values()] == [False, True, False, False]


async def test_a_call_that_is_lost_again_is_asked_about_again(database: Database, log: EventLog) -> None:
    """A person had it run once more, and the process died again: what was decided then is no answer now."""
    execution_id = add_execution(database)
    journal = Journal(log, execution_id, await claim(log, execution_id))
    again = replace(TOOL, status=CallStatus.PENDING, resolved=Resolution.RUN_AGAIN, attempt=1)
    journal.change_call(2, {"status": CallStatus.RUNNING}, new=again)
    await journal.flush()
    await log.record(Change(execution_id, Status.PENDING))
    found = calls_of(database, execution_id)[2]
    assert (found.status, found.resolved, found.attempt, found.needs_person) == (CallStatus.UNKNOWN, None, 2, True)
    asked = database.read(lambda c: calls.asked_in(c, [execution_id]))[execution_id]
    assert [(each.number, each.attempt) for each in asked] == [(2, 2)]


async def test_an_end_cancels_open_calls_and_says_of_a_tool_that_ran_that_nobody_knows(
    database: Database, log: EventLog
) -> None:
    """What waits is cancelled; of what ran, the row says that it may have had its effect."""
    execution_id = add_execution(database)
    journal = Journal(log, execution_id, await claim(log, execution_id))
    journal.change_call(2, {"status": CallStatus.RUNNING}, new=TOOL)
    journal.change_call(3, {"status": CallStatus.WAITING}, new=replace(TOOL, number=3))
    await journal.finish(Status.FAILED)
    ran, waited = calls_of(database, execution_id).values()
    assert (ran.status, ran.error) == (CallStatus.CANCELLED, call_changes.UNCERTAIN)
    assert (waited.status, waited.error) == (CallStatus.CANCELLED, None)
    assert ran.finished_at is not None


async def test_a_pause_is_refused_once_somebody_has_answered_the_call(database: Database, log: EventLog) -> None:
    """A call that was resolved meanwhile is not slept through; one that is still asked about lets the run pause."""
    execution_id = add_execution(database)
    journal = Journal(log, execution_id, await claim(log, execution_id))
    journal.change_call(2, {"status": CallStatus.UNKNOWN}, new=TOOL)
    journal.change_call(3, {"status": CallStatus.WAITING}, new=replace(TOOL, number=3))
    await journal.flush()
    await log.record(Change(execution_id, calls=(CallChange(2, {"resolved": Resolution.TELL_AGENT}),)))
    assert not await journal.pause(frozenset(), frozenset({2, 3}))
    assert await journal.pause(frozenset(), frozenset({3}))


async def test_what_is_sent_back_asks_no_more_about_the_calls_of_the_round_before(
    database: Database, log: EventLog
) -> None:
    """A call that waits in a step which begins again is cancelled; a workflow's rounds have numbers of their own."""
    steps = (Step("write", 0, "agent", None), Step("ok", 1, APPROVAL, None), Step("also", 2, "agent", None))
    execution_id = (await log.record(Submit(replace(NEW, steps=steps)))).execution.id
    journal = Journal(log, execution_id, await claim(log, execution_id))
    journal.change_step("write", {"status": "succeeded"})
    journal.change_step("ok", {"status": "waiting"})
    for number, step in ((2, "write"), (10_001, "also"), (20_001, None)):
        new = replace(TOOL, number=number, step=step, status=CallStatus.WAITING)
        journal.change_call(number, new=new)
    await journal.flush()
    await log.record(SendBack(execution_id, "ok", {"write": frozenset({"ok"})}, "Again."))
    found = calls_of(database, execution_id)
    assert [each.status.value for each in found.values()] == ["cancelled", "waiting", "waiting"]

    def chosen(step: str | None, round_: int | None) -> list[int]:
        return [each.number for each in database.read(lambda c: calls.of(c, execution_id, step, round_))]

    assert (chosen("also", 1), chosen(None, 1), chosen("also", 2)) == ([10_001], [20_001], [])
    asked = database.read(lambda c: calls.asked_in(c, [execution_id]))
    assert [(each.number, each.step, each.text) for each in asked[execution_id]] == [
        (10_001, "also", '{"zone": "Asia/Tokyo"}'),
        (20_001, None, '{"zone": "Asia/Tokyo"}'),
    ]


def test_long_calls_come_as_excerpts_after_those_that_fit_a_page(database: Database) -> None:
    """Four megabytes of results come whole, the rest with its first characters and only short arguments."""
    execution_id = add_execution(database)
    new = [
        replace(TOOL, number=number, result="x" * 1_000_000, arguments={"text": "y" * 3_000 * (number - 1)})
        for number in range(1, 6)
    ]
    stored = [CallChange(each.number, new=each) for each in new]
    database.write(lambda connection: call_changes.change(connection, execution_id, stored, now()))
    found = database.read(lambda c: calls.fitting(c, execution_id))
    assert [(each.is_excerpt, len(each.result or ""), each.arguments is None) for each in found] == [
        (False, 1_000_000, False),
        (False, 1_000_000, False),
        (False, 1_000_000, False),
        (True, 200, True),
        (True, 200, True),
    ]
