"""The API over real HTTP and real WebSockets, in the test's own process: no pages, so it starts at once."""

import asyncio
import json
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server

from execution_hub.api.app import create_api
from execution_hub.api.guard import Guard
from execution_hub.api.socket import sockets
from execution_hub.hub.hub import Hub, set_current_hub
from tests.support.hub import eventually, make_settings
from tests.support.server import free_port


@dataclass
class Api:
    """A served API.

    Attributes:
        hub: The hub behind it.
        client: An HTTP client of it.
        port: Where it listens.
    """

    hub: Hub
    client: httpx.AsyncClient
    port: int

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Call it and return the status and the JSON answer."""
        response = await self.client.request(method, path, **options)
        return response.status_code, json.loads(response.text) if response.text else None

    @property
    def socket_url(self) -> str:
        """The address of `/ws/executions`."""
        return f"ws://127.0.0.1:{self.port}/ws/executions"


@pytest.fixture(scope="session")
def api_app() -> FastAPI:
    """Return the API as one app: it asks for the hub of the moment, and building its routes takes most of a start."""
    return create_api()


@pytest.fixture(scope="session")
def no_certificates() -> ssl.SSLContext:
    """Return a TLS context that knows nobody: a client loads all of the machine's certificates without it."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@asynccontextmanager
async def served(hub: Hub, app: FastAPI, verify: ssl.SSLContext | bool = True) -> AsyncIterator[Api]:
    """Serve the API of an open hub for as long as the block runs."""
    set_current_hub(hub)
    port = free_port()
    server = Server(Guard(app, hub.settings), "127.0.0.1", port, interface=Interfaces.ASGI)
    serving = asyncio.create_task(server.serve())
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address, timeout=30, verify=verify) as client:

        async def is_ready() -> bool:
            with suppress(httpx.TransportError):
                return (await client.get("/api/ready")).status_code == 200
            return False

        await eventually(is_ready)
        yield Api(hub, client, port)
    await sockets.close()
    server.stop()
    with suppress(TimeoutError, asyncio.CancelledError):
        await asyncio.wait_for(serving, 5)
    set_current_hub(None)


@pytest.fixture
async def api(hub: Hub, api_app: FastAPI, no_certificates: ssl.SSLContext) -> AsyncIterator[Api]:
    """Yield the API of an open hub."""
    async with served(hub, api_app, no_certificates) as found:
        yield found


on_module_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asked_api(
    api_app: FastAPI,
    no_certificates: ssl.SSLContext,
    used_data_dir: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Api]:
    """Yield the API of a hub that the tests of one module share: those which only ask, or are refused.

    They run `on_module_loop`.
    """
    folder = tmp_path_factory.mktemp("asked")
    hub = await Hub.open(make_settings(shutil.copytree(used_data_dir, folder / "data")))
    async with served(hub, api_app, no_certificates) as found:
        yield found
    await hub.close()
    shutil.rmtree(folder, ignore_errors=True)


JSON = {"Content-Type": "application/json"}


async def sample_id(api: Api) -> int:
    """Return the id of the sample agent with the simulated model."""
    items = (await api.call("GET", "/api/agents"))[1]["items"]
    return int(next(each["id"] for each in items if each["model"] == "simulated"))


async def ended(api: Api, execution_id: int) -> dict[str, Any]:
    """Follow an execution's log by long-polling until it has ended, and return it."""
    after = 0
    while True:
        _, page = await api.call("GET", f"/api/executions/{execution_id}/events?after={after}&wait=10")
        after = page["events"][-1]["seq"] if page["events"] else after
        _, execution = await api.call("GET", f"/api/executions/{execution_id}")
        if execution["finished_at"] and after == execution["last_seq"]:
            return dict(execution)
