"""Runs of workflows over HTTP: what starts one, and what it answers."""

import asyncio
import json
from typing import Any

import pytest

from tests.support.api import JSON, Api, ended, sample_id
from tests.support.workflow_api import created, run, step

HUGE = 10**30


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "input"),
        ({"input": None}, 422, "input"),
        ({"input": ""}, 422, "input"),
        ({"input": "x" * 200_001}, 422, "input"),
        ({"input": "\ud800"}, 422, "input"),
        ({"input": "x", "task_id": 1}, 422, "input"),
        ({"task_id": "1"}, 422, "task_id"),
        ({"task_id": HUGE}, 422, "task_id"),
        ({"task_id": 99}, 404, "task_id"),
        ({"input": "x", "more": 1}, 422, "more"),
    ],
)
async def test_a_wrong_run_is_refused_and_nothing_starts(api: Api, body: Any, status: int, field: str) -> None:
    """Neither input nor task, both, or a wrong one: the field is named and the history stays empty."""
    found, answer = await api.call("POST", "/api/workflows/1/run", content=json.dumps(body), headers=JSON)
    assert (found, answer["error"]["details"]["field"]) == (status, field)
    assert (await api.call("GET", "/api/executions"))[1]["items"] == []


async def test_a_run_answers_pending_with_its_steps_and_ends_with_them(api: Api) -> None:
    """202 and the pending execution; at the end every step has what the contract names."""
    made = await created(api, step(), step("b", input="[fast] {{ steps.a.output }}"))
    started = await run(api, made["id"])
    assert (started["status"], started["execution_type"], started["workflow_id"]) == ("pending", "workflow", made["id"])
    assert [each["status"] for each in started["steps"]] == ["pending", "pending"]
    found = await ended(api, started["id"])
    assert (found["status"], found["progress"]) == ("succeeded", {"done": 2, "total": 2, "phase": "done"})
    first, second = found["steps"]
    contract = "name type agent_id status input output error usage started_at finished_at attempt"
    assert set(first) >= set(contract.split())
    assert (first["status"], first["attempt"], first["error"]) == ("succeeded", 1, None)
    assert second["input"] == f"[fast] {first['output']}"
    assert found["output"] == second["output"]
    tokens = [found["usage"], first["usage"], second["usage"]]
    assert tokens[0]["output_tokens"] == tokens[1]["output_tokens"] + tokens[2]["output_tokens"] > 0


async def test_a_run_on_a_task_keeps_its_input_and_lists_under_it(api: Api) -> None:
    """It runs on what the task said when it started; `task_id` and `workflow_id` filter the history."""
    made = await created(api)
    task = (await api.call("POST", "/api/tasks", json={"name": "T", "input": "[fast] from a task"}))[1]
    status, started = await api.call("POST", f"/api/workflows/{made['id']}/run", json={"task_id": task["id"]})
    assert (status, started["task_id"], started["input"]) == (202, task["id"], "[fast] from a task")
    await api.call("PATCH", f"/api/tasks/{task['id']}", json={"input": "another"})
    other = await run(api, made["id"])
    test = (await api.call("POST", f"/api/agents/{await sample_id(api)}/test", json={"input": "[fast]"}))[1]
    for each in (started, other, test):
        await ended(api, each["id"])

    async def ids(query: str) -> list[int]:
        return [each["id"] for each in (await api.call("GET", f"/api/executions?{query}"))[1]["items"]]

    assert await ids(f"task_id={task['id']}") == [started["id"]]
    assert await ids("task_id=99") == []
    assert await ids(f"workflow_id={made['id']}") == [other["id"], started["id"]]
    assert await ids(f"workflow_id={made['id']}&task_id={task['id']}&type=workflow") == [started["id"]]
    assert await ids("type=agent_test&task_id=") == [test["id"]]
    for query in ("task_id=x", f"task_id={HUGE}", f"task_id={-HUGE}"):
        status, answer = await api.call("GET", f"/api/executions?{query}")
        assert (status, answer["error"]["details"]["field"]) == (422, "task_id")
    await api.call("DELETE", f"/api/tasks/{task['id']}")
    assert (await api.call("GET", f"/api/executions/{started['id']}"))[1]["input"] == "[fast] from a task"


async def test_a_list_holds_no_steps_and_no_definitions(api: Api) -> None:
    """They are one call away, and may be long."""
    started = await run(api, (await created(api))["id"])
    found = await ended(api, started["id"])
    assert found["definition"]["steps"][0]["name"] == "a"
    for query in ("?full=1", "?full=1&changed_after=0"):
        row = (await api.call("GET", f"/api/executions{query}"))[1]["items"][0]
        assert {"steps", "definition"}.isdisjoint(row)
        assert {name: found[name] for name in row} == row


async def test_the_same_key_runs_a_workflow_once(api: Api) -> None:
    """Ten runs at once under one key start one execution; another body or another workflow under it clashes."""
    first, second = await created(api), await created(api)
    headers = {"Idempotency-Key": "once"}
    path = f"/api/workflows/{first['id']}/run"
    answers = await asyncio.gather(
        *(api.call("POST", path, json={"input": "[fast]"}, headers=headers) for _ in range(10))
    )
    assert {status for status, _ in answers} == {202}
    assert len({execution["id"] for _, execution in answers}) == 1
    assert all([each["name"] for each in execution["steps"]] == ["a"] for _, execution in answers)
    for other, body in ((first, {"input": "[fast] x"}), (second, {"input": "[fast]"})):
        status, answer = await api.call("POST", f"/api/workflows/{other['id']}/run", json=body, headers=headers)
        assert (status, answer["error"]["code"]) == (409, "conflict")
    status, answer = await api.call("POST", path, json={"input": "x"}, headers={"Idempotency-Key": "k" * 201})
    assert (status, answer["error"]["details"]["field"]) == (422, "Idempotency-Key")
