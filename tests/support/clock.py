"""A present that a test moves."""

from datetime import UTC, datetime

import pytest

NOON = datetime(2026, 5, 5, 12, 0, 30, tzinfo=UTC)


class Clock:
    """A present that a test moves."""

    def __init__(self) -> None:
        """Stand at noon."""
        self.time = NOON

    def __call__(self) -> datetime:
        """Return the present."""
        return self.time


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands at noon."""
    return Clock()
