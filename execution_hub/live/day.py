"""The figures of the last 24 hours, kept by the minute: what has changed is counted anew, not the whole day.

A busy hub has some hundred thousand executions a day, and a page that is open asks for the figures every second.
"""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from execution_hub.domain.clock import now
from execution_hub.domain.status import Status
from execution_hub.store import figures, history
from execution_hub.store.database import Database
from execution_hub.store.figures import Counted

HOURS = 24
MINUTE = timedelta(minutes=1)
DURATIONS_MAX = 10_000
# So many are read in one go, and so many changes at most are followed before all is counted anew.
PIECE = 2_000
CHANGES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of the dashboard. The last 24 hours are whole minutes, and the present one.

    Attributes:
        running, pending, waiting: How many are so now.
        succeeded_24h, failed_24h: How many that were started in the last 24 hours ended so.
        median_ms, p95_ms: Duration of those that succeeded, the newest 10,000, milliseconds; None without any.
        tokens_24h: Tokens in and out of all that began in the last 24 hours, those that were told; None if none was.
        cost_usd_24h: Their known cost; None without any.
        misses_tokens, misses_cost: Whether some that ended, or all of it, is not known: then these are "at least".
        per_hour: How many began in each of the last 24 hours, oldest first.
    """

    running: int
    pending: int
    waiting: int
    succeeded_24h: int
    failed_24h: int
    median_ms: int | None
    p95_ms: int | None
    tokens_24h: int | None
    cost_usd_24h: float | None
    misses_tokens: bool
    misses_cost: bool
    per_hour: tuple[int, ...]


@dataclass(slots=True)
class _Minute:
    """What was started in one minute."""

    statuses: Counter[Status] = field(default_factory=Counter)
    tokens: int = 0
    cost_usd: float | None = None
    misses_tokens: bool = False
    misses_cost: bool = False
    durations_ms: list[float] = field(default_factory=list)

    def add(self, counted: Counted) -> None:
        self.statuses[counted.status] += 1
        self.tokens += counted.tokens
        self.misses_tokens |= counted.misses_tokens
        self.misses_cost |= counted.misses_cost
        if counted.cost_usd is not None:
            self.cost_usd = (self.cost_usd or 0.0) + counted.cost_usd
        if counted.status is Status.SUCCEEDED and counted.duration_ms is not None:
            self.durations_ms.append(counted.duration_ms)


class Day:
    """Counts the last 24 hours of one database. Not for two threads at once."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        """Know nothing yet: the first `stats` reads the whole day, in pieces."""
        self._read = database.read
        self._clock = clock
        # By when it began; those in which nothing was started are not here.
        self._minutes: dict[datetime, _Minute] = {}
        self._changed: int | None = None

    def stats(self) -> Stats:
        """Return the figures as of now.

        Raises:
            Unavailable: The database does not answer; what was read so far is kept.
        """
        # The end of the present minute.
        end = _minute_of(self._clock()) + MINUTE
        begin = end - timedelta(hours=HOURS)
        latest = self._read(history.latest_change)
        if self._changed is None or not 0 <= latest - self._changed <= CHANGES_MAX:
            self._minutes = self._count(begin, end)
            self._changed = latest
        else:
            self._follow(begin)
        self._minutes = {minute: each for minute, each in self._minutes.items() if begin <= minute < end}
        return self._sum(end)

    def _follow(self, begin: datetime) -> None:
        """Count the minutes anew in which something was started that has changed."""
        assert self._changed is not None
        while True:
            after = self._changed
            changes = self._read(lambda c: figures.starts_of_changed(c, after, PIECE))  # noqa: B023 - called here
            for minute in {_minute_of(created_at) for _, created_at in changes}:
                self._minutes.pop(minute, None)
                if minute >= begin:
                    self._minutes |= self._count(minute, minute + MINUTE)
            if changes:
                self._changed = changes[-1][0]
            if len(changes) < PIECE:
                return

    def _count(self, since: datetime, until: datetime) -> dict[datetime, _Minute]:
        found: dict[datetime, _Minute] = {}
        seen: set[int] = set()
        while True:
            piece = self._read(lambda c: figures.started_between(c, since, until, PIECE))  # noqa: B023 - called here
            new = [each for each in piece if each.id not in seen]
            for each in new:
                found.setdefault(_minute_of(each.created_at), _Minute()).add(each)
            if len(piece) < PIECE or not new:
                return found
            # The last moment of a piece may go on in the next.
            until = piece[-1].created_at + timedelta(microseconds=1)
            seen = {each.id for each in piece if each.created_at == piece[-1].created_at}

    def _sum(self, end: datetime) -> Stats:
        active, minutes = self._read(figures.active_counts), self._minutes.values()
        statuses: Counter[Status] = sum((each.statuses for each in minutes), Counter())
        costs = [each.cost_usd for each in minutes if each.cost_usd is not None]
        per_hour = [0] * HOURS
        for minute, each in self._minutes.items():
            per_hour[HOURS - 1 - int((end - MINUTE - minute) / timedelta(hours=1))] += each.statuses.total()
        median_ms, p95_ms = _middle_and_far(self._newest_durations())
        tokens, misses_tokens = sum(each.tokens for each in minutes), any(each.misses_tokens for each in minutes)
        return Stats(
            running=active.get(Status.RUNNING, 0),
            pending=active.get(Status.PENDING, 0),
            waiting=active.get(Status.WAITING, 0),
            succeeded_24h=statuses[Status.SUCCEEDED],
            failed_24h=statuses[Status.FAILED],
            median_ms=median_ms,
            p95_ms=p95_ms,
            tokens_24h=tokens if tokens or not misses_tokens else None,
            cost_usd_24h=sum(costs) if costs else None,
            misses_tokens=misses_tokens,
            misses_cost=any(each.misses_cost for each in minutes),
            per_hour=tuple(per_hour),
        )

    def _newest_durations(self) -> list[float]:
        found: list[float] = []
        for minute in sorted(self._minutes, reverse=True):
            found += self._minutes[minute].durations_ms
            if len(found) >= DURATIONS_MAX:
                break
        return found[:DURATIONS_MAX]


def _minute_of(time: datetime) -> datetime:
    return time.replace(second=0, microsecond=0)


def _middle_and_far(durations_ms: Iterable[float]) -> tuple[int | None, int | None]:
    ranked = sorted(durations_ms)
    if not ranked:
        return None, None
    # Nearest rank: the smallest value that at least 95 % do not exceed.
    return round(statistics.median(ranked)), round(ranked[max(0, -(-95 * len(ranked) // 100) - 1)])
