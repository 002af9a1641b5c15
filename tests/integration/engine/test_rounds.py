"""What a round of the queue costs, and that jobs of one moment go in together."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy import event, text

from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.engine import claims, durable
from execution_hub.engine.database import QueueRounds
from execution_hub.engine.port import Job, JobState
from execution_hub.errors import Unavailable
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.settings import Settings
from execution_hub.store.urls import engine_url
from tests.support.hub import ended, eventually, make_settings
from tests.support.migrations import connected

CLAIMED = {
    "sqlite": text("SELECT count(*) FROM workflow_status WHERE status = 'PENDING'"),
    "postgresql": text("SELECT count(*) FROM dbos.workflow_status WHERE status = 'PENDING'"),
}
pytestmark = pytest.mark.usefixtures("patient_lease")
KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgresql", "joined"])


@pytest.fixture
def settings(kind: str, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return what makes a hub of this kind."""
    if kind == "sqlite":
        return {}
    url = {"HUB_DATABASE_URL": request.getfixturevalue("postgres_url")}
    return url if kind == "postgresql" else {**url, "HUB_ROLE": "all"}


@pytest.fixture
async def of_kind(tmp_path: Path, settings: dict[str, Any]) -> AsyncIterator[Hub]:
    """Yield an open hub of this kind."""
    opened = await Hub.open(make_settings(tmp_path / "data", **settings))
    yield opened
    await opened.close()


@contextmanager
def asked(hub: Hub, what: str = "before_cursor_execute") -> Iterator[list[tuple[str, str]]]:
    """Yield what the engine asks of its database meanwhile: thread and statement, or commits."""
    found: list[tuple[str, str]] = []

    def note(*told: Any) -> None:
        found.append((threading.current_thread().name, str(told[2]) if len(told) > 2 else ""))

    database: Any = hub._engine
    event.listen(database._database, what, note)
    try:
        yield found
    finally:
        event.remove(database._database, what, note)


