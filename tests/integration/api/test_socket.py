"""`/ws/executions` as scripts use it: real WebSockets, several at once."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from execution_hub.api import connections
from execution_hub.api import socket as socket_module
from execution_hub.api.socket import sockets
from execution_hub.errors import Unavailable
from execution_hub.runners.agent_test import AgentTest
from tests.support.api import Api
from tests.support.hub import ended as execution_ended
from tests.support.hub import eventually


async def start(api: Api, text: str = "[fast] hello") -> int:
    """Start a test of the sample agent and return its id."""
    agent = next(each for each in await api.hub.agents.every() if each.is_simulated)
    return (await api.hub.executions.start(AgentTest(agent.id, text))).id


async def receive(socket: ClientConnection) -> Any:
    """Return the next message."""
    return json.loads(await asyncio.wait_for(socket.recv(), 15))


async def until_ended(socket: ClientConnection, execution_id: int) -> list[dict[str, Any]]:
    """Read updates of an execution until it has ended."""
    read = []
    while True:
        message = await receive(socket)
        if message["type"] == "execution_update" and message["data"]["id"] == execution_id:
            read.append(message["data"])
            if message["data"]["finished_at"]:
                return read


async def test_nobody_starts_blind(api: Api) -> None:
    """The first message is a snapshot of what has yet to end; then its changes come."""
    await api.hub.queue.pause(True)
    execution_id = await start(api, "hello")
    async with connect(f"{api.socket_url}?client_id=a") as socket:
        first = await receive(socket)
        await api.hub.queue.pause(False)
        assert first["type"] == "snapshot"
        assert [each["id"] for each in first["data"]] == [execution_id]
        assert first["changed"] >= 1
        updates = await until_ended(socket, execution_id)
    assert [each["changed"] for each in updates] == sorted({each["changed"] for each in updates})
    assert all(each["output"] is None for each in updates[:-1])
    execution = await api.hub.history.get(execution_id)
    assert updates[-1]["output"] == execution.output
    assert updates[-1]["seq"] == execution.last_seq


async def test_who_was_away_gets_what_changed_since(api: Api) -> None:
    """`?after=n` sends the changes after n instead of a snapshot."""
    first = await start(api)
    changed = (await execution_ended(api.hub, first)).changed
    second = await start(api)
    await execution_ended(api.hub, second)
    async with connect(f"{api.socket_url}?client_id=a&after={changed}") as socket:
        message = await receive(socket)
    assert (message["type"], message["data"]["id"], message["data"]["status"]) == (
        "execution_update",
        second,
        "succeeded",
    )


async def test_several_clients_agree_and_a_dead_one_hurts_nobody(api: Api) -> None:
    """Three read, one does not, one dies without a word: the three see the same end."""
    clients = [await connect(f"{api.socket_url}?client_id={name}") for name in "abc"]
    silent = await connect(f"{api.socket_url}?client_id=silent", max_queue=1)
    dead = await connect(f"{api.socket_url}?client_id=dead")
    for client in clients:
        await receive(client)
    dead.transport.abort()
    execution_id = await start(api, "hello")
    ends = [(await until_ended(client, execution_id))[-1] for client in clients]
    assert ends[0] == ends[1] == ends[2]
    await eventually(lambda: _is(len(sockets.connections) <= 4))
    silent.transport.abort()
    for client in clients:
        await client.close()


async def test_the_same_client_id_replaces_the_older_connection(api: Api) -> None:
    """A page that came back is not counted twice, and the older connection is told why it closes."""
    older = await connect(f"{api.socket_url}?client_id=a")
    await receive(older)
    async with connect(f"{api.socket_url}?client_id=a") as newer:
        await receive(newer)
        assert await receive(older) == {"type": "replaced"}
        with pytest.raises(ConnectionClosed) as caught:
            await receive(older)
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 4001
        assert len(sockets.connections) == 1
        await newer.send("still there?")
        assert (await receive(newer))["type"] == "pong"


@pytest.mark.parametrize(
    "query", ["", "?client_id=", f"?client_id={'x' * 201}", "?client_id=a&after=x", "?client_id=a&after=-1"]
)
async def test_without_a_client_id_it_closes_with_1008(api: Api, query: str) -> None:
    """A policy violation, said as such; so is a number that no hub ever gave."""
    async with connect(api.socket_url + query) as socket:
        with pytest.raises(ConnectionClosed) as caught:
            await receive(socket)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1008


async def test_commands_and_heartbeats_are_answered(api: Api) -> None:
    """An object with a type is a command, an unknown one an error; any other text is a heartbeat."""
    async with connect(f"{api.socket_url}?client_id=a") as socket:
        await receive(socket)
        for text in ("ping", "{", "[1]", "[" * 50_000, "7", '{"no": "type"}', '{"type": "ping"}'):
            await socket.send(text)
            assert await receive(socket) == {"type": "pong"}
        await socket.send('{"type": "dance"}')
        answer = await receive(socket)
        assert (answer["type"], answer["error"]["code"]) == ("error", "unknown_command")


async def test_a_foreign_origin_is_refused(api: Api) -> None:
    """A page of another site cannot listen."""
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        async with connect(f"{api.socket_url}?client_id=a", origin="https://evil.example") as socket:  # type: ignore[arg-type]
            await receive(socket)


@pytest.mark.parametrize(("message", "code"), [("x" * 65_537, 1009), ("\u00e9" * 40_000, 1009), (b"binary", 1003)])
async def test_what_is_too_big_or_no_text_closes_the_socket(api: Api, message: str | bytes, code: int) -> None:
    """64 KiB are counted in bytes; the reason is in the code."""
    async with connect(f"{api.socket_url}?client_id=a") as socket:
        await receive(socket)
        await socket.send(message)
        with pytest.raises(ConnectionClosed) as caught:
            await receive(socket)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == code


async def test_a_long_backlog_arrives_whole_and_in_order(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than may wait for a client, and more than one page: who was away long is not dropped for it."""
    monkeypatch.setattr(connections, "PENDING_MAX", 2)
    monkeypatch.setattr(socket_module, "BACKLOG_PAGE", 2)
    ids = [await start(api) for _ in range(5)]
    for execution_id in ids:
        await execution_ended(api.hub, execution_id)
    read = api.hub.history.changed

    async def read_while_more_comes(after: int, **options: Any) -> Any:
        changes = await read(after, **options)
        sockets.connections.broadcast(999, 10**6, {"type": "execution_update", "data": {"id": 999, "changed": 10**6}})
        return changes

    monkeypatch.setattr(api.hub.history, "changed", read_while_more_comes)
    async with connect(f"{api.socket_url}?client_id=a&after=0") as socket:
        messages = [await receive(socket) for _ in (*ids, 999)]
    assert sorted(each["data"]["id"] for each in messages) == [*ids, 999]
    changes = [each["data"]["changed"] for each in messages]
    assert changes == sorted(changes)


