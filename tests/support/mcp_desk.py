"""An MCP server of an office, as a program: `send` works in steps, and ends when its gate is there."""

import asyncio
import os
from pathlib import Path

from mcp.server.mcpserver import MCPServer

# What `send` waits for, and where it writes how far it is: its process may be killed, and is not this one.
GATE = Path(os.environ.get("GATE_FILE", os.devnull))
NOTES = Path(os.environ.get("NOTE_FILE", os.devnull))
STEP_SECONDS = 0.05

server = MCPServer("desk")


@server.tool(description="Looks a word up in the archive.")
def look_up(word: str) -> str:
    """Find something."""
    return f"{word}: 14 % over plan, two large orders from the north, one customer lost."


@server.tool(description="Writes to somebody outside of the house.")
async def send(to: str, subject: str = "", text: str = "") -> str:
    """Send a message, once the gate is there."""
    note(f"began {to}")
    try:
        while not is_open():
            await asyncio.sleep(STEP_SECONDS)
    except asyncio.CancelledError:
        note(f"cancelled {to}")
        raise
    note(f"sent {to}")
    return f"Sent to {to}."


def is_open() -> bool:
    """Tell whether the gate is there."""
    return GATE.exists()


def note(words: str) -> None:
    """Write down what happened."""
    with NOTES.open("a") as notes:
        notes.write(f"{words}\n")


if __name__ == "__main__":
    server.run("stdio")
