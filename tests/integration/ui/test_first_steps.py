"""What a new user meets: who can answer comes first, one click tests, a second one is a click away."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.ui.acting import ActionState
from execution_hub.ui.catalogue.duplicating import DuplicateState
from execution_hub.ui.catalogue.first_test import FirstTestState
from execution_hub.ui.catalogue.listing import PAGE_SIZE
from execution_hub.ui.pages.agent import AgentState
from execution_hub.ui.pages.agents import AgentImportState, AgentsState
from execution_hub.ui.pages.workflow import WorkflowState
from tests.support.hub import make_settings
from tests.support.states import page_state

# The samples that answer offline, as the list has them.
OFFLINE = ("Offline helper", "Reckoner", "Record keeper")


@pytest.fixture
async def keyless(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """Yield an open hub that knows of no key."""
    monkeypatch.setattr(hub.agents, "_settings", make_settings(tmp_path))
    set_current_hub(hub)
    yield hub
    set_current_hub(None)


async def path_after(events: Any) -> str:
    """Run a handler and return where it leads; empty for nowhere."""
    found = [str(each.args[0][1]) for each in [each async for each in events] if each is not None]
    return found[-1].strip('"') if found else ""


async def test_those_that_answer_offline_come_first_on_every_page_of_the_list(keyless: Hub) -> None:
    """The others say what they lack; in the list, in the choice for a step, and on the agent's page."""
    for number in range(PAGE_SIZE):
        await keyless.agents.create(AgentDraft(f"a{number:02}", model="claude-x"))
    await keyless.agents.create(AgentDraft("zz offline"))
    page = page_state(AgentsState, "/agents")
    await page.load()
    assert [each.name for each in page.items[:5]] == [*OFFLINE, "zz offline", "a00"]
    assert (page.items[4].missing_key, page.missing_key, page.items[0].missing_key) == (*["ANTHROPIC_API_KEY"] * 2, "")
    await page.load_more()
    names = [each.name for each in page.items]
    assert (len(names), len(set(names)), page.has_more) == (PAGE_SIZE + 5, PAGE_SIZE + 5, False)
    editor = page_state(WorkflowState, "/workflows/1")
    await editor.load_workflow()
    labels = [each.label for each in editor.offers]
    assert labels[:5] == [*OFFLINE, "zz offline", "a00 (needs a key)"]
    agent = page_state(AgentState, f"/agents/{page.items[4].id}")
    await agent.load()
    assert agent.agent.missing_key == "ANTHROPIC_API_KEY"


async def test_a_page_that_ends_where_the_offline_ones_end_goes_on_with_the_others(keyless: Hub) -> None:
    for name, model in (("b", "claude-x"), ("y", "simulated")):
        await keyless.agents.create(AgentDraft(name, model=model))
    found: list[str] = []
    cursor: str | None = None
    for _ in range(6):
        page = await keyless.agents.offline_first(limit=1, cursor=cursor)
        found += [each.name for each in page.items]
        cursor = page.next_cursor
    assert (found, cursor) == ([*OFFLINE, "y", "b", "Claude assistant"], None)


async def test_with_a_key_the_list_goes_by_name(hub: Hub) -> None:
    set_current_hub(hub)
    page = page_state(AgentsState, "/agents")
    await page.load()
    assert [(each.name, each.missing_key) for each in page.items] == [
        (name, "") for name in ("Claude assistant", *OFFLINE)
    ]
    set_current_hub(None)


async def test_one_click_tests_the_agent_that_can_answer(keyless: Hub) -> None:
    """The sample is made where there is none."""
    page = page_state(FirstTestState, "/")
    first = await path_after(page.begin())
    assert first == "/agents/1"
    # The second of two quick clicks comes after the first has been answered.
    assert await path_after(page.begin()) == first
    assert len((await keyless.history.page(ExecutionFilter())).items) == 1
    await keyless.workflows.delete(1)
    for each in (await keyless.agents.page()).items:
        if each.is_simulated:
            await keyless.agents.delete(each.id)
    made = await path_after(page.begin())
    assert made not in ("", first)
    assert (await keyless.agents.get(int(made.rsplit("/", 1)[1]))).is_simulated
    assert len((await keyless.history.page(ExecutionFilter())).items) == 2


async def test_a_duplicate_has_all_but_the_name(keyless: Hub) -> None:
    """Of an agent, and of a workflow that waits for its agents; one that is gone is told."""
    steps = [WorkflowStep(name="a", agent_id=1, input="{{ input }}")]
    workflow = await keyless.workflows.create(WorkflowDraft(name="W", description="d", steps=steps))
    page = page_state(DuplicateState, "/")
    path = await path_after(page.duplicate("workflows", workflow.id))
    copied = await keyless.workflows.get(int(path.removeprefix("/workflows/")))
    assert (copied.name, copied.description, copied.steps) == ("W copy", "d", workflow.steps)
    path = await path_after(page.duplicate("agents", 1))
    one, two = await keyless.agents.get(1), await keyless.agents.get(int(path.removeprefix("/agents/")))
    assert (two.name, two.version) == (f"{one.name} copy", 1)
    assert two.draft(name=one.name) == one.draft()
    assert await path_after(page.duplicate("agents", 999_999)) == ""
    assert (await page.get_state(ActionState)).told.is_problem
    assert await path_after(page.duplicate("settings", 1)) == ""


async def test_a_file_shows_what_it_would_store_before_it_does(keyless: Hub) -> None:
    """Under which name, and what it lacks; a wrong one says where."""
    page = page_state(AgentImportState, "/agents")
    await page.read_text({"text": '{"name": "Offline helper", "model": "claude-x", "retries": 11}'})
    assert [(each.place, page.preview.name) for each in page.file_problems] == [("retries", "")]
    await page.read_text({"text": '{"name": "Offline helper", "model": "claude-x", "powers": []}'})
    assert [(each.place, each.text) for each in page.file_problems] == [("powers", "There is no such field.")]
    await page.read_text({"text": '{"name": "Offline helper", "model": "claude-x", "system_prompt": "Be brief."}'})
    shown = page.preview
    assert (shown.name, shown.given, shown.missing_key, shown.prompt, page.file_problems) == (
        "Offline helper (2)",
        "Offline helper",
        "ANTHROPIC_API_KEY",
        "Be brief.",
        [],
    )
    path = await path_after(page.store())
    assert (await keyless.agents.get(int(path.removeprefix("/agents/")))).name == "Offline helper (2)"
    assert (page.preview.name, page.is_importing) == ("", False)
