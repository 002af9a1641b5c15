"""The log's writer and the people who stop things, at the same rows at the same time."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from execution_hub.domain.clock import now
from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.domain.status import Status
from execution_hub.live.bus import LocalBus
from execution_hub.live.log import EventLog
from execution_hub.store import executions, interventions
from execution_hub.store.database import Database
from execution_hub.store.executions import Change
from execution_hub.store.migrate import migrate

EXECUTIONS = 8
ROUNDS = 40


@pytest.fixture
def migrated(database_url: str) -> Iterator[Database]:
    """Yield a migrated database, SQLite and PostgreSQL."""
    migrate(database_url)
    found = Database(database_url)
    yield found
    found.close()


async def test_stops_and_the_log_never_wait_for_each_other(migrated: Database) -> None:
    """Hundreds of writes and stops of the same executions: none is refused as a deadlock, none is lost."""
    log = EventLog(migrated, LocalBus())
    log.start()
    new = NewExecution(AGENT_TEST, "x", "hello", {"model": "simulated"}, agent_id=1)
    ids = [(await log.add(lambda _: new)).execution.id for _ in range(EXECUTIONS)]
    for each in ids:
        await log.record(Change(each, Status.RUNNING))
    told = (NewEvent(EventKind.TEXT, {"text": "x"}),)

    async def write() -> None:
        for _ in range(ROUNDS):
            changes = [log.record(Change(each, fence=1, events=told)) for each in reversed(ids)]
            assert all(await asyncio.gather(*changes))

    async def stop(execution_id: int) -> None:
        for _ in range(ROUNDS):
            await migrated.awrite(partial(interventions.cancel, execution_id=execution_id, at=now()))
            # As if nobody had asked, so that the next one is written again.
            await log.record(Change(execution_id, fence=1, values={"cancel_requested_at": None}))

    async with asyncio.timeout(60):
        await asyncio.gather(write(), *(stop(each) for each in ids))
    log.close()
    for each in ids:
        found = migrated.read(partial(executions.find, execution_id=each))
        assert found is not None
        # Started, claimed, written to, and asked to stop: each of them once in the log.
        assert found.last_seq == 2 + ROUNDS + ROUNDS
