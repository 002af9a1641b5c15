"""The sums of the last hours: right after every change, and read anew only where something changed."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, event

from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.domain.status import Status
from execution_hub.live import trends
from execution_hub.live.trends import CHANGES_MAX, HOUR, HOURS_MAX, Hour, Trends, together
from execution_hub.store import counters, writes
from execution_hub.store.database import Database
from execution_hub.store.intents import Change, Delete, Submit
from tests.support.clock import NOON, Clock


def start(database: Database, ago: timedelta, agent_id: int = 1) -> int:
    """Store an execution that was started so long before noon."""
    new = NewExecution(AGENT_TEST, f"Agent {agent_id}", "hello", {"model": "claude-x"}, agent_id=agent_id)
    return database.write(lambda c: writes.write(c, Submit(new), NOON - ago).execution.id)


def end(database: Database, execution_id: int, status: Status = Status.SUCCEEDED, seconds: float = 4) -> None:
    """Run it for so long, with 7 tokens that cost 2 dollars."""

    def work(connection: Connection) -> None:
        at = NOON - HOUR
        writes.write(connection, Change(execution_id, Status.RUNNING), at)
        values = {"input_tokens": 3, "output_tokens": 4, "cost_usd": 2.0, "active_ms": round(seconds * 1000)}
        writes.write(connection, Change(execution_id, status, values=values), at + timedelta(seconds=seconds))

    database.write(work)


def counts(found: dict[datetime, Hour]) -> dict[int, dict[str, int]]:
    """Return how many there are by status, by how many hours ago."""
    present = max(found)
    return {
        round((present - hour) / HOUR): {each.status.value: each.count for each in part.sums}
        for hour, part in found.items()
        if part.sums
    }


def test_an_hour_holds_what_was_started_in_it(database: Database, clock: Clock) -> None:
    """By agent and status, with what it used; what has yet to end too, and nothing older than was asked for."""
    for ago, seconds in ((0.1, 2.0), (1.2, 3.3336), (1.9, 61.5), (30, 1)):
        end(database, start(database, HOUR * ago, agent_id=round(ago) + 1), seconds=seconds)
    start(database, timedelta())
    found = Trends(database, clock).hours(24)
    assert len(found) == 24
    assert counts(found) == {0: {"pending": 1}, 1: {"succeeded": 1}, 2: {"succeeded": 1}}
    whole = together(found.values())
    ended = {each.agent_id: each for each in whole.sums if each.status is Status.SUCCEEDED}
    assert {number: (each.name, each.tokens, each.cost_usd) for number, each in ended.items()} == {
        1: ("Agent 1", 7, 2.0),
        2: ("Agent 2", 7, 2.0),
        3: ("Agent 3", 7, 2.0),
    }
    assert whole.durations_ms == Counter({2000: 1, 3330: 1, 61500: 1})
    assert (whole.percentile_ms(50), whole.percentile_ms(95)) == (3330, 61500)


def test_every_change_is_counted_once(database: Database, clock: Clock) -> None:
    """What ends, is deleted, or was started meanwhile; the same as if all were read anew."""
    kept = Trends(database, clock)
    first, second = start(database, HOUR * 3), start(database, HOUR * 3)
    assert counts(kept.hours(24)) == {3: {"pending": 2}}
    end(database, first, Status.FAILED)
    start(database, timedelta())
    assert counts(kept.hours(24)) == {3: {"pending": 1, "failed": 1}, 0: {"pending": 1}}
    end(database, second)
    database.write(lambda c: writes.write(c, Delete((first,)), NOON))
    assert counts(kept.hours(24)) == {3: {"succeeded": 1}, 0: {"pending": 1}}
    database.write(lambda c: counters.raise_by(c, counters.CHANGED, CHANGES_MAX + 1))
    end(database, start(database, HOUR * 9))
    assert kept.hours(24) == Trends(database, clock).hours(24)


@pytest.fixture
def count_sums(database: Database) -> Iterator[Callable[[], int]]:
    """Return a function that tells how many hours were summed since it was asked last."""
    statements: list[str] = []
    listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731
    event.listen(database._engine, "before_cursor_execute", listener)

    def count() -> int:
        found = sum("took" in statement for statement in statements)
        statements.clear()
        return found

    yield count
    event.remove(database._engine, "before_cursor_execute", listener)


def test_only_hours_that_changed_are_read_again(
    database: Database, clock: Clock, count_sums: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And those that were counted long ago, a few at a time: what is pruned tells nobody. Nothing is kept for ever."""
    kept = Trends(database, clock)
    old = start(database, HOUR * 50)
    kept.hours(48)
    assert count_sums() == 48
    kept.hours(72)
    assert count_sums() == 24
    kept.hours(72)
    assert count_sums() == 0
    end(database, old)
    kept.hours(72)
    assert count_sums() == 1
    clock.time += HOUR
    kept.hours(24)
    assert count_sums() == 1
    monkeypatch.setattr(trends, "KEPT_SECONDS", -1.0)
    kept.hours(72)
    assert count_sums() == trends.HOURS_AT_ONCE
    clock.time += HOUR * HOURS_MAX
    kept.hours(24)
    assert len(kept._hours) == 24
