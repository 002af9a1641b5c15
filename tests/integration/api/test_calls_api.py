"""Turns and calls of tools over HTTP and the socket: what they show, and a person's answers to them."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import connect

from execution_hub.api import wire
from execution_hub.domain.call import CallStatus
from execution_hub.domain.status import Status
from execution_hub.store.intents import Change
from tests.support.api import Api
from tests.support.calls import LOST, SENDS, TURN, add_calls, asking
from tests.support.hub import eventually

ANSWERED_SECONDS = 20


async def status_of(api: Api, execution_id: int, number: int) -> str:
    """Return the status of a call."""
    status, call = await api.call("GET", f"/api/executions/{execution_id}/calls/{number}")
    assert status == 200, call
    return str(call["status"])


async def test_an_execution_shows_its_calls_and_lists_do_not(api: Api) -> None:
    """As the document says them, in the order of their numbers; one whole by its number; 404 for what is not there."""
    execution_id = await asking(api.hub, TURN, SENDS, LOST)
    whole = (await api.call("GET", f"/api/executions/{execution_id}"))[1]
    assert [(each["number"], each["kind"], each["status"]) for each in whole["calls"]] == [
        (1, "turn", "succeeded"),
        (2, "tool", "waiting"),
        (3, "tool", "unknown"),
    ]
    turn, sends, _ = whole["calls"]
    assert (turn["server"], turn["usage"]["input_tokens"], sends["usage"]) == (None, 0, None)
    assert (sends["server"], sends["tool"], sends["arguments"]) == ("mail", "send", SENDS.arguments)
    assert (whole["limit"], whole["json"]) == (None, None)
    for each in whole["calls"]:
        assert set(each) == set(wire.Call.model_fields) - {"is_excerpt"}
        wire.Call.model_validate(each)
    listed = (await api.call("GET", "/api/executions?full=1"))[1]["items"][0]
    assert "calls" not in listed and listed["limit"] is None
    page = (await api.call("GET", f"/api/executions/{execution_id}/calls?limit=2"))[1]
    assert [each["number"] for each in page["items"]] == [1, 2]
    rest = await api.call("GET", f"/api/executions/{execution_id}/calls?limit=2&cursor={page['next_cursor']}")
    assert rest[1] == {"items": [whole["calls"][2]], "next_cursor": None}
    for path in (f"{execution_id}/calls/9", f"{execution_id}/calls/{2**40}", "999/calls/1", "999/calls"):
        assert (await api.call("GET", f"/api/executions/{path}"))[0] == 404


async def test_long_results_come_as_excerpts_and_one_by_one_whole(api: Api) -> None:
    """What is past four megabytes is cut in the execution, and told to be."""
    long = [replace(SENDS, number=number, result="x" * 1_000_000, result_chars=1_000_000) for number in range(2, 8)]
    execution_id = await asking(api.hub, *long)
    calls = (await api.call("GET", f"/api/executions/{execution_id}"))[1]["calls"]
    assert [len(each["result"]) for each in calls] == [1_000_000] * 3 + [200] * 3
    assert [each.get("is_excerpt", False) for each in calls] == [False] * 3 + [True] * 3
    one = (await api.call("GET", f"/api/executions/{execution_id}/calls/7"))[1]
    assert len(one["result"]) == 1_000_000


async def test_calls_are_approved_rejected_and_resolved_once(api: Api) -> None:
    """202 with the execution; the second answer is 409 with the reason, what does not fit 422 with the field."""
    execution_id = await asking(api.hub, SENDS, LOST, replace(SENDS, number=4), replace(SENDS, number=5))
    base = f"/api/executions/{execution_id}/calls"
    edited = {"arguments": {"to": "eve@example.com"}, "for_this_execution": False}
    status, found = await api.call("POST", f"{base}/2/approve", json=edited)
    assert (status, found["status"]) == (202, "pending")
    call = found["calls"][0]
    assert (call["status"], call["arguments"], call["asked_arguments"]) == (
        "pending",
        edited["arguments"],
        SENDS.arguments,
    )
    status, found = await api.call("POST", f"{base}/4/reject", json={"comment": "No."})
    assert (status, found["calls"][2]["status"], found["calls"][2]["comment"]) == (202, "denied", "No.")
    assert (await api.call("POST", f"{base}/5/approve"))[0] == 202
    status, found = await api.call("POST", f"{base}/3/resolve", json={"how": "tell_agent"})
    assert (status, found["calls"][1]["resolved"]) == (202, "tell_agent")
    for path, body in (("2/approve", {}), ("4/reject", {}), ("3/resolve", {"how": "fail"})):
        status, answer = await api.call("POST", f"{base}/{path}", json=body)
        assert (status, answer["error"]["code"]) == (409, "conflict"), path
    wrong: list[tuple[str, Any, str]] = [
        ("2/approve", {"arguments": [1]}, "arguments"),
        ("2/approve", {"for_this_execution": "yes"}, "for_this_execution"),
        ("2/approve", {"nonsense": 1}, "nonsense"),
        ("2/reject", {"comment": 1}, "comment"),
        ("3/resolve", {"how": "shrug"}, "how"),
    ]
    for path, body, field in wrong:
        status, answer = await api.call("POST", f"{base}/{path}", json=body)
        assert (status, answer["error"]["details"]["field"]) == (422, field), path
    assert (await api.call("POST", f"{base}/9/approve"))[0] == 404


async def test_a_long_execution_is_written_in_another_process_and_reads_the_same(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its own status too: a page must not stand while somebody reads megabytes."""
    execution_id = await asking(api.hub, SENDS, replace(SENDS, number=4))
    path = f"/api/executions/{execution_id}"
    short = await api.call("GET", path)
    monkeypatch.setattr("execution_hub.domain.execution_text.LIGHT_CHARS", 0)
    assert await api.call("GET", path) == short
    status, found = await api.call("POST", f"{path}/calls/4/reject", json={"comment": "No."})
    assert (status, found["calls"][1]["status"]) == (202, "denied")


