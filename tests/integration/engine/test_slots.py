"""The slots of a process that has joined others: from the claim of a job until its run has ended."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from execution_hub.domain.execution import Execution
from execution_hub.hub.hub import Hub
from execution_hub.runners import reconciler
from execution_hub.runners.agent_test import AgentTest
from tests.support.hub import ended, eventually, make_settings

pytestmark = pytest.mark.usefixtures("patient_lease")


@pytest.fixture
async def joined(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """Yield a hub that has joined and runs one at once."""
    monkeypatch.setattr(reconciler, "PERIOD_SECONDS", 0.3)
    given = {"HUB_DATABASE_URL": postgres_url, "HUB_ROLE": "all", "HUB_WORKER_CONCURRENCY": 1}
    hub = await Hub.open(make_settings(tmp_path / "data", **given))
    yield hub
    await hub.close()


class Held:
    """Holds what the engine asks of its database while it begins with some words and has others.

    Attributes:
        count: How many statements are held, or were.
        is_given_up: Whether one was let go by itself, after a time.
    """

    def __init__(self, hub: Hub, *words: str) -> None:
        self.count = 0
        self.is_given_up = False
        self._words = words
        self._may_go_on = threading.Event()
        engine: Any = hub._engine
        event.listen(engine._database, "before_cursor_execute", self._before)

    def let_go(self) -> None:
        """Hold nothing any more."""
        self._may_go_on.set()

    async def has_some(self) -> bool:
        """Tell whether any is held."""
        return self.count > 0

    def _before(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if all(word in f"{statement} {parameters}" for word in self._words):
            self.count += 1
            self.is_given_up |= not self._may_go_on.wait(20)


async def started(hub: Hub, count: int) -> list[Execution]:
    """Start so many that are quick."""
    return [await hub.executions.start(AgentTest(1, f"[fast] {number}")) for number in range(count)]


async def test_a_slot_is_free_once_a_run_has_ended_though_the_engine_has_yet_to_note_it(joined: Hub) -> None:
    """Ends may wait to be noted, as many as there are slots."""
    held = Held(joined, "UPDATE dbos.workflow_status", "SUCCESS")
    try:
        first, second, third = await started(joined, 3)
        for each in (first, second):
            assert (await ended(joined, each.id)).status == "succeeded"

        async def has_looked() -> bool:
            engine.look(takes_slot=True)
            return bool(engine._rounds.count >= least)

        engine: Any = joined._engine
        least = engine._rounds.count + 5
        await eventually(has_looked)
        assert (await joined.history.get(third.id)).status == "pending"
        assert (held.count, held.is_given_up) == (2, False)
        # Nor is it taken for one that never began.
        assert [await engine.reclaim() for _ in range(4)] == [0, 0, 0, 0]
    finally:
        held.let_go()
    assert (await ended(joined, third.id)).status == "succeeded"


async def test_what_is_stopped_between_its_claim_and_its_begin_gives_its_slot_back(joined: Hub) -> None:
    held = Held(joined, "SELECT", "workflow_input")
    try:
        (first,) = await started(joined, 1)
        await eventually(held.has_some)
        await joined.executions.cancel(first.id)
        assert (await ended(joined, first.id)).status == "cancelled"

        async def is_taken_out() -> bool:
            return not await asyncio.to_thread(_is_claimed, joined)

        await eventually(is_taken_out)
    finally:
        held.let_go()
    (second,) = await started(joined, 1)
    assert (await ended(joined, second.id)).status == "succeeded"


def _is_claimed(hub: Hub) -> bool:
    engine: Any = hub._engine
    with engine._database.connect() as connection:
        asked = "SELECT 1 FROM dbos.workflow_status WHERE status = 'PENDING'"
        return connection.exec_driver_sql(asked).first() is not None
