"""A job that was claimed and could not be begun, on a hub that lives on; and what the engine's log says of ends."""

import asyncio
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import InternalError

from execution_hub.engine import pace
from execution_hub.hub.hub import Hub
from execution_hub.runners import reconciler
from execution_hub.runners.agent_test import AgentTest
from tests.support.bare_hub import BareHub
from tests.support.hub import ended, eventually, make_settings

pytestmark = pytest.mark.usefixtures("patient_lease")


class BreakAfterClaim:
    """Has the engine's database fail on what its queue reads right after the next claim, as often as it tries."""

    def __init__(self, hub: Hub) -> None:
        engine: Any = hub._engine
        self.is_armed = False
        self._is_claimed = False
        self._thread = "queue-worker-executions"
        event.listen(engine._database, "before_cursor_execute", self._before)

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if threading.current_thread().name != self._thread or not self.is_armed:
            return
        words = statement.split()
        if words[0] == "UPDATE" and "workflow_status" in words[1]:
            self._is_claimed = True
        elif self._is_claimed and any(each in statement for each in ("queues", "count(*)", "SELECT 1")):
            # The next round of the queue, whichever it begins with.
            self.is_armed = self._is_claimed = False
        elif self._is_claimed and words[0] == "SELECT":
            raise InternalError(statement, {}, Exception("something in the database is broken"))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "joined"])
async def test_a_job_that_could_not_be_begun_gives_its_slot_back_and_runs(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The database fails right after the claim: nobody runs the job, and with one slot nothing else can run."""
    monkeypatch.setattr(reconciler, "PERIOD_SECONDS", 0.3)
    url = {} if kind == "sqlite" else {"HUB_DATABASE_URL": request.getfixturevalue("postgres_url")}
    limit = {"HUB_ROLE": "all", "HUB_WORKER_CONCURRENCY": 1} if kind == "joined" else {"HUB_MAX_CONCURRENCY": 1}
    hub = await Hub.open(make_settings(tmp_path / "data", **limit, **url))
    try:
        may_reclaim, reclaim = asyncio.Event(), hub._engine.reclaim

        async def later() -> int:
            await may_reclaim.wait()
            return await reclaim()

        monkeypatch.setattr(hub._engine, "reclaim", later)
        broken = BreakAfterClaim(hub)
        broken.is_armed = True
        first = await hub.executions.start(AgentTest(1, "[fast] first"))

        async def is_over() -> bool:
            return not broken.is_armed

        await eventually(is_over)
        assert (await hub.history.get(first.id)).status == "pending"
        may_reclaim.set()
        second = await hub.executions.start(AgentTest(1, "[fast] second"))
        for execution in (first, second):
            found = await ended(hub, execution.id)
            assert (found.status, found.attempt) == ("succeeded", 1)
    finally:
        await hub.close()


async def test_a_process_that_takes_no_new_work_gives_back_what_it_could_not_begin(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its queue stands still, and it lives: another process gets the job from nobody but itself."""
    monkeypatch.setattr(reconciler, "PERIOD_SECONDS", 0.3)
    joined = {"HUB_ROLE": "worker", "HUB_DATABASE_URL": postgres_url}
    hub, other = await Hub.open(make_settings(tmp_path / "data", **joined)), BareHub(tmp_path / "other", **joined)
    try:
        broken = BreakAfterClaim(hub)
        broken.is_armed = True
        execution = await hub.executions.start(AgentTest(1, "[fast] hello"))

        async def is_over() -> bool:
            return not broken.is_armed

        await eventually(is_over)
        hub.workers.begin_drain()
        await asyncio.to_thread(other.start)
        found = await ended(hub, execution.id)
        assert (found.status, found.attempt, found.crashes) == ("succeeded", 1, 0)
    finally:
        await asyncio.to_thread(other.kill)
        await hub.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_start_and_a_freed_slot_need_no_poll(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """An idle queue is asked once an hour; what is put into it starts, and what waits follows what ends."""
    monkeypatch.setattr(pace, "IDLE_SECONDS", 3600)
    url = {} if kind == "sqlite" else {"HUB_DATABASE_URL": request.getfixturevalue("postgres_url")}
    hub = await Hub.open(make_settings(tmp_path / "data", HUB_MAX_CONCURRENCY=1, **url))
    try:
        started = [await hub.executions.start(AgentTest(1, f"[fast] {number}")) for number in range(3)]
        for execution in started:
            assert (await ended(hub, execution.id)).status == "succeeded"
    finally:
        await hub.close()


async def test_a_job_at_work_is_not_taken_for_one_that_never_began(hub: Hub) -> None:
    execution = await hub.executions.start(AgentTest(1, "[slow] hello"))

    async def runs() -> bool:
        return (await hub.history.get(execution.id)).status == "running"

    await eventually(runs)
    assert [await hub._engine.reclaim() for _ in range(3)] == [0, 0, 0]
    await hub.executions.cancel(execution.id)
    assert (await ended(hub, execution.id)).attempt == 1


async def test_a_job_whose_way_is_long_is_not_taken_for_one_that_never_began(hub: Hub) -> None:
    """A machine so busy that the queue stands still between the claim and the beginning, for many looks."""
    may_go_on, is_held = threading.Event(), threading.Event()

    def hold(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # What the queue's thread reads between the claim and the handing over.
        if threading.current_thread().name.startswith("queue-worker-executions") and "workflow_input" in statement:
            is_held.set()
            may_go_on.wait(20)

    engine: Any = hub._engine
    event.listen(engine._database, "before_cursor_execute", hold)
    execution = await hub.executions.start(AgentTest(1, "[fast] hello"))
    assert await asyncio.to_thread(is_held.wait, 20)
    assert [await engine.reclaim() for _ in range(4)] == [0, 0, 0, 0]
    may_go_on.set()
    assert (await ended(hub, execution.id)).attempt == 1


async def test_an_expected_end_is_no_warning(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    """Stops at every moment: before a job is claimed, between its claim and its beginning, and while it runs."""
    with caplog.at_level(logging.WARNING, logger="dbos"):
        logging.getLogger("dbos").propagate = True
        for index in range(24):
            execution = await hub.executions.start(AgentTest(1, f"[slow] {index}"))
            await asyncio.sleep(0.01 * (index % 16))
            await hub.executions.cancel(execution.id)
            assert (await ended(hub, execution.id)).status == "cancelled"
    assert [record.getMessage() for record in caplog.records if record.name == "dbos"] == []
