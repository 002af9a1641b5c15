"""Two processes that write to one PostgreSQL at the same rows: each with a writer and connections of its own."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.domain.mark import Mark
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.workflow import APPROVAL
from execution_hub.errors import Conflict, HubError, NotFound, QueueFull
from execution_hub.live.bus import LocalBus
from execution_hub.live.log import EventLog
from execution_hub.store import executions, history
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import (
    Answer,
    Cancel,
    Change,
    Delete,
    Restore,
    SetMark,
    Submit,
    SubmitBatch,
    Submitted,
)
from execution_hub.store.submissions import PENDING_MAX

NEW = NewExecution(AGENT_TEST, "x", "hello", {"model": "simulated"}, agent_id=1)
TOLD = (NewEvent(EventKind.TEXT, {"text": "x"}),)
ASKED = Step("ask", 0, APPROVAL, None, StepStatus.WAITING)
ROUNDS = 20
DAY = timedelta(days=1)


class Writer:
    """One process's way to the database."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.log = EventLog(self.database, LocalBus())
        self.log.start()

    def close(self) -> None:
        self.log.close()
        self.database.close()


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[tuple[Writer, Writer]]:
    """Give two writers of one migrated database; neither is ever in the other's way for good."""
    both = Writer(url), Writer(url)
    try:
        async with asyncio.timeout(90):
            yield both
    finally:
        for each in both:
            each.close()


async def refusals(asked: list[Any]) -> list[HubError]:
    """Wait for what was asked for; return what was refused, and raise what went wrong."""
    found = await asyncio.gather(*asked, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, Conflict | NotFound | QueueFull):
            raise each
    return [each for each in found if isinstance(each, HubError)]


async def test_no_two_writers_ever_wait_for_each_other(migrated_postgres: str) -> None:
    """Batches, stops, answers, marks, deletions with parts: in any order, at once, without one deadlock.

    A reader that asks for what changed after the last number it has seen misses none of it.
    """
    seen: dict[int, int] = {}
    async with writing(migrated_postgres) as (first, second):
        asking = replace(NEW, steps=(ASKED,))
        running = [(await first.log.record(Submit(asking))).execution.id for _ in range(6)]
        ended = [(await first.log.record(Submit(NEW))).execution.id for _ in range(4)]
        parts = [(await first.log.record(Submit(replace(NEW, parent_id=each)))).execution.id for each in ended * 2]
        await refusals([first.log.record(Change(each, Status.RUNNING)) for each in [*running, *ended, *parts]])
        await refusals([first.log.record(Change(each, Status.SUCCEEDED)) for each in [*ended, *parts]])

        async def write(writer: Writer, seed: int) -> None:
            rng = random.Random(seed)
            for _ in range(ROUNDS):
                asked: list[Any] = [
                    *(Change(each, fence=1, events=TOLD) for each in running),
                    *(Change(each, fence=1, values={"cancel_requested_at": None}) for each in running),
                    *(Cancel(each) for each in running),
                    *(Answer(each, "ask", is_approved=True) for each in running),
                    *(SetMark(each, rng.choice(list(Mark))) for each in [*ended, *parts]),
                    Delete(tuple(rng.sample(ended, 2))),
                    Restore(tuple(rng.sample(ended, 2)), DAY),
                ]
                rng.shuffle(asked)
                await refusals([writer.log.record(each) for each in asked])
                # Apart: those who submit take turns, whatever else they change.
                await refusals([writer.log.record(each) for each in (Submit(NEW), SubmitBatch((NEW, NEW)), asked[0])])

        async def read() -> None:
            changed = 0
            while True:
                for each in await second.database.aread(partial(history.changed_after, changed=changed, limit=500)):
                    seen[each.id] = changed = each.changed
                await asyncio.sleep(0)

        reading = asyncio.create_task(read())
        await asyncio.gather(write(first, 1), write(second, 2))
        last = first.database.read(_last_changes)
        while seen.keys() != last.keys() or max(seen.values()) < max(last.values()):
            await asyncio.sleep(0.01)
        reading.cancel()
        assert seen == last
        assert first.database.read(_deadlocks) == 0


def _last_changes(connection: Connection) -> dict[int, int]:
    return {row.id: row.changed for row in connection.execute(text("SELECT id, changed FROM executions"))}


def _deadlocks(connection: Connection) -> int:
    statement = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(connection.execute(statement).scalar_one())


async def test_a_key_is_used_once_by_both(migrated_postgres: str) -> None:
    """The same request to two processes at once is one execution; another request under its key is refused."""
    async with writing(migrated_postgres) as (first, second):
        new = [replace(NEW, idempotency_key=f"key {index}", request_hash="same") for index in range(60)]
        asked = [first.log.record(Submit(each)) for each in new]
        asked += [second.log.record(Submit(each)) for each in reversed(new)]
        found: list[Submitted] = await asyncio.gather(*asked)
        by_key: dict[str | None, set[int]] = {}
        for each, submitted in zip([*new, *reversed(new)], found, strict=True):
            by_key.setdefault(each.idempotency_key, set()).add(submitted.execution.id)
        assert [len(ids) for ids in by_key.values()] == [1] * len(new)
        assert sum(each.is_new for each in found) == len(new)
        other = replace(new[0], request_hash="other")
        with pytest.raises(Conflict):
            await second.log.record(Submit(other))


async def test_no_more_wait_than_may_however_many_submit(migrated_postgres: str) -> None:
    """The limit holds over all processes, exactly."""
    async with writing(migrated_postgres) as (first, second):
        asked = [writer.log.record(Submit(NEW)) for _ in range(PENDING_MAX // 2 + 100) for writer in (first, second)]
        refused = await refusals(asked)
        assert len(refused) == 200
        assert {type(each) for each in refused} == {QueueFull}
        assert first.database.read(executions.pending_count) == PENDING_MAX


async def test_who_comes_first_starts_first_wherever_it_came(migrated_postgres: str) -> None:
    """What was accepted before another was sent stands before it in the queue of all processes."""
    async with writing(migrated_postgres) as writers:
        found = [(await writers[index % 2].log.record(Submit(NEW))).execution for index in range(20)]
        assert [each.queue_number for each in found] == list(range(1, 21))
        assert [each.changed for each in found] == list(range(1, 21))
