"""Old executions go, in small batches; what has not ended stays; the files shrink."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from execution_hub.domain.clock import now
from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.engine.port import Job
from execution_hub.hub import retention
from execution_hub.hub.hub import Hub
from execution_hub.hub.retention import Retention
from execution_hub.runners.agent_test import AgentTest
from execution_hub.settings import Settings
from execution_hub.store import pruning, writes
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Change, Submit
from execution_hub.store.urls import app_url
from tests.support.hub import ended, eventually, make_settings

DEFINITION = {"name": "Old", "model": "simulated", "system_prompt": "", "max_tokens": 10}


def fill(settings: Settings, count: int, days_ago: int, output: str = "old") -> list[int]:
    """Store executions that succeeded so many days ago."""
    at = now() - timedelta(days=days_ago)

    def work(connection: Connection) -> list[int]:
        ids = []
        for _ in range(count):
            new = NewExecution(AGENT_TEST, "Old", "hello", DEFINITION, agent_id=1)
            ids.append(writes.write(connection, Submit(new), at).execution.id)
            writes.write(connection, Change(ids[-1], Status.RUNNING), at)
            writes.write(connection, Change(ids[-1], Status.SUCCEEDED, values={"test_output": output}), at)
        return ids

    database = Database(app_url(settings))
    try:
        return database.write(work)
    finally:
        database.close()


async def test_what_is_past_the_days_goes_at_the_start(data_dir: Path) -> None:
    """With its events; what is younger stays."""
    settings = make_settings(data_dir, HUB_RETENTION_DAYS=30)
    fill(settings, 250, 31)
    young = fill(settings, 5, 29)
    hub = await Hub.open(settings)
    try:

        async def is_pruned() -> bool:
            found = await hub.history.page(ExecutionFilter(), limit=200)
            return sorted(each.id for each in found.items) == young

        await eventually(is_pruned)
        left = hub._database.read(lambda c: c.execute(text("SELECT count(DISTINCT execution_id) FROM events")).scalar())
        assert left == len(young)
    finally:
        await hub.close()


async def test_what_is_too_many_goes_oldest_first(data_dir: Path) -> None:
    """The newest finished ones stay, and everything that has not ended."""
    settings = make_settings(data_dir, HUB_RETENTION_MAX=3, HUB_RETENTION_DAYS=0)
    hub = await Hub.open(settings)
    try:
        slow = await hub.executions.start(AgentTest((await hub.agents.every())[-1].id, "[slow] hello"))
        ids = fill(settings, 10, 0)
        assert await hub.retention.prune() == 7
        found = await hub.history.page(ExecutionFilter(), limit=200)
        assert [each.id for each in found.items] == [*sorted(ids[-3:], reverse=True), slow.id]
        await hub.executions.cancel(slow.id)
    finally:
        await hub.close()


async def test_nothing_goes_when_all_is_kept(data_dir: Path) -> None:
    """0 keeps all."""
    settings = make_settings(data_dir, HUB_RETENTION_MAX=0, HUB_RETENTION_DAYS=0)
    fill(settings, 5, 3_000)
    hub = await Hub.open(settings)
    try:
        assert await hub.retention.prune() == 0
    finally:
        await hub.close()


async def test_the_file_shrinks_and_the_engine_forgets(data_dir: Path) -> None:
    """Space goes back to the disk; of an execution that was run, nothing is left in the engine either."""
    settings = make_settings(data_dir, HUB_RETENTION_MAX=1, HUB_RETENTION_DAYS=0)
    fill(settings, 200, 0, output="x" * 50_000)
    hub = await Hub.open(settings.model_copy(update={"retention_max": 0}))
    agent_id = (await hub.agents.every())[-1].id
    ran = [await ended(hub, (await hub.executions.start(AgentTest(agent_id, f"[fast] {n}"))).id) for n in range(2)]
    assert len(await hub._engine.find([_job(execution.id) for execution in ran])) == 2
    await hub.close()
    before = (data_dir / "hub.sqlite3").stat().st_size
    assert before > 10_000_000
    hub = await Hub.open(settings)
    try:

        async def is_pruned() -> bool:
            return len((await hub.history.page(ExecutionFilter(), limit=200)).items) == 1

        await eventually(is_pruned)

        async def has_shrunk() -> bool:
            return (data_dir / "hub.sqlite3").stat().st_size < before / 5

        await eventually(has_shrunk)
        assert list(await hub._engine.find([_job(execution.id) for execution in ran])) == [_job(ran[1].id)]
    finally:
        await hub.close()


def _job(execution_id: int) -> Job:
    return Job(execution_id, 0, 0)


async def test_what_is_brought_back_while_the_deleted_go_stays(hub: Hub) -> None:
    """It was read as gone a moment before; the statement that removes it asks again."""
    agent_id = (await hub.agents.every())[-1].id
    first = (await ended(hub, (await hub.executions.start(AgentTest(agent_id, "[fast] hello"))).id)).id
    await hub.executions.delete([first])
    moment = now() + timedelta(seconds=1)
    (found,) = hub._database.read(lambda connection: pruning.deleted_before(connection, moment, 10))
    await hub.executions.restore([first])
    assert hub._database.write(lambda connection: pruning.remove(connection, [found.id], moment)) == 0
    assert (await hub.history.get(first)).id == first


async def test_of_several_processes_one_prunes(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others ask, each time that it is due, whether they are the one."""
    monkeypatch.setattr(retention, "PERIOD_SECONDS", 0.01)
    settings = make_settings(data_dir, HUB_RETENTION_DAYS=30)
    hub = await Hub.open(settings)
    leads, asked = [False], []

    class Asked:
        is_leader = False

        @property
        def prunes(self) -> bool:
            asked.append(leads[0])
            return leads[0]

    async def is_asked() -> bool:
        return len(asked) > 5

    async def is_gone() -> bool:
        return not (await hub.history.page(ExecutionFilter(), limit=1)).items

    try:
        await hub.retention.stop()
        fill(settings, 1, 31)
        pruning_one = Retention(hub._database, hub._engine, settings, Asked())
        pruning_one.start()
        await eventually(is_asked)
        assert not await is_gone()
        leads[0] = True
        await eventually(is_gone)
        await pruning_one.stop()
    finally:
        await hub.close()
