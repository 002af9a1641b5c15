"""Workflows, tasks, runs and approvals over HTTP: real requests, the real hub, the offline model."""

import asyncio
import json
from typing import Any

import pytest

from execution_hub.api.limit import BODY_MAX, WORKFLOW_BODY_MAX
from tests.support.api import JSON, Api, ended, sample_id
from tests.support.hub import eventually

HUGE = 10**30


def step(name: str = "a", **values: Any) -> dict[str, Any]:
    """Return a step as a client writes it, of agent 1 unless said otherwise."""
    return {"name": name, "agent_id": 1, "input": "[fast] {{ input }}", **values}


def gate(name: str = "gate", **values: Any) -> dict[str, Any]:
    """Return an approval as a client writes it."""
    return {"name": name, "type": "approval", "input": "Go on with {{ input }}?", **values}


def workflow(*steps: Any, **values: Any) -> dict[str, Any]:
    """Return a workflow as a client writes it."""
    return {"name": "W", "steps": list(steps) or [step()], **values}


async def created(api: Api, *steps: Any, **values: Any) -> dict[str, Any]:
    """Create a workflow and return it."""
    status, found = await api.call("POST", "/api/workflows", json=workflow(*steps, **values))
    assert status == 201, found
    return dict(found)


async def run(api: Api, workflow_id: int, text: str = "[fast] hello") -> dict[str, Any]:
    """Run a workflow and return its pending execution."""
    status, execution = await api.call("POST", f"/api/workflows/{workflow_id}/run", json={"input": text})
    assert status == 202, execution
    return dict(execution)


async def until(api: Api, execution_id: int, status: str) -> dict[str, Any]:
    """Wait until an execution has a status and return it."""

    async def check() -> dict[str, Any] | None:
        found: dict[str, Any] = (await api.call("GET", f"/api/executions/{execution_id}"))[1]
        return found if found["status"] == status else None

    return dict(await eventually(check))


async def refused(api: Api, body: Any, method: str = "POST", path: str = "/api/workflows") -> dict[str, Any]:
    """Send a body that is wrong, see that nothing was stored, and return the error."""
    before = await api.call("GET", "/api/workflows")
    status, answer = await api.call(method, path, content=json.dumps(body), headers=JSON)
    assert status == 422, answer
    assert answer["error"]["code"] in ("invalid_input", "invalid_json")
    assert await api.call("GET", "/api/workflows") == before
    return dict(answer["error"])


async def test_a_workflows_life(api: Api) -> None:
    """Created 201 with every field of the contract, read, listed, changed in part, deleted 204, then 404."""
    made = await created(api, step(), gate(depends_on=["a"]), description="D")
    path = f"/api/workflows/{made['id']}"
    assert made["steps"][0] == {
        **step(),
        **dict.fromkeys(("when", "timeout_seconds")),
        "type": "agent",
        "depends_on": [],
        "retries": 0,
    }
    assert made["steps"][1]["depends_on"] == ["a"]
    assert made["created_at"].endswith("Z")
    assert await api.call("GET", path) == (200, made)
    assert made in (await api.call("GET", "/api/workflows"))[1]["items"]
    status, changed = await api.call("PATCH", path, json={"name": " Other "})
    assert (status, changed["name"], changed["steps"]) == (200, "Other", made["steps"])
    status, changed = await api.call("PATCH", path, json={"steps": [step("only")]})
    assert (status, [each["name"] for each in changed["steps"]], changed["name"]) == (200, ["only"], "Other")
    assert await api.call("DELETE", path) == (204, None)
    for method in ("GET", "DELETE", "PATCH"):
        options = {"json": {"name": "x"}} if method == "PATCH" else {}
        status, answer = await api.call(method, path, **options)
        assert (status, answer["error"]["code"]) == (404, "not_found")
    status, answer = await api.call("POST", f"{path}/run", json={"input": "x"})
    assert (status, answer["error"]["code"]) == (404, "not_found")


