"""An MCP server with every fault a server may have, as a program: `python mcp_faults.py FAULT`."""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import mcp.server.stdio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.mcpserver import MCPServer
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ToolsListChanged

IMAGE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
NOTE = Path(os.environ.get("NOTE_FILE", os.devnull))


def tool(name: str, properties: dict[str, Any] | None = None, description: str = "", **more: Any) -> types.Tool:
    """Return a tool."""
    schema = {"type": "object", "properties": properties or {}}
    return types.Tool(name=name, description=description, input_schema=schema, **more)


TOOLS = [
    tool("echo", {"text": {"type": "string"}}, "Says what it is told."),
    tool("echo", {}, "The second of its name."),
    tool("big", {}, "Returns 5 MB."),
    tool("image", {}, "Returns an image."),
    tool("die", {}, "Ends the process."),
    tool("hang", {}, "Never answers.", annotations=types.ToolAnnotations(read_only_hint=True)),
    tool("busy", {}, "Works for ever without looking at anything."),
    tool("secret", {}, "Tells its secret."),
    tool("change", {}, "Changes the tools."),
    tool("fail", {}, "Says that it failed."),
    tool("a/path", {}),
    types.Tool(name="elsewhere", input_schema={"type": "object", "$ref": "https://example.com/x"}),
]


class Faults:
    """What the server does."""

    def __init__(self) -> None:
        self.tools = list(TOOLS)
        self.bus = InMemorySubscriptionBus()

    async def list_tools(self, _context: Any, _params: Any) -> types.ListToolsResult:
        """Tell the tools, also the wrong ones."""
        return types.ListToolsResult(tools=self.tools)

    async def call_tool(self, _context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Do what the tool is for."""
        name, text = params.name, (params.arguments or {}).get("text", "")
        if name in ("die", "busy"):
            break_down(name)
        if name == "image":
            return types.CallToolResult(content=[types.ImageContent(type="image", data=IMAGE, mime_type="image/png")])
        if name == "hang":
            note("hanging")
            try:
                await asyncio.Event().wait()
            finally:
                note("cancelled")
        if name == "change":
            self.tools = [tool("new", {}, f"Comes late, with {os.environ.get('TOKEN')}.")]
            await self.bus.publish(ToolsListChanged())
        said = {
            "echo": text,
            "big": "0123456789" * 500_000,
            "secret": f"the secret is {os.environ.get('TOKEN')}, and HOME is {os.environ.get('HOME')}",
        }
        content = [types.TextContent(type="text", text=said.get(name, "done"))]
        return types.CallToolResult(content=content, is_error=name == "fail")


def note(word: str) -> None:
    """Write down what happened: a process may be killed."""
    NOTE.write_text(word)


def break_down(how: str) -> None:
    """Do what no program should."""
    if how == "die":
        print(f"dying with {os.environ.get('TOKEN')}", file=sys.stderr, flush=True)
        os._exit(3)
    note(str(os.getpid()))
    time.sleep(600)


async def serve() -> None:
    """Serve until standard input closes."""
    faults = Faults()
    server = Server(
        "faults",
        on_list_tools=faults.list_tools,
        on_call_tool=faults.call_tool,
        on_subscriptions_listen=ListenHandler(faults.bus),
    )
    async with mcp.server.stdio.stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def plain() -> MCPServer:
    """Return a server without faults, for HTTP."""
    server = MCPServer("plain")

    @server.tool(description="Adds.")
    def add(a: int, b: int) -> int:
        return a + b

    return server


if __name__ == "__main__":
    match sys.argv[1]:
        case "sleep":
            time.sleep(600)
        case "end":
            sys.exit("cannot start: no licence")
        case "chatter":
            print("Welcome to the server")
            print("\x1b[31mstarting", file=sys.stderr, flush=True)
            asyncio.run(serve())
        case "http":
            plain().run("streamable-http", host="127.0.0.1", port=int(sys.argv[2]))
        case _:
            asyncio.run(serve())
