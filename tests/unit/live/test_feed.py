"""The feed: a snapshot, then what changed, conflated; and the log of one execution, exact."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest
from sqlalchemy import event

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.status import Status
from execution_hub.errors import NotFound
from execution_hub.live.bus import LocalBus
from execution_hub.live.feed import Feed, FeedUpdate
from execution_hub.live.log import EventLog
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Change
from tests.support.executions import add_execution, claim


class Live:
    """A log and a feed on one bus."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.bus = LocalBus()
        self.log = EventLog(database, self.bus)
        self.feed = Feed(database, self.bus)


@pytest.fixture
async def live(database: Database) -> AsyncIterator[Live]:
    """Yield a running log and feed."""
    found = Live(database)
    found.log.start()
    await found.feed.start()
    yield found
    await found.feed.close()
    found.log.close()


async def until(updates: AsyncIterator[FeedUpdate], execution_id: int, status: Status) -> list[FeedUpdate]:
    """Read updates until an execution has a status; return all that were read."""
    read = []
    async with asyncio.timeout(60):
        async for update in updates:
            read.append(update)
            if any(each.id == execution_id and each.status is status for each in update.executions):
                return read
    raise AssertionError("the feed ended")


async def test_a_watcher_begins_with_what_has_yet_to_end(database: Database) -> None:
    """Nobody starts blind: pending and running executions come first, in queue order."""
    live = Live(database)
    live.log.start()
    ids = [add_execution(database) for _ in range(3)]
    attempt = await claim(live.log, ids[0])
    await claim(live.log, ids[1])
    await live.log.record(Change(ids[0], Status.SUCCEEDED, attempt))
    await live.feed.start()
    async with aclosing(live.feed.watch()) as updates:
        first = await anext(updates)
    assert first.is_snapshot
    assert [(each.id, each.status.value) for each in first.executions] == [(ids[1], "running"), (ids[2], "pending")]
    await live.feed.close()
    live.log.close()


async def test_every_watcher_sees_every_end(live: Live) -> None:
    """Ten watchers all see an execution run and end."""
    execution_id = add_execution(live.database)
    streams = [live.feed.watch() for _ in range(10)]
    for stream in streams:
        await anext(stream)
    attempt = await claim(live.log, execution_id)
    live.log.record(Change(execution_id, Status.SUCCEEDED, attempt))
    for stream in streams:
        last = (await until(stream, execution_id, Status.SUCCEEDED))[-1]
        assert last.changed >= last.executions[-1].changed
        await stream.aclose()


async def test_the_newest_watcher_is_told_first(live: Live) -> None:
    """What a page began to watch last is what the person looks at: it does not wait for the others."""
    execution_id, told = add_execution(live.database), list[int]()

    async def watch(number: int) -> None:
        async with aclosing(live.feed.watch()) as updates:
            await until(updates, execution_id, Status.RUNNING)
            told.append(number)

    watchers = []
    for number in range(5):
        watchers.append(asyncio.create_task(watch(number)))
        await asyncio.sleep(0)
    await claim(live.log, execution_id)
    await asyncio.gather(*watchers)
    assert told == [4, 3, 2, 1, 0]


async def test_a_slow_watcher_gets_the_latest_of_each_execution_once(live: Live) -> None:
    """What a watcher did not read is conflated, not queued."""
    execution_id = add_execution(live.database)
    attempt = await claim(live.log, execution_id)
    async with aclosing(live.feed.watch()) as slow, aclosing(live.feed.watch()) as quick:
        await anext(slow)
        await anext(quick)
        for tokens in range(50):
            change = Change(execution_id, fence=attempt, values={"progress_done": tokens})
            await live.log.record(change)
        live.log.record(Change(execution_id, Status.SUCCEEDED, attempt))
        await until(quick, execution_id, Status.SUCCEEDED)
        update = await anext(slow)
    assert [(each.id, each.status.value) for each in update.executions] == [(execution_id, "succeeded")]


