"""Workflows over HTTP: real requests, the real hub, the offline model."""

from typing import Any

from execution_hub.api.limit import BODY_MAX, WORKFLOW_BODY_MAX
from tests.support.api import JSON, Api
from tests.support.workflow_api import created, gate, refused, step, workflow

HUGE = 10**30


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
