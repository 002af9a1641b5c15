"""Every list comes in pages: of so many items, and of so many bytes."""

import json
from typing import Any

import pytest

from execution_hub.console.hubs import ServedHub
from execution_hub.domain.clock import now
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.store import events, pages
from tests.support import messages_replies as replies
from tests.support.api import Api
from tests.support.hub import ended
from tests.support.messages_server import MessagesServer

NAMES = ["Zeta", "alpha", "Ärger", "alpha", "10", "9", "Beta", "ärger"]


async def pages_of(api: Api, path: str, **query: Any) -> list[list[dict[str, Any]]]:
    """Return all pages of a list."""
    found, cursor = [], ""
    while True:
        status, page = await api.call("GET", path, params={**query, "cursor": cursor})
        assert status == 200, page
        found.append(page["items"])
        if page["next_cursor"] is None:
            return found
        cursor = page["next_cursor"]


async def fill(api: Api, noun: str) -> None:
    """Make some of a noun, two of them of one name."""
    agent = (await api.call("GET", "/api/agents"))[1]["items"][0]["id"]
    for name in NAMES:
        body = {
            "agents": {"name": name, "system_prompt": "x" * 100},
            "workflows": {"name": name, "steps": [{"name": "a", "agent_id": agent, "input": "x" * 100}]},
            "tasks": {"name": name, "input": "x" * 100},
        }[noun]
        assert (await api.call("POST", f"/api/{noun}", json=body))[0] == 201


@pytest.mark.parametrize("noun", ["agents", "workflows", "tasks"])
async def test_pages_put_together_are_the_list(api: Api, monkeypatch: pytest.MonkeyPatch, noun: str) -> None:
    """Of any size, bounded by items or by bytes; in the list's own order, nothing twice and nothing left out."""
    await fill(api, noun)
    every = [each.as_json() for each in await getattr(api.hub, noun).every()]
    assert len(every) >= len(NAMES)
    for limit in (1, 3, 200):
        found = await pages_of(api, f"/api/{noun}", limit=limit)
        # What suites have said of an agent is no part of it.
        assert [{name: each[name] for name in each if name != "verdict"} for page in found for each in page] == every
        assert max(map(len, found)) <= limit
    monkeypatch.setattr(pages, "PAGE_SIZE_MAX", 250)
    found = await pages_of(api, f"/api/{noun}")
    assert [each["id"] for page in found for each in page] == [each["id"] for each in every]
    assert len(found) > 3


@pytest.mark.parametrize("noun", ["agents", "workflows", "tasks"])
async def test_a_page_goes_on_where_its_last_item_was(api: Api, noun: str) -> None:
    """Also where that was deleted meanwhile."""
    await fill(api, noun)
    every = (await api.call("GET", f"/api/{noun}"))[1]["items"]
    cursor = (await api.call("GET", f"/api/{noun}?limit=3"))[1]["next_cursor"]
    last = await api.call("DELETE", f"/api/{noun}/{every[2]['id']}")
    assert last[0] in (204, 409)
    assert (await api.call("GET", f"/api/{noun}?cursor={cursor}"))[1]["items"] == every[3:]


@pytest.mark.parametrize("noun", ["agents", "workflows", "tasks"])
@pytest.mark.parametrize("cursor", ["x", "bmFtZT4", "aWQ8LTE", "x" * 5_000, "%F0"])
async def test_a_cursor_that_no_list_gave_is_refused(api: Api, noun: str, cursor: str) -> None:
    """422 with the field named, as are limits that do not fit."""
    status, answer = await api.call("GET", f"/api/{noun}?cursor={cursor}")
    assert (status, answer["error"]["details"]["field"]) == (422, "cursor")
    for limit in ("0", "201", "x"):
        status, answer = await api.call("GET", f"/api/{noun}?limit={limit}")
        assert (status, answer["error"]["details"]["field"]) == (422, "limit")


