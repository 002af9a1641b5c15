"""The shapes of what the API answers about tools: see wire.py."""

from typing import Any, Literal

from pydantic import BaseModel, Field

_SCHEMA = {"type": "object", "properties": {"expression": {"type": "string"}}, "required": ["expression"]}


class Tool(BaseModel):
    """A tool, in its server's own words."""

    name: str = Field(examples=["calculate"])
    model_name: str = Field(description="What models call it.", examples=["hub__calculate"])
    description: str = Field(examples=["Calculate an expression exactly."])
    input_schema: dict[str, Any] = Field(description="The JSON schema of its arguments.", examples=[_SCHEMA])
    hints: dict[str, Any] = Field(
        description="What its server says of it (`readOnlyHint`, …): not to be relied on.",
        examples=[{"readOnlyHint": True}],
    )
    is_idempotent: bool = Field(description="The hub's admin said that a call may be repeated.")


class ToolServer(BaseModel):
    """A server of tools, as it is now."""

    server: str = Field(examples=["hub"])
    status: Literal["ready", "starting", "failed"]
    error: str = Field(description="What is, or was last, wrong with it; empty if nothing is.", examples=[""])
    tools: list[Tool] = Field(description="Of a server that failed, those it had before.")


class ToolServerList(BaseModel):
    """The servers of tools: the built-in one, and those of `HUB_MCP_FILE`."""

    items: list[ToolServer]


class ToolResult(BaseModel):
    """What a tool gave back."""

    text: str = Field(description="Its text, the first million characters.", examples=["42"])
    is_error: bool = Field(description="The tool says that it failed.")
    chars: int = Field(description="How many characters the whole text has.", examples=[2])
