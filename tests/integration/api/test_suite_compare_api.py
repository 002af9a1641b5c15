"""Two runs of a suite beside each other over HTTP."""

from typing import Any

import pytest

from execution_hub.hub.hub import Hub
from tests.support.api import Api
from tests.support.suites import store_run

HELPER = 1
CHECK = {"type": "contains", "value": "84"}


async def make(api: Api, count: int, **values: Any) -> dict[str, Any]:
    """Create a suite of so many cases and return it."""
    cases = [{"name": f"case {n}", "input": f"Say {n}", "checks": [CHECK]} for n in range(count)]
    body = {"name": "Compared", "targets": [{"agent_id": HELPER}], "cases": cases, **values}
    status, answer = await api.call("POST", "/api/suites", json=body)
    assert status == 201, answer
    return dict(answer)


async def stored(hub: Hub, suite: dict[str, Any], marks: str, **values: Any) -> int:
    """Store an ended run and return its id."""
    return int(await hub._database.awrite(lambda connection: store_run(connection, suite["id"], marks, **values)))


async def test_two_runs_are_compared_case_by_case(api: Api, hub: Hub) -> None:
    """Regressions first, with what changed, what it cost, and whether that is more than chance."""
    suite = await make(api, 9)
    first = await stored(hub, suite, "+++++++++", cost_usd=0.001)
    changes: dict[str, Any] = {
        "cases": [*suite["cases"][:8], {**suite["cases"][8], "input": "Say it"}],
        "pass_rate": 0.5,
    }
    await api.call("PATCH", f"/api/suites/{suite['id']}", json=changes)
    await api.call("PATCH", f"/api/agents/{HELPER}", json={"system_prompt": "Answer in one word."})
    second = await stored(hub, suite, "--!----++", cost_usd=0.002)
    status, found = await api.call("GET", f"/api/suites/{suite['id']}/compare?first={first}&second={second}")
    assert status == 200, found
    assert found["counts"] == {
        "regression": 7,
        "fixed": 0,
        "still_failing": 0,
        "open": 0,
        "new": 0,
        "gone": 0,
        "still_passing": 2,
    }
    assert found["chance"] == {
        "pairs": 9,
        "better": 0,
        "worse": 7,
        "test": "mcnemar",
        "p_value": 0.015625,
        "is_more_than_chance": True,
    }
    assert [run["execution"]["id"] for run in found["runs"]] == [first, second]
    assert [run["figures"]["cost_usd"] for run in found["runs"]] == [0.009, 0.018]
    assert all("definition" not in run["execution"] for run in found["runs"])
    (target,) = found["targets"]
    assert (target["first"], target["second"], len(set(target["names"]))) == (0, 0, 1)
    assert [each["field"] for each in target["changed"]] == ["system_prompt"]
    assert found["changed_cases"] == {"case 8": ["input"]}
    assert found["changed_settings"] == {"pass_rate": [1.0, 0.5]}
    worst = found["cases"][0]
    assert (worst["turn"], worst["first"]["passed"], worst["second"]["passed"]) == ("regression", 1, 0)
    ((before, after),) = worst["executions"]
    pair = (await api.call("GET", f"/api/compare?id={before}&id={after}"))[1]
    assert [each["parent_id"] for each in pair["items"]] == [first, second]


async def test_two_targets_of_one_run_are_compared(api: Api, hub: Hub) -> None:
    """Places of targets say which."""
    suite = await make(api, 6, targets=[{"agent_id": HELPER}, {"agent_id": 2}])
    run = await stored(hub, suite, "+-" * 6)
    path = f"/api/suites/{suite['id']}/compare?first={run}&second={run}"
    status, found = await api.call("GET", f"{path}&first_target=0&second_target=1")
    assert (status, found["counts"]["regression"], found["chance"]["p_value"]) == (200, 6, 0.03125)
    for word, field in (("", "second"), ("&first_target=0", "second_target")):
        status, refused = await api.call("GET", path + word)
        assert (status, refused["error"]["details"]["field"]) == (422, field)
    status, refused = await api.call("GET", f"{path}&first_target=0&second_target=9")
    assert (status, refused["error"]["details"]["limit"]) == (422, 1)


@pytest.mark.parametrize(("query", "status"), [("first=1", 422), ("first=x&second=1", 422), ("first=1&second=99", 404)])
async def test_what_is_no_run_is_refused(api: Api, query: str, status: int) -> None:
    """Nothing is compared."""
    suite = await make(api, 1)
    assert (await api.call("GET", f"/api/suites/{suite['id']}/compare?{query}"))[0] == status


async def test_a_run_of_another_suite_is_refused(api: Api, hub: Hub) -> None:
    """By the field that names it."""
    suite, other = await make(api, 1), await make(api, 1, name="Other")
    first, second = await stored(hub, suite, "+"), await stored(hub, other, "+")
    status, refused = await api.call("GET", f"/api/suites/{suite['id']}/compare?first={first}&second={second}")
    assert (status, refused["error"]["details"]["field"]) == (404, "second")
