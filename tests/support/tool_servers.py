"""Boxes with real MCP servers, without a hub."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from execution_hub.pool import WorkPool
from execution_hub.tools.keeper import Keeper
from execution_hub.tools.mcp_file import read_mcp_file
from execution_hub.tools.mcp_server import mcp_servers
from execution_hub.tools.port import ToolBox, ToolResult, ToolServer
from tests.support.hub import eventually

SUPPORT = Path(__file__).parent
TOKEN = "tok-123456789"
VARIABLES = {"TOKEN": TOKEN}


def faults(*words: str, **env: str) -> dict[str, Any]:
    """Return the entry of the server of faults."""
    return program("mcp_faults.py", *words, **env)


def legacy(*words: str, **env: str) -> dict[str, Any]:
    """Return the entry of the server of the protocol before 2026."""
    return program("mcp_legacy.py", *words, **env)


def desk(folder: Path) -> dict[str, Any]:
    """Return the entry of the server of an office, whose gate and notes lie in a folder."""
    env = {"GATE_FILE": str(folder / "gate"), "NOTE_FILE": str(folder / "notes")}
    return {"command": sys.executable, "args": [str(SUPPORT / "mcp_desk.py")], "env": env}


def program(name: str, *words: str, **env: str) -> dict[str, Any]:
    """Return the entry of a server in this folder."""
    return {"command": sys.executable, "args": [str(SUPPORT / name), *words], "env": {"TOKEN": "${TOKEN}", **env}}


def write_file(folder: Path, servers: dict[str, Any]) -> Path:
    """Write a file of servers."""
    path = folder / "mcp.json"
    path.write_text(json.dumps({"mcpServers": servers}))
    return path


@asynccontextmanager
async def box_of(folder: Path, **servers: dict[str, Any]) -> AsyncIterator[ToolBox]:
    """Yield an open box with servers, and end them all."""
    pool, keeper = WorkPool(1), Keeper()
    file = read_mcp_file(write_file(folder, servers), VARIABLES.get)
    box = ToolBox(mcp_servers(file, pool, keeper), pool)
    await box.open()
    try:
        yield box
    finally:
        await box.close()
        await asyncio.to_thread(keeper.close)
        await asyncio.to_thread(pool.close)


def server_of(box: ToolBox, name: str) -> ToolServer:
    """Return a server as it is now."""
    return next(each for each in box.servers() if each.name == name)


async def in_status(box: ToolBox, name: str, status: str) -> ToolServer:
    """Wait until a server has a status."""

    async def check() -> ToolServer | None:
        found = server_of(box, name)
        return found if found.status == status else None

    found: ToolServer = await eventually(check, 60)
    return found


async def call(box: ToolBox, server: str, tool: str, seconds: float = 60, **arguments: Any) -> ToolResult:
    """Call a tool."""
    return await box.call(server, tool, arguments, timeout_seconds=seconds, meta={"hub/call": "7-1"})


def holds(check: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    """Return a check for `eventually`."""

    async def asked() -> object:
        return check()

    return asked
