"""The tools of an execution's agents: those that are there, as they were when the execution began to use them."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.tool_choice import ASK, NEVER, ToolChoice
from execution_hub.errors import ToolMissing
from execution_hub.live.journal import Journal
from execution_hub.llm.port import ToolSpec
from execution_hub.tools.port import Tool, ToolBox

# After a start of the hub its servers need a while; a call that comes before must not fail for that.
READY_SECONDS = 30.0
LOOK_SECONDS = 0.1
SHOWN_MAX = 60
TOOLS = "tools"


@dataclass(frozen=True)
class Offer:
    """What an agent may call.

    Attributes:
        tools: The tools, by their names at the model.
        asked: Those of which a person is asked first, by server and name.
        refusals: Why others may not be called, by server and name.
    """

    tools: dict[str, Tool] = field(default_factory=dict)
    asked: frozenset[tuple[str, str]] = frozenset()
    refusals: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """The tools as a model is offered them."""
        return tuple(ToolSpec(name, tool.description, tool.input_schema) for name, tool in self.tools.items())

    def refusal_of(self, name: str) -> str:
        """Return why a model may not call what it named."""
        for (server, tool), why in self.refusals.items():
            if name == f"{server}__{tool}":
                return why
        known = ", ".join(self.tools) or "none"
        return f"There is no tool {name[:SHOWN_MAX]}. The tools are: {known}."

    def of(self, server: str, tool: str) -> Tool | None:
        """Return a tool by server and name; None if it may not be called."""
        return next((each for each in self.tools.values() if (each.server, each.name) == (server, tool)), None)


class OfferedTools:
    """The tools of one execution's agents.

    What each tool was, as its digest, is kept in the execution's `meta` when it is offered for the first time: a tool
    whose description or schema changed afterwards is not called any more.
    """

    def __init__(self, box: ToolBox, journal: Journal, meta: dict[str, Any]) -> None:
        """Begin with what an execution has kept.

        Args:
            box: Where tools are.
            journal: Where it is kept.
            meta: The execution's, as it was claimed.
        """
        self._box = box
        self._journal = journal
        self._digests: dict[str, str] = dict(meta.get(TOOLS, {}))

    async def of(self, agent: AgentDefinition) -> Offer:
        """Return what an agent may call.

        Raises:
            ToolMissing: One that it has never been offered in this execution is not there.
        """
        chosen = [choice for choice in agent.tools if choice.approval != NEVER]
        await self._wait_for({choice.server for choice in chosen})
        tools: dict[str, Tool] = {}
        refusals = {
            (choice.server, choice.tool): f"{choice.tool} of {choice.server} may never be called by this agent."
            for choice in agent.tools
            if choice.approval == NEVER
        }
        before = len(self._digests)
        for choice in chosen:
            tool, key = self._box.find(choice.server, choice.tool), f"{choice.server}/{choice.tool}"
            if tool is None and key not in self._digests:
                raise ToolMissing(self._why_missing(choice))
            if tool is None:
                refusals[choice.server, choice.tool] = self._why_missing(choice)
            elif self._digests.setdefault(key, tool.digest) != tool.digest:
                refusals[choice.server, choice.tool] = (
                    f"{choice.tool} of {choice.server} has changed since this execution began: "
                    "its description or its schema is another one. It is not called any more."
                )
            else:
                tools[tool.model_name] = tool
        if len(self._digests) > before:
            self._journal.keep({TOOLS: dict(self._digests)})
        asked = frozenset((choice.server, choice.tool) for choice in chosen if choice.approval == ASK)
        return Offer(tools, asked, refusals)

    async def _wait_for(self, names: set[str]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while any(each.name in names and each.status == "starting" for each in self._box.servers()):
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _why_missing(self, choice: ToolChoice) -> str:
        server = next((each for each in self._box.servers() if each.name == choice.server), None)
        if server is None:
            return (
                f"There is no server {choice.server} of which {choice.tool} is a tool. "
                "Name it in HUB_MCP_FILE and restart, or take the tool from the agent."
            )
        if server.status != "ready":
            return (
                f"{choice.tool} cannot be called: its server {choice.server} is {server.status}. "
                f"{server.error or 'Look at the Tools page.'}"
            )
        return f"The server {choice.server} has no tool {choice.tool} any more. Take it from the agent."
