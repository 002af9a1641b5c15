"""The clock of the hub, by what a database tells over a network that may be slow."""

from collections.abc import Iterator

import pytest

from execution_hub.domain import clock


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the clock of this process as it was."""
    yield
    clock.set_offset(0.0)


@pytest.mark.parametrize(
    ("known", "told", "heard_at", "offset"),
    [
        pytest.param(0.0, 100.06, 100.02, 0.0, id="less than a person sees is nothing"),
        pytest.param(0.0, 130.01, 100.02, 30.0, id="half a minute ahead"),
        pytest.param(-30.0, 100.01, 100.02, 0.0, id="it was set right"),
        pytest.param(30.0, 130.0, 104.0, 30.0, id="a slow answer may have been read at its start"),
        pytest.param(30.0, 134.0, 104.0, 30.0, id="or at its end"),
        pytest.param(30.0, 110.0, 104.0, 8.0, id="a slow answer that contradicts counts"),
    ],
)
def test_a_slow_answer_moves_no_clock_that_it_does_not_contradict(
    known: float, told: float, heard_at: float, offset: float
) -> None:
    """Asked at 100: times of one process would jump by seconds whenever its network is slow."""
    clock.set_offset(known)
    assert clock.offset_by(told, 100.0, heard_at) == pytest.approx(offset, abs=0.011)
