"""When an execution whose process died under it runs alone, and when it is given up."""

import pytest

from execution_hub.domain.crash import alone_after, is_given_up


@pytest.mark.parametrize(
    ("is_joined", "shares"),
    [(True, [True, False, False]), (False, [True, True, False])],
)
def test_it_runs_alone_before_it_is_given_up(is_joined: bool, shares: list[bool]) -> None:
    """What ended its process is known by then: nothing else was there."""
    begun = [crashes for crashes in range(10) if not is_given_up(crashes)]
    assert [crashes < alone_after(is_joined) for crashes in begun] == shares
