"""Whether a process can work, as whoever watches over it is told."""

import asyncio
import sqlite3
import threading
from contextlib import closing, suppress

import pytest

from execution_hub.engine import database
from execution_hub.engine.claims import QUEUE
from execution_hub.errors import Unavailable
from execution_hub.hub.hub import Hub
from tests.support.hub import eventually


async def test_a_process_that_takes_nothing_out_of_its_queue_is_not_ready(hub: Hub) -> None:
    """DBOS's thread ends by itself once the row of its queue is gone; what is pending would wait for ever."""
    assert (await hub.ready())["engine"] == "ok"
    with closing(sqlite3.connect(hub.settings.data_dir / "engine.sqlite3")) as database, database:
        assert database.execute("DELETE FROM queues WHERE name = ?", (QUEUE,)).rowcount == 1

    async def is_not_ready() -> bool:
        try:
            return bool((await hub.ready())["engine"] != "ok")
        except Unavailable:
            return True

    await eventually(is_not_ready)
    with pytest.raises(Unavailable, match="queue is not looked at"):
        await hub.ready()


async def test_a_process_whose_look_at_its_queue_does_not_come_back_is_not_ready(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is ready again once it has."""
    monkeypatch.setattr(database, "STUCK_SECONDS", 0.5)
    is_under_way, may_go_on = threading.Event(), threading.Event()

    def hang(_rounds: database.QueueRounds) -> bool:
        is_under_way.set()
        return may_go_on.wait(60) and False

    async def is_ready() -> bool:
        with suppress(Unavailable):
            return bool((await hub.ready())["engine"] == "ok")
        return False

    async def is_not_ready() -> bool:
        return not await is_ready()

    monkeypatch.setattr(database.QueueRounds, "may_have_work", property(hang))
    assert await asyncio.to_thread(is_under_way.wait, 60)
    await eventually(is_not_ready)
    may_go_on.set()
    await eventually(is_ready)
