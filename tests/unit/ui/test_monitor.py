"""What one watcher knows of what runs, waits and ended a moment ago."""

from dataclasses import replace

from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.ui.live import LiveState, _Seen
from execution_hub.views.rows import ExecutionRow
from tests.support.executions import AT, make_execution


class Shown:
    """The vars of a LiveState, without Reflex."""

    def __init__(self) -> None:
        for name, default in LiveState.get_fields().items():
            setattr(self, name, default.default)
        self.running, self.waiting, self.ended = list[ExecutionRow](), list[ExecutionRow](), list[ExecutionRow]()


def make_waiting(identity: int, changed: int = 1) -> Execution:
    """Return an execution that waits for a person."""
    return make_execution(id=identity, status=Status.WAITING, changed=changed)


def show(seen: _Seen) -> Shown:
    """Return what a page shows of it."""
    shown = Shown()
    seen.show_in(shown)
    return shown


def test_what_waits_is_listed_apart_with_its_one_question() -> None:
    """An approval that is the only one can be given at once; several are read on their page."""
    seen = _Seen()
    seen.take([make_waiting(1), make_waiting(2), make_execution(id=3, status=Status.RUNNING)])
    assert sorted(seen.unread_questions()) == [1, 2]
    seen.take_questions({1: ["approval"], 2: ["legal", "budget"]})
    assert seen.unread_questions() == []
    shown = show(seen)
    assert [(row.id, row.approval) for row in shown.waiting] == [(1, "approval"), (2, "")]
    assert (shown.waiting_count, shown.running_count, [row.id for row in shown.running]) == (2, 1, [3])


def test_the_next_question_of_an_execution_is_read_anew() -> None:
    """It went on after the first answer, and asks again: what was known of it is old."""
    seen = _Seen()
    seen.take([make_waiting(1)])
    seen.take_questions({1: ["first"]})
    seen.take([replace(make_waiting(1, changed=5), status=Status.RUNNING)])
    assert seen.unread_questions() == []
    seen.take([make_waiting(1, changed=9)])
    assert seen.unread_questions() == [1]
    seen.take_questions({1: ["second"], 7: ["of one that is gone"]})
    assert [row.approval for row in show(seen).waiting] == ["second"]


def test_the_first_of_the_queue_are_listed_with_their_place() -> None:
    """First come first served, whatever their ids say; the rest is a count."""
    seen = _Seen()
    seen.take([make_execution(id=each, queue_number=20 - each) for each in (1, 2, 3, 4)])
    shown = show(seen)
    assert [(row.id, row.place) for row in shown.pending] == [(4, 1), (3, 2), (2, 3)]
    assert shown.pending_count == 4


def test_a_request_to_stop_cannot_wait() -> None:
    """It is no change of status, and is told at once all the same."""
    seen = _Seen()
    running = make_execution(status=Status.RUNNING)
    assert seen.take([running])
    assert not seen.take([running])
    assert seen.take([replace(running, cancel_requested_at=AT)])


def test_what_is_deleted_is_no_longer_told_as_just_ended() -> None:
    """It has gone from every page."""
    seen = _Seen()
    seen.take([make_execution(status=Status.RUNNING)])
    ended = make_execution(status=Status.SUCCEEDED)
    seen.take([ended])
    assert [row.id for row in show(seen).ended] == [1]
    seen.take([replace(ended, deleted_at=AT)])
    assert show(seen).ended == []
