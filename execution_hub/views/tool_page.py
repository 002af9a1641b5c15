"""What the page Tools shows of servers and their tools, as values. Pure; the texts are the servers' own words.

What may be long (a description, a schema) is not in the lines of tools: a page asks for it when one is unfolded.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from execution_hub.domain.clock import to_wire
from execution_hub.domain.folding import fold
from execution_hub.views.call_arguments import seen
from execution_hub.views.schema_rows import SchemaRow, schema_rows
from execution_hub.views.texts import EXCERPT_MAX, excerpt
from execution_hub.views.tool_form import FormField, form_fields
from execution_hub.views.tool_rows import OfferedTool, Server, estimated_tokens

BUILT_IN = "hub"
# Of a server, until all are asked for or a word narrows them; and of all together.
FIRST_SHOWN = 20
SHOWN_MAX = 400
USES_SHOWN = 50
DESCRIPTION_SHOWN = 600
# What a server may say of a tool, in the order of the page.
HINTS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
# On the line of a tool: the one that makes a difference to who presses Try.
MARKS = ("readOnlyHint", "destructiveHint")

Key = tuple[str, str]


class ShownTool(OfferedTool, Protocol):
    """A tool: see `tools.port.Tool`."""

    @property
    def server(self) -> str:
        """The name of its server."""

    @property
    def is_idempotent(self) -> bool:
        """Whether the admin said that a call may be repeated."""

    @property
    def digest(self) -> str:
        """Whether it is what it was."""


class ShownServer(Server, Protocol):
    """A server as it is now: see `tools.port.ToolServer`."""

    @property
    def error(self) -> str:
        """What is wrong with it."""

    @property
    def since(self) -> datetime | None:
        """Since when it has its status."""

    @property
    def tools(self) -> Sequence[ShownTool]:
        """What it offers."""


@dataclass(frozen=True, slots=True)
class ToolUse:
    """An agent that has a tool.

    Attributes:
        agent_id, name: Which agent.
        approval: `auto`, `ask` or `never`.
    """

    agent_id: int = 0
    name: str = ""
    approval: str = ""


@dataclass(frozen=True, slots=True)
class ToolLine:
    """A tool, folded.

    Attributes:
        key: Its server and its name.
        name: Its name at its server.
        words: The first words of its description.
        mark: The hint that makes the most difference; empty for none.
        is_idempotent: Whether the admin said that a call may be repeated.
        agents: How many agents may use it.
    """

    key: str = ""
    name: str = ""
    words: str = ""
    mark: str = ""
    is_idempotent: bool = False
    agents: int = 0


@dataclass(frozen=True, slots=True)
class ServerCard:
    """A server and its tools.

    Attributes:
        name: Its name.
        is_built_in: Whether it is the hub's own.
        status: `ready`, `starting` or `failed`.
        error: What is wrong with it, whole; of one that is ready, what of its tools was left out.
        since: Since when it has its status, ISO 8601 with Z; empty where that is not known.
        tools: Those that are shown.
        count: How many it has.
        hidden: How many of those that are looked for are not shown.
    """

    name: str = ""
    is_built_in: bool = False
    status: str = ""
    error: str = ""
    since: str = ""
    tools: list[ToolLine] = field(default_factory=list)
    count: int = 0
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class ToolDetail:
    """A tool, unfolded.

    Attributes:
        key, name, server: Which one; empty for none.
        model_name: What models call it.
        description: What its server says of it, the first of it.
        more: The rest of that.
        hints: What its server says of its effects: names of MCP, with `!` where it denies it.
        is_idempotent: Whether the admin said that a call may be repeated.
        tokens: About how many tokens it takes in each turn.
        rows: What it takes.
        has_more_rows: Whether there is more than these say.
        schema: The schema itself, as JSON.
        uses: The agents that have it.
        uses_more: How many more there are.
        fields: The form to try it.
        needs_json: Whether an argument has no field there.
        digest: Whether it is still what the form was made for.
    """

    key: str = ""
    name: str = ""
    server: str = ""
    model_name: str = ""
    description: str = ""
    more: str = ""
    hints: list[str] = field(default_factory=list)
    is_idempotent: bool = False
    tokens: int = 0
    rows: list[SchemaRow] = field(default_factory=list)
    has_more_rows: bool = False
    schema: str = ""
    uses: list[ToolUse] = field(default_factory=list)
    uses_more: int = 0
    fields: list[FormField] = field(default_factory=list)
    needs_json: bool = False
    digest: str = ""


def key_of(server: str, tool: str) -> str:
    """Return what the page calls a tool.

    >>> key_of("time", "now"), parted("time/now")
    ('time/now', ('time', 'now'))
    """
    return f"{server}/{tool}"


def parted(key: str) -> Key:
    """Return the server and the tool of a key: neither holds a slash."""
    server, _, tool = key.partition("/")
    return server, tool


def server_cards(
    servers: Sequence[ShownServer],
    agents: Mapping[Key, Sequence[ToolUse]],
    *,
    q: str = "",
    unfolded: Iterable[str] = (),
) -> list[ServerCard]:
    """Return what the page shows of servers.

    Args:
        servers: As they are now.
        agents: The agents that have a tool, by tool.
        q: Only tools that hold all these words, in the name of their server, their own or their description; then
            a server without such a tool is left out, unless its name holds them.
        unfolded: The names of servers of which all tools are shown.
    """
    words, all_of, left = fold(q).split(), frozenset(unfolded), SHOWN_MAX
    cards: list[ServerCard] = []
    for server in servers:
        found = [tool for tool in server.tools if _holds(tool, words)]
        if words and not found and not _is_in(server.name, words):
            continue
        most = left if words or server.name in all_of else min(left, FIRST_SHOWN)
        shown = found[:most]
        left -= len(shown)
        lines = [_line(tool, agents.get((server.name, tool.name), ())) for tool in shown]
        card = ServerCard(
            name=server.name,
            is_built_in=server.name == BUILT_IN,
            status=server.status,
            error=seen(server.error),
            since=to_wire(server.since) or "",
            tools=lines,
            count=len(server.tools),
            hidden=len(found) - len(shown),
        )
        cards.append(card)
    return cards


def _holds(tool: ShownTool, words: Sequence[str]) -> bool:
    return not words or _is_in(f"{tool.server} {tool.name} {tool.description}", words)


def _is_in(text: str, words: Sequence[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _line(tool: ShownTool, uses: Sequence[ToolUse]) -> ToolLine:
    words = excerpt(tool.description)
    return ToolLine(
        key=key_of(tool.server, tool.name),
        name=seen(tool.name),
        words=seen(f"{words}…" if len(words) == EXCERPT_MAX else words),
        mark=next((name for name in MARKS if tool.hints.get(name) is True), ""),
        is_idempotent=tool.is_idempotent,
        agents=sum(use.approval != "never" for use in uses),
    )


def tool_detail(tool: ShownTool, uses: Sequence[ToolUse]) -> ToolDetail:
    """Return what the page shows of a tool that is unfolded."""
    rows, has_more_rows = schema_rows(tool.input_schema)
    fields, needs_json = form_fields(tool.input_schema)
    told = seen(tool.description.strip())
    first, more = _halves(told)
    return ToolDetail(
        key=key_of(tool.server, tool.name),
        name=seen(tool.name),
        server=tool.server,
        model_name=tool.model_name,
        description=first,
        more=more,
        hints=[f"{'' if tool.hints[name] else '!'}{name}" for name in HINTS if isinstance(tool.hints.get(name), bool)],
        is_idempotent=tool.is_idempotent,
        tokens=estimated_tokens(tool),
        rows=rows,
        has_more_rows=has_more_rows,
        schema=seen(json.dumps(tool.input_schema, indent=2, ensure_ascii=False)),
        uses=list(uses[:USES_SHOWN]),
        uses_more=max(0, len(uses) - USES_SHOWN),
        fields=fields,
        needs_json=needs_json,
        digest=tool.digest,
    )


def with_uses(detail: ToolDetail, uses: Sequence[ToolUse]) -> ToolDetail:
    """Return a tool that is unfolded with the agents that have it now."""
    return replace(detail, uses=list(uses[:USES_SHOWN]), uses_more=max(0, len(uses) - USES_SHOWN))


def _halves(text: str) -> tuple[str, str]:
    """Return the first of a text, up to a space, and the rest; a text that is hardly longer is not cut."""
    if len(text) <= DESCRIPTION_SHOWN + DESCRIPTION_SHOWN // 4:
        return text, ""
    place = max(text.rfind(" ", 0, DESCRIPTION_SHOWN), text.rfind("\n", 0, DESCRIPTION_SHOWN))
    place = place if place > DESCRIPTION_SHOWN // 2 else DESCRIPTION_SHOWN
    return text[:place], text[place:]


def uses_by_tool(agents: Iterable[tuple[int, str, Sequence[Any]]]) -> dict[Key, list[ToolUse]]:
    """Return the agents that have tools, by tool.

    Args:
        agents: Id, name, and the choices of tools of each.
    """
    found: dict[Key, list[ToolUse]] = {}
    for agent_id, name, choices in agents:
        for choice in choices:
            found.setdefault((choice.server, choice.tool), []).append(ToolUse(agent_id, name, choice.approval))
    return found
