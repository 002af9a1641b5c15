"""What the HTTP API refuses, and that it changes nothing: all of it asked of one hub."""

import json
from typing import Any

import pytest

from execution_hub.api.json_scan import TEXT_MAX
from tests.support.api import JSON, Api, on_module_loop, sample_id


@on_module_loop
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "  "}, "name"),
        ({"name": 7}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "x", "max_tokens": 0}, "max_tokens"),
        ({"name": "x", "max_tokens": "10"}, "max_tokens"),
        ({"name": "x", "max_tokens": True}, "max_tokens"),
        ({"name": "x", "on_cut": "maybe"}, "on_cut"),
        ({"name": "x", "on_cut": None}, "on_cut"),
        ({"name": "half \ud800"}, "name"),
        ({"name": "NUL \x00"}, "name"),
        ({"name": "x", "colour": "red"}, "colour"),
        ([], "body"),
    ],
)
async def test_a_wrong_agent_is_refused_with_its_field_named(asked_api: Api, body: Any, field: str) -> None:
    """422, the field named, nothing stored."""
    before = await asked_api.call("GET", "/api/agents")
    status, answer = await asked_api.call("POST", "/api/agents", content=json.dumps(body), headers=JSON)
    assert status == 422
    assert answer["error"]["details"]["field"] == field
    assert field in answer["error"]["message"]
    assert await asked_api.call("GET", "/api/agents") == before


@on_module_loop
@pytest.mark.parametrize(
    "body", [{}, {"input": ""}, {"input": " "}, {"input": "x" * 200_001}, {"input": 5}, {"input": "x", "more": 1}]
)
async def test_a_wrong_input_is_refused_and_nothing_is_stored(asked_api: Api, body: Any) -> None:
    """422 and the field; the history stays empty."""
    status, answer = await asked_api.call("POST", f"/api/agents/{await sample_id(asked_api)}/test", json=body)
    assert status == 422
    assert answer["error"]["details"]["field"] == ("more" if "more" in body else "input")
    assert (await asked_api.call("GET", "/api/executions"))[1] == {"items": [], "next_cursor": None}


@on_module_loop
async def test_an_unknown_agent_an_unknown_path_and_bad_json_say_so(asked_api: Api) -> None:
    """404 and 422 in the one error form, and 415 for what is no JSON."""
    status, answer = await asked_api.call("POST", "/api/agents/999/test", json={"input": "x"})
    assert (status, answer["error"]["code"]) == (404, "not_found")
    status, answer = await asked_api.call("GET", "/api/nowhere")
    assert (status, answer["error"]["code"]) == (404, "not_found")
    headers = {"Content-Type": "application/json"}
    status, answer = await asked_api.call("POST", "/api/agents", content=b"{", headers=headers)
    assert (status, answer["error"]["code"]) == (422, "invalid_json")
    status, answer = await asked_api.call(
        "POST", "/api/agents", content=b"name=x", headers={"Content-Type": "text/plain"}
    )
    assert (status, answer["error"]["code"]) == (415, "not_json")


@on_module_loop
@pytest.mark.parametrize("body", [{"name": None}, {"max_tokens": "10"}, {"id": 3}, {"name": " "}, []])
async def test_a_wrong_change_is_refused_and_changes_nothing(asked_api: Api, body: Any) -> None:
    """422, and the agent is as before: null is a wrong type, not "leave it"."""
    path = f"/api/agents/{await sample_id(asked_api)}"
    before = await asked_api.call("GET", path)
    status, answer = await asked_api.call("PATCH", path, json=body)
    assert (status, answer["error"]["details"]["field"]) == (422, next(iter(body), "body"))
    assert await asked_api.call("GET", path) == before


@on_module_loop
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/agents", "GET, POST"),
        ("POST", "/api/agents/1", "DELETE, GET, PATCH"),
        ("DELETE", "/api/executions", "GET, POST"),
        ("POST", "/api/health", "GET"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(asked_api: Api, method: str, path: str, allowed: str) -> None:
    """405 with `Allow`, in the one error form; a path that leads nowhere is 404 for every method."""
    response = await asked_api.client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert response.json()["error"]["code"] == "method_not_allowed"
    assert (await asked_api.call(method, "/api/nowhere"))[0] == 404


@on_module_loop
@pytest.mark.parametrize("path", ["/api/agents/{}", "/api/executions/{}", "/api/executions/{}/events"])
async def test_an_id_no_database_can_hold_is_refused(asked_api: Api, path: str) -> None:
    """422 with the field named; an id that could be is 404."""
    status, answer = await asked_api.call("GET", path.format(10**30))
    assert status == 422
    assert answer["error"]["details"]["field"] in ("agent_id", "execution_id")
    assert (await asked_api.call("GET", path.format(2**63 - 1)))[0] == 404


@on_module_loop
@pytest.mark.parametrize("content", [b"{", b'{"name":"\xff"}', b"[" * 64, b"name=x"])
async def test_a_body_that_is_no_json_is_refused(asked_api: Api, content: bytes) -> None:
    """422 for broken JSON, broken text and what is not closed."""
    status, answer = await asked_api.call(
        "POST", "/api/agents", content=content, headers={"Content-Type": "application/json"}
    )
    assert (status, answer["error"]["code"]) == (422, "invalid_json")
    assert answer["error"]["details"]["field"] == "body"


@on_module_loop
async def test_an_endless_or_broken_field_name_is_told_short(asked_api: Api) -> None:
    """The caller's own words come back cut, and never break the answer."""
    for name in ("x" * 100_000, "\ud800"):
        body = json.dumps({"name": "x", name: 1})
        status, answer = await asked_api.call("POST", "/api/agents", content=body, headers=JSON)
        assert status == 422
        assert 0 < len(answer["error"]["details"]["field"]) <= 200


@on_module_loop
async def test_an_endless_input_gets_its_field_named_too(asked_api: Api) -> None:
    """However long it is: 422, and nothing is stored."""
    path = f"/api/agents/{await sample_id(asked_api)}/test"
    status, answer = await asked_api.call("POST", path, json={"input": "x" * 4_000_000})
    assert (status, answer["error"]["details"]) == (422, {"field": "input", "limit": TEXT_MAX})
    assert (await asked_api.call("GET", "/api/executions"))[1]["items"] == []
