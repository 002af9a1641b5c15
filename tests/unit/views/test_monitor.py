"""What one watcher knows of what runs, waits and ended a moment ago."""

from dataclasses import replace
from types import SimpleNamespace

from execution_hub.domain.call import AskedCall, CallStatus
from execution_hub.domain.clock import from_wire, to_wire
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.step import Asked
from execution_hub.views.monitor import MonitorView
from tests.support.executions import AT, make_execution


def make_waiting(identity: int, changed: int = 1) -> Execution:
    """Return an execution that waits for a person."""
    return make_execution(id=identity, status=Status.WAITING, changed=changed)


def ask(*names: str) -> list[Asked]:
    """Return approvals that wait, of one question."""
    return [Asked(name, 2, "Print\nthis?", AT) for name in names]


def show(view: MonitorView) -> SimpleNamespace:
    """Return what a page shows of it."""
    return SimpleNamespace(**view.values())


def test_what_waits_is_listed_apart_with_its_one_question() -> None:
    """An approval that is the only one can be given at once; several are read on their page."""
    view = MonitorView()
    view.take([make_waiting(1), make_waiting(2), make_execution(id=3, status=Status.RUNNING)])
    assert sorted(view.unread_questions()) == [1, 2]
    view.take_questions({1: ask("approval"), 2: ask("legal", "budget")})
    assert view.unread_questions() == []
    shown = show(view)
    assert [(row.id, row.approval, row.asked_count) for row in shown.waiting] == [(1, "approval", 1), (2, "", 2)]
    assert {(row.question, row.asked_at) for row in shown.waiting} == {("Print this?", to_wire(AT))}
    assert shown.waiting[0].round == 2
    assert shown.listed == {"running": [3], "waiting": [1, 2], "ended": [], "pending": []}
    assert (shown.waiting_count, shown.running_count, [row.id for row in shown.running]) == (2, 1, [3])


def test_a_call_of_a_tool_that_waits_or_is_unknown_can_be_answered_at_once() -> None:
    """With the tool's name and its arguments; beside an approval it is one of several, read on its page."""
    view = MonitorView()
    view.take([make_waiting(1), make_waiting(2), make_waiting(3)])
    since = from_wire("2026-01-02T03:04:05Z")
    sends = AskedCall(2, None, CallStatus.WAITING, "mail", "send", '{"to":\n"ada"}', asked_at=since)
    lost = AskedCall(10_001, "write", CallStatus.UNKNOWN, "", "made_up", "{}", attempt=2)
    view.take_questions({1: [sends], 2: [lost], 3: [*ask("legal"), sends]})
    waits, unknown, several = show(view).waiting
    assert (waits.call, waits.tool, waits.question, waits.is_unknown) == (2, "mail › send", '{"to": "ada"}', False)
    assert (unknown.call, unknown.tool, unknown.is_unknown, unknown.round) == (10_001, "made_up", True, 2)
    assert (waits.of_step, unknown.of_step) == ("", "write")
    assert (several.call, several.approval, several.asked_count) == (0, "", 2)
    assert (waits.asked_at, unknown.asked_at) == (to_wire(since), to_wire(make_waiting(2).updated_at))
    assert (waits.approval, unknown.approval) == ("", "")


def test_the_next_question_of_an_execution_is_read_anew() -> None:
    """It went on after the first answer, and asks again: what was known of it is old."""
    view = MonitorView()
    view.take([make_waiting(1)])
    view.take_questions({1: ask("first")})
    view.take([replace(make_waiting(1, changed=5), status=Status.RUNNING)])
    assert view.unread_questions() == []
    view.take([make_waiting(1, changed=9)])
    assert view.unread_questions() == [1]
    view.take_questions({1: ask("second"), 7: ask("of_one_that_is_gone")})
    assert [row.approval for row in show(view).waiting] == ["second"]


def test_the_first_of_the_queue_are_listed_with_their_place() -> None:
    """First come first served, whatever their ids say; the rest is a count."""
    view = MonitorView()
    view.take([make_execution(id=each, queue_number=20 - each) for each in (1, 2, 3, 4)])
    shown = show(view)
    assert [(row.id, row.place) for row in shown.pending] == [(4, 1), (3, 2), (2, 3)]
    assert shown.pending_count == 4


def test_a_request_to_stop_cannot_wait() -> None:
    """It is no change of status, and is told at once all the same."""
    view = MonitorView()
    running = make_execution(status=Status.RUNNING)
    assert view.take([running])
    assert not view.take([running])
    assert view.take([replace(running, cancel_requested_at=AT)])


def test_what_is_deleted_is_no_longer_told_as_just_ended() -> None:
    """It has gone from every page."""
    view = MonitorView()
    view.take([make_execution(status=Status.RUNNING)])
    ended = make_execution(status=Status.SUCCEEDED)
    view.take([ended])
    assert [row.id for row in show(view).ended] == [1]
    view.take([replace(ended, deleted_at=AT)])
    assert show(view).ended == []


def test_a_run_is_shown_instead_of_its_parts_but_a_person_is_asked_by_each() -> None:
    """Neither lines nor counts of the parts: fifty of them are one thing that runs."""
    view = MonitorView()
    parent = make_execution(id=1, status=Status.RUNNING, suite_id=1)
    parts = [make_execution(id=number, status=Status.RUNNING, parent_id=1) for number in range(2, 52)]
    queued = make_execution(id=60, parent_id=1)
    view.take([parent, *parts, queued])
    shown = show(view)
    assert (shown.running_count, shown.pending_count, [row.id for row in shown.running]) == (1, 0, [1])
    assert view.take([replace(parts[0], status=Status.WAITING, changed=5)])
    assert (show(view).waiting_count, show(view).running_count) == (1, 1)
    assert view.take([replace(parts[0], status=Status.PENDING, changed=6)])
    assert not view.take([replace(parts[1], status=Status.SUCCEEDED, finished_at=AT)])
    assert (show(view).waiting_count, show(view).ended) == (0, [])
