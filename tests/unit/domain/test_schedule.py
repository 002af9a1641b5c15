"""Schedules: cron's five fields in UTC and nothing of what others add to them."""

from datetime import UTC, datetime

import pytest

from execution_hub.domain.schedule import check_schedule, next_time
from execution_hub.errors import InvalidInput

AT = datetime(2026, 2, 27, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "then"),
    [
        ("* * * * *", datetime(2026, 2, 27, 23, 31, tzinfo=UTC)),
        ("0 3 * * 1-5", datetime(2026, 3, 2, 3, tzinfo=UTC)),
        ("*/20 * * * *", datetime(2026, 2, 27, 23, 40, tzinfo=UTC)),
        ("0 0 29 2 *", datetime(2028, 2, 29, tzinfo=UTC)),
        ("15 6 * JAN,mar SUN", datetime(2026, 3, 1, 6, 15, tzinfo=UTC)),
        ("0  0\t1 1 *", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_schedule_says_when_it_comes_next(schedule: str, then: datetime) -> None:
    assert next_time(check_schedule("schedule", schedule), AT) == then


@pytest.mark.parametrize(
    "schedule",
    [
        None, 5, [], "", " ", "never", "@daily", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "0 0 0 * *",
        "0 0 * 13 *", "0 0 * * 8", "5-1000000000 * * * *", "*/0 * * * *", "1,,2 * * * *", "H * * * *", "R(1-5) * * * *",
        "0 0 L * *", "0 0 * * 5L", "0 0 * * 1#2", "0 0 * * ?", "0 0 ٣ * *", "0 0 1\x00 * *", "a b c d e",
        "*" + "/1" * 60 + " * * * *", ",".join(["1"] * 100) + " * * * *",
        # Days that never come.
        "0 0 31 2 *", "0 0 30 FEB *", "0 0 31 4,6,9,11 *",
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(schedule: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_schedule("schedule", schedule)
    assert caught.value.field == "schedule"
