"""The tools that an agent may be given, as its form shows them. Pure; the texts are the servers' own words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from execution_hub.views.texts import EXCERPT_MAX, excerpt

# Of all servers together: what a page can show, and a person can choose from.
SHOWN_MAX = 300
CHARACTERS_PER_TOKEN = 4
# Of what a server says of a tool, what tells whether a person should be asked.
_HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")


class OfferedTool(Protocol):
    """A tool as its server tells it: see `tools.port.Tool`."""

    @property
    def name(self) -> str:
        """Its name there."""

    @property
    def model_name(self) -> str:
        """Its name at the model."""

    @property
    def description(self) -> str:
        """What its server says that it does."""

    @property
    def input_schema(self) -> Mapping[str, Any]:
        """What its arguments must fit."""

    @property
    def hints(self) -> Mapping[str, Any]:
        """What its server says of its effects."""


class Server(Protocol):
    """A server as it is now: see `tools.port.ToolServer`."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def status(self) -> str:
        """`ready`, `starting` or `failed`."""

    @property
    def tools(self) -> Sequence[OfferedTool]:
        """What it offers."""


@dataclass(frozen=True, slots=True)
class ToolRow:
    """A tool to choose.

    Attributes:
        key: Its server and its name, as the form names it.
        name: Its name at its server.
        description: The first words of what its server says of it.
        hints: What its server says of its effects: names of MCP, only those that are true.
        tokens: About how many tokens it takes in each turn; 0 where that is not known.
        approval: What the agent has chosen; empty where it is not given.
        is_here: Whether its server offers it now.
    """

    key: str = ""
    name: str = ""
    description: str = ""
    hints: tuple[str, ...] = ()
    tokens: int = 0
    approval: str = ""
    is_here: bool = True


@dataclass(frozen=True, slots=True)
class ServerRow:
    """A server and its tools.

    Attributes:
        name: Its name.
        status: `ready`, `starting`, `failed`, or `unknown` for one that this hub does not have.
        tools: Its tools, those that are given and not there any more at the end.
    """

    name: str = ""
    status: str = "unknown"
    tools: tuple[ToolRow, ...] = ()


def server_rows(servers: Sequence[Server], chosen: Sequence[Mapping[str, str]]) -> list[ServerRow]:
    """Return what there is to choose, and what is chosen.

    Args:
        servers: The hub's, as they are now.
        chosen: What the agent has, as `ToolChoice.as_json`.
    """
    given = {(each["server"], each["tool"]): each["approval"] for each in chosen}
    rows: dict[str, ServerRow] = {}
    left = SHOWN_MAX
    for server in servers:
        tools = tuple(_row(server.name, tool, given.pop((server.name, tool.name), "")) for tool in server.tools[:left])
        left -= len(tools)
        rows[server.name] = ServerRow(server.name, server.status, tools)
    for (name, tool), approval in given.items():
        row = rows.get(name, ServerRow(name))
        gone = ToolRow(f"{name}/{tool}", tool, approval=approval, is_here=False)
        rows[name] = replace(row, tools=(*row.tools, gone))
    return [row for row in rows.values() if row.tools or row.status != "ready"]


def _row(server: str, tool: OfferedTool, approval: str) -> ToolRow:
    return ToolRow(
        f"{server}/{tool.name}",
        tool.name,
        _words(tool.description),
        tuple(name for name in _HINTS if tool.hints.get(name) is True),
        estimated_tokens(tool),
        approval,
    )


def _words(description: str) -> str:
    text = excerpt(description)
    return f"{text}…" if len(text) == EXCERPT_MAX else text


def estimated_tokens(tool: OfferedTool) -> int:
    """Return about how many tokens a tool takes in each turn: a quarter of the characters that the model is told."""
    schema = json.dumps(tool.input_schema, ensure_ascii=False)
    length = len(tool.model_name) + len(tool.description) + len(schema)
    return -(-length // CHARACTERS_PER_TOKEN)
