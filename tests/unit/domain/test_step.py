"""Steps of executions: where they are, how long they took, and how they look on the wire."""

from datetime import timedelta

import pytest

from execution_hub.domain.clock import now
from execution_hub.domain.step import OPEN, Step, StepStatus


def test_open_and_ended() -> None:
    """Pending, running and waiting have yet to end; all others have."""
    assert {status for status in StepStatus if not status.is_finished} == set(OPEN) == {"pending", "running", "waiting"}
    assert Step("a", 0, "agent", 1).is_finished is False
    assert Step("a", 0, "agent", 1, StepStatus.SKIPPED).is_finished is True


@pytest.mark.parametrize(
    ("started", "finished", "at", "milliseconds"),
    [(None, None, 5, None), (None, 3, 5, None), (0, None, 5, 5_000), (0, 3, 5, 3_000), (0, 0, 5, 0), (4, 3, 5, 0)],
)
def test_how_long_it_ran(started: float | None, finished: float | None, at: float, milliseconds: int | None) -> None:
    """From its start to its end, or to the present; never less than nothing, and None if it never started."""
    zero = now()

    def moment(seconds: float | None) -> object:
        return None if seconds is None else zero + timedelta(seconds=seconds)

    step = Step("a", 0, "agent", 1, started_at=moment(started), finished_at=moment(finished))  # type: ignore[arg-type]
    assert step.duration_ms(zero + timedelta(seconds=at)) == milliseconds


def test_a_step_on_the_wire_has_what_the_contract_names() -> None:
    """And its status as a word."""
    wire = Step("a", 0, "agent", 1).as_json()
    contract = "name type agent_id status input output error usage started_at finished_at attempt"
    assert set(wire) >= set(contract.split())
    assert (wire["status"], wire["attempt"], wire["output"], wire["usage"]["output_tokens"]) == ("pending", 0, None, 0)
