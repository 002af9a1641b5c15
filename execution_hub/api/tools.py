"""The tools of agents over HTTP: which there are, and a try without a model."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as PathParameter
from pydantic import Field

from execution_hub.api import wire_tools
from execution_hub.api.answers import answers
from execution_hub.api.bodies import Body, example
from execution_hub.hub.hub import current_hub
from execution_hub.tools.port import ToolServer
from execution_hub.tools.trying import try_tool

router = APIRouter(prefix="/api/tools", tags=["tools"])

ServerName = Annotated[str, PathParameter(description="The name of a server, such as `hub`.", examples=["hub"])]
ToolName = Annotated[str, PathParameter(description="The tool's name there.", examples=["calculate"])]


class Arguments(Body):
    """What a tool is called with."""

    model_config = Body.model_config | example(arguments={"expression": "6 * 7"})

    arguments: dict[str, Any] = Field(description="They fit the tool's `input_schema`.")


@router.get("", **answers(wire_tools.ToolServerList))
async def list_tools() -> dict[str, Any]:
    """List the servers of tools as they are now, each with its tools."""
    return {"items": [_as_json(server) for server in current_hub().tools.servers()]}


@router.post("/{server}/{tool}/try", **answers(wire_tools.ToolResult, 404, 409, has_body=True))
async def try_tool_once(server: ServerName, tool: ToolName, body: Arguments) -> dict[str, Any]:
    """Call a tool once, without a model. It does what it does: this is no rehearsal.

    What the tool itself says went wrong is a result with `is_error`; 409 tells that it gave none.
    """
    result = await try_tool(current_hub().tools, server, tool, body.arguments)
    return {"text": result.text, "is_error": result.is_error, "chars": result.chars}


def _as_json(server: ToolServer) -> dict[str, Any]:
    return {
        "server": server.name,
        "status": server.status,
        "error": server.error,
        "tools": [
            {
                "name": tool.name,
                "model_name": tool.model_name,
                "description": tool.description,
                "input_schema": tool.input_schema,
                "hints": tool.hints,
                "is_idempotent": tool.is_idempotent,
            }
            for tool in server.tools
        ],
    }
