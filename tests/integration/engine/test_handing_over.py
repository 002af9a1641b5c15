"""A hub that is stopped hands over what runs in it, however often."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from tests.support.hub import ended, eventually, make_settings

pytestmark = pytest.mark.usefixtures("patient_lease")
RESTARTS = 12


@asynccontextmanager
async def opened(settings: Any) -> AsyncIterator[Hub]:
    hub = await Hub.open(settings)
    try:
        yield hub
    finally:
        await hub.close()


def runs(hub: Hub, execution_id: int) -> Callable[[], Awaitable[Execution | None]]:
    async def found() -> Execution | None:
        execution = await hub.history.get(execution_id)
        return execution if execution.status is Status.RUNNING else None

    return found


async def test_no_restart_counts_against_what_runs(tmp_path: Path, postgres_url: str) -> None:
    """Twelve of them, with an answer under way each time: it is begun anew as often, and ends."""
    settings = make_settings(tmp_path / "data", HUB_ROLE="worker", HUB_DRAIN_SECONDS=0, HUB_DATABASE_URL=postgres_url)
    async with opened(settings) as hub:
        execution = await hub.executions.start(AgentTest(1, "hello"))
        await eventually(runs(hub, execution.id))
    for _ in range(RESTARTS - 1):
        async with opened(settings) as hub:
            await eventually(runs(hub, execution.id))
    async with opened(settings.model_copy(update={"drain_seconds": 30})) as hub:
        found = await ended(hub, execution.id, 60)
    assert (found.status, found.attempt, found.crashes) == (Status.SUCCEEDED, RESTARTS + 1, 0)
