"""Tests of an agent with values that are not saved, over HTTP."""

from typing import Any

import pytest

from tests.support.api import Api

AGENT = {"name": "Bench", "model": "simulated", "system_prompt": "Saved."}


async def _agent(api: Api) -> int:
    status, agent = await api.call("POST", "/api/agents", json=AGENT)
    assert status == 201
    return int(agent["id"])


@pytest.mark.parametrize(
    ("values", "prompt", "version"),
    [
        (None, "Saved.", 1),
        ({}, "Saved.", 1),
        ({"system_prompt": "Saved."}, "Saved.", 1),
        ({"system_prompt": "Not saved."}, "Not saved.", None),
    ],
)
async def test_what_is_sent_is_what_runs(api: Api, values: Any, prompt: str, version: int | None) -> None:
    """Values that differ from the saved ones run as a draft, which has no version; nothing is saved."""
    agent_id = await _agent(api)
    status, execution = await api.call(
        "POST", f"/api/agents/{agent_id}/test", json={"input": "Hi [fast]", "agent": values}
    )
    assert status == 202
    assert execution["definition"]["system_prompt"] == prompt
    assert execution["agent_version"] == version
    assert (await api.call("GET", f"/api/agents/{agent_id}"))[1]["system_prompt"] == "Saved."


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"max_tokens": 0}, "max_tokens"),
        ({"name": ""}, "name"),
        ({"colour": "red"}, "agent"),
        ({"retries": "2"}, "retries"),
        ([], "agent"),
    ],
)
async def test_a_draft_that_does_not_fit_is_refused(api: Api, values: Any, field: str) -> None:
    """At the agent's own path and at that of all types; nothing is stored."""
    agent_id = await _agent(api)
    given = {"input": "Hi", "agent": values}
    for path, body in (
        (f"/api/agents/{agent_id}/test", given),
        ("/api/executions", {"execution_type": "agent_test", "parameters": {"agent_id": agent_id, **given}}),
    ):
        status, answer = await api.call("POST", path, json=body)
        assert status == 422, answer
        assert field in answer["error"]["details"]["field"], answer
    assert (await api.call("GET", "/api/executions"))[1]["items"] == []


async def test_running_again_as_it_ran_keeps_the_version(api: Api) -> None:
    """And with the agent of today it is the version of today."""
    agent_id = await _agent(api)
    execution = (await api.call("POST", f"/api/agents/{agent_id}/test", json={"input": "Hi [fast]"}))[1]
    await api.call("PATCH", f"/api/agents/{agent_id}", json={"system_prompt": "Newer."})
    path = f"/api/executions/{execution['id']}/rerun"
    assert (await api.call("POST", path, json={}))[1]["agent_version"] == 1
    assert (await api.call("POST", path, json={"as_ran": False}))[1]["agent_version"] == 2