async def test_a_workflow_is_copied_within_its_hub_and_refused_when_read_from_another(api: Api) -> None:
    """What GET answers can be POSTed as it is, in the same hub: same definition, an id and times of its own."""
    when = {"step": "a", "op": "matches", "value": "(?i)yes|是"}
    steps = [step(timeout_seconds=2.5, retries=3), gate(when=when), step("b", input="{{ steps.gate.output }} 世界")]
    made = await created(api, *steps, description="Grüße")
    exported = (await api.call("GET", f"/api/workflows/{made['id']}"))[1]
    status, imported = await api.call("POST", "/api/workflows", json=exported)
    assert status == 201
    assert imported["id"] > made["id"]
    own = ("id", "version", "created_at", "updated_at")
    assert {name: imported[name] for name in imported if name not in own} == {
        name: made[name] for name in made if name not in own
    }
    error = await refused(api, {**exported, "colour": "red"})
    assert error["details"]["field"] == "colour"
    for elsewhere in ({"id": 4711}, {"created_at": "2020-01-01T00:00:00Z"}, {"id": HUGE}):
        error = await refused(api, {**exported, **elsewhere})
        assert error["details"]["field"] == "id"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "W"}, "steps"),
        (workflow(name=" "), "name"),
        (workflow(name=7), "name"),
        (workflow(name="half \ud800"), "name"),
        (workflow(name="NUL \x00"), "name"),
        (workflow(name="x" * 121), "name"),
        (workflow(description="x" * 2_001), "description"),
        ({"name": "W", "steps": []}, "steps"),
        ({"name": "W", "steps": {}}, "steps"),
        ({"name": "W", "steps": ["a"]}, "steps[0]"),
        (workflow(step(), step("b"), step("c", retries="2")), "steps[2].retries"),
        (workflow(step(retries=True)), "steps[0].retries"),
        (workflow(step(retries=11)), "steps[0].retries"),
        (workflow(step(retries=-1)), "steps[0].retries"),
        (workflow(step(retries=HUGE)), "steps[0].retries"),
        (workflow(step(timeout_seconds=0)), "steps[0].timeout_seconds"),
        (workflow(step(timeout_seconds=-1)), "steps[0].timeout_seconds"),
        (workflow(step(timeout_seconds=float("nan"))), "steps[0].timeout_seconds"),
        (workflow(step(timeout_seconds=float("inf"))), "steps[0].timeout_seconds"),
        (workflow(step(timeout_seconds=10**400)), "steps[0].timeout_seconds"),
        (workflow(step(agent_id="1")), "steps[0].agent_id"),
        (workflow(step(agent_id=None)), "steps[0].agent_id"),
        (workflow(step(agent_id=999)), "steps[0].agent_id"),
        (workflow(step(agent_id=HUGE)), "steps[0].agent_id"),
        (workflow(gate(agent_id=1)), "steps[0].agent_id"),
        (workflow(step(type="robot")), "steps[0].type"),
        (workflow(step(colour="red")), "steps[0].colour"),
        (workflow({"agent_id": 1}), "steps[0].name"),
        (workflow(step("")), "steps[0].name"),
        (workflow(step("Big")), "steps[0].name"),
        (workflow(step("9a")), "steps[0].name"),
        (workflow(step("a b")), "steps[0].name"),
        (workflow(step("a\n")), "steps[0].name"),
        (workflow(step("ä")), "steps[0].name"),
        (workflow(step("__class__")), "steps[0].name"),
        (workflow(step("a'\"; DROP TABLE steps")), "steps[0].name"),
        (workflow(step("a\x00")), "steps[0].name"),
        (workflow(step("\ud800")), "steps[0].name"),
        (workflow(step("x" * 61)), "steps[0].name"),
        (workflow(step(), step()), "steps[1].name"),
        (workflow(step(input="")), "steps[0].input"),
        (workflow(step(input="{{ input")), "steps[0].input"),
        (workflow(step(input="{{ inptu }}")), "steps[0].input"),
        (workflow(step(input="{{ input \x00 }}")), "steps[0].input"),
        (workflow(step(input="{{ input }} \ud800")), "steps[0].input"),
        (workflow(step(input="{% for x in input %}{{ input }}{% endfor %}")), "steps[0].input"),
        (workflow(step(input="{{ 'x' * 1000000000 }}")), "steps[0].input"),
        (workflow(step(input="{{ input.__class__.__mro__ }}")), "steps[0].input"),
        (workflow(step(input="{{ steps.lost.output }}")), "steps[0].input"),
        (workflow(step(input="{{ steps['\ud800'].output }}")), "steps[0].input"),
        (workflow(step(input="x" * 20_001)), "steps[0].input"),
        (workflow(step(depends_on="b")), "steps[0].depends_on"),
        (workflow(step(depends_on=[1])), "steps[0].depends_on[0]"),
        (workflow(step(depends_on=["lost"])), "steps[0].depends_on"),
        (workflow(step(depends_on=["\ud800"])), "steps[0].depends_on"),
        (workflow(step(depends_on=["a"] * 201)), "steps[0].depends_on"),
        (workflow(step(depends_on=["a"])), "steps[0].depends_on"),
        (workflow(step(depends_on=["b"]), step("b", depends_on=["a"])), "steps[0].depends_on"),
        (workflow(step(), step("b", when={"step": "a", "op": "is", "value": "x"})), "steps[1].when.op"),
        (workflow(step(), step("b", when={"step": "a", "op": "equals"})), "steps[1].when.value"),
        (workflow(step(), step("b", when={"step": "lost", "op": "equals", "value": ""})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "matches", "value": "("})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "matches", "value": "\ud800"})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "equals", "value": "\ud800"})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "equals", "value": "\x00"})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "equals", "value": "x" * 1_001})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "less", "value": "five"})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "less", "value": True})), "steps[1].when.value"),
        (workflow(step(), step("b", when={"step": "a", "op": "less", "value": "5", "field": "a."})), "steps[1].when"),
        (
            workflow(step(), step("b", when={"step": "a", "op": "less", "value": "5", "field": 5})),
            "steps[1].when.field",
        ),
        (workflow(step(), step("b", when={"step": "a", "op": "less", "value": "5", "not": 1})), "steps[1].when.not"),
        (workflow(*(step(f"s{index}") for index in range(201))), "steps"),
        (workflow(*(step("s") for _ in range(60_000))), "steps"),
        ([], "body"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_wrong_workflow_is_refused_with_its_place_named(api: Api, body: Any, field: str) -> None:
    """422, the place named as `steps[2].input`, in words as well; nothing is stored."""
    error = await refused(api, body)
    assert error["details"]["field"] == field
    assert error["message"].startswith(field)


async def test_every_condition_comes_back_as_it_was_sent(api: Api) -> None:
    """A number may stand for its text; what was not said is not there."""
    plain = {"step": "a", "op": "greater", "value": "0.75"}
    whole = {**plain, "field": "a.b[0]", "not": True}
    made = await created(
        api, step(), step("b", when=plain), step("c", when=whole), step("d", when={**whole, "value": 7})
    )
    found = (await api.call("GET", f"/api/workflows/{made['id']}"))[1]
    assert [each["when"] for each in found["steps"]] == [None, plain, whole, {**whole, "value": "7"}]


async def test_all_that_is_wrong_is_told_at_once(api: Api) -> None:
    """`details.problems` holds every problem, each at its place, and the first is the error's own."""
    body = workflow(step("A", agent_id=9, retries=99), gate(input="{{ nothing }}", depends_on=["lost"]), name="")
    details = (await refused(api, body))["details"]
    assert [(each["field"], each["code"]) for each in details["problems"]] == [
        ("name", "name_bad"),
        ("steps[0].name", "step_name_bad"),
        ("steps[0].agent_id", "unknown_agent"),
        ("steps[0].retries", "retries_bad"),
        ("steps[1].input", "template_unknown_name"),
        ("steps[1].depends_on", "unknown_step"),
    ]
    assert details["field"] == details["problems"][0]["field"]
    assert all(each["message"] for each in details["problems"])


async def test_a_wrong_change_of_a_workflow_changes_nothing(api: Api) -> None:
    """422 at the same places as a new one's; id and times cannot be changed."""
    made = await created(api)
    for body, field in (
        ({"name": None}, "name"),
        ({"id": 7}, "id"),
        ({"steps": None}, "steps"),
        ({"steps": [step(input="{{ x }}")]}, "steps[0].input"),
        ({"steps": [step(), step("b", when={"step": "a", "op": 1, "value": "x"})]}, "steps[1].when.op"),
    ):
        error = await refused(api, body, "PATCH", f"/api/workflows/{made['id']}")
        assert error["details"]["field"] == field


async def test_a_body_of_5_mb_is_refused_by_field_and_a_larger_one_unread(api: Api) -> None:
    """A large body names its field (422); one past the limit is 413, told or sent in pieces without a length."""
    error = await refused(api, workflow(name="x" * 5_000_000))
    assert error["details"]["field"] == "name"
    error = await refused(api, workflow(step(input="{{ input }}" * 500_000)))
    assert error["details"]["field"] == "steps"
    status, answer = await api.call(
        "POST", "/api/workflows", content=b"[" + b" " * WORKFLOW_BODY_MAX + b"]", headers=JSON
    )
    assert (status, answer["error"]["code"]) == (413, "too_large")
    assert answer["error"]["details"]["limit"] == WORKFLOW_BODY_MAX
    assert "18 MiB" in answer["error"]["message"]

    async def pieces() -> Any:
        for _ in range(BODY_MAX // 2**20 + 2):
            yield b" " * 2**20

    status, answer = await api.call("POST", "/api/tasks", content=pieces(), headers=JSON)
    assert (status, answer["error"]["code"]) == (413, "too_large")


async def test_the_largest_workflow_there_is_can_be_exported_and_imported(api: Api) -> None:
    """200 steps with the longest templates, outside ASCII: within the limit of a body."""
    made = await created(api, *(step(f"s{index}", input="{{ input }}" + "🚀" * 19_900) for index in range(200)))
    exported = (await api.client.get(f"/api/workflows/{made['id']}")).content
    assert len(exported) > 15_000_000
    status, imported = await api.call("POST", "/api/workflows", content=exported, headers=JSON)
    assert (status, imported["steps"]) == (201, made["steps"])


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


async def test_an_approval_goes_on_with_its_comment(api: Api) -> None:
    """202 and the execution; the comment is the step's output; the second answer is 409 and counts for nothing."""
    made = await created(api, gate(), step("after", input="[fast] said: {{ steps.gate.output }}"))
    started = await run(api, made["id"])
    waiting = await until(api, started["id"], "waiting")
    assert waiting["steps"][0]["status"] == "waiting"
    assert waiting["steps"][0]["input"] == "Go on with [fast] hello?"
    path = f"/api/executions/{started['id']}/steps/gate"
    status, answered = await api.call("POST", f"{path}/approve", json={"comment": " Well done 世界 "})
    assert status == 202
    assert (answered["steps"][0]["status"], answered["steps"][0]["output"]) == ("succeeded", "Well done 世界")
    for verb in ("approve", "reject"):
        status, answer = await api.call("POST", f"{path}/{verb}", json={})
        assert (status, answer["error"]["code"]) == (409, "conflict")
    found = await ended(api, started["id"])
    assert (found["status"], found["steps"][1]["input"]) == ("succeeded", "[fast] said: Well done 世界")
    log = (await api.call("GET", f"/api/executions/{started['id']}/events"))[1]["events"]
    told = [event["data"] for event in log if event["kind"] == "step" and event["data"]["name"] == "gate"]
    assert [each["status"] for each in told] == ["waiting", "succeeded"]
    assert told[1]["comment"] == "Well done 世界"


async def test_a_rejection_needs_no_body_and_ends_what_depends_on_it(api: Api) -> None:
    """Without a body there is no reason; the execution fails and says where."""
    made = await created(api, gate(), step("after", depends_on=["gate"]))
    started = await run(api, made["id"])
    await until(api, started["id"], "waiting")
    status, _ = await api.call("POST", f"/api/executions/{started['id']}/steps/gate/reject")
    assert status == 202
    found = await ended(api, started["id"])
    assert (found["status"], found["error_code"]) == ("failed", "rejected")
    assert "gate" in found["error"]
    assert [(each["status"], each["error_code"]) for each in found["steps"]] == [
        ("failed", "rejected"),
        ("skipped", "blocked"),
    ]


async def test_a_wrong_answer_to_an_approval_is_refused(api: Api) -> None:
    """Unknown execution or step 404, a step that does not wait 409, a wrong comment 422: it still waits."""
    made = await created(api, gate(), step("after", depends_on=["gate"]))
    started = await run(api, made["id"])
    await until(api, started["id"], "waiting")
    steps = f"/api/executions/{started['id']}/steps"
    for path in (
        "/api/executions/999/steps/gate",
        f"{steps}/lost",
        f"{steps}/__class__",
        f"{steps}/a%00",
        f"{steps}/%FF",
        f"{steps}/%27%22",
        f"{steps}/{'x' * 3_000}",
    ):
        status, answer = await api.call("POST", f"{path}/approve")
        assert (status, answer["error"]["code"]) == (404, "not_found"), path
    status, answer = await api.call("POST", f"/api/executions/{HUGE}/steps/gate/approve")
    assert (status, answer["error"]["details"]["field"]) == (422, "execution_id")
    status, answer = await api.call("POST", f"{steps}/after/approve")
    assert (status, answer["error"]["code"]) == (409, "conflict")
    for body, field in (
        ({"comment": 5}, "comment"),
        ({"comment": None}, "comment"),
        ({"comment": "x" * 2_001}, "comment"),
        ({"comment": "\x00"}, "comment"),
        ({"comment": "\ud800"}, "comment"),
        ({"reason": "no"}, "reason"),
        ([], "body"),
    ):
        status, answer = await api.call("POST", f"{steps}/gate/reject", content=json.dumps(body), headers=JSON)
        assert (status, answer["error"]["details"]["field"]) == (422, field)
    assert (await api.call("GET", f"{steps.removesuffix('/steps')}"))[1]["status"] == "waiting"
    assert (await api.call("GET", f"{steps}/gate/approve"))[0] == 405


async def test_an_approval_is_sent_back_with_a_remark(api: Api) -> None:
    """202 and the execution; the remark is needed; what the agent had made is listed, whole."""
    made = await created(api, step("draft"), gate(input="{{ steps.draft.output }}"), gate("alone", depends_on=["gate"]))
    started = await run(api, made["id"])
    first = (await until(api, started["id"], "waiting"))["steps"][0]
    steps = f"/api/executions/{started['id']}/steps"
    for body in ({}, {"comment": ""}, {"comment": " \n"}, {"comment": "x" * 2_001}, {"comment": None}):
        status, answer = await api.call("POST", f"{steps}/gate/send_back", json=body)
        assert (status, answer["error"]["details"]["field"]) == (422, "comment"), body
    for name, wanted in (("lost", 404), ("a%00", 404), ("alone", 409), ("draft", 409)):
        status, _ = await api.call("POST", f"{steps}/{name}/send_back", json={"comment": "Again."})
        assert status == wanted, name
    assert await api.call("GET", f"{steps}/draft/rounds") == (200, {"items": [], "next_cursor": None})
    assert (await api.call("GET", f"{steps}/lost/rounds"))[0] == 404

    status, answered = await api.call("POST", f"{steps}/gate/send_back", json={"comment": "Shorter."})
    assert status == 202
    assert [each["round"] for each in answered["steps"]] == [2, 2, 2]
    assert answered["progress"]["done"] == 0
    second = (await until(api, started["id"], "waiting"))["steps"][0]
    assert "Shorter." in second["input"]
    (kept,) = (await api.call("GET", f"{steps}/draft/rounds"))[1]["items"]
    assert (kept["round"], kept["status"], kept["output"]) == (1, "succeeded", first["output"])
    assert kept["remark"] == "Shorter."
    await api.call("POST", f"{steps}/gate/approve")
    await until(api, started["id"], "waiting")
    # Only an approval lies before it: there is nobody to revise anything.
    status, answer = await api.call("POST", f"{steps}/alone/send_back", json={"comment": "No."})
    assert (status, answer["error"]["code"]) == (409, "conflict")
    assert "No agent" in answer["error"]["message"]


async def test_an_agent_that_workflows_use_is_kept(api: Api) -> None:
    """409 with the workflows named, by id and by name; free again, it goes."""
    agent = (await api.call("POST", "/api/agents", json={"name": "Used"}))[1]
    made = await created(api, step(agent_id=agent["id"]), name="User of it")
    path = f"/api/agents/{agent['id']}"
    status, answer = await api.call("DELETE", path)
    assert (status, answer["error"]["code"]) == (409, "conflict")
    assert "User of it" in answer["error"]["message"]
    assert answer["error"]["details"]["workflows"] == [{"id": made["id"], "name": "User of it"}]
    await api.call("DELETE", f"/api/workflows/{made['id']}")
    assert await api.call("DELETE", path) == (204, None)


@pytest.mark.parametrize("path", ["/api/workflows/{}", "/api/tasks/{}", "/api/agents/{}", "/api/executions/{}"])
async def test_a_number_no_database_can_hold_is_refused_either_way(api: Api, path: str) -> None:
    """422 with the field named for what is too large or too small; what could be is 404."""
    for number in (HUGE, -HUGE):
        status, answer = await api.call("GET", path.format(number))
        assert status == 422
        assert answer["error"]["details"]["field"].endswith("_id")
    for number in (2**63 - 1, -1, 0):
        assert (await api.call("GET", path.format(number)))[0] == 404


async def test_the_documentation_knows_the_new_calls(api: Api) -> None:
    """OpenAPI names workflows, tasks, runs and approvals."""
    paths = (await api.call("GET", "/api/openapi.json"))[1]["paths"]
    assert set(paths["/api/workflows"]) == set(paths["/api/tasks"]) == {"get", "post"}
    assert (
        set(paths["/api/workflows/{workflow_id}"]) == set(paths["/api/tasks/{task_id}"]) == {"get", "patch", "delete"}
    )
    for path in (
        "workflows/{workflow_id}/run",
        *(f"executions/{{execution_id}}/steps/{{name}}/{verb}" for verb in ("approve", "reject")),
    ):
        assert "post" in paths[f"/api/{path}"]
