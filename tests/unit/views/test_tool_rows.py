"""The tools that an agent may be given, as its form shows them."""

from dataclasses import dataclass, field
from typing import Any

from execution_hub.views.tool_rows import SHOWN_MAX, ServerRow, ToolRow, estimated_tokens, server_rows


@dataclass(frozen=True)
class Tool:
    """A tool as a server tells it."""

    name: str
    description: str = ""
    input_schema: dict[str, Any] = field(default_factory=dict)
    hints: dict[str, Any] = field(default_factory=dict)

    @property
    def model_name(self) -> str:
        """Its name at the model."""
        return f"s__{self.name}"


@dataclass(frozen=True)
class Server:
    """A server as it is now."""

    name: str
    tools: tuple[Tool, ...] = ()
    status: str = "ready"


def test_each_tool_shows_what_was_chosen_and_what_its_server_says() -> None:
    """Hints that are true, in the order of the form; a description as its first words."""
    hints = {"destructiveHint": False, "openWorldHint": True, "readOnlyHint": True, "other": True}
    tool = Tool("read", "Reads\na file. " + "x" * 500, {"type": "object"}, hints)
    (row,) = server_rows([Server("files", (tool,))], [{"server": "files", "tool": "read", "approval": "auto"}])
    (shown,) = row.tools
    assert (shown.key, shown.approval, shown.hints) == ("files/read", "auto", ("readOnlyHint", "openWorldHint"))
    assert shown.description.startswith("Reads a file.")
    assert len(shown.description) < 200


def test_what_is_given_and_not_there_is_still_shown() -> None:
    """A tool that its server does not offer any more, and one of a server that this hub does not have."""
    chosen = [
        {"server": "files", "tool": "gone", "approval": "ask"},
        {"server": "away", "tool": "write", "approval": "never"},
    ]
    found = server_rows([Server("files", (Tool("read"),)), Server("empty"), Server("late", status="starting")], chosen)
    assert [(each.name, each.status) for each in found] == [
        ("files", "ready"),
        ("late", "starting"),
        ("away", "unknown"),
    ]
    assert found[0].tools[1] == ToolRow("files/gone", "gone", approval="ask", is_here=False)
    assert found[2] == ServerRow("away", "unknown", (ToolRow("away/write", "write", approval="never", is_here=False),))


def test_no_more_tools_are_shown_than_a_page_holds() -> None:
    servers = [Server(name, tuple(Tool(str(n)) for n in range(200))) for name in "abc"]
    assert sum(len(row.tools) for row in server_rows(servers, [])) == SHOWN_MAX


def test_a_tool_costs_about_a_quarter_of_what_the_model_is_told_of_it() -> None:
    assert estimated_tokens(Tool("ab", "x" * 33, {})) == (len("s__ab") + 33 + 2) // 4