async def test_the_socket_takes_answers_as_commands(api: Api) -> None:
    """What is obeyed is told by the update; what cannot be, by an error that names the field."""
    execution_id = await asking(api.hub, SENDS, LOST, replace(SENDS, number=4))
    async with connect(f"{api.socket_url}?client_id=a") as socket:
        await socket.recv()

        async def say(answered_by: str, **message: Any) -> dict[str, Any]:
            """Send a command and return what answers it: what was told before it may come in between."""
            await socket.send(json.dumps(message))
            async with asyncio.timeout(ANSWERED_SECONDS):
                while (told := dict(json.loads(await socket.recv())))["type"] != answered_by:
                    pass
            return told

        async def are(*statuses: str) -> bool:
            found = (await api.call("GET", f"/api/executions/{execution_id}"))[1]["calls"]
            return [each["status"] for each in found] == list(statuses)

        update, error = "execution_update", "error"
        await say(update, type="approve", id=execution_id, call=2, arguments={"to": "eve@example.com"})
        await eventually(lambda: are("pending", "unknown", "waiting"))
        await say(update, type="reject", id=execution_id, call=4, comment="No.")
        await eventually(lambda: are("pending", "unknown", "denied"))
        await say(update, type="resolve", id=execution_id, call=3, how="run_again")
        await eventually(lambda: are("pending", "pending", "denied"))
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"type": "approve", "id": execution_id}, "call"),
            ({"type": "approve", "id": execution_id, "call": 2, "step": "a"}, "call"),
            ({"type": "approve", "id": execution_id, "step": "a", "arguments": {}}, "arguments"),
            ({"type": "reject", "id": "7", "call": 2}, "id"),
            ({"type": "reject", "id": 2**70, "call": 2}, "id"),
            ({"type": "resolve", "id": execution_id, "call": 3}, "how"),
            ({"type": "resolve", "id": execution_id, "call": 3, "how": "fail", "more": 1}, "more"),
        ]
        for message, field in wrong:
            assert (await say(error, **message))["error"]["details"]["field"] == field, message
        late = await say(error, type="approve", id=execution_id, call=2)
        assert late["error"]["code"] == "conflict"
        nobody = await say(error, type="reject", id=execution_id, step="nobody")
        assert nobody["error"]["code"] == "not_found"


@pytest.mark.parametrize("kind", [["approve"], {"a": 1}, None, 7])
async def test_a_command_of_no_kind_is_an_error(api: Api, kind: Any) -> None:
    """Whatever its type is."""
    async with connect(f"{api.socket_url}?client_id=a") as socket:
        await socket.recv()
        await socket.send(json.dumps({"type": kind}))
        assert json.loads(await socket.recv())["error"]["code"] == "unknown_command"


async def test_a_limit_and_a_checked_answer_are_shown(api: Api) -> None:
    """`limit` says which one ended it; `json` is the answer of an agent that has a schema."""
    execution_id = await asking(api.hub, status=Status.RUNNING)
    definition = {"name": "A", "model": "simulated", "output_schema": {"type": "object"}}
    values = {"meta": {"limit": "max_turns"}, "definition": definition, "test_output": '{"city": "Paris"}'}
    await api.hub._log.record(Change(execution_id, Status.SUCCEEDED, values=values))
    found = (await api.call("GET", f"/api/executions/{execution_id}"))[1]
    assert (found["limit"], found["json"], found["output"]) == ("max_turns", {"city": "Paris"}, '{"city": "Paris"}')
    wire.ExecutionPage.model_validate(found)
    listed = (await api.call("GET", "/api/executions"))[1]["items"][0]
    assert listed["limit"] == "max_turns" and "json" not in listed


async def test_what_a_call_becomes_is_read_while_it_runs(api: Api) -> None:
    """A result that came meanwhile is there, with its status."""
    execution_id = await asking(api.hub, TURN, status=Status.RUNNING)
    await add_calls(api.hub, execution_id, [replace(SENDS, status=CallStatus.SUCCEEDED, result="sent")])
    assert await status_of(api, execution_id, 2) == "succeeded"
