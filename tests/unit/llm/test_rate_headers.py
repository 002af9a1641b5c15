"""What a provider says of its limits by a time of day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from execution_hub.domain import clock
from execution_hub.llm.faults import retry_after
from execution_hub.llm.rate_headers import read_rate


@pytest.fixture(params=[-40.0, 40.0], ids=["ahead", "behind"])
def moment(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """Return the time of the hub on a machine whose clock is wrong."""
    clock.set_offset(request.param)
    yield datetime.now(UTC) + timedelta(seconds=request.param)
    clock.set_offset(0.0)


def test_when_a_limit_is_there_again_is_read_by_the_clock_of_the_hub(moment: datetime) -> None:
    reset = (moment + timedelta(seconds=30)).isoformat(timespec="seconds")
    told = read_rate({"anthropic-ratelimit-requests-remaining": "0", "anthropic-ratelimit-requests-reset": reset})
    assert told.wait_seconds == pytest.approx(3.0, abs=0.5)


def test_when_to_ask_again_is_read_by_the_clock_of_the_hub(moment: datetime) -> None:
    header = format_datetime(moment + timedelta(seconds=30), usegmt=True)
    assert retry_after({"retry-after": header}) == pytest.approx(30.0, abs=3.0)
