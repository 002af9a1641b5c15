"""The one writer, with runners and the people who stop things at the same rows at the same time."""

import asyncio
from functools import partial

from execution_hub.domain.clock import now
from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.domain.status import Status
from execution_hub.live.bus import LocalBus
from execution_hub.live.log import EventLog
from execution_hub.store import events, executions, writes
from execution_hub.store.database import Database
from execution_hub.store.intents import Cancel, Change, Submit

EXECUTIONS = 8
ROUNDS = 40
NEW = NewExecution(AGENT_TEST, "x", "hello", {"model": "simulated"}, agent_id=1)


async def test_stops_and_the_log_never_wait_for_each_other(database: Database) -> None:
    """Hundreds of writes and stops of the same executions: none is refused as a deadlock, none is lost."""
    log = EventLog(database, LocalBus())
    log.start()
    ids = [(await log.record(Submit(NEW))).execution.id for _ in range(EXECUTIONS)]
    for each in ids:
        await log.record(Change(each, Status.RUNNING))
    told = (NewEvent(EventKind.TEXT, {"text": "x"}),)

    async def write() -> None:
        for _ in range(ROUNDS):
            written = [log.record(Change(each, fence=1, events=told)) for each in reversed(ids)]
            assert all(await asyncio.gather(*written))

    async def stop(execution_id: int) -> None:
        for _ in range(ROUNDS):
            await log.record(Cancel(execution_id))
            # As if nobody had asked, so that the next one is written again.
            await log.record(Change(execution_id, fence=1, values={"cancel_requested_at": None}))

    async with asyncio.timeout(60):
        await asyncio.gather(write(), *(stop(each) for each in ids))
    log.close()
    for each in ids:
        found = database.read(partial(executions.find, execution_id=each))
        assert found is not None
        # Started, claimed, written to, and asked to stop: each of them once in the log.
        assert found.last_seq == 2 + ROUNDS + ROUNDS


async def test_a_batch_writes_what_each_change_alone_would(database: Database) -> None:
    """Many changes of one shape at once, some refused, one execution twice: each becomes exactly its own."""
    log = EventLog(database, LocalBus())
    ids = [database.write(lambda c: writes.write(c, Submit(NEW), now()).execution).id for _ in range(6)]
    asked = now()
    claims = [log.record(Change(each, Status.RUNNING, segment=0 if each != ids[5] else 7)) for each in ids]
    log.start()
    claimed = await asyncio.gather(*claims)
    log.close()
    assert [each is not None for each in claimed] == [True] * 5 + [False]
    for execution_id, each in zip(ids, claimed[:5], strict=False):
        assert each is not None
        assert each.execution == database.read(partial(executions.find, execution_id=execution_id))
        assert each.execution is not None
        assert (each.execution.status, each.attempt, each.last_seq) == (Status.RUNNING, 1, 2)

    log = EventLog(database, LocalBus())
    told = (NewEvent(EventKind.TEXT, {"text": "ünï 字"}),)
    meta = {"z": 1, "a": [True, None, 0.1], "request_id": "x"}
    ends = [
        log.record(
            Change(
                each,
                Status.SUCCEEDED,
                # The last one is another attempt's.
                fence=1 if each != ids[4] else 2,
                values={"test_output": f"out {each} 字", "meta": meta, "cost_usd": 0.1 + each, "active_ms": each},
            )
        )
        for each in ids[1:5]
    ]
    twice = [
        log.record(Change(ids[0], fence=1, events=told, values={"cancel_requested_at": asked})),
        log.record(Change(ids[0], Status.CANCELLED, fence=1)),
    ]
    log.start()
    ended = await asyncio.gather(*ends)
    assert [each is not None for each in ended] == [True, True, True, False]
    assert [each and each.last_seq for each in await asyncio.gather(*twice)] == [3, 4]
    log.close()
    for execution_id in ids[1:4]:
        found = database.read(partial(executions.find, execution_id=execution_id))
        assert found is not None
        assert (found.status, found.output) == (Status.SUCCEEDED, f"out {execution_id} 字")
        assert list(found.meta.items()) == list(meta.items())
        assert (found.usage.cost_usd, found.active_ms) == (0.1 + execution_id, execution_id)
    first = database.read(partial(executions.find, execution_id=ids[0]))
    assert first is not None
    assert (first.status, first.cancel_requested_at) == (Status.CANCELLED, asked)
    log_of_first = database.read(lambda c: events.after(c, ids[0], 0, 10))
    assert [each.seq for each in log_of_first] == [1, 2, 3, 4]
    assert log_of_first[2].data == {"text": "ünï 字"}
