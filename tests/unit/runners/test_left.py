"""What becomes of an execution that its process has left."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import AGENT_TEST, Execution, Phase, Progress
from execution_hub.domain.status import Status
from execution_hub.domain.usage import Usage
from execution_hub.runners.left import CRASHED, CRASHED_ALONE, CUT_OFF, crashed, handed_over

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SEEN = START + timedelta(seconds=3)


@pytest.fixture
def execution() -> Execution:
    """Return one that has run for 3 s when its process wrote for the last time, after one pause."""
    return Execution(
        id=7, execution_type=AGENT_TEST, status=Status.RUNNING, name="Ada", agent_id=1, workflow_id=None, task_id=None,
        input="in", output=None, error=None, error_code=None, model="simulated",
        progress=Progress(4, None, Phase.WRITING), usage=Usage(input_tokens=2, output_tokens=0), claims=2, last_seq=9,
        changed=1, queue_number=1, segment=1, timeout_seconds=None, cancel_requested_at=None, created_at=START,
        updated_at=SEEN, started_at=START, finished_at=None, active_ms=0, resumed_at=START, pauses=1,
    )  # fmt: skip


def test_what_a_dead_process_ran_goes_on_and_is_counted(execution: Execution) -> None:
    """It goes on with what it has used and run so far; the time nobody ran it does not count."""
    change = crashed(execution)
    assert (change.target, change.fence, change.values["crashes"]) == (Status.PENDING, 2, 1)
    assert (change.values["active_ms"], change.values["output_tokens"]) == (3000, 4)


@pytest.mark.parametrize(("crashes", "target"), [(0, Status.PENDING), (1, Status.PENDING), (2, Status.FAILED)])
def test_the_third_process_that_dies_under_it_is_the_last(execution: Execution, crashes: int, target: Status) -> None:
    assert crashed(replace(execution, crashes=crashes)).target is target


@pytest.mark.parametrize(("crashes", "reason"), [(0, CRASHED), (1, CRASHED_ALONE)])
def test_its_log_says_why_it_may_have_to_wait(execution: Execution, crashes: int, reason: str) -> None:
    """A person sees free slots, and that it does not start."""
    assert crashed(replace(execution, crashes=crashes)).reason == reason


def test_what_is_given_up_says_so(execution: Execution) -> None:
    change = crashed(replace(execution, crashes=2))
    (told,) = change.events
    assert (told.kind, told.data["code"]) == (EventKind.ERROR, "interrupted")
    assert "three times" in told.data["message"]
    assert (change.values["error_code"], change.values["error_message"]) == ("interrupted", told.data["message"])


@pytest.mark.parametrize("values", [{"crashes": 2}, {"crashes": 0}, {"pauses": 0}])
def test_what_is_handed_over_is_not_counted(execution: Execution, values: dict[str, Any]) -> None:
    """However often: a restart of the whole hub ends nothing."""
    change = handed_over(replace(execution, **values), SEEN + timedelta(seconds=1))
    assert (change.target, change.fence, change.values["active_ms"]) == (Status.PENDING, 2, 4000)
    assert "crashes" not in change.values


def test_what_its_database_took_along_is_not_counted(execution: Execution) -> None:
    """However often: it had no part in that, and its log says so."""
    change = crashed(replace(execution, crashes=2), is_counted=False)
    assert (change.target, change.reason) == (Status.PENDING, CUT_OFF)
    assert "crashes" not in change.values


def test_a_run_of_a_suite_is_not_counted_for_what_its_parts_did(execution: Execution) -> None:
    change = crashed(replace(execution, execution_type="suite_run", crashes=0))
    assert change.target is Status.PENDING
    assert "crashes" not in change.values


def test_what_was_to_stop_stops(execution: Execution) -> None:
    asked = replace(execution, cancel_requested_at=SEEN, crashes=2)
    for change in (crashed(asked), handed_over(asked, SEEN)):
        assert (change.target, change.values["usage_is_partial"]) == (Status.CANCELLED, True)
