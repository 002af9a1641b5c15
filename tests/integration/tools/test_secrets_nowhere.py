"""The secrets of HUB_MCP_FILE after a full run: in no database, log, page's value, answer or message of the hub."""

import asyncio
import base64
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from websockets.asyncio.client import connect

from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub
from execution_hub.views.tool_rows import server_rows
from tests.support.api import Api, served
from tests.support.bench_tools import act, actor
from tests.support.forms import forms, traces
from tests.support.hub import ended, eventually, make_settings
from tests.support.mcp_http import HttpTools, http_tools
from tests.support.server import ROOT
from tests.support.tool_servers import holds, write_file

# What escapes in one form is another text in each of them.
TOKEN = "tok/en+1 \"'&é=x%20\\y-7f3a"
KEY = "key-9d1c 'q\" <&> written-in-the-file"
BEARER = "brr/+7c2e~\"'&=x%20y"
PASSWORD = "pass-word-4b8e/+="
QUERY = "qry_5f6a7b8c"
SECRETS = (TOKEN, KEY, BEARER, PASSWORD, QUERY)


@pytest.fixture
async def web() -> AsyncIterator[HttpTools]:
    """Yield a server over HTTP that tells what it was sent."""
    said = "\n".join(form for secret in (BEARER, PASSWORD, QUERY) for form in forms(secret))
    async with http_tools(said) as tools:
        yield tools


@pytest.fixture
async def leaky(
    data_dir: Path, web: HttpTools, api_app: FastAPI, no_certificates: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Api]:
    """Yield the API of a hub whose servers tell all their secrets."""
    basic = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
    for name, value in {"MCP_TOKEN": TOKEN, "MCP_BEARER": BEARER, "MCP_QUERY": QUERY}.items():
        monkeypatch.setenv(name, value)
    servers = {
        "leaky": {
            "command": sys.executable,
            "args": ["-m", "tests.support.mcp_leaky"],
            "cwd": str(ROOT),
            "env": {"TOKEN": "${MCP_TOKEN}", "API_KEY": KEY},
        },
        "web": {
            "url": f"{web.url}?key=${{MCP_QUERY}}",
            "headers": {"Authorization": f"Basic {basic}", "X-Token": "Bearer ${MCP_BEARER}"},
        },
        "away": {"url": "http://127.0.0.1:9/mcp?key=${MCP_QUERY}"},
    }
    hub = await Hub.open(make_settings(data_dir, HUB_MCP_FILE=str(write_file(data_dir.parent, servers))))
    async with served(hub, api_app, no_certificates) as api:
        yield api
    await hub.close()


async def test_secrets_are_nowhere_after_a_full_run(
    leaky: Api, web: HttpTools, data_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Servers tell them in tools, results, errors, last words and on standard error, in every form and at each cut."""
    hub = leaky.hub

    def statuses() -> dict[str, str]:
        return {server.name: server.status for server in hub.tools.servers()}

    await eventually(holds(lambda: statuses() | {"away": "failed"} == statuses() | {"web": "ready", "leaky": "ready"}))
    found: list[str] = []
    async with connect(leaky.socket_url + "?client_id=all&after=0") as socket:
        tools = {server.name: server.tools for server in hub.tools.servers()}
        assert len(tools["leaky"]) == 8 and len(tools["web"]) == 7
        found.append(repr(server_rows(hub.tools.servers(), ())))
        names = [f"leaky/{tool.name}" for tool in tools["leaky"] if tool.name != "die"]
        agent = await hub.agents.create(actor(*names, "web/leak", "leaky/die", max_turns=20))
        offered = [*(each for each in tools["leaky"] if each.name != "die"), hub.tools.find("web", "leak")]
        text = " ".join(f"[tool {tool.model_name} {{}}]" for tool in offered if tool is not None)
        first = await act(hub, agent, f"{text} [tool leaky__die {{}}] [fast]")
        done = await ended(hub, first, 60)
        assert done.status is Status.SUCCEEDED, done.error
        assert "[secret MCP_TOKEN]" in json.dumps((await leaky.call("GET", f"/api/executions/{first}"))[1]["calls"])
        await eventually(holds(lambda: statuses()["leaky"] == "ready"))
        for path in ("leaky/tell", "leaky/refuse", "web/leak", "leaky/die"):
            found.append(str(await leaky.call("POST", f"/api/tools/{path}/try", json={"arguments": {}})))
        found += await answers(leaky, first, agent.id)
        while True:
            try:
                found.append(str(await asyncio.wait_for(socket.recv(), 0.5)))
            except TimeoutError:
                break
    told = capfd.readouterr()
    found += [told.out, told.err]
    assert len(told.out) > 100 and any("tools.server_said" in each for each in found)
    texts = [each.encode(errors="replace") for each in found]
    texts += await asyncio.to_thread(stored, data_dir)
    assert sum(map(len, texts)) > 200_000
    assert web.seen[0][2]["x-token"] == f"Bearer {BEARER}"
    leaks = [(trace, text) for secret in SECRETS for trace in traces(secret) for text in texts if trace in text]
    assert [(trace, text[max(0, text.index(trace) - 60) :][:200]) for trace, text in leaks] == []


def stored(folder: Path) -> list[bytes]:
    """Return what all files of a folder hold: the databases, what is not in them yet, and whatever else is there."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def answers(api: Api, execution_id: int, agent_id: int) -> list[str]:
    """Return what every path of the API answers to GET."""
    found = []
    for path, methods in (await api.call("GET", "/api/openapi.json"))[1]["paths"].items():
        if "get" in methods:
            number = execution_id if "/executions/" in path else agent_id
            address = path.replace("{number}", "2").replace("{name}", "leaky")
            while "{" in address:
                before, _, rest = address.partition("{")
                address = f"{before}{number}{rest.partition('}')[2]}"
            query = "?full=1" if address.endswith("/executions") else ""
            found.append((await api.client.get(address + query)).text)
    return found
