"""Rows: what a list shows of an execution, and how changes are put in."""

from dataclasses import replace
from datetime import timedelta

from execution_hub.domain.execution import Phase, Progress
from execution_hub.domain.status import Status
from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.views.rows import TEXT_MAX, ExecutionRow, merge_rows, put_back, with_places
from tests.support.executions import AT, make_execution


def test_a_queued_row_says_what_was_asked() -> None:
    """The first words on one line, no figures yet."""
    row = ExecutionRow.of(make_execution())
    assert (row.text, row.status, row.duration_text, row.tokens_text) == ("What is it?", "pending", "", "")
    assert row.is_simulated
    assert row.created_at == "2026-01-02T03:04:05.000Z"


def test_a_running_row_ticks_in_the_browser() -> None:
    """It carries when it began, and no duration: nothing is pushed for a second that passes."""
    running = make_execution(status=Status.RUNNING, started_at=AT, progress=Progress(88, None, Phase.WRITING))
    row = ExecutionRow.of(running)
    assert (row.started_at, row.duration_text, row.tokens_text, row.phase) == (
        "2026-01-02T03:04:05.000Z",
        "",
        "88",
        "writing",
    )


def test_an_ended_row_has_its_figures() -> None:
    """Duration, tokens and cost, ready to read."""
    usage = Usage(2_400, 10_000, cost_usd=0.031)
    ended = make_execution(status=Status.SUCCEEDED, started_at=AT, finished_at=AT + timedelta(seconds=64), usage=usage)
    row = ExecutionRow.of(ended)
    assert (row.duration_text, row.tokens_text, row.cost_text) == ("1 m 04 s", "12.4k", "$0.031")


ENDED = {"status": Status.SUCCEEDED, "started_at": AT, "finished_at": AT + timedelta(seconds=1)}


def test_a_cut_answer_does_not_look_whole() -> None:
    """With its reason; one that failed for it says so in its error."""
    cut = {"is_cut": True, "stop_reason": "max_tokens"}
    row = ExecutionRow.of(make_execution(**{**ENDED, **cut}))
    assert (row.is_cut, row.stop_reason) == (True, "max_tokens")
    failed = ExecutionRow.of(make_execution(**{**ENDED, **cut, "status": Status.FAILED, "error": "Cut."}))
    assert (failed.is_cut, failed.stop_reason) == (False, "")


def test_a_usage_nobody_told_is_unknown_and_one_told_in_part_at_least() -> None:
    """Never nothing; what runs has not told yet, and what is simulated costs nothing."""
    row = ExecutionRow.of(make_execution(**ENDED, usage=UNKNOWN, model="claude-sonnet-5-5"))
    assert (row.tokens_text, row.cost_text, row.is_unknown, row.is_cost_unknown) == ("", "", True, True)
    partial = Usage(2_400, 10_000, cost_usd=0.031, is_partial=True)
    row = ExecutionRow.of(make_execution(**ENDED, usage=partial))
    assert (row.tokens_text, row.cost_text, row.is_unknown) == ("≥ 12.4k", "≥ $0.031", False)
    row = ExecutionRow.of(make_execution(status=Status.RUNNING, started_at=AT, usage=UNKNOWN))
    assert (row.tokens_text, row.is_unknown, row.is_cost_unknown) == ("", False, False)
    assert not ExecutionRow.of(make_execution(**ENDED, usage=Usage(3, 4))).is_cost_unknown


def test_a_failed_row_shows_its_error_shortened() -> None:
    """Beside its input, on one line, cut where it is long."""
    failed = make_execution(status=Status.FAILED, error="No\nkey. " + "x" * 500, error_code="no_api_key")
    row = ExecutionRow.of(failed)
    assert row.text == "What is it?"
    assert row.error.startswith("No key. xxx")
    assert len(row.error) == TEXT_MAX + 1
    assert row.error_code == "no_api_key"


