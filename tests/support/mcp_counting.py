"""An MCP server whose tools only count: `python mcp_counting.py FILE SECONDS`. Without any package, so it starts fast.

Each call is a line in the file before it is worked on, and one when it has ended: `begin EXECUTION-NUMBER TOOL`.
"""

import json
import os
import sys
import time
from typing import Any

SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}
TOOLS = ("once", "again")


def write(message: dict[str, Any]) -> None:
    """Send a message."""
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


def note(file: int, *words: str) -> None:
    """Write a line that survives whatever happens to this process."""
    os.write(file, (" ".join(words) + "\n").encode())


def call(file: int, seconds: float, message: dict[str, Any]) -> None:
    """Count a call, and take a while for it."""
    params = message["params"]
    words = params["_meta"]["hub/call"], params["name"]
    note(file, "begin", *words)
    time.sleep(seconds)
    note(file, "end", *words)
    write({"id": message["id"], "result": {"content": [{"type": "text", "text": f"counted {words[0]}"}]}})


def main() -> None:
    """Serve until standard input closes."""
    file = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for line in sys.stdin:
        message = json.loads(line)
        method = message.get("method")
        if "id" not in message:
            continue
        if method == "initialize":
            told = {"protocolVersion": "2025-06-18", "serverInfo": {"name": "counting", "version": "1"}}
            write({"id": message["id"], "result": {**told, "capabilities": {"tools": {}}}})
        elif method == "tools/list":
            write({"id": message["id"], "result": {"tools": [{"name": n, "inputSchema": SCHEMA} for n in TOOLS]}})
        elif method == "tools/call":
            call(file, float(sys.argv[2]), message)
        else:
            write({"id": message["id"], "error": {"code": -32601, "message": f"unknown method {method}"}})


if __name__ == "__main__":
    main()
