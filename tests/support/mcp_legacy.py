"""An MCP server as most are today, of the protocol before 2026, without any package: `python mcp_legacy.py`.

It starts in a fraction of the time that the SDK takes to load.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

PAGE = 25


def tool(name: str) -> dict[str, Any]:
    """Return a tool."""
    return {"name": name, "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}}}


class Legacy:
    """What it offers, and what it was told."""

    def __init__(self, count: int) -> None:
        self.tools = [tool(f"tool_{number}") for number in range(count)] + [tool("echo"), tool("meta"), tool("change")]
        self.tools.append({**tool("background"), "execution": {"taskSupport": "required"}})
        self.seen: list[str] = []

    def answer(self, message: dict[str, Any]) -> None:
        """Answer a request; a notification is only noted."""
        method, params = message.get("method"), message.get("params") or {}
        self.seen.append(f"{method} {params.get('requestId', '')}".strip())
        if "id" not in message:
            return
        if method == "initialize":
            self.send(
                message,
                protocolVersion="2025-06-18",
                capabilities={"tools": {"listChanged": True}},
                serverInfo={"name": "legacy", "version": "1"},
            )
        elif method == "tools/list":
            start = int(params.get("cursor") or 0)
            more = {"nextCursor": str(start + PAGE)} if start + PAGE < len(self.tools) else {}
            self.send(message, tools=self.tools[start : start + PAGE], **more)
        elif method == "tools/call":
            self.call(message, params)
        else:
            self.write({"id": message["id"], "error": {"code": -32601, "message": f"unknown method {method}"}})

    def call(self, message: dict[str, Any], params: dict[str, Any]) -> None:
        """Call a tool: `hang` as its text is never answered, `endless` for ever, and of `die` it dies."""
        arguments = params.get("arguments") or {}
        while arguments.get("text") == "endless":
            os.write(1, b"x" * 100_000)
        if arguments.get("text") == "die":
            sys.exit("the disk is full")
        if arguments.get("text") == "hang":
            return
        text = arguments.get("text", "")
        if params["name"] == "meta":
            text = json.dumps({"meta": params.get("_meta"), "seen": self.seen, "env": sorted(os.environ)})
        if params["name"] == "change":
            self.tools = [tool("new")]
            self.write({"method": "notifications/tools/list_changed"})
        if params["name"].startswith("tool_"):
            self.write({"id": message["id"], "error": {"code": -32602, "message": "no, with a token: tok-123456789"}})
            return
        self.send(message, content=[{"type": "text", "text": text}])

    def send(self, message: dict[str, Any], **result: Any) -> None:
        """Send a result."""
        self.write({"id": message["id"], "result": result})

    def write(self, message: dict[str, Any]) -> None:
        """Send a message."""
        print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


if __name__ == "__main__":
    if "PID_FILE" in os.environ:
        Path(os.environ["PID_FILE"]).write_text(str(os.getpid()))
    server = Legacy(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    for line in sys.stdin:
        server.answer(json.loads(line))
