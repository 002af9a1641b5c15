"""What processes of a hub do about each other, in one process: what is taken over, from whom, and what is found."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.status import Status
from execution_hub.engine.port import Claim
from execution_hub.hub.hub import Hub
from execution_hub.live.bus import LocalBus
from execution_hub.live.workers import SILENT_SECONDS, Workers
from execution_hub.settings import with_role
from execution_hub.store import workers
from execution_hub.store.database import Connection, Database
from tests.support.hub import eventually, make_settings
from tests.support.workflow_runs import approval, make_step, run, until

DEAD = "of-a-dead-process"
OPEN_CLAIMS = "UPDATE dbos.workflow_status SET executor_id = :dead WHERE status = 'PENDING'"


def let_its_process_be_dead(connection: Connection) -> None:
    """Have what is claimed here be claimed by a process without a lease."""
    connection.execute(text(OPEN_CLAIMS), {"dead": DEAD})


async def test_what_had_waited_for_a_person_is_taken_over_as_anything_else(joined: Hub) -> None:
    """It has been begun more often than it has attempts."""
    agent = await joined.agents.create(AgentDraft(name="Simulated", model="simulated"))
    step = make_step(agent.id)
    execution = await run(joined, approval("gate"), step("after", "gate", input="[slow] after"))
    await until(joined, execution.id, Status.WAITING)
    await joined.executions.answer_step(execution.id, "gate", is_approved=True)
    before = await until(joined, execution.id, Status.RUNNING)
    assert before.claims > before.attempt
    # It looks by itself each second, and would be first now and then.
    await joined._reconciler.stop()
    await joined._database.awrite(let_its_process_be_dead)
    assert await joined._reconciler.take_over_from_dead() == 1

    async def has_begun_again() -> bool:
        found = await joined.history.get(execution.id)
        return found.status is Status.RUNNING and found.claims == before.claims + 1

    await eventually(has_begun_again)
    await joined.executions.cancel(execution.id)


async def test_a_process_that_joins_while_a_dead_one_is_taken_over_from_keeps_what_it_claims(
    joined: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, fresh = Claim(7, 0, DEAD, "executions"), Claim(8, 0, "joined-meanwhile", "executions")
    given_back = []

    async def claimants() -> set[str]:
        return {DEAD}

    async def claims() -> list[Claim]:
        return [dead, fresh]

    async def give_back(claim: Claim) -> bool:
        given_back.append(claim)
        return True

    await joined._reconciler.stop()
    monkeypatch.setattr(joined._engine, "claimants", claimants)
    monkeypatch.setattr(joined._engine, "claims", claims)
    monkeypatch.setattr(joined._engine, "give_back", give_back)
    assert await joined._reconciler.take_over_from_dead() == 1
    assert given_back == [dead]


class Renewing:
    """A database in which a silent process renews its lease right before somebody takes it away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def aread(self, work: Callable[[Connection], Any]) -> Any:
        return await self._database.aread(work)

    async def awrite(self, work: Callable[[Connection], Any]) -> Any:
        await self._database.awrite(lambda c: c.execute(text("UPDATE workers SET beat = beat + 1")))
        return await self._database.awrite(work)


async def test_who_renews_its_lease_at_the_last_moment_lives(database: Database) -> None:
    values = {
        "id": "a",
        "host": "h",
        "pid": 1,
        "role": "worker",
        "version": "1",
        "slots": 1,
        "beat": 1,
        "revision": "0015",
    }
    at = {"started_at": now(), "last_beat_at": now()}
    database.write(lambda c: c.execute(workers.workers.insert().values(**values, **at)))
    times = iter([0.0, SILENT_SECONDS + 1, SILENT_SECONDS + 2, 2 * SILENT_SECONDS + 3])
    live = Workers(Renewing(database), LocalBus(), lambda: next(times))  # type: ignore[arg-type]
    assert await live.look() == {"a"}
    assert await live.look() == {"a"} and [each.id for each in live.known] == ["a"]
    live._database = database
    assert await live.look() == {"a"}
    assert await live.look() == set() and live.known == []


async def test_a_time_of_a_schedule_that_a_dead_process_had_begun_to_serve_is_served(
    joined: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[str] = []
    is_held = True

    async def due(name: str, at: Any) -> None:
        served.append(name)
        while is_held:
            await asyncio.sleep(0.05)

    schedules: Any = joined._engine._schedules
    monkeypatch.setattr(schedules, "_due", due)
    await joined._reconciler.stop()
    await joined._triggers.stop()
    await joined._engine.keep_schedules({"suite-1": "* * * * * *"})

    async def is_begun() -> bool:
        return bool(served)

    await eventually(is_begun)
    await joined._engine.keep_schedules({})
    begun = len(served)
    await joined._database.awrite(let_its_process_be_dead)

    async def is_served_again() -> bool:
        return len(served) >= 2 * begun

    try:
        # What is held has begun and not ended: let go before, it may have ended by now.
        assert await joined._reconciler.take_over_from_dead() >= begun
        await eventually(is_served_again)
    finally:
        is_held = False


async def test_a_process_that_only_serves_pages_keeps_schedules_too(tmp_path: Path, used_postgres: str) -> None:
    settings = make_settings(tmp_path / "data", HUB_DATABASE_URL=used_postgres)
    hub = await Hub.open(with_role(settings, "web"))
    try:
        # What the suites say would be kept instead.
        await hub._triggers.stop()
        await hub._engine.keep_schedules({"suite-1": "*/5 * * * *"})
        kept = await hub._database.aread(
            lambda c: c.execute(text("SELECT schedule FROM dbos.workflow_schedules")).all()
        )
        assert [each[0] for each in kept] == ["*/5 * * * *"]
    finally:
        await hub.close()
