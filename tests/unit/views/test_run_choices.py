"""What can be chosen to be compared."""

from typing import Any

import pytest

from execution_hub.domain.status import Status
from execution_hub.domain.verdict import Verdict
from execution_hub.views.compare_address import Asked
from execution_hub.views.run_choices import Choice, newest_two, run_choices, target_choices
from tests.support.executions import make_execution


def run(number: int, status: Status = Status.SUCCEEDED) -> Any:
    """Return a run of a suite."""
    return make_execution(id=number, status=status)


@pytest.mark.parametrize(
    ("asked", "first", "second"),
    [
        (Asked(), 7, 8),
        (Asked(first=8), 8, 7),
        (Asked(second=7), 6, 7),
        (Asked(second=3), 8, 3),
        (Asked(6, 7), 6, 7),
        (Asked(8, 8), 8, 8),
    ],
)
def test_the_newest_run_is_held_against_the_one_before(asked: Asked, first: int, second: int) -> None:
    """Unless the address says otherwise; one that still runs is not chosen by itself."""
    found = newest_two(asked, [run(9, Status.RUNNING), run(8), run(7), run(6)])
    assert (found.first, found.second) == (first, second)


def test_without_two_runs_one_is_missing() -> None:
    """The first."""
    assert newest_two(Asked(), [run(8)]) == Asked(None, 8)
    assert newest_two(Asked(), []) == Asked()


def test_choices_say_what_came_of_each() -> None:
    """A run that did not end by itself says its status."""
    runs = [
        (run(3), Verdict(2, 1, 0, 3)),
        (run(2, Status.CANCELLED), Verdict(0, 0, 0, 3)),
        (run(1, Status.FAILED), None),
    ]
    assert run_choices("en", runs) == [
        Choice("3", "#3 · 2 of 3 passed"),
        Choice("2", "#2 · Cancelled"),
        Choice("1", "#1 · Failed"),
    ]
    assert target_choices([("A", "m")]) == []
    assert target_choices([("A", "m"), ("W", None)]) == [Choice("0", "A · m"), Choice("1", "W")]