@KINDS
async def test_a_round_of_an_empty_queue_only_looks_whether_anything_waits(
    of_kind: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the queue's row is known."""
    monkeypatch.setattr(claims, "KNOWN_SECONDS", 3600)
    engine: Any = of_kind._engine
    least = 0

    async def has_looked() -> bool:
        engine.look(takes_slot=True)
        return bool(engine._rounds.count >= least)

    # The first round may have begun before anything was known, on a busy machine long after the start.
    least = engine._rounds.count + 2
    await eventually(has_looked)
    with asked(of_kind) as statements:
        least = engine._rounds.count + 5
        await eventually(has_looked)
    mine = [statement for thread, statement in statements if thread == "queue-worker-executions"]
    assert [each for each in mine if not each.startswith("SELECT 1") and "queues" not in each] == []
    assert len([each for each in mine if "queues" in each]) <= 1
    assert len(mine) >= 4


@KINDS
async def test_jobs_of_one_moment_are_enqueued_in_few_transactions_and_each_once(of_kind: Hub) -> None:
    await of_kind.queue.pause(True)
    with asked(of_kind, "commit") as commits:
        starts = (of_kind.executions.start(AgentTest(1, f"[fast] {number}")) for number in range(40))
        started = await asyncio.gather(*starts)
    assert len([thread for thread, _ in commits if thread == "hub-enqueue"]) < 20
    known = await of_kind._engine.find([Job(each.id, 0, each.queue_number) for each in started])
    assert len(known) == 40
    await of_kind.queue.pause(False)
    assert {(await ended(of_kind, each.id)).attempt for each in started} == {1}


@pytest.mark.parametrize("kind", ["postgresql", "joined"])
async def test_jobs_of_one_moment_are_sent_to_postgresql_as_a_few_statements(of_kind: Hub) -> None:
    await of_kind.queue.pause(True)
    engine: Any = of_kind._engine
    jobs = [Job(number, 0, number) for number in range(9_000, 9_100)]
    with asked(of_kind) as statements:
        await asyncio.gather(*(engine.submit(job) for job in jobs))
    inserts = [statement for thread, statement in statements if thread == "hub-enqueue" and "INSERT" in statement]
    # Each alone has two. The first may go by itself.
    assert len(inserts) < 20
    assert len(await engine.find(jobs)) == 100


@KINDS
async def test_a_job_that_is_in_its_queue_stays_as_it_is_when_it_is_put_there_with_others(of_kind: Hub) -> None:
    await of_kind.queue.pause(True)
    engine: Any = of_kind._engine
    first, *others = (Job(number, 0, number) for number in range(9_000, 9_010))
    await engine.submit(first)
    await engine.cancel(first)
    # Beside itself, too.
    await asyncio.gather(*(engine.submit(job) for job in (*others, first, others[0], first)))
    found = await engine.find([first, *others])
    assert found.pop(first) is JobState.DONE
    assert found == dict.fromkeys(others, JobState.OPEN)


async def test_a_job_that_cannot_be_enqueued_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = await Hub.open(make_settings(tmp_path / "data"))
    try:
        await hub.queue.pause(True)
        engine: Any = hub._engine
        workflow_id = engine._enqueue._workflow_id

        def named(job: Job) -> str:
            if job.execution_id == 9_001:
                raise ValueError("It has no name.")
            return str(workflow_id(job))

        monkeypatch.setattr(engine._enqueue, "_workflow_id", named)
        jobs = [Job(number, 0, number) for number in range(9_000, 9_005)]
        outcomes = await asyncio.gather(*(engine.submit(job) for job in jobs), return_exceptions=True)
        assert [type(each) for each in outcomes] == [type(None), ValueError, type(None), type(None), type(None)]
        monkeypatch.undo()
        assert len(await engine.find(jobs)) == 4
    finally:
        await hub.close()


async def test_a_hub_that_has_closed_refuses_a_job_at_once(tmp_path: Path) -> None:
    hub = await Hub.open(make_settings(tmp_path / "data"))
    await hub.close()
    with pytest.raises(Unavailable):
        await hub._engine.submit(Job(1, 0, 1))


def claimed(settings: Settings) -> int:
    """Return how many jobs are claimed and have not ended."""
    with connected(engine_url(settings)) as connection:
        return int(connection.execute(CLAIMED[connection.dialect.name]).scalar() or 0)


async def start(hub: Hub) -> None:
    """Start a test of the offline agent."""
    agent = next(each for each in (await hub.agents.page(limit=10)).items if each.model == "simulated")
    await hub.executions.start(AgentTest(agent.id, "[fast] Hello"))


@KINDS
async def test_what_is_claimed_while_a_hub_begins_to_close_is_begun_or_given_back(
    tmp_path: Path, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claimed and dropped, it would wait until somebody finds that its process is gone."""
    monkeypatch.setattr(durable, "HELD_SECONDS", 60)
    given = make_settings(tmp_path / "data", **settings)
    is_under_way = threading.Event()
    found: Callable[[QueueRounds], bool] | None = QueueRounds.may_have_work.fget
    assert found is not None

    def slowly(rounds: QueueRounds) -> bool:
        has_work = found(rounds)
        if has_work:
            is_under_way.set()
            time.sleep(0.5)
        return has_work

    monkeypatch.setattr(QueueRounds, "may_have_work", property(slowly))
    hub = await Hub.open(given)
    await start(hub)
    await asyncio.to_thread(is_under_way.wait, 20)
    await hub.close()
    assert claimed(given) == 0


@KINDS
async def test_a_hub_that_has_closed_claims_nothing_of_what_waits(
    tmp_path: Path, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its threads are let go to end, and may be slow to."""
    given = make_settings(tmp_path / "data", **settings)
    destroy = DBOS.destroy

    def late(**options: Any) -> None:
        time.sleep(0.5)
        destroy(**options)

    monkeypatch.setattr(DBOS, "destroy", late)
    hub = await Hub.open(given)
    await hub.queue.pause(True)
    await start(hub)
    await hub.close()
    assert claimed(given) == 0


@KINDS
async def test_what_is_started_after_a_pause_waits_whatever_was_under_way(
    tmp_path: Path, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at the queue that had begun before the pause takes nothing that came after it."""
    monkeypatch.setattr(durable, "HELD_SECONDS", 60)
    given = make_settings(tmp_path / "data", **settings)
    is_under_way = threading.Event()

    def slowly(_rounds: QueueRounds) -> bool:
        is_under_way.set()
        time.sleep(0.4)
        return True

    hub = await Hub.open(given)
    try:
        monkeypatch.setattr(QueueRounds, "may_have_work", property(slowly))
        assert await asyncio.to_thread(is_under_way.wait, 20)
        await hub.queue.pause(True)
        await start(hub)
        await hub._engine.until_held()
        assert claimed(given) == 0
        assert [each.status for each in (await hub.history.page(ExecutionFilter())).items] == [Status.PENDING]
    finally:
        monkeypatch.undo()
        await hub.close()


async def test_what_is_started_after_a_pause_waits_in_every_process(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does a look that another process had begun take anything, though it has not heard of the pause."""
    worker_settings = make_settings(tmp_path / "worker", HUB_DATABASE_URL=postgres_url, HUB_ROLE="worker")
    web = await Hub.open(make_settings(tmp_path / "web", HUB_DATABASE_URL=postgres_url, HUB_ROLE="web"))
    worker = await Hub.open(worker_settings)
    is_under_way, may_go_on = threading.Event(), threading.Event()

    def held(_rounds: QueueRounds) -> bool:
        is_under_way.set()
        return may_go_on.wait(20)

    try:
        monkeypatch.setattr(QueueRounds, "may_have_work", property(held))
        assert await asyncio.to_thread(is_under_way.wait, 20)
        await web.queue.pause(True)
        await start(web)
        may_go_on.set()
        await worker._engine.until_held()
        assert claimed(worker_settings) == 0
        monkeypatch.undo()
        await web.queue.pause(False)
        await eventually(lambda: _has_ended(web))
    finally:
        may_go_on.set()
        monkeypatch.undo()
        await worker.close()
        await web.close()


async def _has_ended(hub: Hub) -> bool:
    return all(each.is_finished for each in (await hub.history.page(ExecutionFilter())).items)
