"""What an agent may call: tools as they were when its execution began to use them."""

from typing import Any

import pytest

from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.tool_choice import ToolChoice
from execution_hub.errors import ToolMissing
from execution_hub.runners.offered_tools import OfferedTools
from execution_hub.tools.port import Tool, ToolServer, tool_of


class Box:
    """A box with one server, which takes a few looks to be ready."""

    def __init__(self, *tools: Tool, looks: int = 0, error: str = "") -> None:
        self._tools, self._looks, self._error = tools, looks, error

    def servers(self) -> tuple[ToolServer, ...]:
        self._looks -= 1
        status: Any = "failed" if self._error else "starting" if self._looks > 0 else "ready"
        return (ToolServer("s", status, self._error, self._tools if self._looks <= 0 else ()),)

    def find(self, server: str, tool: str) -> Tool | None:
        return self.servers()[0].find(tool) if server == "s" else None


class Notes:
    """A journal that remembers what is to be kept."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def keep(self, meta: Any) -> None:
        self.kept.append(meta)


def agent(*choices: ToolChoice) -> AgentDefinition:
    return AgentDefinition("A", "m", "", 100, tools=choices)


def offered(box: Box, notes: Notes, meta: dict[str, Any] | None = None) -> OfferedTools:
    given: Any = (box, notes, meta or {})
    return OfferedTools(*given)


async def test_an_offer_keeps_what_each_tool_was() -> None:
    """Once; a tool that has changed since is refused in words, one that has not is offered again."""
    old, other = tool_of("s", "t", "Reads.", {}), tool_of("s", "u", "", {})
    notes = Notes()
    choices = (ToolChoice("s", "t"), ToolChoice("s", "u", "auto"), ToolChoice("s", "v", "never"))
    offer = await offered(Box(old, other), notes).of(agent(*choices))
    assert notes.kept == [{"tools": {"s/t": old.digest, "s/u": other.digest}}]
    assert [spec.name for spec in offer.specs] == ["s__t", "s__u"]
    assert offer.asked == {("s", "t")}
    assert "never" in offer.refusal_of("s__v") and "s__t, s__u" in offer.refusal_of("what")
    later = offered(Box(tool_of("s", "t", "Deletes.", {}), other), notes, notes.kept[0])
    offer = await later.of(agent(*choices))
    assert [spec.name for spec in offer.specs] == ["s__u"]
    assert "has changed since" in offer.refusal_of("s__t") and len(notes.kept) == 1


async def test_a_server_that_starts_is_waited_for() -> None:
    """After a start of the hub it needs a moment."""
    offer = await offered(Box(tool_of("s", "t", "", {}), looks=3), Notes()).of(agent(ToolChoice("s", "t")))
    assert [spec.name for spec in offer.specs] == ["s__t"]


async def test_a_tool_that_is_not_there_is_told_apart() -> None:
    """Before it was used it fails the execution; afterwards only its calls, with the server's own reason."""
    choices = agent(ToolChoice("s", "t"))
    with pytest.raises(ToolMissing, match="no tool t"):
        await offered(Box(), Notes()).of(choices)
    with pytest.raises(ToolMissing, match="HUB_MCP_FILE"):
        await offered(Box(), Notes()).of(agent(ToolChoice("elsewhere", "t")))
    offer = await offered(Box(error="It died."), Notes(), {"tools": {"s/t": "digest"}}).of(choices)
    assert "It died." in offer.refusal_of("s__t")
