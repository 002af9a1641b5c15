"""When something runs by itself: five fields of cron, in UTC, read by croniter as the engine's scheduler reads them."""

import re
from datetime import UTC, datetime

from croniter import croniter

from execution_hub.errors import InvalidInput

SCHEDULE_MAX = 100
# Names of days and months, numbers, lists, ranges and steps: none of croniter's extensions, such as seconds or hashes.
_FIELD = re.compile(r"[0-9A-Za-z*,/-]+")
_FIELDS = 5
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_EXTENSIONS = re.compile(r"(?<![A-Za-z])[RrHhLl](?![A-Za-z])")


def check_schedule(field: str, value: object) -> str:
    """Return a schedule.

    Args:
        field: How the caller calls it.
        value: Minute, hour, day of the month, month, day of the week.

    Raises:
        InvalidInput: It is none, or a day that never comes.
    """
    if not isinstance(value, str):
        raise InvalidInput(field, f"{field} is no text. Give five fields as cron has them, such as 0 3 * * 1-5.")
    fields = value.split()
    is_read = len(value) <= SCHEDULE_MAX and len(fields) == _FIELDS
    if not is_read or not all(_FIELD.fullmatch(each) and not _EXTENSIONS.search(each) for each in fields):
        raise InvalidInput(
            field,
            f"{field} is no schedule. Give minute, hour, day of the month, month and day of the week as cron has them, "
            f"at most {SCHEDULE_MAX} characters: 0 3 * * 1-5 is three o'clock UTC from Monday to Friday.",
            limit=SCHEDULE_MAX,
        )
    schedule = " ".join(fields)
    if not croniter.is_valid(schedule) or next_time(schedule, _ANY_TIME) is None:
        raise InvalidInput(field, f"{field} names a time there is none of: {schedule}. Correct it.")
    return schedule


def next_time(schedule: str, after: datetime) -> datetime | None:
    """Return when a schedule comes next, UTC; None if it never does.

    Args:
        schedule: A checked one.
        after: UTC.

    >>> from datetime import timezone
    >>> next_time("0 3 * * *", datetime(2026, 1, 1, 4, tzinfo=timezone.utc)).isoformat()
    '2026-01-02T03:00:00+00:00'
    """
    try:
        found: datetime = croniter(schedule, after).get_next(datetime)
    except ValueError:
        # The 31st of February.
        return None
    return found