def test_what_needs_a_person_stands_still() -> None:
    """How long it ran is told, and not counted on while it waits; then the clock goes on from there."""
    waiting = make_execution(
        execution_type="workflow",
        status=Status.WAITING,
        started_at=AT,
        active_ms=5_200,
        segment=1,
        claims=1,
        progress=Progress(3, 5, Phase.WAITING),
    )
    row = ExecutionRow.of(waiting)
    assert (row.duration_text, row.step, row.done, row.total, row.tokens_text) == ("5.2 s", 3, 3, 5, "")
    resumed = replace(waiting, status=Status.RUNNING, resumed_at=AT + timedelta(hours=1))
    row = ExecutionRow.of(resumed)
    assert (row.duration_text, row.clock_from) == ("", "2026-01-02T04:03:59.800Z")


def test_a_running_row_is_at_the_step_after_those_done() -> None:
    """Step n of m, never beyond the last."""
    running = make_execution(status=Status.RUNNING, started_at=AT, progress=Progress(1, 3, Phase.WRITING))
    assert ExecutionRow.of(running).step == 2
    assert ExecutionRow.of(replace(running, progress=Progress(3, 3, Phase.DONE))).step == 3


def test_what_ended_at_a_step_says_which_one() -> None:
    """The steps after it were not done; what succeeded has done all."""
    ended = make_execution(status=Status.FAILED, started_at=AT, finished_at=AT, progress=Progress(2, 4, Phase.DONE))
    assert [ExecutionRow.of(replace(ended, status=each)).step for each in (Status.FAILED, Status.CANCELLED)] == [3, 3]
    assert ExecutionRow.of(replace(ended, status=Status.SUCCEEDED, progress=Progress(4, 4, Phase.DONE))).step == 4


def test_merging_patches_in_place_and_puts_new_rows_on_top() -> None:
    """No known row moves; new ones come newest first."""
    rows = [ExecutionRow(id=each) for each in (3, 2, 1)]
    merged = merge_rows(rows, [ExecutionRow(id=4), ExecutionRow(id=2, status="failed"), ExecutionRow(id=5)])
    assert [(row.id, row.status) for row in merged] == [(5, ""), (4, ""), (3, ""), (2, "failed"), (1, "")]


def test_places_follow_the_queue() -> None:
    """First come first served: the place is the count of those before, and one."""
    rows = [
        ExecutionRow(id=each, status=status, queue_number=each) for each, status in ((9, "pending"), (8, "running"))
    ]
    assert [row.place for row in with_places(rows, [4, 9])] == [2, 0]
    assert [row.place for row in with_places(with_places(rows, [4, 9]), [9])] == [1, 0]


def test_a_row_is_stopping_from_the_request_to_the_end() -> None:
    """While it runs; what was cancelled in the queue never was."""
    asked = make_execution(status=Status.RUNNING, started_at=AT, cancel_requested_at=AT)
    assert ExecutionRow.of(asked).is_stopping
    assert not ExecutionRow.of(replace(asked, status=Status.CANCELLED)).is_stopping


def test_a_row_that_comes_back_stands_where_it_was() -> None:
    """Newest first, each once."""
    rows = [ExecutionRow(id=each) for each in (5, 3, 1)]
    assert [row.id for row in put_back(rows, ExecutionRow(id=4))] == [5, 4, 3, 1]
    assert [row.id for row in put_back(rows, ExecutionRow(id=3))] == [5, 3, 1]


def test_a_run_of_a_suite_says_its_cells_and_its_verdict() -> None:
    """Apart from its status; a limit that left cells out has cut no answer."""
    run = {"execution_type": "suite_run", "agent_id": None, "suite_id": 1, "input": "20"}
    row = ExecutionRow.of(make_execution(**run))
    assert (row.cells, row.verdict, row.text) == (20, "", "")
    verdict = {"passed": 18, "total": 20, "is_pass": False}
    over = {**ENDED, "progress": Progress(20, 20, Phase.DONE), "meta": {"verdict": verdict}, "is_cut": True}
    row = ExecutionRow.of(make_execution(**{**run, **over}))
    assert (row.status, row.cells, row.verdict, row.passed, row.is_cut) == ("succeeded", 20, "failed", 18, False)
    undecided = {"meta": {"verdict": {**verdict, "is_pass": None}}}
    assert ExecutionRow.of(make_execution(**{**run, **over, **undecided})).verdict == "open"
