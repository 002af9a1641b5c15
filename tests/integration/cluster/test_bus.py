"""The bus between processes whose connection is cut: what was said meanwhile is looked for."""

import asyncio
from collections.abc import Sequence

import psycopg
import pytest

from execution_hub.errors import Unavailable
from execution_hub.hub.hub import Hub
from execution_hub.live import postgres_bus
from execution_hub.live.bus import Signal, Topic
from execution_hub.live.postgres_bus import PostgresBus
from tests.support.hub import eventually
from tests.support.postgres import PostgresServer

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN execution_hub'"


@pytest.fixture(autouse=True)
def no_ping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave LISTEN the last statement of who listens; and what is found was not found by the next ping."""
    monkeypatch.setattr(postgres_bus, "PING_SECONDS", 60)


async def until_heard(heard: list[Sequence[Signal]], wanted: Sequence[Signal]) -> None:
    """Wait until something was heard."""
    async with asyncio.timeout(30):
        while wanted not in heard:
            await asyncio.sleep(0.01)


async def test_what_is_said_while_the_listening_connection_is_cut_is_looked_for(postgres_url: str) -> None:
    here, there = PostgresBus(postgres_url), PostgresBus(postgres_url)
    heard: list[Sequence[Signal]] = []
    topics: list[Topic] = []
    there.listen(heard.append)
    there.hear(Topic.QUEUE, lambda: topics.append(Topic.QUEUE))
    here.open()
    there.open()
    try:
        # It looks at everything once it listens.
        await until_heard(heard, [])
        here.publish([Signal(1, 1, 1)])
        await until_heard(heard, [Signal(1, 1, 1)])
        heard.clear()
        topics.clear()
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as session:
            assert session.execute(CUT).rowcount >= 1
        await until_heard(heard, [])
        # Called by the thread that listens, right after the loop was told.
        async with asyncio.timeout(30):
            while not topics:
                await asyncio.sleep(0.01)
        assert topics == [Topic.QUEUE]
        heard.clear()
        here.publish([Signal(2, 1, 2)])
        await until_heard(heard, [Signal(2, 1, 2)])
    finally:
        await asyncio.to_thread(here.close)
        await asyncio.to_thread(there.close)


async def test_a_process_that_does_not_hear_the_others_is_not_ready(
    joined: Hub, used_postgres: str, postgres_server: PostgresServer
) -> None:
    """Its connections that are there still answer; the one that listens is cut, and none can be made."""

    async def is_ready() -> bool:
        try:
            return bool((await joined.ready())["bus"] == "ok")
        except Unavailable:
            return False

    async def is_not_ready() -> bool:
        return not await is_ready()

    await eventually(is_ready)
    database = used_postgres.rpartition("/")[2]
    postgres_server.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
    try:
        postgres_server.execute(f"{CUT} AND datname = '{database}'")
        await eventually(is_not_ready)
        with pytest.raises(Unavailable, match="other processes"):
            await joined.ready()
    finally:
        postgres_server.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
    await eventually(is_ready)
