"""The figures of the last 24 hours: right after every change, and read anew only where something changed."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event

from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.domain.status import Status
from execution_hub.live.day import CHANGES_MAX, Day
from execution_hub.store import counters, writes
from execution_hub.store.database import Database
from execution_hub.store.intents import Change, Delete, Restore, Submit
from tests.support.clock import NOON, Clock


def start(database: Database, ago: timedelta) -> int:
    """Store an execution that was started so long before noon."""
    new = NewExecution(AGENT_TEST, "New", "hello", {"model": "simulated"}, agent_id=1)
    return database.write(lambda c: writes.write(c, Submit(new), NOON - ago).execution.id)


def end(database: Database, execution_id: int, status: Status = Status.SUCCEEDED, seconds: int = 4) -> None:
    """Run it for so long, with 7 tokens that cost 2 dollars."""

    def work(connection: Connection) -> None:
        at = NOON - timedelta(hours=1)
        writes.write(connection, Change(execution_id, Status.RUNNING), at)
        values = {"input_tokens": 3, "output_tokens": 4, "cost_usd": 2.0}
        writes.write(connection, Change(execution_id, status, values=values), at + timedelta(seconds=seconds))

    database.write(work)


def test_a_new_hub_has_no_figures(database: Database, clock: Clock) -> None:
    stats = Day(database, clock).stats()
    assert (stats.succeeded_24h, stats.median_ms, stats.cost_usd_24h, sum(stats.per_hour)) == (0, None, None, 0)


def test_what_was_started_counts_for_a_day(database: Database, clock: Clock) -> None:
    """By the hour it was started in; what is older, or runs, counts where it belongs."""
    day = Day(database, clock)
    for hours, seconds in ((0.5, 2), (1.5, 4), (1.6, 6), (23.9, 8), (24.1, 100)):
        end(database, start(database, timedelta(hours=hours)), seconds=seconds)
    end(database, start(database, timedelta(minutes=1)), Status.FAILED)
    start(database, timedelta())
    stats = day.stats()
    assert (stats.pending, stats.succeeded_24h, stats.failed_24h) == (1, 4, 1)
    assert (stats.median_ms, stats.p95_ms, stats.tokens_24h, stats.cost_usd_24h) == (5_000, 8_000, 35, 10.0)
    assert (stats.per_hour[0], stats.per_hour[-2], stats.per_hour[-1], sum(stats.per_hour)) == (1, 2, 3, 6)


def test_a_duration_is_how_long_it_ran_without_waiting_for_a_person(database: Database, clock: Clock) -> None:
    """As its row says, and the charts: a question that was answered after an hour made nothing slower."""
    execution_id = start(database, timedelta(hours=2))
    at = NOON - timedelta(hours=1)
    change = Change(execution_id, Status.SUCCEEDED, values={"active_ms": 1_500})
    database.write(lambda c: writes.write(c, Change(execution_id, Status.RUNNING), at))
    database.write(lambda c: writes.write(c, change, at + timedelta(minutes=50)))
    assert Day(database, clock).stats().median_ms == 1_500


def test_every_change_is_counted_once(database: Database, clock: Clock) -> None:
    """What ends, is deleted or brought back, and what was started meanwhile."""
    day = Day(database, clock)
    first, second = start(database, timedelta(hours=3)), start(database, timedelta(hours=3))
    assert (day.stats().pending, day.stats().per_hour[-4]) == (2, 2)
    end(database, first)
    end(database, second, Status.FAILED)
    third = start(database, timedelta())
    assert (day.stats().succeeded_24h, day.stats().failed_24h, sum(day.stats().per_hour)) == (1, 1, 3)
    database.write(lambda c: writes.write(c, Delete((first,)), NOON))
    assert (day.stats().succeeded_24h, sum(day.stats().per_hour), day.stats().cost_usd_24h) == (0, 2, 2.0)
    database.write(lambda c: writes.write(c, Restore((first,), timedelta(seconds=10)), NOON))
    end(database, third)
    assert day.stats() == Day(database, clock).stats()
    assert day.stats().succeeded_24h == 2


def test_a_day_passes(database: Database, clock: Clock) -> None:
    day = Day(database, clock)
    end(database, start(database, timedelta(hours=2)))
    assert day.stats().succeeded_24h == 1
    clock.time += timedelta(hours=21)
    assert day.stats().succeeded_24h == 1
    clock.time += timedelta(hours=2)
    assert (day.stats().succeeded_24h, sum(day.stats().per_hour)) == (0, 0)


def test_more_changes_than_are_followed_are_counted_anew(database: Database, clock: Clock) -> None:
    """After a long time without a page, and after a database was put back from a copy."""
    day = Day(database, clock)
    day.stats()
    end(database, start(database, timedelta(hours=2)))
    database.write(lambda c: counters.raise_by(c, counters.CHANGED, CHANGES_MAX + 1))
    assert day.stats().succeeded_24h == 1
    end(database, start(database, timedelta(hours=2)))
    database.write(lambda c: counters.raise_by(c, counters.CHANGED, -CHANGES_MAX))
    assert day.stats().succeeded_24h == 2


@pytest.fixture
def count_rows(database: Database) -> Iterator[Callable[[], int]]:
    """Return a function that tells how many statements were run since it was asked last."""
    statements: list[str] = []
    listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731
    event.listen(database._engine, "before_cursor_execute", listener)

    def count() -> int:
        found = sum("coalesce" in statement for statement in statements)
        statements.clear()
        return found

    yield count
    event.remove(database._engine, "before_cursor_execute", listener)


def test_only_minutes_that_changed_are_read_again(
    database: Database, clock: Clock, count_rows: Callable[[], int]
) -> None:
    """Nothing when nothing did; a minute when one did."""
    day = Day(database, clock)
    old = start(database, timedelta(hours=5))
    start(database, timedelta(hours=4))
    day.stats()
    count_rows()
    day.stats()
    assert count_rows() == 0
    end(database, old)
    count_rows()
    day.stats()
    assert count_rows() == 1
