"""Executions beside each other over HTTP."""

import pytest

from execution_hub.domain import comparison
from execution_hub.errors import TookTooLong
from execution_hub.pool import WorkPool
from tests.support.api import Api, ended


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
