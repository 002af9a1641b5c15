"""Suites of tests over HTTP: made, run, judged."""

import asyncio
from typing import Any

import pytest

from execution_hub.hub.hub import Hub
from tests.support.api import Api
from tests.support.hub import eventually

HELPER = 1


async def make(api: Api, **values: Any) -> dict[str, Any]:
    """Create a suite and return it."""
    given = {"name": "First", "targets": [{"agent_id": HELPER}], **values}
    status, answer = await api.call("POST", "/api/suites", json=given)
    assert status == 201, answer
    return dict(answer)


async def run(api: Api, suite: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Run a suite to its end and return its execution."""
    status, answer = await api.call("POST", f"/api/suites/{suite['id']}/run", json=values or None)
    assert status == 202, answer
    return await ended(api, answer["id"])


async def ended(api: Api, execution_id: int) -> dict[str, Any]:
    """Return an execution once it has ended."""

    async def look() -> dict[str, Any] | None:
        found = (await api.call("GET", f"/api/executions/{execution_id}"))[1]
        return found if found["status"] in ("succeeded", "failed", "cancelled") else None

    found: dict[str, Any] = await eventually(look)
    return found


def case(name: str, *checks: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return a case."""
    return {"name": name, "input": f"[fast] {name}", "checks": list(checks), **values}


async def test_a_run_judges_each_case_on_each_target_and_says_what_came_of_it(api: Api) -> None:
    suite = await make(
        api,
        cases=[
            case("bees", {"type": "contains", "value": "BEES"}, {"type": "equals", "value": "bees", "not": True}),
            case("wrong", {"type": "max_chars", "value": 3}),
            case("broken", input="[fast] [fail] x"),
        ],
        targets=[{"agent_id": HELPER}, {"agent_id": 3}],
        pass_rate=0.3,
    )
    found = await run(api, suite)
    assert (found["status"], found["execution_type"], found["progress"]["done"]) == ("succeeded", "suite_run", 6)
    assert found["verdict"] == {
        "passed": 2,
        "failed": 2,
        "errors": 2,
        "total": 6,
        "pass_rate": 0.333333,
        "interval": [0.096771, 0.700007],
        "is_pass": True,
        "flaky": 0,
    }
    by_cell = {(each["case"], each["target"]): each for each in found["results"]}
    assert [by_cell[name, 0]["outcome"] for name in ("bees", "wrong", "broken")] == ["passed", "failed", "error"]
    assert "characters" in by_cell["wrong", 1]["checks"][0]["reason"]

    children = (await api.call("GET", f"/api/executions?parent_id={found['id']}"))[1]["items"]
    assert sorted(each["id"] for each in children) == sorted(each["execution_id"] for each in found["results"])
    assert {each["parent_id"] for each in children} == {found["id"]}
    runs = (await api.call("GET", f"/api/executions?suite_id={suite['id']}"))[1]["items"]
    assert [each["id"] for each in runs] == [found["id"]]


async def test_a_stopped_run_stops_what_it_has_started(api: Api) -> None:
    suite = await make(api, cases=[case(f"{index}", input=f"[slow] {index}") for index in range(5)])
    _, answer = await api.call("POST", f"/api/suites/{suite['id']}/run")

    async def children() -> list[dict[str, Any]]:
        return list((await api.call("GET", f"/api/executions?parent_id={answer['id']}"))[1]["items"])

    async def all_started() -> bool:
        return len(await children()) == 5

    await eventually(all_started)
    await api.call("POST", f"/api/executions/{answer['id']}/cancel")
    assert (await ended(api, answer["id"]))["status"] == "cancelled"

    async def all_ended() -> bool:
        return {each["status"] for each in await children()} == {"cancelled"}

    await eventually(all_ended)


async def test_more_runs_than_slots_do_not_wait_for_each_other(api: Api, hub: Hub) -> None:
    suite = await make(api, cases=[case("a"), case("b")])
    count = hub.settings.max_concurrency + 2
    started = [(await api.call("POST", f"/api/suites/{suite['id']}/run"))[1] for _ in range(count)]
    found = await asyncio.gather(*(ended(api, each["id"]) for each in started))
    assert [each["verdict"]["passed"] for each in found] == [2] * count


async def test_what_failed_in_a_run_is_run_again(api: Api) -> None:
    suite = await make(api, cases=[case("a"), case("b", {"type": "max_chars", "value": 1})])
    first = await run(api, suite)
    second = await run(api, suite, failed_of=first["id"])
    assert second["meta"]["failed_of"] == first["id"]
    assert (second["verdict"]["passed"], second["verdict"]["failed"]) == (1, 1)
    assert second["results"][0] == first["results"][0]
    path = f"/api/suites/{suite['id']}/run"
    for values, expected in (
        ({"failed_of": first["id"], "cases": ["a"]}, 422),
        ({"failed_of": "x"}, 422),
        ({"failed_of": 0}, 404),
        ({"failed_of": 999}, 404),
        ({"failed_of": first["results"][0]["execution_id"]}, 409),
    ):
        status, answer = await api.call("POST", path, json=values)
        assert (status, answer["error"]["details"]["field"]) == (expected, "failed_of")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"cases": [case("a"), case("a")]}, "cases[1].name"),
        ({"cases": [case("a", {"type": "matches", "value": "("})]}, "cases[0].checks[0].value"),
        ({"cases": [case("a", {"type": "json_schema", "value": {"type": "objekt"}})]}, "cases[0].checks[0].value"),
        ({"cases": [case("a", {"type": "nope"})]}, "cases[0].checks[0].type"),
        ({"cases": [{"name": "a"}]}, "cases[0].input"),
        ({"targets": [{"agent_id": 99}]}, "targets[0].agent_id"),
        ({"targets": [{}]}, "targets[0]"),
        ({"repeats": 0}, "repeats"),
        ({"pass_rate": 1.1}, "pass_rate"),
        ({"cases": [case(str(index)) for index in range(10_000)]}, "cases"),
    ],
)
async def test_what_does_not_fit_is_refused_with_its_place(api: Api, values: dict[str, Any], field: str) -> None:
    given = {"name": "First", "targets": [{"agent_id": HELPER}], **values}
    status, answer = await api.call("POST", "/api/suites", json=given)
    assert (status, answer["error"]["details"]["field"]) == (422, field)
    # The sample alone.
    assert len((await api.call("GET", "/api/suites"))[1]["items"]) == 1