async def test_a_terminal_finds_what_is_on_a_later_page(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """All agents and workflows, however many pages they are."""
    await fill(api, "agents")
    await fill(api, "workflows")
    monkeypatch.setattr(pages, "PAGE_SIZE_MAX", 150)
    served = ServedHub(f"http://127.0.0.1:{api.port}")
    assert [each["id"] for each in await served.every("agent")] == [each.id for each in await api.hub.agents.every()]
    assert len(await served.every("workflow")) == len(await api.hub.workflows.every())


async def test_pages_of_whole_executions_are_bounded_by_bytes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """`full=1` gives as many as fit, at least one, and the next page goes on; so does `changed_after`."""
    agent = next(each for each in await api.hub.agents.every() if each.is_simulated).id
    started = [await api.hub.executions.start(AgentTest(agent, f"[fast] {n}" + "x" * 1_000)) for n in range(5)]
    for each in started:
        await ended(api.hub, each.id)
    monkeypatch.setattr(pages, "PAGE_SIZE_MAX", 3_500)
    for query in ({"full": 1}, {"full": 1, "q": "fast"}, {"full": 1, "limit": 4}):
        found = await pages_of(api, "/api/executions", **query)
        assert [each["id"] for page in found for each in page] == [each.id for each in reversed(started)]
        assert len(found) > 1
        assert all(len(each["input"]) > 1_000 for page in found for each in page)
    seen, changed = set(), 0
    for _ in range(10):
        page = (await api.call("GET", f"/api/executions?full=1&changed_after={changed}"))[1]
        assert len(page["items"]) < 5
        seen |= {each["id"] for each in page["items"]}
        changed = page["changed"]
    assert seen == {each.id for each in started}


async def test_the_log_comes_in_answers_bounded_by_bytes(
    api: Api, messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many events as fit, at least one; `after` goes on exactly, for callers and for those who follow."""
    messages_server.default = replies.text(["x" * 4_000, "y" * 4_000, *["z" * 100] * 20], delay=0.02)
    agent = next(each for each in await api.hub.agents.every() if not each.is_simulated).id
    execution = await ended(api.hub, (await api.hub.executions.start(AgentTest(agent, "x"))).id)
    path = f"/api/executions/{execution.id}/events"
    _, whole = await api.call("GET", path)
    assert [each["seq"] for each in whole["events"]] == list(range(1, whole["last_seq"] + 1))
    monkeypatch.setattr(events, "PAGE_SIZE_MAX", 1_000)
    found: list[Any] = []
    counts = []
    while len(found) < whole["last_seq"]:
        _, page = await api.call("GET", path, params={"after": len(found)})
        assert page["last_seq"] == whole["last_seq"]
        assert page["events"]
        sizes = [len(json.dumps(each["data"])) for each in page["events"]]
        assert sum(sizes) <= 1_000 or len(sizes) == 1
        found += page["events"]
        counts.append(len(sizes))
    assert found == whole["events"]
    assert 1 < len(counts) < len(found)
    followed = [each async for update in api.hub.history.follow(execution.id) for each in update.events]
    assert [each.seq for each in followed] == [each["seq"] for each in found]


async def test_the_steps_of_an_execution_are_bounded_by_bytes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole as far as they fit, at least the first; of the others the beginning, which says so."""
    agent = next(each for each in await api.hub.agents.every() if each.is_simulated).id
    steps = [WorkflowStep(name=name, agent_id=agent, input=f"[fast] {name}" + "x" * 1_000) for name in "abc"]
    workflow = await api.hub.workflows.create(WorkflowDraft(name="Long", steps=steps))
    execution = await ended(api.hub, (await api.hub.executions.start(WorkflowRun(workflow.id, input="x"))).id)
    path = f"/api/executions/{execution.id}"
    whole = (await api.call("GET", path))[1]["steps"]
    assert [len(each["input"]) for each in whole] == [1_008] * 3
    assert not any(each.get("is_excerpt") for each in whole)
    for most, kept in ((len(whole[0]["input"] + whole[0]["output"]), 1), (10, 1), (100_000, 3)):
        monkeypatch.setattr(pages, "PAGE_SIZE_MAX", most)
        found = (await api.call("GET", path))[1]["steps"]
        assert found[:kept] == whole[:kept]
        assert [each["is_excerpt"] for each in found[kept:]] == [True] * (3 - kept)
        assert [each["input"] for each in found[kept:]] == [each["input"][:200] for each in whole[kept:]]
        assert [each["status"] for each in found] == ["succeeded"] * 3


async def test_ten_thousand_agents_come_in_small_pages(api: Api) -> None:
    """The answer stays small, whatever there is."""
    row = {"description": "", "model": "simulated", "system_prompt": "x" * 500, "max_tokens": 100}
    at = now()

    def work(connection: Any) -> None:
        from sqlalchemy import insert

        from execution_hub.store.agents import agents

        rows = [{**row, "name": f"Agent {n}", "created_at": at, "updated_at": at} for n in range(10_000)]
        connection.execute(insert(agents.table), rows)

    await api.hub._database.awrite(work)
    response = await api.client.get("/api/agents")
    assert len(response.json()["items"]) == 200
    assert len(response.content) < 250_000
