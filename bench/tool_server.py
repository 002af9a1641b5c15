"""A tool server over stdio: twenty tools, each of which says at once what it is told. `python -m bench.tool_server`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import mcp.server.stdio
import mcp_types as types
from mcp.server.lowlevel import Server

from tests.support.server import ROOT

TOOLS = 20
DESCRIPTION = "Says what it is told. " * 10
SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "description": "What to say. " * 4},
        "times": {"type": "integer", "minimum": 1, "description": "How often to say it. " * 4},
    },
}


def entry() -> dict[str, Any]:
    """Return its entry in a file of servers."""
    return {"command": sys.executable, "args": ["-m", "bench.tool_server"], "cwd": str(ROOT)}


def write_file(path: Path, count: int) -> Path:
    """Write a file of so many of these servers."""
    path.write_text(json.dumps({"mcpServers": {f"bench{number}": entry() for number in range(count)}}))
    return path


async def _list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
    tools = [types.Tool(name=f"say_{number}", description=DESCRIPTION, input_schema=SCHEMA) for number in range(TOOLS)]
    return types.ListToolsResult(tools=tools)


async def _call_tool(_context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
    text = str((params.arguments or {}).get("text", ""))
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)])


async def main() -> None:
    """Serve until standard input closes."""
    server = Server("bench", on_list_tools=_list_tools, on_call_tool=_call_tool)
    async with mcp.server.stdio.stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main())
