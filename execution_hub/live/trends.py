"""Sums of executions by the hour, for charts: what has changed is counted anew, not the whole month.

A month of a busy hub is a million rows. Of each hour the database makes the sums, from one range of an index; they
are kept here, some hundred numbers an hour, until something that began in it changes. Nothing is counted unless
somebody looks.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from execution_hub.domain.clock import now
from execution_hub.store import figures, history
from execution_hub.store.database import Connection, Database
from execution_hub.store.figures import Sum

HOUR = timedelta(hours=1)
# A month, and the rest of the days at both its ends.
HOURS_MAX = 32 * 24
# So many hours are read in one go, and so many changes; past so many, all is counted anew.
HOURS_AT_ONCE = 24
PIECE = 2_000
CHANGES_MAX = 20_000
# What was pruned changes no row that is left: each hour is counted anew after so long.
KEPT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Hour:
    """What was started in an hour, or in several.

    Attributes:
        sums: By agent, workflow and status.
        durations_ms: How long what has ended ran, cut to three digits, and how many ran as long.
    """

    sums: tuple[Sum, ...] = ()
    durations_ms: Counter[int] = field(default_factory=Counter)

    def percentile_ms(self, percent: int) -> int | None:
        """Return the smallest duration that at least so many per cent did not exceed (nearest rank); None for none.

        >>> hour = Hour(durations_ms=Counter({100: 18, 900: 2}))
        >>> hour.percentile_ms(50), hour.percentile_ms(95), Hour().percentile_ms(50)
        (100, 900, None)
        """
        left = -(-percent * self.durations_ms.total() // 100)
        for took in sorted(self.durations_ms):
            left -= self.durations_ms[took]
            if left <= 0:
                return took
        return None


def together(hours: Iterable[Hour]) -> Hour:
    """Return several hours as one."""
    sums: list[Sum] = []
    durations_ms: Counter[int] = Counter()
    for hour in hours:
        sums += hour.sums
        durations_ms.update(hour.durations_ms)
    return Hour(tuple(sums), durations_ms)


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour of a moment."""
    return moment.replace(minute=0, second=0, microsecond=0)


class Trends:
    """Keeps the sums of each hour of one database. Not for two threads at once."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        """Know nothing yet: the first question reads each of its hours."""
        self._read = database.read
        self._clock = clock
        # By their beginning, with when they were counted.
        self._hours: dict[datetime, tuple[float, Hour]] = {}
        self._changed: int | None = None

    def hours(self, count: int) -> dict[datetime, Hour]:
        """Return the last hours, the present one included, by their beginning.

        Args:
            count: How many, at most HOURS_MAX.

        Raises:
            Unavailable: The database does not answer; what was read so far is kept.
        """
        present = hour_of(self._clock())
        wanted = [present - HOUR * back for back in range(count)]
        latest = self._read(history.latest_change)
        if self._changed is None or not 0 <= latest - self._changed <= CHANGES_MAX:
            self._hours, self._changed = {}, latest
        else:
            self._follow()
        self._forget(present)
        missing = [hour for hour in wanted if hour not in self._hours]
        for start in range(0, len(missing), HOURS_AT_ONCE):
            piece = missing[start : start + HOURS_AT_ONCE]
            counted = self._read(lambda c: {hour: _count(c, hour) for hour in piece})  # noqa: B023 - called here
            self._hours |= {hour: (time.monotonic(), each) for hour, each in counted.items()}
        return {hour: self._hours[hour][1] for hour in wanted}

    def _follow(self) -> None:
        """Forget the hours in which something began that has changed."""
        while True:
            after = self._changed or 0
            changes = self._read(lambda c: figures.starts_of_changed(c, after, PIECE))  # noqa: B023 - called here
            for hour in {hour_of(created_at) for _, created_at in changes}:
                self._hours.pop(hour, None)
            if changes:
                self._changed = changes[-1][0]
            if len(changes) < PIECE:
                return

    def _forget(self, present: datetime) -> None:
        """Forget what nobody will ask for any more, and of the rest a few hours that were counted long ago."""
        before = time.monotonic() - KEPT_SECONDS
        old = [hour for hour, (counted_at, _) in self._hours.items() if counted_at < before][:HOURS_AT_ONCE]
        beyond = [hour for hour in self._hours if hour <= present - HOUR * HOURS_MAX]
        for hour in {*old, *beyond}:
            del self._hours[hour]


def _count(connection: Connection, hour: datetime) -> Hour:
    durations = figures.durations_between(connection, hour, hour + HOUR)
    return Hour(tuple(figures.sums_between(connection, hour, hour + HOUR)), Counter(dict(durations)))
