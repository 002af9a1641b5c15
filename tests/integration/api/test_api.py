"""The HTTP API as scripts use it: real requests, the real hub."""

import asyncio

import pytest

from execution_hub.api.stopping import begin_stop
from tests.support import messages_replies as replies
from tests.support.api import Api, ended, sample_id
from tests.support.messages_server import MessagesServer

AGENT = {"name": "Claude", "model": "claude-sonnet-5-5", "system_prompt": "Be brief.", "max_tokens": 64}
# With json=, httpx itself fails over half a character.


async def test_health_and_readiness(api: Api) -> None:
    """Alive, and ready once the database and the engine are."""
    assert (await api.call("GET", "/api/health")) == (200, {"status": "ok"})
    status, body = await api.call("GET", "/api/ready")
    assert (status, body["status"]) == (200, "ready")


async def test_an_agents_life(api: Api) -> None:
    """Created 201, read, changed in part, deleted 204, then unknown 404."""
    status, agent = await api.call("POST", "/api/agents", json=AGENT)
    assert status == 201
    path = f"/api/agents/{agent['id']}"
    assert {**AGENT, **agent} == agent
    assert (await api.call("GET", path)) == (200, agent)
    status, changed = await api.call("PATCH", path, json={"name": "Other"})
    assert (status, changed["name"], changed["model"]) == (200, "Other", AGENT["model"])
    assert (await api.call("DELETE", path)) == (204, None)
    status, body = await api.call("GET", path)
    assert (status, body["error"]["code"]) == (404, "not_found")


async def test_a_test_answers_pending_before_any_model_call(api: Api, messages_server: MessagesServer) -> None:
    """202 and the pending execution; later its whole log by long-polling, without a gap."""
    messages_server.reply(replies.text(["one ", "two ", "three"], delay=0.05))
    agent = (await api.call("POST", "/api/agents", json=AGENT))[1]
    status, started = await api.call("POST", f"/api/agents/{agent['id']}/test", json={"input": "count"})
    assert (status, started["status"], started["output"]) == (202, "pending", None)
    assert messages_server.calls == []
    execution = await ended(api, started["id"])
    assert (execution["status"], execution["output"]) == ("succeeded", "one two three")
    assert set(execution) >= {
        *("id", "execution_type", "status", "agent_id", "workflow_id", "task_id", "name", "input", "output", "error"),
        *("progress", "usage", "created_at", "started_at", "finished_at", "duration_ms", "last_seq", "changed"),
    }
    assert execution["created_at"].endswith("Z")
    events = (await api.call("GET", f"/api/executions/{started['id']}/events"))[1]["events"]
    assert [event["seq"] for event in events] == list(range(1, execution["last_seq"] + 1))
    assert "".join(event["data"]["text"] for event in events if event["kind"] == "text") == "one two three"


async def test_the_same_idempotency_key_gives_the_same_execution(api: Api) -> None:
    """Ten requests at once under one key start one execution; another body under it clashes."""
    path, headers = f"/api/agents/{await sample_id(api)}/test", {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(api.call("POST", path, json={"input": "[fast]"}, headers=headers) for _ in range(10))
    )
    assert {status for status, _ in answers} == {202}
    assert len({execution["id"] for _, execution in answers}) == 1
    status, answer = await api.call("POST", path, json={"input": "[fast] other"}, headers=headers)
    assert (status, answer["error"]["code"]) == (409, "conflict")


async def test_lists_page_filter_and_tell_what_changed(api: Api) -> None:
    """Newest first by cursor, filters by word, and everything after a number for those who poll."""
    path = f"/api/agents/{await sample_id(api)}/test"
    ids = [(await api.call("POST", path, json={"input": f"[fast] {n}"}))[1]["id"] for n in range(5)]
    for execution_id in ids:
        await ended(api, execution_id)
    _, first = await api.call("GET", "/api/executions?limit=3")
    _, second = await api.call("GET", f"/api/executions?limit=3&cursor={first['next_cursor']}")
    assert [each["id"] for each in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] is None
    _, none = await api.call("GET", "/api/executions?status=failed")
    assert none["items"] == []
    _, found = await api.call("GET", "/api/executions?type=agent_test&status=succeeded&q=fast%5D%203")
    assert [each["id"] for each in found["items"]] == [ids[3]]
    changed = found["items"][0]["changed"]
    _, later = await api.call("GET", f"/api/executions?changed_after={changed}")
    assert all(each["changed"] > changed for each in later["items"])
    assert (await api.call("GET", f"/api/executions?changed_after={later['changed']}"))[1]["items"] == []
    assert (await api.call("GET", "/api/executions?type=&status=&agent_id=&q=&limit=1"))[1]["items"][0]["id"] == ids[-1]
    for query in (
        *("status=lost", "limit=0", "limit=x", "cursor=%21", "since=yesterday", "agent_id=x"),
        *(f"{name}={10**30}" for name in ("agent_id", "workflow_id", "changed_after")),
    ):
        status, answer = await api.call("GET", f"/api/executions?{query}")
        assert (status, answer["error"]["details"]["field"]) == (422, query.split("=")[0]), query


