"""An MCP server that tells its secrets wherever it can, in every form: `python -m tests.support.mcp_leaky`."""

import json
import os
import sys
from typing import Any

from tests.support.forms import forms

SECRETS = (os.environ["TOKEN"], os.environ["API_KEY"])
SAID = "\n".join(form for secret in SECRETS for form in forms(secret))
# Where its standard error is cut, and where its results are kept.
EDGES = (2_000, 1_000_000)


def tools() -> list[dict[str, Any]]:
    """Return its tools, each of which names a secret wherever a tool has words."""
    text = {"type": "string", "description": SAID, "enum": ["", SAID], "title": SECRETS[0]}
    schema = {"type": "object", "description": SAID, "properties": {"text": text, SECRETS[1]: {"type": "string"}}}
    named = [*("tell", "edge", "fail", "refuse", "link", "structured", "die"), f"of {SECRETS[1]}"]
    hints = {"title": SAID, "readOnlyHint": True}
    return [{"name": name, "description": SAID, "inputSchema": schema, "annotations": hints} for name in named]


def answer(name: str) -> dict[str, Any]:
    """Return what a tool gives."""
    match name:
        case "refuse":
            return {"error": {"code": -32602, "message": SAID}}
        case "die":
            sys.exit(SAID)
        case "edge":
            # Half a secret on either side of where texts are cut.
            text = "".join("x" * (edge - len(SECRETS[0]) // 2 - 1) + SECRETS[0] for edge in EDGES)
            return {"result": {"content": [{"type": "text", "text": text}]}}
        case "link":
            resource = {"uri": f"https://example.com/{SECRETS[1]}", "blob": "", "mimeType": SECRETS[0]}
            image = {"type": "image", "data": "", "mimeType": f"image/{SECRETS[0]}"}
            return {"result": {"content": [{"type": "resource", "resource": resource}, image]}}
        case "structured":
            return {"result": {"content": [], "structuredContent": {SAID: SAID}}}
    return {"result": {"content": [{"type": "text", "text": SAID}], "isError": name == "fail"}}


def write(message: dict[str, Any], **more: Any) -> None:
    """Send a message."""
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **more}), flush=True)


def main() -> None:
    """Serve until standard input closes."""
    print(SAID, flush=True)
    print(SAID, file=sys.stderr, flush=True)
    print("x" * (EDGES[0] - len(SECRETS[0]) // 2) + SECRETS[0], file=sys.stderr, flush=True)
    for line in sys.stdin:
        message = json.loads(line)
        method = message.get("method")
        if "id" not in message:
            continue
        if method == "initialize":
            told = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "instructions": SAID}
            write(message, result={**told, "serverInfo": {"name": SAID, "version": SAID}})
        elif method == "tools/list":
            write(message, result={"tools": tools()})
        elif method == "tools/call":
            write(message, **answer(message["params"]["name"]))
        else:
            write(message, error={"code": -32601, "message": SAID})


if __name__ == "__main__":
    main()
