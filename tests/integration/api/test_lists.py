"""Every list comes in pages: of so many items, and of so many bytes."""

from typing import Any

import pytest

from execution_hub.console.hubs import ServedHub
from execution_hub.domain.clock import now
from execution_hub.store import pages
from tests.support.api import Api
from tests.support.hub import ended

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
        assert [each for page in found for each in page] == every
        assert max(map(len, found)) <= limit
    monkeypatch.setattr(pages, "PAGE_SIZE_MAX", 250)
    found = await pages_of(api, f"/api/{noun}")
    assert [each for page in found for each in page] == every
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
    assert [each["id"] for each in await served.agents()] == [each.id for each in await api.hub.agents.every()]
    assert len(await served.workflows()) == len(await api.hub.workflows.every())


async def test_pages_of_whole_executions_are_bounded_by_bytes(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """`full=1` gives as many as fit, at least one, and the next page goes on; so does `changed_after`."""
    agent = next(each for each in await api.hub.agents.every() if each.is_simulated).id
    started = [await api.hub.executions.start_agent_test(agent, f"[fast] {n}" + "x" * 1_000) for n in range(5)]
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
