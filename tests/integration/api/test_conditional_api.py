"""ETag, If-Match and 412, and workflows that move between hubs, over HTTP."""

from typing import Any

import pytest

from tests.support.api import Api

STEP = {"name": "a", "agent_id": 1, "input": "{{ input }}"}
# What makes each kind, and two changes of it.
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "agents": ({"name": "A"}, {"system_prompt": "One"}, {"name": "B"}),
    "workflows": ({"name": "W", "steps": [STEP]}, {"description": "One"}, {"steps": [{**STEP, "name": "b"}]}),
    "tasks": ({"name": "T", "input": "x"}, {"input": "One"}, {"name": "S"}),
}


async def tag(api: Api, method: str, path: str, **options: Any) -> tuple[Any, str]:
    """Call it and return the answer and its ETag."""
    response = await api.client.request(method, path, **options)
    assert response.status_code in (200, 201), response.text
    return response.json(), response.headers["ETag"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_change_names_the_version_it_was_made_to(api: Api, kind: str) -> None:
    """ETag on what is read, made and changed; an old one, in header or body, gets 412 and the current object."""
    new, first, second = KINDS[kind]
    made, etag = await tag(api, "POST", f"/api/{kind}", json=new)
    path = f"/api/{kind}/{made['id']}"
    assert (made["version"], etag) == (1, '"1"')
    assert await tag(api, "GET", path) == (made, etag)
    newer, newest = await tag(api, "PATCH", path, json=first, headers={"If-Match": etag})
    assert (newer["version"], newest) == (2, '"2"')
    for headers, body in (
        ({"If-Match": etag}, second),
        ({"If-Match": f"W/{etag}"}, second),
        ({}, {**second, "version": 1}),
        ({"If-Match": newest}, {**second, "version": 1}),
    ):
        status, answer = await api.call("PATCH", path, json=body, headers=headers)
        assert (status, answer["error"]["code"]) == (412, "stale")
        assert answer["error"]["details"]["current"] == newer
        assert answer["error"]["details"]["differs"] == list(first)
    status, answer = await api.call("DELETE", path, headers={"If-Match": etag})
    assert (status, answer["error"]["code"]) == (412, "stale")
    for headers, body in (
        ({"If-Match": "2"}, second),
        ({"If-Match": '"1", "2"'}, second),
        ({}, {**second, "version": 0}),
        ({}, {**second, "version": None}),
    ):
        status, answer = await api.call("PATCH", path, json=body, headers=headers)
        assert (status, answer["error"]["details"]["field"]) == (422, "If-Match" if headers else "version")
    assert await tag(api, "GET", path) == (newer, newest)
    assert (await api.call("PATCH", path, json=second))[1]["version"] == 3
    assert (await api.call("PATCH", path, json=second, headers={"If-Match": "*"}))[1]["version"] == 3
    assert await api.call("DELETE", path, headers={"If-Match": '"3"'}) == (204, None)


async def test_an_export_is_imported_with_its_agents(api: Api) -> None:
    """A dry run says what would be done and stores nothing; the import does that, and says so."""
    file = (await api.call("GET", "/api/workflows/1/export"))[1]
    assert set(file) == {"name", "description", "steps", "agents"}
    assert [step["agent"] for step in file["steps"]] == [*["Offline helper"] * 3, None, "Offline helper"]
    assert [agent["name"] for agent in file["agents"]] == ["Offline helper"]
    await api.call("PATCH", "/api/agents/1", json={"system_prompt": "Another"})
    before = [await api.call("GET", f"/api/{kind}") for kind in ("agents", "workflows")]
    status, planned = await api.call("POST", "/api/workflows/import?dry_run=true", json=file)
    asked = [step["name"] for step in file["steps"] if step["type"] == "agent"]
    assert (status, planned["id"]) == (200, None)
    assert planned["bound"] == [{"step": name, "agent": "Offline helper (2)", "how": "created"} for name in asked]
    assert [await api.call("GET", f"/api/{kind}") for kind in ("agents", "workflows")] == before
    status, made = await api.call("POST", "/api/workflows/import", json=file)
    assert (status, made["bound"]) == (201, planned["bound"])
    assert made["steps"][0]["agent_id"] not in (None, 1)
    again = (await api.call("POST", "/api/workflows/import?missing=unset", json=file))[1]
    assert {each["how"] for each in again["bound"]} == {"same"}


async def test_a_step_left_unset_keeps_its_workflow_from_running_with_a_clear_word(api: Api) -> None:
    """An older export, whose numbers are another hub's, binds nobody; the run names the step."""
    old = {"name": "Old", "steps": [STEP], "id": 7, "created_at": "x", "updated_at": "x"}
    status, made = await api.call("POST", "/api/workflows/import", json=old)
    assert (status, made["bound"]) == (201, [{"step": "a", "agent": None, "how": "unset"}])
    status, answer = await api.call("POST", f"/api/workflows/{made['id']}/run", json={"input": "x"})
    assert (status, answer["error"]["details"]["field"]) == (422, "steps[0].agent_id")
    status, fixed = await api.call("PATCH", f"/api/workflows/{made['id']}", json={"steps": [STEP]})
    assert (status, fixed["steps"][0]["agent_id"]) == (200, 1)


@pytest.mark.parametrize(
    ("body", "query", "field"),
    [
        ({"name": "W", "steps": [{"name": "a", "agent": "A"}]}, "", "steps[0].input"),
        ({"name": "W", "steps": [], "agents": [{"name": "A", "retries": 11}]}, "", "agents[0].retries"),
        ({"name": "W", "steps": [], "agents": [{"name": "A", "colour": "red"}]}, "", "agents[0].colour"),
        ({"name": "W", "steps": [], "agents": [{"name": str(n)} for n in range(201)]}, "", "agents"),
        ({"name": "W", "steps": [{"name": "a", "agent": 4}]}, "", "steps[0].agent"),
        ({"name": "W", "steps": []}, "?missing=guess", "missing"),
        ({"name": "W", "steps": []}, "?dry_run=perhaps", "dry_run"),
    ],
)
async def test_a_wrong_file_is_refused_with_its_place_named(api: Api, body: Any, query: str, field: str) -> None:
    """422, dry or not; neither an agent nor a workflow is stored."""
    before = [await api.call("GET", f"/api/{kind}") for kind in ("agents", "workflows")]
    for path in (query, f"{query or '?'}&dry_run=true") if field != "dry_run" else (query,):
        status, answer = await api.call("POST", f"/api/workflows/import{path}", json=body)
        assert (status, answer["error"]["details"]["field"]) == (422, field)
        assert answer["error"]["details"].get("limit") == {"agents": 200, "agents[0].retries": 10}.get(field)
    assert [await api.call("GET", f"/api/{kind}") for kind in ("agents", "workflows")] == before
