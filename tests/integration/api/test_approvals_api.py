"""Approvals over HTTP: approved, rejected, sent back, and what is no answer."""

import json

from tests.support.api import JSON, Api, ended
from tests.support.workflow_api import created, gate, run, step, until

HUGE = 10**30


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
