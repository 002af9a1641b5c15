"""Executions that become cases, over HTTP."""

import asyncio
from typing import Any

import pytest

from execution_hub.domain.case import CASES_MAX
from tests.support.api import Api, ended

HELPER = 1


async def answered(api: Api, text: str = "[fast] Why do bees dance?") -> dict[str, Any]:
    """Return a test that has ended."""
    execution_id = (await api.call("POST", f"/api/agents/{HELPER}/test", json={"input": text}))[1]["id"]
    return await ended(api, execution_id)


async def pin(api: Api, execution_id: int, **body: Any) -> tuple[int, Any]:
    """Pin an execution; return the status and the answer."""
    return await api.call("POST", f"/api/executions/{execution_id}/pin", json=body)


async def test_an_execution_becomes_a_case_of_a_suite_that_is_made_for_it(api: Api) -> None:
    first, second = await answered(api), await answered(api)
    status, suite = await pin(api, first["id"], suite_name="Bees")
    assert (status, suite["name"], suite["targets"]) == (201, "Bees", [{"agent_id": HELPER}])
    (case,) = suite["cases"]
    assert (case["name"], case["input"]) == ("[fast] Why do bees dance?", first["input"])
    assert (case["golden"], case["execution_id"]) == (first["output"], first["id"])

    again = await asyncio.gather(*(pin(api, first["id"], suite_name="Bees") for _ in range(3)))
    assert [each[1] for each in again] == [suite] * 3
    new = await asyncio.gather(*(pin(api, first["id"], suite_name="New") for _ in range(3)))
    assert len({each[1]["id"] for each in new}) == 1
    more = (await pin(api, second["id"], suite_id=suite["id"]))[1]
    assert (more["id"], more["version"], more["cases_count"]) == (suite["id"], suite["version"] + 1, 2)
    assert [each["name"] for each in more["cases"]] == ["[fast] Why do bees dance?", "[fast] Why do bees dance? (2)"]
    assert (await api.call("GET", f"/api/suites/{suite['id']}"))[1] == more


async def test_the_run_of_a_workflow_is_pinned_with_its_input(api: Api) -> None:
    steps = [{"name": "answer", "agent_id": HELPER, "input": "[fast] {{ input }}"}]
    made = (await api.call("POST", "/api/workflows", json={"name": "One", "steps": steps}))[1]
    started = (await api.call("POST", f"/api/workflows/{made['id']}/run", json={"input": "bees"}))[1]
    found = await ended(api, started["id"])
    suite = (await pin(api, found["id"], suite_name="Flow"))[1]
    assert suite["targets"] == [{"workflow_id": made["id"]}]
    assert (suite["cases"][0]["input"], suite["cases"][0]["golden"]) == ("bees", found["output"])


async def test_what_cannot_be_a_case_is_refused_and_nothing_is_stored(api: Api) -> None:
    broken = await answered(api, "[fast] [fail] x")
    status, answer = await pin(api, broken["id"], suite_name="A")
    assert (status, "is failed" in answer["error"]["message"]) == (409, True)
    slow = (await api.call("POST", f"/api/agents/{HELPER}/test", json={"input": "[slow] x"}))[1]["id"]
    status, answer = await pin(api, slow, suite_name="A")
    assert (status, "has not ended" in answer["error"]["message"]) == (409, True)
    await api.call("POST", f"/api/executions/{slow}/cancel")
    gone = await answered(api)
    await api.call("DELETE", f"/api/executions/{gone['id']}")
    assert (await pin(api, gone["id"], suite_name="A"))[0] == 404
    # The sample alone.
    assert len((await api.call("GET", "/api/suites"))[1]["items"]) == 1

    good = await answered(api)
    for body in ({}, {"suite_id": 1, "suite_name": "A"}):
        status, answer = await pin(api, good["id"], **body)
        assert (status, answer["error"]["details"]["field"]) == (422, "suite_id")
    assert (await pin(api, good["id"], suite_id=99))[0] == 404


async def test_the_suite_of_an_agents_own_takes_no_more_cases_than_its_page(api: Api) -> None:
    given = [{"name": str(number), "input": "x"} for number in range(CASES_MAX)]
    await api.call("PUT", f"/api/agents/{HELPER}/cases", json=given)
    listed = (await api.call("GET", "/api/suites"))[1]["items"]
    suite = next(each for each in listed if each["agent_id"] is not None)
    status, answer = await pin(api, (await answered(api))["id"], suite_id=suite["id"])
    assert (status, answer["error"]["details"]) == (422, {"field": "cases", "limit": CASES_MAX})


@pytest.mark.parametrize("value", ["", "x" * 121, "a\nb", "\u202e"])
async def test_a_name_that_does_not_fit_names_its_field(api: Api, value: str) -> None:
    status, answer = await pin(api, 1, suite_name=value)
    assert (status, answer["error"]["details"]["field"]) == (422, "suite_name")
