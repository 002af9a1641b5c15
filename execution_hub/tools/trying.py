"""A call of a tool without a model, to try it."""

import json
from typing import Any, Protocol

from execution_hub.errors import Conflict, InvalidInput, NotFound, ToolFailed
from execution_hub.tools.arguments import ARGUMENTS_MAX
from execution_hub.tools.port import Tool, ToolResult, ToolServer

TRY_SECONDS = 60.0
# What goes with the call instead of the number of an execution.
_META = {"hub/call": "try"}
SHOWN_MAX = 100


class Tools(Protocol):
    """Where tools are: see `tools.port.ToolBox`."""

    def servers(self) -> tuple[ToolServer, ...]:
        """Return all servers as they are now."""
        ...

    async def check(self, tool: Tool, arguments: object) -> str | None:
        """Return what does not fit about arguments; None if they fit."""
        ...

    async def call(
        self, server: str, tool: str, arguments: dict[str, Any], *, timeout_seconds: float, meta: dict[str, Any]
    ) -> ToolResult:
        """Call a tool.

        Raises:
            ToolFailed: It gave no result.
        """
        ...


async def try_tool(box: Tools, server: str, tool: str, arguments: dict[str, Any]) -> ToolResult:
    """Call a tool once.

    Args:
        box: Where it is.
        server: The name of its server.
        tool: Its name there.
        arguments: Its arguments.

    Raises:
        NotFound: There is no such server or tool.
        InvalidInput: The arguments do not fit its schema.
        Conflict: Its server is not ready, or gave no result.
    """
    shown = (server[:SHOWN_MAX], tool[:SHOWN_MAX])
    state = next((each for each in box.servers() if each.name == server), None)
    if state is None:
        raise NotFound(f"There is no server of tools called {shown[0]}.", server=shown[0])
    if state.status != "ready":
        why = state.error or "Try again in a moment."
        raise Conflict(f"The server {server} is not ready. {why}", server=server, status=state.status)
    found = state.find(tool)
    if found is None:
        raise NotFound(f"The server {server} has no tool called {shown[1]}.", server=server, tool=shown[1])
    if len(json.dumps(arguments)) > ARGUMENTS_MAX:
        words = f"arguments have more than {ARGUMENTS_MAX} characters as JSON. Send less."
        raise InvalidInput("arguments", words, limit=ARGUMENTS_MAX)
    problem = await box.check(found, arguments)
    if problem is not None:
        raise InvalidInput("arguments", f"arguments do not fit {tool}: {problem}", problem=problem)
    try:
        return await box.call(server, tool, arguments, timeout_seconds=TRY_SECONDS, meta=_META)
    except ToolFailed as error:
        raise Conflict(error.message, server=server, tool=tool) from None
