"""The queue, as it is paused while others look at it."""

import asyncio
from typing import Any

import pytest

from execution_hub.hub.hub import Hub


async def test_a_look_that_began_before_a_pause_does_not_undo_it(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has read that nothing is paused, and comes to say so after the pause is stored."""
    aread, has_read, may_go = hub._database.aread, asyncio.Event(), asyncio.Event()

    async def held(work: Any) -> Any:
        found = await aread(work)
        has_read.set()
        await may_go.wait()
        return found

    monkeypatch.setattr(hub._database, "aread", held)
    look = asyncio.create_task(hub.queue._look())
    await has_read.wait()
    pause = asyncio.create_task(hub.queue.pause(True))
    # Without turns it is over by now.
    await asyncio.wait({pause}, timeout=0.5)
    may_go.set()
    await asyncio.gather(look, pause)
    assert hub.queue.is_paused
