"""Whether a process can work, as whoever watches over it is told."""

import sqlite3
from contextlib import closing

import pytest

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