async def test_a_number_of_another_database_gets_a_snapshot(api: Api) -> None:
    """Whoever comes with a number beyond the hub's own is not left blind."""
    async with connect(f"{api.socket_url}?client_id=a&after=999999") as socket:
        assert (await receive(socket))["type"] == "snapshot"
        execution_id = await start(api)
        assert (await until_ended(socket, execution_id))[-1]["status"] == "succeeded"


async def test_an_end_is_told_even_if_the_database_was_away(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole output is read again until it is there: an end comes late rather than never."""
    monkeypatch.setattr(socket_module, "RETRY_SECONDS", 0.05)
    read, failures = api.hub.history.peek, [Unavailable(), Unavailable()]

    async def fail_twice(execution_id: int, texts_max: int) -> Any:
        if failures:
            raise failures.pop()
        return await read(execution_id, texts_max)

    async with connect(f"{api.socket_url}?client_id=a") as socket:
        await receive(socket)
        monkeypatch.setattr(api.hub.history, "peek", fail_twice)
        end = (await until_ended(socket, await start(api)))[-1]
    assert failures == []
    assert end["output"]


async def test_an_end_is_read_once_for_all_clients(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten clients cost the database as much as one."""
    read, calls = api.hub.history.peek, []

    async def count(execution_id: int, texts_max: int) -> Any:
        calls.append(execution_id)
        return await read(execution_id, texts_max)

    clients = [await connect(f"{api.socket_url}?client_id={n}") for n in range(10)]
    for client in clients:
        await receive(client)
    monkeypatch.setattr(api.hub.history, "peek", count)
    execution_id = await start(api)
    for client in clients:
        assert (await until_ended(client, execution_id))[-1]["output"]
        await client.close()
    assert calls == [execution_id]


async def test_a_hub_that_stops_says_so(api: Api) -> None:
    """Every client is closed with 1001."""
    clients = [await connect(f"{api.socket_url}?client_id={n}") for n in range(3)]
    for client in clients:
        await receive(client)
    await sockets.close()
    for client in clients:
        with pytest.raises(ConnectionClosed) as caught:
            await receive(client)
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1001


async def _is(value: bool) -> bool:
    return value
