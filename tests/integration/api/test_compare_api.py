"""Executions beside each other over HTTP."""

import pytest
from sqlalchemy import Connection

from execution_hub.domain import comparison
from execution_hub.domain.call import Call, CallChange, CallKind, CallStatus
from execution_hub.domain.clock import now
from execution_hub.errors import TookTooLong
from execution_hub.hub.hub import Hub
from execution_hub.pool import WorkPool
from execution_hub.store import call_changes
from tests.support.api import Api, ended
from tests.support.workflow_api import created, run, step


async def _run(api: Api, agent_id: int, **body: object) -> int:
    _, execution = await api.call("POST", f"/api/agents/{agent_id}/test", json={"input": "Hi [fast]", **body})
    return int((await ended(api, execution["id"]))["id"])


async def _agent(api: Api) -> int:
    body = {"name": "Bench", "system_prompt": "You answer in one sentence."}
    return int((await api.call("POST", "/api/agents", json=body))[1]["id"])


async def test_what_differs_is_told(api: Api) -> None:
    """Of definition, input, output, usage and time; everything is held against the first."""
    agent_id = await _agent(api)
    first = await _run(api, agent_id)
    second = await _run(api, agent_id, agent={"system_prompt": "You answer in two sentences.", "max_tokens": 7})
    third = await _run(api, agent_id, input="Bye [fast]")
    status, found = await api.call("GET", f"/api/compare?id={first}&id={second}&id={third}")
    assert status == 200
    assert [item["id"] for item in found["items"]] == [first, second, third]
    assert all("definition" not in item and item["is_excerpt"] for item in found["items"])
    differs = {each["field"]: each for each in found["definition"]}
    assert differs.keys() == {"system_prompt", "max_tokens"}
    assert differs["max_tokens"]["values"] == [4096, 7, 4096]
    assert [piece["text"] for piece in differs["system_prompt"]["texts"][1]["diff"] if piece["kind"] != "same"] == [
        "one sentence",
        "two sentences",
    ]
    assert not found["input"]["is_same"]
    assert [text["diff"] is None for text in found["output"]] == [True, False, False]
    whole = [(await api.call("GET", f"/api/executions/{each}"))[1]["output"] for each in (first, second, third)]
    assert [text["text"] for text in found["output"]] == whole
    for text, output in zip(found["output"][1:], whole[1:], strict=True):
        assert "".join(piece["text"] for piece in text["diff"] if piece["kind"] != "removed") == output
    assert [each["id"] for each in found["usage"]] == [each["id"] for each in found["time"]] == [first, second, third]
    assert found["usage"][0]["difference"] == {"input_tokens": 0, "output_tokens": 0, "cost_usd": None}
    assert found["time"][1]["difference_ms"] == found["time"][1]["duration_ms"] - found["time"][0]["duration_ms"]


@pytest.mark.parametrize("ids", ["", "id=1", "id=1&id=1", "id=1&id=2&id=3&id=4&id=5", "id=1&id=x"])
async def test_what_cannot_be_compared_is_refused(api: Api, ids: str) -> None:
    """Fewer than two, more than four, one twice, or no number; what is not there is not found."""
    status, answer = await api.call("GET", f"/api/compare?{ids}")
    assert (status, answer["error"]["details"]["field"].split("[")[0]) == (422, "id")
    assert (await api.call("GET", "/api/compare?id=1&id=2"))[0] == 404


async def test_texts_that_take_too_long_still_stand_beside_each_other(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole; of endless ones the beginning."""

    async def too_long(*_: object) -> None:
        raise TookTooLong

    agent_id = await _agent(api)
    ids = [await _run(api, agent_id) for _ in range(2)]
    monkeypatch.setattr(WorkPool, "run", too_long)
    monkeypatch.setattr(comparison, "TEXT_MAX", 5)
    status, found = await api.call("GET", f"/api/compare?id={ids[0]}&id={ids[1]}")
    assert status == 200
    first, second = found["output"]
    assert [(text["is_whole"], len(text["text"])) for text in (first, second)] == [(False, 5)] * 2
    assert [piece["kind"] for piece in second["diff"]] == ["removed", "added"]


async def test_an_agent_test_and_a_workflow_stand_beside_each_other(api: Api) -> None:
    """And what has not ended has no output yet."""
    test = await _run(api, await _agent(api))
    _, run = await api.call("POST", "/api/workflows/1/run", json={"input": "Hi [slow]"})
    status, found = await api.call("GET", f"/api/compare?id={test}&id={run['id']}")
    assert status == 200
    assert found["output"][1]["text"] is None
    assert any(each["field"].startswith("steps.") for each in found["definition"])
    await api.call("POST", f"/api/executions/{run['id']}/cancel")


async def test_steps_of_workflows_are_matched_by_name(api: Api) -> None:
    """Each with what it made; one that only one of them has is nothing in the other."""
    first = await created(
        api, step("draft"), step("check", input="[fast] {{ steps.draft.output }}", depends_on=["draft"])
    )
    second = await created(api, step("draft"), name="Other")
    runs = [await run(api, each["id"], text) for each, text in ((first, "Hi"), (second, "Bye"))]
    ids = [(await ended(api, each["id"]))["id"] for each in runs]
    status, found = await api.call("GET", f"/api/compare?id={ids[0]}&id={ids[1]}")
    assert status == 200
    draft, check = found["steps"]
    assert (draft["name"], draft["statuses"]) == ("draft", ["succeeded", "succeeded"])
    assert all(each is not None for each in draft["durations_ms"])
    assert {piece["kind"] for piece in draft["outputs"][1]["diff"]} >= {"removed", "added"}
    assert (check["name"], check["statuses"], check["outputs"][1]["text"]) == ("check", ["succeeded", None], None)
    assert found["calls"] == []


async def test_calls_of_tools_are_compared_as_lines(api: Api, hub: Hub) -> None:
    """With their arguments; turns of the model are none."""
    agent_id = await _agent(api)
    ids = [await _run(api, agent_id), await _run(api, agent_id)]

    def put(connection: Connection) -> None:
        for x, each in enumerate(ids):
            asked = Call(
                5, CallKind.TOOL, status=CallStatus.SUCCEEDED, server="hub", tool="calculate", arguments={"x": x}
            )
            call_changes.change(connection, each, [CallChange(5, new=asked)], now())

    await hub._database.awrite(put)
    found = (await api.call("GET", f"/api/compare?id={ids[0]}&id={ids[1]}"))[1]
    assert [each["text"] for each in found["calls"]] == ['hub__calculate {"x": 0}', 'hub__calculate {"x": 1}']
    assert [each["text"] for each in found["calls"][1]["diff"] if each["kind"] == "added"] == ["1"]
