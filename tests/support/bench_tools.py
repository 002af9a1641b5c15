"""Agents that act, for tests: a server of tools in the hub's own process, whose calls are counted."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.domain.call import Call, CallKind
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.store import calls
from execution_hub.tools.port import Tool, ToolResult, ToolServer, ToolSource, tool_of
from tests.support.hub import eventually

SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}
NAME = "bench"


class BenchTools(ToolSource):
    """A server `bench`: `count` counts and answers with its word, `hang` answers once it may, `fail` never well.

    Attributes:
        made: What was called, with which word and which `hub/call`.
        cancelled: The words of the calls that were cancelled.
        may_end: Lets `hang` answer.
    """

    name = NAME

    def __init__(self, log: Path | None = None, answers: Callable[[str, str], str] | None = None) -> None:
        """Count nothing yet.

        Args:
            log: A file that gets a line when a call begins and one when it ends.
            answers: What `count` answers to a word and the number of the call.
        """
        self.made: list[tuple[str, str, str]] = []
        self.cancelled: list[str] = []
        self.may_end = asyncio.Event()
        self._log = log
        self._answers = answers or (lambda word, _: f"counted {word}")
        self.description = "Counts."

    @property
    def state(self) -> ToolServer:
        tools = [tool_of(NAME, name, self.description, SCHEMA) for name in ("count", "hang", "fail")]
        tools.append(tool_of(NAME, "again", "May be repeated.", SCHEMA, is_idempotent=True))
        return ToolServer(NAME, "ready", "", tuple(tools))

    async def run(self) -> None:
        """Nothing is to be kept."""

    async def call(self, tool: Tool, arguments: dict[str, Any], meta: dict[str, Any]) -> ToolResult:
        word = arguments["word"]
        self.made.append((tool.name, word, meta["hub/call"]))
        self._write(f"begin {tool.name} {word}")
        try:
            if tool.name in ("hang", "again"):
                await self._wait()
        except asyncio.CancelledError:
            self.cancelled.append(word)
            raise
        self._write(f"end {tool.name} {word}")
        if tool.name == "fail":
            return ToolResult.of(f"cannot do {word}", is_error=True)
        return ToolResult.of(self._answers(word, meta["hub/call"]))

    async def _wait(self) -> None:
        while not (self.may_end.is_set() or (self._log is not None and (self._log.parent / "may_end").exists())):
            await asyncio.sleep(0.02)

    def _write(self, line: str) -> None:
        if self._log is not None:
            with self._log.open("a") as log:
                log.write(line + "\n")


def add_tools(hub: Hub, source: ToolSource) -> None:
    """Add a server to a hub that is open."""
    hub._tools._sources[source.name] = source


def actor(*tools: str, approval: str = "auto", **values: Any) -> AgentDraft:
    """Return an agent with tools, each as `server/tool`, of the simulated model."""
    chosen = [dict(zip(("server", "tool"), each.split("/"), strict=True), approval=approval) for each in tools]
    return AgentDraft(**{"name": "Actor", "tools": chosen, **values})


async def act(hub: Hub, agent: Agent, text: str) -> int:
    """Start a test of an agent and return its id."""
    return (await hub.executions.start(AgentTest(agent.id, text))).id


async def calls_of(hub: Hub, execution_id: int) -> list[Call]:
    """Return the calls of an execution, whole."""
    return await hub._database.aread(lambda connection: calls.of(connection, execution_id))


async def tools_of(hub: Hub, execution_id: int) -> list[Call]:
    """Return the calls of tools of an execution, whole."""
    return [call for call in await calls_of(hub, execution_id) if call.kind is CallKind.TOOL]


async def waits(hub: Hub, execution_id: int) -> Execution:
    """Wait until an execution waits for a person."""

    async def check() -> Execution | None:
        found = await hub.history.get(execution_id)
        assert not found.is_finished, found.error
        return found if found.status is Status.WAITING else None

    found: Execution = await eventually(check)
    return found
