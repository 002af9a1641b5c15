"""What people say of executions over HTTP: right or wrong, and why."""

import asyncio
from typing import Any

import pytest

from tests.support.api import Api, ended


async def answered(api: Api) -> int:
    """Return the id of a test that has ended."""
    execution_id = int((await api.call("POST", "/api/agents/1/test", json={"input": "[fast] hello"}))[1]["id"])
    await ended(api, execution_id)
    return execution_id


async def test_a_mark_is_kept_told_to_open_pages_and_taken_back(api: Api) -> None:
    execution_id = await answered(api)
    path = f"/api/executions/{execution_id}/mark"
    before = (await api.call("GET", f"/api/executions/{execution_id}"))[1]
    assert (before["mark"], before["mark_note"]) == (None, None)

    updates = api.hub.history.watch()
    await anext(updates)
    news = asyncio.ensure_future(anext(updates))
    status, marked = await api.call("PUT", path, json={"mark": "wrong", "note": " It is 84. "})
    assert (status, marked["mark"], marked["mark_note"]) == (200, "wrong", "It is 84.")
    assert [(each.id, each.mark) for each in (await news).executions] == [(execution_id, "wrong")]
    await updates.aclose()
    assert marked["changed"] > before["changed"]
    listed = (await api.call("GET", "/api/executions"))[1]["items"]
    assert [(each["mark"], each["mark_note"]) for each in listed] == [("wrong", "It is 84.")]

    again = (await api.call("PUT", path, json={"mark": "wrong", "note": "It is 84."}))[1]
    assert (again["changed"], again["last_seq"]) == (marked["changed"], marked["last_seq"])
    cleared = (await api.call("PUT", path, json={"mark": None}))[1]
    assert (cleared["mark"], cleared["mark_note"], cleared["status"]) == (None, None, "succeeded")
    events = (await api.call("GET", f"/api/executions/{execution_id}/events"))[1]["events"]
    assert [each["data"] for each in events if each["kind"] == "mark"] == [
        {"mark": "wrong", "note": "It is 84.", "actor": "local"},
        {"mark": None, "note": None, "actor": "local"},
    ]


async def test_only_what_has_ended_is_marked(api: Api) -> None:
    slow = int((await api.call("POST", "/api/agents/1/test", json={"input": "[slow] hello"}))[1]["id"])
    status, answer = await api.call("PUT", f"/api/executions/{slow}/mark", json={"mark": "right"})
    assert (status, answer["error"]["code"]) == (409, "conflict")
    assert "Only what has ended" in answer["error"]["message"]
    await api.call("POST", f"/api/executions/{slow}/cancel")
    await ended(api, slow)
    assert (await api.call("PUT", f"/api/executions/{slow}/mark", json={"mark": "right"}))[0] == 200
    await api.call("DELETE", f"/api/executions/{slow}")
    assert (await api.call("PUT", f"/api/executions/{slow}/mark", json={"mark": "right"}))[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "mark"),
        ({"mark": "good"}, "mark"),
        ({"mark": True}, "mark"),
        ({"mark": "right", "note": "x" * 2_001}, "note"),
        ({"mark": "right", "note": 5}, "note"),
    ],
)
async def test_a_mark_that_does_not_fit_names_the_field(api: Api, body: dict[str, Any], field: str) -> None:
    status, answer = await api.call("PUT", "/api/executions/1/mark", json=body)
    assert (status, answer["error"]["details"]["field"]) == (422, field)
