"""An agent's cases over HTTP: kept, run together, all or none."""

import asyncio
from typing import Any

import pytest

from execution_hub.store import submissions
from tests.support.api import Api, ended

CASES = [{"name": "greeting", "input": "Hi [fast]"}, {"name": "question", "input": "Why? [fast]"}]


async def _agent(api: Api, cases: list[dict[str, str]] | None = None) -> str:
    """Store an agent with cases and return the path of these."""
    _, agent = await api.call("POST", "/api/agents", json={"name": "Bench", "system_prompt": "Saved."})
    path = f"/api/agents/{agent['id']}/cases"
    if cases is not None:
        assert await api.call("PUT", path, json=cases) == (200, cases)
    return path


async def test_cases_are_kept_with_their_agent(api: Api) -> None:
    """In their order, until others take their place; they go with the agent."""
    path = await _agent(api)
    assert await api.call("GET", path) == (200, [])
    assert await api.call("PUT", path, json=CASES) == (200, CASES)
    assert await api.call("GET", path) == (200, CASES)
    assert await api.call("PUT", path, json=CASES[1:]) == (200, CASES[1:])
    assert (await api.call("DELETE", path.removesuffix("/cases")))[0] == 204
    for method, rest, body in (("GET", "", None), ("PUT", "", []), ("POST", "/run", {})):
        assert (await api.call(method, path + rest, json=body))[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([*CASES, CASES[0]], "cases[2].name"),
        ([{"name": "a", "input": " "}], "cases[0].input"),
        ([{"name": "a"}], "[0].input"),
        ([{"name": "a", "input": "x", "colour": "red"}], "[0].colour"),
        ({"items": []}, "body"),
    ],
)
async def test_cases_that_do_not_fit_are_refused(api: Api, body: Any, field: str) -> None:
    """The field is named, and those before stay."""
    path = await _agent(api, CASES)
    status, answer = await api.call("PUT", path, json=body)
    assert (status, answer["error"]["details"]["field"]) == (422, field)
    assert await api.call("GET", path) == (200, CASES)


async def test_all_cases_run_under_one_number(api: Api) -> None:
    """In their order, with the agent as it is; the number finds them again, and the next batch has another."""
    path = await _agent(api, CASES)
    status, batch = await api.call("POST", f"{path}/run")
    assert status == 202
    assert [item["input"] for item in batch["items"]] == [case["input"] for case in CASES]
    assert {(item["status"], item["batch_id"], item["agent_version"]) for item in batch["items"]} == {
        ("pending", batch["batch_id"], 1)
    }
    for item in batch["items"]:
        assert (await ended(api, item["id"]))["status"] == "succeeded"
    _, found = await api.call("GET", f"/api/executions?batch_id={batch['batch_id']}")
    assert {item["id"] for item in found["items"]} == {item["id"] for item in batch["items"]}
    _, other = await api.call("POST", f"{path}/run", json={"names": ["question"]})
    assert [item["input"] for item in other["items"]] == [CASES[1]["input"]]
    assert other["batch_id"] > batch["batch_id"]


async def test_a_batch_runs_with_what_is_on_screen(api: Api) -> None:
    """Values that are not saved run all of it as a draft."""
    path = await _agent(api, CASES)
    _, batch = await api.call("POST", f"{path}/run", json={"agent": {"system_prompt": "Not saved."}})
    for item in batch["items"]:
        assert item["agent_version"] is None
        _, execution = await api.call("GET", f"/api/executions/{item['id']}")
        assert execution["definition"]["system_prompt"] == "Not saved."
    assert (await api.call("GET", path.removesuffix("/cases")))[1]["system_prompt"] == "Saved."


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"names": ["greeting", "unknown"]}, 422, "names[1]"),
        ({"names": []}, 422, "names"),
        ({"agent": {"max_tokens": 0}}, 422, "max_tokens"),
        ({"inputs": ["x"]}, 422, "inputs"),
    ],
)
async def test_a_batch_that_does_not_fit_starts_nothing(api: Api, body: Any, status: int, field: str) -> None:
    """And says what is wrong."""
    path = await _agent(api, CASES)
    found, answer = await api.call("POST", f"{path}/run", json=body)
    assert (found, answer["error"]["details"]["field"]) == (status, field)
    assert (await api.call("GET", "/api/executions"))[1]["items"] == []


async def test_an_agent_without_cases_has_nothing_to_run(api: Api) -> None:
    """A conflict that says what to do first."""
    status, answer = await api.call("POST", f"{await _agent(api)}/run")
    assert (status, answer["error"]["code"]) == (409, "conflict")


async def test_a_batch_begins_whole_or_not_at_all(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for one of two, none begins."""
    path = await _agent(api, CASES)
    monkeypatch.setattr(submissions, "PENDING_MAX", 1)
    status, answer = await api.call("POST", f"{path}/run")
    assert (status, answer["error"]["code"]) == (429, "queue_full")
    assert (await api.call("GET", "/api/executions"))[1]["items"] == []


async def test_the_same_key_gives_the_same_batch(api: Api) -> None:
    """Also when both come at once, and when the cases have changed since; for another request it is refused."""
    path = await _agent(api, CASES)
    asks = [api.call("POST", f"{path}/run", headers={"Idempotency-Key": "k"}) for _ in range(2)]
    first, second = await asyncio.gather(*asks)
    assert first[0] == second[0] == 202
    ids = [item["id"] for item in first[1]["items"]]
    assert ids == [item["id"] for item in second[1]["items"]]
    await api.call("PUT", path, json=CASES[:1])
    _, again = await api.call("POST", f"{path}/run", headers={"Idempotency-Key": "k"})
    assert [item["id"] for item in again["items"]] == ids
    other = await api.call("POST", f"{path}/run", json={"names": ["greeting"]}, headers={"Idempotency-Key": "k"})
    assert other[0] == 409
    assert len((await api.call("GET", "/api/executions"))[1]["items"]) == len(CASES)
