"""How long to rest after what costs much the same for little as for much."""

import pytest

from execution_hub.duty_cycle import rest_after


@pytest.mark.parametrize(
    ("took", "rest"),
    [(0.0, 0.01), (0.002, 0.01), (0.01, 0.03), (0.03, 0.09), (0.2, 0.1), (float("inf"), 0.1)],
)
def test_what_is_slow_is_followed_by_three_times_that_within_its_bounds(took: float, rest: float) -> None:
    """Ten milliseconds at least and a hundred at most."""
    assert rest_after(took, 0.01, 0.1) == pytest.approx(rest)
