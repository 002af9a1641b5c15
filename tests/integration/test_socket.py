"""`/ws/executions` as scripts use it: real WebSockets, several at once."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from execution_hub.api.socket import sockets
from tests.support.api import Api
from tests.support.hub import ended as execution_ended
from tests.support.hub import eventually


async def start(api: Api, text: str = "[fast] hello") -> int:
    """Start a test of the sample agent and return its id."""
    agent = next(each for each in await api.hub.list_agents() if each.is_simulated)
    return (await api.hub.start_agent_test(agent.id, text)).id


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
    execution_id = await start(api, "hello")
    async with connect(f"{api.socket_url}?client_id=a") as socket:
        first = await receive(socket)
        assert first["type"] == "snapshot"
        assert [each["id"] for each in first["data"]] == [execution_id]
        assert first["changed"] >= 1
        updates = await until_ended(socket, execution_id)
    assert [each["changed"] for each in updates] == sorted({each["changed"] for each in updates})
    assert all(each["output"] is None for each in updates[:-1])
    execution = await api.hub.get_execution(execution_id)
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
        with pytest.raises(ConnectionClosed) as caught:
            await receive(older)
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 4001
        assert len(sockets.connections) == 1
        await newer.send("still there?")
        assert (await receive(newer))["type"] == "pong"


@pytest.mark.parametrize("query", ["", "?client_id="])
async def test_without_a_client_id_it_closes_with_1008(api: Api, query: str) -> None:
    """A policy violation, said as such."""
    async with connect(api.socket_url + query) as socket:
        with pytest.raises(ConnectionClosed) as caught:
            await receive(socket)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1008


async def test_commands_and_heartbeats_are_answered(api: Api) -> None:
    """An object with a type is a command, an unknown one an error; any other text is a heartbeat."""
    async with connect(f"{api.socket_url}?client_id=a") as socket:
        await receive(socket)
        for text in ("ping", "{", "[1]", "7", '{"no": "type"}', '{"type": "ping"}'):
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


async def _is(value: bool) -> bool:
    return value
