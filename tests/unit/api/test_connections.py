"""The connection manager: replace, conflate, drop, and never let one client wait for another."""

import asyncio
import json
from typing import Any

import pytest

from execution_hub.api import connections
from execution_hub.api.connections import REPLACED, TOO_SLOW, ConnectionManager


class Client:
    """A peer that reads, or not, or is dead."""

    def __init__(self, *, reads: bool = True, is_dead: bool = False) -> None:
        self.received: list[Any] = []
        self.closed: int | None = None
        self._is_dead = is_dead
        self.may_read = asyncio.Event()
        if reads:
            self.may_read.set()

    async def send_text(self, text: str) -> None:
        if self._is_dead:
            raise ConnectionResetError
        await self.may_read.wait()
        self.received.append(json.loads(text))

    async def close(self, code: int, reason: str) -> None:
        self.closed = code


async def until(check: Any) -> None:
    """Let the loop run until a check holds."""
    async with asyncio.timeout(60):
        while not check():
            await asyncio.sleep(0)


async def test_an_update_reaches_everybody() -> None:
    """Each connected client receives it once."""
    manager, clients = ConnectionManager(), [Client() for _ in range(3)]
    for index, client in enumerate(clients):
        await manager.connect(str(index), client)
    manager.broadcast(1, 1, {"n": 1})
    await until(lambda: all(client.received == [{"n": 1}] for client in clients))


async def test_a_dead_peer_is_forgotten_and_hurts_nobody() -> None:
    """The others receive the update all the same."""
    manager, alive = ConnectionManager(), Client()
    await manager.connect("dead", Client(is_dead=True))
    await manager.connect("alive", alive)
    manager.broadcast(1, 1, {"n": 1})
    await until(lambda: alive.received and len(manager) == 1)


async def test_a_slow_client_gets_only_the_latest_of_each_execution() -> None:
    """What it had no time to read is conflated; an older update never follows a newer one."""
    manager, slow = ConnectionManager(), Client(reads=False)
    connection = await manager.connect("slow", slow)
    connection.say({"first": True})
    await asyncio.sleep(0)
    for changed in range(1, 100):
        manager.broadcast(changed % 2, changed, {"n": changed})
    manager.broadcast(1, 5, {"n": "old"})
    slow.may_read.set()
    await until(lambda: len(slow.received) == 3)
    assert slow.received[0] == {"first": True}
    assert sorted(each["n"] for each in slow.received[1:]) == [98, 99]


async def test_a_client_that_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time for one message it is closed, and the rest go on."""
    monkeypatch.setattr(connections, "SEND_SECONDS", 0.05)
    manager, stuck, alive = ConnectionManager(), Client(reads=False), Client()
    await manager.connect("stuck", stuck)
    await manager.connect("alive", alive)
    manager.broadcast(1, 1, {"n": 1})
    await until(lambda: stuck.closed == TOO_SLOW)
    manager.broadcast(1, 2, {"n": 2})
    await until(lambda: alive.received[-1:] == [{"n": 2}])
    assert len(manager) == 1


async def test_the_same_client_replaces_its_older_connection() -> None:
    """The older one is told so and closed; its late goodbye does not remove the newer one."""
    manager, old, new = ConnectionManager(), Client(), Client()
    first = await manager.connect("a", old)
    await manager.connect("a", new)
    await until(lambda: old.closed == REPLACED)
    manager.disconnect(first)
    manager.broadcast(1, 1, {"n": 1})
    await until(lambda: new.received == [{"n": 1}])
    assert old.received == [{"type": "replaced"}]


async def test_an_older_connection_that_does_not_read_is_closed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SEND_SECONDS", 0.05)
    manager, old = ConnectionManager(), Client(reads=False)
    await manager.connect("a", old)
    await manager.connect("a", Client())
    await until(lambda: old.closed == REPLACED)


async def test_closing_tells_everybody() -> None:
    """A hub that stops closes every connection with 1001."""
    manager, clients = ConnectionManager(), [Client() for _ in range(3)]
    for index, client in enumerate(clients):
        await manager.connect(str(index), client)
    await manager.close()
    assert [client.closed for client in clients] == [1001] * 3
    assert len(manager) == 0


async def test_news_older_than_the_snapshot_never_follows_it() -> None:
    """The one watch for all may lag behind a client's own snapshot: what it tells late is dropped."""
    manager, client = ConnectionManager(), Client()
    connection = await manager.connect("a", client, is_held=True)
    manager.broadcast(1, 5, {"n": "before"})
    connection.say({"snapshot": 9})
    connection.release(9)
    manager.broadcast(1, 8, {"n": "late"})
    manager.broadcast(2, 10, {"n": "new"})
    await until(lambda: len(client.received) == 2)
    assert client.received == [{"snapshot": 9}, {"n": "new"}]


async def test_updates_arrive_in_the_order_of_change() -> None:
    """So the highest number a client has seen is a safe place to go on from."""
    manager, slow = ConnectionManager(), Client(reads=False)
    await manager.connect("slow", slow)
    for execution_id, changed in ((1, 1), (2, 2), (3, 3), (2, 4), (1, 5)):
        manager.broadcast(execution_id, changed, {"n": changed})
    slow.may_read.set()
    await until(lambda: len(slow.received) == 3)
    assert [each["n"] for each in slow.received] == [3, 4, 5]


async def test_a_client_too_far_behind_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for one client is bounded, updates as well as answers."""
    monkeypatch.setattr(connections, "PENDING_MAX", 10)
    monkeypatch.setattr(connections, "ANSWERS_MAX", 10)
    manager, stuck = ConnectionManager(), Client(reads=False)
    connection = await manager.connect("stuck", stuck)
    for n in range(1, 20):
        manager.broadcast(n, n, {"n": n})
    await until(lambda: stuck.closed == TOO_SLOW)
    chatty = await manager.connect("chatty", Client(reads=False))
    for n in range(11):
        chatty.say({"n": n})
    assert chatty.is_far_behind
    assert connection.is_open is False
    await manager.close()
