"""Versions over HTTP: listed, read, named, restored."""

import pytest

from tests.support.api import Api

NEW = {
    "agents": {"name": "A", "description": "One"},
    "tasks": {"name": "T", "input": "x", "description": "One"},
    "workflows": {"name": "W", "description": "One", "steps": [{"name": "a", "agent_id": 1, "input": "x"}]},
}


@pytest.mark.parametrize("kind", NEW)
async def test_what_was_saved_is_found_and_restored(api: Api, kind: str) -> None:
    """The same paths for agents, tasks and workflows; a restore says which version it was made to."""
    made = (await api.call("POST", f"/api/{kind}", json=NEW[kind]))[1]
    path = f"/api/{kind}/{made['id']}"
    await api.call("PATCH", path, json={"description": "Two"})
    status, page = await api.call("GET", f"{path}/versions?limit=1")
    assert status == 200
    facts = {"version": 2, "label": "", "changed": ["description"], "is_current": True}
    assert [{name: each[name] for name in facts} for each in page["items"]] == [facts]
    last = (await api.call("GET", f"{path}/versions?cursor={page['next_cursor']}"))[1]
    assert [each["version"] for each in last["items"]] == [1]
    assert last["next_cursor"] is None
    assert "content" not in last["items"][0]

    named = await api.call("PUT", f"{path}/versions/1/label", json={"label": "First"})
    assert (named[0], named[1]["label"]) == (200, "First")
    whole = (await api.call("GET", f"{path}/versions/1"))[1]
    assert (whole["label"], whole["content"]["description"], whole["is_current"]) == ("First", "One", False)

    stale = await api.client.post(f"{path}/versions/1/restore", headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["error"]["details"]["current"]["version"] == 2
    restored = await api.client.post(f"{path}/versions/1/restore", headers={"If-Match": '"2"'})
    assert (restored.status_code, restored.headers["ETag"]) == (200, '"3"')
    assert (restored.json()["description"], restored.json()["version"]) == ("One", 3)


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "field"),
    [
        ("GET", "/api/agents/999/versions", {}, 404, "agent_id"),
        ("GET", "/api/agents/1/versions/999", {}, 404, "version"),
        ("POST", "/api/agents/1/versions/999/restore", {}, 404, "version"),
        ("PUT", "/api/agents/1/versions/999/label", {"json": {"label": "x"}}, 404, "version"),
        ("PUT", "/api/agents/1/versions/1/label", {"json": {"label": 1}}, 422, "label"),
        ("PUT", "/api/agents/1/versions/1/label", {"json": {}}, 422, "label"),
        ("GET", "/api/agents/1/versions?cursor=x", {}, 422, "cursor"),
        ("GET", "/api/agents/1/versions?limit=0", {}, 422, "limit"),
    ],
)
async def test_what_is_not_there_or_does_not_fit_is_named(
    api: Api, method: str, path: str, options: dict[str, object], status: int, field: str
) -> None:
    """Nothing is stored."""
    found, answer = await api.call(method, path, **options)
    assert (found, answer["error"]["details"]["field"]) == (status, field)
