"""The tools that agents may be given: the one place where pages ask for them."""

from collections.abc import Sequence
from contextlib import suppress

from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.tools.port import Tool, ToolServer


def offered_servers() -> Sequence[ToolServer]:
    """Return the servers of the hub with their tools as they are now; none while it starts or stops."""
    with suppress(HubError):
        return current_hub().tools.servers()
    return ()


def find_tool(server: str, tool: str) -> Tool | None:
    """Return a tool as it is now, by the names of its server and its own; None if there is none."""
    with suppress(HubError):
        return current_hub().tools.find(server, tool)
    return None