async def test_a_lost_signal_is_found_by_the_reconcile(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is the truth: a change nobody was told of arrives all the same."""
    monkeypatch.setattr("execution_hub.live.feed.RECONCILE_SECONDS", 0.1)
    monkeypatch.setattr(live.bus, "publish", lambda _: None)
    async with aclosing(live.feed.watch()) as updates:
        await anext(updates)
        execution_id = add_execution(live.database)
        # Wakes the feed out of the long wait that it began before the patch.
        live.feed._news.set()
        await claim(live.log, execution_id)
        await until(updates, execution_id, Status.RUNNING)


async def test_a_follower_gets_the_log_exactly_from_any_number_on(live: Live) -> None:
    """Two followers, one from the middle: every number once, in order, to the last status."""
    execution_id = add_execution(live.database)

    async def follow(after: int) -> list[int]:
        async with asyncio.timeout(20):
            return [event.seq async for update in live.feed.follow(execution_id, after) for event in update.events]

    followers = [asyncio.create_task(follow(0)), asyncio.create_task(follow(1))]
    attempt = await claim(live.log, execution_id)
    for index in range(300):
        told = (NewEvent(EventKind.TEXT, {"text": str(index)}),)
        future = live.log.record(Change(execution_id, fence=attempt, events=told, is_visible=False))
        if index % 10 == 0:
            await future
    live.log.record(Change(execution_id, Status.SUCCEEDED, attempt))
    whole, rest = await asyncio.gather(*followers)
    assert whole == list(range(1, 304))
    assert rest == list(range(2, 304))


async def test_what_followers_ask_at_one_time_is_read_at_once(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty follow five executions: each gets its log exactly, and a transaction serves them all."""
    ids = [add_execution(live.database) for _ in range(5)]
    reads, read = list[None](), live.database.aread

    async def count(work: Callable[[Connection], Any]) -> Any:
        reads.append(None)
        return await read(work)

    monkeypatch.setattr(live.database, "aread", count)

    async def follow(execution_id: int, after: int) -> list[int]:
        async with asyncio.timeout(20):
            return [event.seq async for update in live.feed.follow(execution_id, after) for event in update.events]

    attempts = {each: await claim(live.log, each) for each in ids}
    followers = [asyncio.create_task(follow(ids[number % 5], number % 2)) for number in range(20)]
    for index in range(100):
        told = (NewEvent(EventKind.TEXT, {"text": str(index)}),)
        changes = [Change(each, fence=attempts[each], events=told, is_visible=False) for each in ids]
        await asyncio.gather(*map(live.log.record, changes))
        await asyncio.sleep(0.005)
    for each in ids:
        live.log.record(Change(each, Status.SUCCEEDED, attempts[each]))
    for number, seqs in enumerate(await asyncio.gather(*followers)):
        assert seqs == list(range(1 + number % 2, 104))
    # Alone, each would have read at least once for every 30 ms: some 400 reads.
    assert len(reads) < 200
    assert not live.feed._followers


async def test_what_an_execution_runs_with_is_read_once_however_much_news_follows(live: Live) -> None:
    """The cases of a suite's run may be megabytes: they are not read for each of its cells."""
    execution_id = add_execution(live.database)
    attempt = await claim(live.log, execution_id)
    statements: list[str] = []
    listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731
    async with aclosing(live.feed.follow(execution_id)) as updates, asyncio.timeout(60):
        first = await anext(updates)
        event.listen(live.database._engine, "before_cursor_execute", listener)
        for number in range(3):
            told = NewEvent(EventKind.RESULT, {"number": number, "outcome": "passed"})
            await live.log.record(Change(execution_id, fence=attempt, events=(told,)))
            assert [each.data["number"] for each in (await anext(updates)).events] == [number]
        await live.log.record(Change(execution_id, Status.SUCCEEDED, attempt, values={"test_output": "Done."}))
        last = await anext(updates)
        event.remove(live.database._engine, "before_cursor_execute", listener)
    assert (last.execution.status, last.execution.output) == (Status.SUCCEEDED, "Done.")
    assert last.execution.definition == first.execution.definition != {}
    assert not [each for each in statements if each.startswith("SELECT") and "executions.definition" in each]


async def test_how_far_an_execution_is_comes_with_its_text(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing but text comes, the rest of an execution is read now and then; at its end it is whole."""
    monkeypatch.setattr("execution_hub.live.feed.PROGRESS_SECONDS", 0.0)
    execution_id = add_execution(live.database)
    attempt = await claim(live.log, execution_id)
    async with aclosing(live.feed.follow(execution_id)) as updates, asyncio.timeout(20):
        await anext(updates)
        for done, is_read in ((5, True), (6, False)):
            monkeypatch.setattr("execution_hub.live.feed.PROGRESS_SECONDS", 0.0 if is_read else 60.0)
            told = (NewEvent(EventKind.TEXT, {"text": "word"}),)
            await live.log.record(Change(execution_id, fence=attempt, events=told, values={"progress_done": done}))
            assert (await anext(updates)).execution.progress.done == 5
        await live.log.record(Change(execution_id, Status.SUCCEEDED, attempt))
        last = await anext(updates)
    assert (last.execution.status, last.execution.progress.done) == (Status.SUCCEEDED, 6)


async def test_a_follower_finds_what_it_was_not_told_of(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bus loses every hint: the log arrives all the same, whole and once, and the end with it."""
    monkeypatch.setattr("execution_hub.live.feed.RECONCILE_SECONDS", 0.1)
    monkeypatch.setattr(live.bus, "publish", lambda _: None)
    execution_id = add_execution(live.database)
    attempt = await claim(live.log, execution_id)

    async def follow() -> list[int]:
        async with asyncio.timeout(20):
            return [event.seq async for update in live.feed.follow(execution_id) for event in update.events]

    followers = [asyncio.create_task(follow()) for _ in range(3)]
    for index in range(10):
        told = (NewEvent(EventKind.TEXT, {"text": str(index)}),)
        await live.log.record(Change(execution_id, fence=attempt, events=told))
        await asyncio.sleep(0.03)
    live.log.record(Change(execution_id, Status.SUCCEEDED, attempt))
    for seqs in await asyncio.gather(*followers):
        assert seqs == list(range(1, 14))


async def test_following_an_unknown_execution_says_so(live: Live) -> None:
    """There is nothing to follow."""
    with pytest.raises(NotFound):
        await anext(live.feed.follow(12345))


async def test_whoever_watches_is_told_that_the_queue_is_paused(live: Live) -> None:
    """At once and with no execution, whether they watch with a tick or not; who comes later is told at first."""
    async with aclosing(live.feed.watch()) as updates, aclosing(live.feed.watch(tick_seconds=30)) as ticking:
        for each in (updates, ticking):
            assert not (await anext(each)).is_queue_paused
        live.feed.tell_queue(True)
        async with asyncio.timeout(20):
            told = [await anext(each) for each in (updates, ticking)]
        assert [(each.is_queue_paused, each.executions) for each in told] == [(True, [])] * 2
        async with aclosing(live.feed.watch()) as late:
            assert (await anext(late)).is_queue_paused
        live.feed.tell_queue(False)
        async with asyncio.timeout(20):
            assert not (await anext(updates)).is_queue_paused