async def test_the_documentation_needs_no_other_server(api: Api) -> None:
    """The page and all it loads come from the hub itself."""
    page = (await api.client.get("/api/docs")).text
    assert "https://" not in page
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/api/docs/assets/{asset}" in page
        assert (await api.client.get(f"/api/docs/assets/{asset}")).status_code == 200
    paths = (await api.call("GET", "/api/openapi.json"))[1]["paths"]
    assert "/api/agents/{agent_id}/test" in paths


async def test_a_foreign_page_and_a_foreign_name_are_refused(api: Api) -> None:
    """Host and Origin are checked before anything else; scripts without an Origin pass."""
    status, answer = await api.call("GET", "/api/agents", headers={"Host": "evil.example"})
    assert (status, answer["error"]["code"]) == (421, "host_not_allowed")
    assert "HUB_ALLOWED_HOSTS" in answer["error"]["message"]
    for origin in ("https://evil.example", "null", "http://127.0.0.1:3000"):
        status, answer = await api.call("POST", "/api/agents", json=AGENT, headers={"Origin": origin})
        assert (status, answer["error"]["code"]) == (403, "foreign_origin")
        for method, path in (("DELETE", "/api/agents/1"), ("POST", "/api/queue/pause"), ("POST", "/api/prune")):
            status, _ = await api.call(method, path, headers={"Origin": origin})
            assert status == 403
    own = {"Origin": f"http://127.0.0.1:{api.port}", "Sec-Fetch-Site": "same-origin"}
    assert (await api.call("POST", "/api/agents", json=AGENT, headers=own))[0] == 201
    assert (await api.call("POST", "/api/agents", json=AGENT))[0] == 201


async def test_the_longest_input_goes_everywhere_and_back(api: Api) -> None:
    """200 000 characters, of four bytes each: tested, run as a task, run again with one more in its place."""
    text, agent = "🚀" * 199_993 + " [fast]", await sample_id(api)
    status, tested = await api.call("POST", f"/api/agents/{agent}/test", json={"input": text})
    assert status == 202, tested
    status, task = await api.call("POST", "/api/tasks", json={"name": "Long", "input": text})
    assert (status, task["input"]) == (201, text)
    steps = [{"name": "a", "agent_id": agent, "input": "{{ input | truncate(100) }} [fast]"}]
    workflow = (await api.call("POST", "/api/workflows", json={"name": "Long", "steps": steps}))[1]["id"]
    status, ran = await api.call("POST", f"/api/workflows/{workflow}/run", json={"task_id": task["id"]})
    assert (status, ran["input"]) == (202, text)
    again = text[:-6] + "[slow]"
    status, rerun = await api.call("POST", f"/api/executions/{tested['id']}/rerun", json={"input": again})
    assert (status, rerun["input"]) == (202, again)
    await api.call("POST", f"/api/executions/{rerun['id']}/cancel")
    for each in (tested, ran):
        assert (await ended(api, each["id"]))["input"] == text
    status, answer = await api.call("POST", f"/api/executions/{tested['id']}/rerun", json={"input": text + "x"})
    assert (status, answer["error"]["details"]) == (422, {"field": "input", "limit": 200_000})


async def test_a_mistake_of_ours_tells_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 in the one form: no traceback, no secret."""

    async def fail(**_: object) -> None:
        raise RuntimeError("sk-ant-secret")

    monkeypatch.setattr(api.hub.agents, "page", fail)
    response = await api.client.get("/api/agents")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal_error")
    assert "secret" not in response.text
    assert "Traceback" not in response.text


async def test_a_hub_that_stops_sends_long_polls_home(api: Api) -> None:
    """They answer at once with what there is, so that no client holds up the stop."""
    path = f"/api/agents/{await sample_id(api)}/test"
    execution_id = (await api.call("POST", path, json={"input": "[slow] hello"}))[1]["id"]
    started = asyncio.get_running_loop().time()
    poll = asyncio.create_task(api.call("GET", f"/api/executions/{execution_id}/events?after=100000&wait=60"))
    while not poll.done():
        await begin_stop()
        await asyncio.wait({poll}, timeout=0.02)
    status, page = poll.result()
    assert (status, page["events"]) == (200, [])
    assert asyncio.get_running_loop().time() - started < 50
