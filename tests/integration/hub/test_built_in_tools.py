"""The built-in tools, in a real hub."""

import asyncio
import json
from typing import Any

import pytest

from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.tools.port import ToolResult
from tests.support.hub import ended


async def call(hub: Hub, tool: str, arguments: dict[str, Any]) -> ToolResult:
    """Call a tool with arguments that fit."""
    found = hub.tools.find("hub", tool)
    assert found is not None
    assert await hub.tools.check(found, arguments) is None
    return await hub.tools.call("hub", tool, arguments, timeout_seconds=20, meta={})


async def test_the_built_in_server_is_ready_and_all_its_tools_only_read(hub: Hub) -> None:
    """Before any file of servers."""
    (server,) = hub.tools.servers()
    assert (server.name, server.status, server.error) == ("hub", "ready", "")
    assert [tool.name for tool in server.tools] == ["current_time", "calculate", "search_history", "read_execution"]
    assert all(tool.is_idempotent and tool.hints["readOnlyHint"] for tool in server.tools)


async def test_time_and_arithmetic_are_told_and_mistakes_are_errors_of_the_tool(hub: Hub) -> None:
    """A model can read what was wrong."""
    assert "(UTC" not in (await call(hub, "current_time", {"timezone": "Asia/Tokyo"})).text
    assert "+09:00" in (await call(hub, "current_time", {"timezone": "Asia/Tokyo"})).text
    assert (await call(hub, "current_time", {})).text.endswith("UTC)")
    assert (await call(hub, "calculate", {"expression": "6 * 7"})).text == "42"
    for tool, arguments, word in (
        ("current_time", {"timezone": "../../etc/passwd"}, "no time zone"),
        ("current_time", {"timezone": "Mars/Base"}, "Europe/Berlin"),
        ("calculate", {"expression": "9 ** 9 ** 9"}, "digits"),
        ("read_execution", {"id": 999}, "999"),
    ):
        result = await call(hub, tool, arguments)
        assert result.is_error
        assert word in result.text


@pytest.mark.parametrize("is_other_loop", [False, True])
async def test_the_history_is_read_from_whichever_loop_asks(hub: Hub, is_other_loop: bool) -> None:
    """An agent runs on the engine's loop; the history belongs to the hub's."""
    started = await hub.executions.start(AgentTest(1, "a question about [fast] turtles"))
    await ended(hub, started.id)

    async def ask(tool: str, arguments: dict[str, Any]) -> Any:
        if not is_other_loop:
            return json.loads((await call(hub, tool, arguments)).text)
        return json.loads((await asyncio.to_thread(lambda: asyncio.run(call(hub, tool, arguments)))).text)

    (found,) = await ask("search_history", {"text": "turtles", "status": "succeeded", "limit": 3})
    assert found["id"] == started.id
    whole = await ask("read_execution", {"id": found["id"]})
    assert "turtles" in whole["input"]
    assert "definition" not in whole
    assert (await call(hub, "search_history", {"text": "no such text"})).text == "Nothing found."
