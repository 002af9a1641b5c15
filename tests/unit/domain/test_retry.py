"""When a failed call is made again."""

import random

import pytest

from execution_hub.domain.retry import RetryPolicy
from execution_hub.errors import (
    BadKey,
    ConnectionFailed,
    ExecutionError,
    MalformedReply,
    MissingKey,
    ModelTimeout,
    Overloaded,
    ProviderFault,
    RateLimited,
    Refused,
    StreamCut,
    TimedOut,
)

PASSING = [RateLimited(), Overloaded(), ProviderFault(), ConnectionFailed(), StreamCut(), ModelTimeout()]
LASTING = [BadKey(), MissingKey(), Refused(), MalformedReply(), TimedOut(), ExecutionError()]


@pytest.mark.parametrize("error", PASSING, ids=lambda error: error.code)
def test_a_passing_fault_is_tried_again_as_often_as_said(error: ExecutionError) -> None:
    """With two retries the third failure is the last."""
    policy = RetryPolicy(retries=2)
    waits = [policy.wait_seconds(error, tries, lambda: 1.0) for tries in (1, 2, 3, 4)]
    assert waits == [1.0, 2.0, None, None]


@pytest.mark.parametrize("error", LASTING, ids=lambda error: error.code)
def test_what_does_not_pass_is_never_tried_again(error: ExecutionError) -> None:
    """However many retries there are."""
    assert RetryPolicy(retries=10).wait_seconds(error, 1, lambda: 0.5) is None


def test_no_retries_means_none() -> None:
    """An agent test fails at the first fault."""
    assert RetryPolicy(retries=0).wait_seconds(Overloaded(), 1, lambda: 0.5) is None


def test_waits_double_up_to_a_limit_and_are_spread() -> None:
    """Between half of the wait and all of it; never past the longest."""
    policy, rng = RetryPolicy(retries=50), random.Random(1)
    for tries in range(1, 51):
        whole = min(2.0 ** (tries - 1), 60.0)
        found = [policy.wait_seconds(Overloaded(), tries, rng.random) for _ in range(50)]
        assert all(wait is not None and whole / 2 <= wait <= whole for wait in found)
        assert len(set(found)) > 40
    assert policy.wait_seconds(Overloaded(), 1, lambda: 0.0) == 0.5
    assert policy.wait_seconds(Overloaded(), 1, lambda: 1.0) == 1.0


@pytest.mark.parametrize(
    ("asked", "wait"), [(None, 0.75), (0, 0.75), (0.1, 0.75), (7, 7), (60, 60), (60.1, None), (3_600, None)]
)
def test_what_the_provider_asks_for_is_the_least(asked: float | None, wait: float | None) -> None:
    """A wait it asks for is kept; one beyond the limit means that there is no retry."""
    error = RateLimited(retry_after_seconds=asked)
    assert RetryPolicy(retries=1).wait_seconds(error, 1, lambda: 0.5) == wait
