"""Tasks over HTTP."""

import json
from typing import Any

import pytest

from tests.support.api import JSON, Api


async def test_a_tasks_life(api: Api) -> None:
    """Created 201, listed newest first, changed in part, deleted 204, then unknown 404."""
    status, task = await api.call("POST", "/api/tasks", json={"name": " T ", "input": "Do it"})
    assert (status, task["name"], task["description"]) == (201, "T", "")
    assert set(task) == {"id", "name", "description", "input", "version", "created_at", "updated_at"}
    path = f"/api/tasks/{task['id']}"
    assert await api.call("GET", path) == (200, task)
    second = (await api.call("POST", "/api/tasks", json={"name": "S", "input": "x", "description": "D"}))[1]
    assert (await api.call("GET", "/api/tasks"))[1] == {"items": [second, task], "next_cursor": None}
    status, changed = await api.call("PATCH", path, json={"input": "Do it well"})
    assert (status, changed["name"], changed["input"]) == (200, "T", "Do it well")
    assert await api.call("DELETE", path) == (204, None)
    for method in ("GET", "DELETE", "PATCH"):
        options = {"json": {"name": "x"}} if method == "PATCH" else {}
        status, answer = await api.call(method, path, **options)
        assert (status, answer["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "T"}, "input"),
        ({"name": "", "input": "x"}, "name"),
        ({"name": "T", "input": " "}, "input"),
        ({"name": "T", "input": "x" * 200_001}, "input"),
        ({"name": "T", "input": "\x00"}, "input"),
        ({"name": "T", "input": "\ud800"}, "input"),
        ({"name": "T", "input": 5}, "input"),
        ({"name": "x" * 121, "input": "x"}, "name"),
        ({"name": "T", "input": "x", "description": "x" * 2_001}, "description"),
        ({"name": "T", "input": "x", "description": None}, "description"),
        ({"name": "T", "input": "x", "more": 1}, "more"),
    ],
)
async def test_a_wrong_task_is_refused_with_its_field_named(api: Api, body: Any, field: str) -> None:
    """422, new or changed; nothing is stored."""
    status, answer = await api.call("POST", "/api/tasks", content=json.dumps(body), headers=JSON)
    assert (status, answer["error"]["details"]["field"]) == (422, field)
    assert (await api.call("GET", "/api/tasks"))[1]["items"] == []
    task = (await api.call("POST", "/api/tasks", json={"name": "T", "input": "x"}))[1]
    path = f"/api/tasks/{task['id']}"
    if field in body:
        change = json.dumps({field: body[field]})
        status, answer = await api.call("PATCH", path, content=change, headers=JSON)
        assert (status, answer["error"]["details"]["field"]) == (422, field)
        assert await api.call("GET", path) == (200, task)
