"""Agents as files over HTTP: exported, looked at, and stored as another one."""

from typing import Any

import pytest

from tests.support.api import Api


async def test_an_export_is_imported_as_a_second_one(api: Api) -> None:
    """A dry run says under which name and stores nothing; the import does that. What was read whole is taken too."""
    _, file = await api.call("GET", "/api/agents/1/export")
    whole = (await api.call("GET", "/api/agents/1"))[1]
    assert {**whole, **file} == whole
    assert not {"id", "version", "created_at"} & file.keys()
    before = await api.call("GET", "/api/agents")
    status, planned = await api.call("POST", "/api/agents/import?dry_run=true", json=file)
    assert (status, planned) == (200, {**file, "name": f"{file['name']} (2)"})
    assert await api.call("GET", "/api/agents") == before
    for body, name in ((file, planned["name"]), (whole, f"{file['name']} (3)")):
        status, made = await api.call("POST", "/api/agents/import", json=body)
        assert (status, made["name"], made["version"], made["system_prompt"]) == (201, name, 1, file["system_prompt"])
    assert (await api.call("GET", "/api/agents/999/export"))[0] == 404


async def test_cases_come_along(api: Api) -> None:
    """In a file as in a duplicate; a wrong one is refused with its place."""
    agent = (await api.call("POST", "/api/agents", json={"name": "With cases"}))[1]
    given = [{"name": "One", "input": "1"}, {"name": "Two", "input": "世界"}]
    await api.call("PUT", f"/api/agents/{agent['id']}/cases", json=given)
    _, file = await api.call("GET", f"/api/agents/{agent['id']}/export")
    assert file["cases"] == given
    _, planned = await api.call("POST", "/api/agents/import?dry_run=true", json=file)
    assert planned["cases"] == given
    _, made = await api.call("POST", "/api/agents/import", json=file)
    copy = await api.hub.agents.duplicate(agent["id"])
    for each in (made["id"], copy.id):
        assert (await api.call("GET", f"/api/agents/{each}/cases"))[1] == given
    status, answer = await api.call("POST", "/api/agents/import", json={**file, "cases": [given[0], given[0]]})
    assert (status, answer["error"]["details"]["field"]) == (422, "cases[1].name")


@pytest.mark.parametrize(
    ("body", "field", "limit"),
    [
        ({}, "name", None),
        ({"name": "A", "colour": "red"}, "colour", None),
        ({"name": "A", "max_tokens": "5"}, "max_tokens", None),
        ({"name": "A", "retries": 11}, "retries", 10),
        ({"name": "x" * 121}, "name", 120),
        ({"name": "a\u202eb"}, "name", None),
    ],
)
async def test_a_wrong_file_is_refused_with_its_field_named(api: Api, body: Any, field: str, limit: Any) -> None:
    """Dry or not, and nothing is stored."""
    before = await api.call("GET", "/api/agents")
    for query in ("", "?dry_run=true"):
        status, answer = await api.call("POST", f"/api/agents/import{query}", json=body)
        assert (status, answer["error"]["details"]["field"]) == (422, field)
        assert answer["error"]["details"].get("limit") == limit
    assert await api.call("GET", "/api/agents") == before
