"""The page Tools: what its States hold of the hub's tools, and what they do with what a browser sends."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.tool_choice import ToolChoice
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.ui.pages.tools import ToolsState, ToolTryState
from execution_hub.views.tool_page import ToolDetail, ToolUse
from tests.support.states import page_state, turn_to

KEY = "hub/calculate"


@pytest.fixture
async def page(hub: Hub) -> AsyncIterator[Any]:
    """Yield the State of the page of a hub."""
    set_current_hub(hub)
    state = page_state(ToolsState, "/tools")
    await state.load()
    yield state
    set_current_hub(None)


async def press_try(page: Any, **form: str) -> Any:
    """Press Try in the form of the tool that is unfolded, and return the State of the try."""
    state = page.parent_state.get_substate(ToolTryState.get_full_name().split("."))
    await ToolTryState.try_tool.fn(state, form)
    return state


async def test_the_page_shows_servers_searches_and_unfolds_a_tool(hub: Hub, page: Any) -> None:
    """What is no tool unfolds nothing; a second press folds it again; agents stand by what they have."""
    agent = await hub.agents.create(AgentDraft("Counts", tools=(ToolChoice("hub", "calculate", "never"),)))
    (server,) = page.servers
    assert (server.name, server.status, page.has_file, page.count) == ("hub", "ready", False, len(server.tools))
    for key in ("", "hub", "hub/nothing", "away/calculate", "/", KEY * 50):
        await page.open_tool(key)
        assert page.tool == ToolDetail()
    await page.open_tool(KEY)
    assert ToolUse(agent.id, "Counts", "never") in page.tool.uses
    assert [each.label for each in page.tool.fields] == ["expression"]
    await page.open_tool(KEY)
    assert page.tool == ToolDetail()
    turn_to(page, "/tools?q=EXPRESSION+exactly")
    await page.load()
    assert [tool.name for each in page.servers for tool in each.tools] == ["calculate"]
    assert page.search(" EXPRESSION  exactly ") is not None
    assert page.search("EXPRESSION exactly") is None
    page.show_all("nobody")


async def test_a_try_checks_at_the_door_and_tells_what_came(page: Any) -> None:
    """With the path; a form of another schema calls nothing, nor does one without a tool."""
    assert (await press_try(page)).tried.key == ""
    await page.open_tool(KEY)
    state = await press_try(page)
    assert state.problem == "The arguments do not fit: $: 'expression' is a required property"
    assert (state.wrong, state.tried.status) == (["argument-0"], "")
    state = await press_try(page, **{"argument-0": "1", "digest": "another"})
    assert state.problem.startswith("The tool has changed meanwhile.")
    state = await press_try(page, arguments="[]")
    assert (state.wrong, state.problem.startswith("Write a JSON object")) == (["arguments"], True)
    state = await press_try(page, **{"argument-0": "6 * 7", "digest": page.tool.digest})
    assert (state.problem, state.texts, state.tried.status, state.tried.size_text) == ("", ["42"], "succeeded", "2")
    assert state.tried.duration_text
    state = await press_try(page, **{"argument-0": "6 *"})
    assert (state.tried.status, state.tried.is_told) == ("failed", True)
