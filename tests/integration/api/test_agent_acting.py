"""What an agent may do, over HTTP: saved, kept by version, exported, and refused where it cannot be held."""

import json
from pathlib import Path
from typing import Any

import pytest

from execution_hub.api.app import create_api
from execution_hub.hub.hub import Hub
from tests.support.api import Api, served
from tests.support.hub import make_settings

PRICED = "claude-sonnet-5"
ACTS: dict[str, Any] = {
    "tools": [
        {"server": "hub", "tool": "current_time", "approval": "auto"},
        {"server": "files", "tool": "write_file", "approval": "ask"},
        {"server": "files", "tool": "delete", "approval": "never"},
    ],
    "max_turns": 4,
    "max_tool_calls": 5,
    "max_total_tokens": 90000,
    "max_cost_usd": 0.25,
    "tool_timeout_seconds": 2.5,
    "tool_result_max_chars": 500,
    "effort": "low",
    "thinking": "disabled",
    "output_schema": {"type": "object", "properties": {"answer": {"type": "string"}}},
}


async def test_what_an_agent_may_do_is_kept_everywhere(api: Api) -> None:
    """Read, changed, told by its versions, exported and imported, and in what a test runs with."""
    status, made = await api.call("POST", "/api/agents", json={"name": "Acts", "model": PRICED, **ACTS})
    assert status == 201
    assert {name: made[name] for name in ACTS} == ACTS
    path = f"/api/agents/{made['id']}"
    fewer = {"tools": ACTS["tools"][:1], "max_cost_usd": None}
    assert (await api.call("PATCH", path, json=fewer))[1]["tools"] == fewer["tools"]
    versions = (await api.call("GET", f"{path}/versions"))[1]["items"]
    assert versions[0]["changed"] == ["tools", "max_cost_usd"]
    assert (await api.call("GET", f"{path}/versions/1"))[1]["content"]["tools"] == ACTS["tools"]
    assert (await api.call("POST", f"{path}/versions/1/restore"))[1]["tools"] == ACTS["tools"]
    file = (await api.call("GET", f"{path}/export"))[1]
    status, copy = await api.call("POST", "/api/agents/import", json=file)
    assert (status, {name: copy[name] for name in ACTS}) == (201, ACTS)
    given = {"input": "Hi", "agent": {"model": "simulated", **ACTS, "max_cost_usd": None}}
    _, execution = await api.call("POST", f"{path}/test", json=given)
    assert (execution["agent_version"], execution["definition"]["tools"]) == (None, ACTS["tools"])


async def test_a_workflow_takes_its_agents_tools_along(api: Api) -> None:
    """Exported and imported again, the very same agent is meant; with another tool it is another."""
    _, agent = await api.call("POST", "/api/agents", json={"name": "Acts", "model": PRICED, **ACTS})
    steps = [{"name": "a", "agent_id": agent["id"], "input": "{{ input }}"}]
    _, workflow = await api.call("POST", "/api/workflows", json={"name": "W", "steps": steps})
    _, file = await api.call("GET", f"/api/workflows/{workflow['id']}/export")
    assert file["agents"][0]["tools"] == ACTS["tools"]
    status, made = await api.call("POST", "/api/workflows/import", json=file)
    assert (status, made["bound"][0]["how"]) == (201, "same")
    file["agents"][0]["tools"] = []
    assert (await api.call("POST", "/api/workflows/import", json=file))[1]["bound"][0]["how"] == "created"


@pytest.mark.parametrize("model", ["simulated", "openai/llama", "claude-of-tomorrow"])
async def test_a_cost_that_nobody_knows_cannot_be_limited(api: Api, model: str) -> None:
    """At each door; nothing is stored. Who only renames an agent is not asked about it."""
    _, agent = await api.call("POST", "/api/agents", json={"name": "A", "model": PRICED, "max_cost_usd": 1})
    path, limited = f"/api/agents/{agent['id']}", {"name": "B", "model": model, "max_cost_usd": 0.5}
    step = {"name": "a", "agent": "B", "input": "x"}
    doors = {
        "/api/agents": limited,
        "/api/agents/import": limited,
        "/api/agents/import?dry_run=true": limited,
        "/api/workflows/import": {"name": "W", "steps": [step], "agents": [limited]},
        f"{path}/test": {"input": "Hi", "agent": {"model": model}},
        f"{path}/cases/run": {"agent": {"model": model}},
    }
    await api.call("PUT", f"{path}/cases", json=[{"name": "One", "input": "1"}])
    before = [await api.call("GET", each) for each in ("/api/agents", "/api/workflows", "/api/executions")]
    for door, body in doors.items():
        status, answer = await api.call("POST", door, json=body)
        assert (status, answer["error"]["code"]) == (422, "invalid_input"), door
        assert answer["error"]["details"]["field"].endswith("max_cost_usd"), door
        assert "HUB_PRICES_FILE" in answer["error"]["message"]
    assert (await api.call("PATCH", path, json={"model": model}))[0] == 422
    assert [await api.call("GET", each) for each in ("/api/agents", "/api/workflows", "/api/executions")] == before
    assert (await api.call("PATCH", path, json={"name": "Renamed"}))[0] == 200


async def test_an_own_price_counts(tmp_path: Path) -> None:
    """A model whose price the admin tells can be limited."""
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({"openai/llama": {"input": 0, "output": 0}}))
    hub = await Hub.open(make_settings(tmp_path / "data", prices_file=prices))
    try:
        async with served(hub, create_api()) as api:
            body = {"name": "A", "model": "openai/llama", "max_cost_usd": 0.5}
            assert (await api.call("POST", "/api/agents", json=body))[0] == 201
    finally:
        await hub.close()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tools": [{"server": "hub"}]}, "tools.0.tool"),
        ({"tools": [{"server": "hub", "tool": "a", "approval": "maybe"}]}, "tools.0.approval"),
        ({"tools": [{"server": "hub", "tool": "a"}, {"server": "hub", "tool": "a"}]}, "tools[1]"),
        ({"max_turns": "3"}, "max_turns"),
        ({"effort": "some"}, "effort"),
        ({"output_schema": "text"}, "output_schema"),
        ({"output_schema": {"type": "objekt"}}, "output_schema"),
    ],
)
async def test_what_does_not_fit_is_refused(api: Api, values: Any, field: str) -> None:
    """With the field named, for a new agent and for a change of one."""
    for method, path in (("POST", "/api/agents"), ("PATCH", "/api/agents/1")):
        status, answer = await api.call(method, path, json={"name": "A", **values})
        assert status == 422
        assert answer["error"]["details"]["field"].replace(".0", "[0]") == field.replace(".0", "[0]"), answer
