"""Times: UTC everywhere, ISO 8601 with Z on the wire."""

from datetime import UTC, datetime, timedelta

# What the clocks of two machines may differ by without a word of it: less than a person sees.
OFFSET_SECONDS = 0.1


class _Offset:
    """What the clock of the hub is ahead of that of this machine: those of several machines differ."""

    value = timedelta()


def now() -> datetime:
    """Return the time of the hub in UTC: that of its database where several processes share one."""
    return datetime.now(UTC) + _Offset.value


def offset() -> float:
    """Return what the clock of the hub is ahead of that of this machine, in seconds."""
    return _Offset.value.total_seconds()


def set_offset(seconds: float) -> None:
    """Set the clock of the hub, in seconds ahead of that of this machine."""
    _Offset.value = timedelta(seconds=seconds)


def offset_by(told: float, sent_at: float, heard_at: float) -> float:
    """Return what the clock of the hub is ahead of that of this machine, now that it was asked.

    It was read some time between question and answer, so a slow answer says little: what it does not contradict stays.

    Args:
        told: What it said, in seconds.
        sent_at: When it was asked, by the clock of this machine.
        heard_at: When it had answered, by the same.
    """
    if told - heard_at - OFFSET_SECONDS <= offset() <= told - sent_at + OFFSET_SECONDS:
        return offset()
    found = told - (sent_at + heard_at) / 2
    return found if abs(found) > OFFSET_SECONDS else 0.0


def to_wire(time: datetime | None) -> str | None:
    """Write a time as on the wire.

    >>> to_wire(datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC))
    '2026-01-02T03:04:05.678Z'
    """
    if time is None:
        return None
    return as_utc(time).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_utc(time: datetime) -> datetime:
    """Read a time without a zone as UTC, and move any other there."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def from_wire(text: str) -> datetime:
    """Read an ISO 8601 time; one without a zone is UTC.

    Raises:
        ValueError: The text is no time.
    """
    return as_utc(datetime.fromisoformat(text))


def milliseconds(start: datetime, end: datetime) -> int:
    """Return how long something took; nothing if its clock was set back meanwhile."""
    return max(0, round((end - start).total_seconds() * 1000))


class Timed:
    """What begins and ends."""

    __slots__ = ()

    started_at: datetime | None
    finished_at: datetime | None

    def duration_ms(self, at: datetime | None = None) -> int | None:
        """Return how long it ran, or has been running, in milliseconds; None if it never started."""
        if self.started_at is None:
            return None
        return milliseconds(self.started_at, self.finished_at or at or now())
