"""The sockets of pages over real HTTP: which there are, as Prometheus is told."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest
import websockets
from granian.constants import Interfaces
from granian.server.embed import Server
from socketio import ASGIApp

from execution_hub.settings import Settings
from execution_hub.ui.page_sockets import PageSockets
from execution_hub.ui.transport import socket_server
from tests.support.hub import eventually
from tests.support.server import free_port


@pytest.fixture
async def served() -> AsyncIterator[tuple[PageSockets, int]]:
    """Yield the sockets of an app without pages, and the port it is at."""
    sockets, sio, port = PageSockets(), socket_server(Settings(_env_file=None)), free_port()
    sockets.start(SimpleNamespace(sio=sio))  # type: ignore[arg-type]
    server = Server(ASGIApp(sio, socketio_path="_event"), "127.0.0.1", port, interface=Interfaces.ASGI)
    serving = asyncio.create_task(server.serve())
    yield sockets, port
    server.stop()
    await asyncio.wait({serving}, timeout=5)


async def test_pages_are_counted_by_how_they_are_connected(served: tuple[PageSockets, int]) -> None:
    sockets, port = served

    async def polls() -> bool:
        async with httpx.AsyncClient() as client:
            try:
                answer = await client.get(f"http://127.0.0.1:{port}/_event/?EIO=4&transport=polling")
            except httpx.TransportError:
                return False
            return answer.status_code == 200

    await eventually(polls)
    assert (sockets.count(is_polling=True), sockets.count(is_polling=False)) == (1, 0)
    async with websockets.connect(f"ws://127.0.0.1:{port}/_event/?EIO=4&transport=websocket") as page:
        await page.recv()
        assert (sockets.count(is_polling=True), sockets.count(is_polling=False)) == (1, 1)

    async def has_gone() -> bool:
        return sockets.count(is_polling=False) == 0

    await eventually(has_gone)


def test_without_an_app_there_are_none() -> None:
    assert PageSockets().count(is_polling=True) == 0
