"""An MCP server over HTTP of the protocol before 2026, with every fault: bare streams, in the test's own process."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

PIECE = b"x" * 100_000
PIECES = 2_000
TOOLS = ("echo", "flood", "stream", "zip", "cut", "leak", "hang")


@dataclass
class HttpTools:
    """The server.

    Attributes:
        url: Its address.
        seen: What it was asked, in order: method, path, headers, message.
        sent: How many bytes of the last flood went out.
        status: A status with which every request is answered instead; 0 for none.
        redirect: Where every request is sent instead; empty for nowhere.
        said: What `leak` returns, and describes itself with.
    """

    url: str = ""
    seen: list[tuple[str, str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    sent: int = 0
    status: int = 0
    redirect: str = ""
    said: str = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        with suppress(OSError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode().strip().split("\r\n")
                method, path, _ = first.split(" ", 2)
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                message = json.loads(body) if body else {}
                self.seen.append((method, path, headers, message))
                await self._reply(reader, writer, method, message)
                await writer.drain()
        writer.close()

    async def _reply(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: str, message: dict[str, Any]
    ) -> None:
        if self.redirect:
            _write(writer, 307, b"", f"location: {self.redirect}")
        elif self.status:
            _write(writer, self.status, b"no")
        elif method != "POST":
            _write(writer, 405, b"")
        elif "id" not in message:
            _write(writer, 202, b"")
        elif message["method"] == "initialize":
            info = {"capabilities": {"tools": {}}, "serverInfo": {"name": "http", "version": "1"}}
            _result(writer, message, protocolVersion="2025-06-18", **info)
        elif message["method"] == "tools/list":
            schema = {"type": "object", "properties": {"text": {"type": "string", "description": self.said}}}
            tools = [{"name": name, "description": self.said, "inputSchema": schema} for name in TOOLS]
            _result(writer, message, tools=tools)
        elif message["method"] == "tools/call":
            await self._call(reader, writer, message)
        else:
            error = {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "unknown method"}}
            _write(writer, 200, json.dumps(error).encode(), "content-type: application/json")

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
        name, text = message["params"]["name"], message["params"].get("arguments", {}).get("text", "")
        match name:
            case "flood" | "stream":
                kind, before = ("application/json", b"") if name == "flood" else ("text/event-stream", b"data: ")
                head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(PIECE) * PIECES}\r\n\r\n"
                writer.write(head.encode() + before)
                self.sent = 0
                for _ in range(PIECES):
                    writer.write(PIECE)
                    await writer.drain()
                    self.sent += len(PIECE)
            case "zip":
                _write(writer, 200, b"\x1f\x8b", "content-type: application/json", "content-encoding: gzip")
            case "cut":
                writer.transport.abort()
            case "hang":
                await reader.read()
            case _:
                _result(writer, message, content=[{"type": "text", "text": self.said if name == "leak" else text}])


def _result(writer: asyncio.StreamWriter, message: dict[str, Any], **result: Any) -> None:
    body = {"jsonrpc": "2.0", "id": message["id"], "result": result}
    _write(writer, 200, json.dumps(body).encode(), "content-type: application/json")


def _write(writer: asyncio.StreamWriter, status: int, body: bytes, *headers: str) -> None:
    lines = (f"HTTP/1.1 {status} Status", f"content-length: {len(body)}", *headers)
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


@asynccontextmanager
async def http_tools(said: str = "") -> AsyncIterator[HttpTools]:
    """Serve for as long as the block runs."""
    tools = HttpTools(said=said)
    server = await asyncio.start_server(tools.answer, "127.0.0.1", 0)
    tools.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp"
    try:
        yield tools
    finally:
        server.close()
