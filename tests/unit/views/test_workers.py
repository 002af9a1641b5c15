"""What the page Workers shows: rows, and all processes together."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from execution_hub.domain.worker import Worker, WorkerStatus
from execution_hub.live.workers import Lost
from execution_hub.role import Role
from execution_hub.views.workers import LostRow, WorkerFigures, WorkerRow, worker_rows

AT = datetime(2026, 5, 5, 12, tzinfo=UTC)
HERE = Worker("here", "web-1", 10, Role.WEB, "0.8.0", WorkerStatus.RUNNING, 0, 0, 5, AT, AT)


def a_worker(name: str = "w", **changes: Any) -> Worker:
    given = Worker(name, name, 4711, Role.WORKER, "0.8.0", WorkerStatus.RUNNING, 4, 10, 5, AT, AT)
    return replace(given, **changes)


def test_a_row_says_who_where_what_and_how_full() -> None:
    row = WorkerRow.of(a_worker("w1"), HERE)
    assert (row.name, row.role, row.status, row.running, row.slots, row.filled) == (
        "w1:4711",
        "worker",
        "running",
        4,
        10,
        40,
    )
    assert (row.started_at, row.late_since, row.is_here, row.is_other_version) == (
        "2026-05-05T12:00:00.000Z",
        "",
        False,
        False,
    )
    assert WorkerRow.of(HERE, HERE).is_here


@pytest.mark.parametrize(("running", "slots", "filled"), [(0, 10, 0), (13, 10, 100), (0, 0, 0), (2, 0, 0)])
def test_a_bar_is_never_fuller_than_full(running: int, slots: int, filled: int) -> None:
    assert WorkerRow.of(a_worker(running=running, slots=slots), HERE).filled == filled


def test_another_version_than_that_of_the_page_is_marked() -> None:
    workers = [HERE, a_worker("old", version="0.7.9"), a_worker("older", version="0.7.1"), a_worker("new")]
    assert [each.is_other_version for each in worker_rows(workers, HERE, {}, {}, {})] == [False, True, True, False]
    assert WorkerFigures.of(workers, HERE).other_versions == "0.7.1, 0.7.9"
    assert WorkerFigures.of(workers, None).other_versions == "", "nobody knows what the page's is"


def test_only_what_executes_beside_others_and_takes_work_can_be_drained() -> None:
    for role, status, can in (
        (Role.WORKER, WorkerStatus.RUNNING, True),
        (Role.ALL, WorkerStatus.RUNNING, True),
        (Role.WEB, WorkerStatus.RUNNING, False),
        (Role.ALONE, WorkerStatus.RUNNING, False),
        (Role.WORKER, WorkerStatus.DRAINING, False),
    ):
        assert WorkerRow.of(a_worker(role=role, status=status), HERE).can_drain is can


def test_only_what_serves_no_pages_can_be_stopped_and_once() -> None:
    for role, is_stopping, can in (
        (Role.WORKER, False, True),
        (Role.WORKER, True, False),
        (Role.ALL, False, False),
        (Role.WEB, False, False),
        (Role.ALONE, False, False),
    ):
        worker = a_worker(role=role, status=WorkerStatus.DRAINING, is_stopping=is_stopping)
        assert WorkerRow.of(worker, HERE).can_stop is can
        assert WorkerRow.of(worker, HERE).status == ("stopping" if is_stopping else "draining")


def test_one_that_misses_beats_says_since_when() -> None:
    first, second = worker_rows([a_worker("a"), a_worker("b")], HERE, {"b": AT}, {}, {})
    assert (first.late_since, second.late_since) == ("", "2026-05-05T12:00:00.000Z")


def test_a_row_leads_to_the_first_that_run_there_and_counts_the_rest() -> None:
    first, second = worker_rows([a_worker("a"), a_worker("b")], HERE, {}, {"b": [3, 5, 8, 9, 12, 40], "gone": [7]}, {})
    assert (first.runs, first.more) == ((), 0)
    assert (second.runs, second.more) == ((3, 5, 8, 9), 2)


def test_the_figures_keep_to_the_limit_of_the_hub() -> None:
    workers = [HERE, a_worker("a"), a_worker("b"), a_worker("c", status=WorkerStatus.DRAINING, running=2)]
    figures = WorkerFigures.of(workers, HERE, 15)
    assert (figures.count, figures.executing, figures.room, figures.running, figures.slots) == (4, 2, 20, 10, 15)
    assert WorkerFigures.of(workers, HERE, 100).slots == 22, "what drains ends what it has"
    assert WorkerFigures.of([HERE], HERE, 10) == WorkerFigures(count=1, limit=10)
    assert WorkerFigures.of([a_worker(role=Role.ALONE)], None, 10).is_alone


def test_who_is_lost_keeps_its_name_and_when_it_was_heard() -> None:
    lost = LostRow.of(Lost(a_worker("gone"), AT))
    assert lost == LostRow("gone", "gone:4711", executed=True, at="2026-05-05T12:00:00.000Z")


def test_a_row_names_the_first_servers_that_others_have_and_it_has_not() -> None:
    lacking = {"a": ["calendar"], "b": ["1", "2", "3", "4"]}
    rows = worker_rows([a_worker("a"), a_worker("b"), a_worker("c")], HERE, {}, {}, lacking)
    assert [each.lacks for each in rows] == ["calendar", "1, 2, 3, …", ""]
