"""Real hubs in the test's own process: real SQLite, real engine, models that need no network."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.execution import Execution
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.settings import Settings
from tests.support.messages_server import MessagesServer

DEADLINE_SECONDS = 60


def make_settings(data_dir: Path, **values: Any) -> Settings:
    """Return settings for a test hub, without any `.env`."""
    return Settings(_env_file=None, HUB_DATA_DIR=data_dir, **values)


async def eventually(check: Callable[[], Awaitable[Any]], seconds: float = DEADLINE_SECONDS) -> Any:
    """Poll until `check` returns something true, and return it; fail after the deadline.

    It looks the less often the longer it has waited: what it waits for needs the processor, too.
    """
    started = time.monotonic()
    while not (found := await check()):
        waited = time.monotonic() - started
        assert waited < seconds, f"not within {seconds} s: {check}"
        await asyncio.sleep(min(max(0.02, waited / 10), 0.2))
    return found


async def ended(hub: Hub, execution_id: int, seconds: float = DEADLINE_SECONDS) -> Execution:
    """Wait until an execution has ended and return it, whole."""

    async def check() -> Execution | None:
        execution = await hub.history.get(execution_id)
        return execution if execution.is_finished else None

    found: Execution = await eventually(check, seconds)
    return found


@pytest.fixture
def data_dir(tmp_path: Path, used_data_dir: Path) -> Path:
    """Return a data folder of the test's own, with the samples and no execution."""
    return Path(shutil.copytree(used_data_dir, tmp_path / "data"))


@pytest.fixture
async def hub(data_dir: Path, messages_server: MessagesServer) -> AsyncIterator[Hub]:
    """Yield an open hub whose Claude is the local Messages API server."""
    settings = make_settings(data_dir, ANTHROPIC_API_KEY="test-key-not-secret", ANTHROPIC_BASE_URL=messages_server.url)
    opened = await Hub.open(settings)
    yield opened
    await opened.close()


@pytest.fixture
async def asked_hub(hub: Hub) -> AsyncIterator[Hub]:
    """Yield the hub that pages ask."""
    set_current_hub(hub)
    yield hub
    set_current_hub(None)
