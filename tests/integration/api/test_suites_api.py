"""Suites of tests over HTTP: made, run, judged."""

import asyncio
from typing import Any

import pytest

from execution_hub.hub.hub import Hub
from tests.support.api import Api
from tests.support.hub import eventually
from tests.support.suites_api import HELPER, case, ended, make, run


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


@pytest.mark.parametrize("cases", [[], "ab", 5, {"a": 1}, ["a", 5]])
async def test_what_is_no_choice_of_cases_is_refused_at_each_door(api: Api, cases: Any) -> None:
    suite = await make(api, cases=[case("a"), case("b")])
    for path, body in (
        (f"/api/suites/{suite['id']}/run", {"cases": cases}),
        ("/api/executions", {"execution_type": "suite_run", "parameters": {"suite_id": suite["id"], "cases": cases}}),
    ):
        status, answer = await api.call("POST", path, json=body)
        assert (status, answer["error"]["details"]["field"].partition("[")[0]) == (422, "cases")


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
        ({"cases": [case("a", {"type": "matches", "value": r"\pL{1,500}"})]}, "cases[0].checks[0].value"),
        ({"cases": [case("a"), case("b", {"type": "json_schema", "value": {"type": 1}})]}, "cases[1].checks[0].value"),
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


async def test_a_change_is_made_to_the_version_that_was_seen(api: Api) -> None:
    suite = await make(api, cases=[case("a")])
    path = f"/api/suites/{suite['id']}"
    response = await api.client.get(path)
    assert response.headers["ETag"] == '"1"'
    header = {"If-Match": response.headers["ETag"]}
    response = await api.client.patch(path, json={"cases": [case("b")]}, headers=header)
    assert (response.status_code, response.headers["ETag"], response.json()["version"]) == (200, '"2"', 2)
    status, answer = await api.call("PATCH", path, json={"name": "Later"}, headers=header)
    assert (status, answer["error"]["details"]["version"]) == (412, 2)
    assert answer["error"]["details"]["current"]["cases"][0]["name"] == "b"
    assert (await api.call("DELETE", path, headers=header))[0] == 412
    assert (await api.call("PATCH", path, json={"cases": [case("b")]}))[1]["version"] == 2


async def test_many_cases_are_read_and_written_elsewhere(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event loop looks at none of them; what does not fit is named as it is of few."""
    done: list[str] = []
    run_in_pool = api.hub.pool.run

    async def told(work: Any, *given: Any, **named: Any) -> Any:
        done.append(work.__name__)
        return await run_in_pool(work, *given, **named)

    monkeypatch.setattr(api.hub.pool, "run", told)
    checks = [{"type": "matches", "value": f"a{number}"} for number in range(3)]
    cases = [case(str(number), *checks) for number in range(400)]
    suite = await make(api, cases=cases)
    assert (done, suite["cases"][399]["checks"][2]["value"]) == (["SuiteDraft", "as_json_text"], "a2")
    found = await api.client.get(f"/api/suites/{suite['id']}")
    assert (found.json(), found.headers["ETag"]) == (suite, '"1"')

    cases[399]["checks"] = [checks[0], {"type": "matches", "value": "("}]
    status, answer = await api.call("PATCH", f"/api/suites/{suite['id']}", json={"cases": cases})
    assert (status, answer["error"]["details"]["field"]) == (422, "cases[399].checks[1].value")
    assert (await api.call("GET", f"/api/suites/{suite['id']}"))[1]["version"] == 1


async def test_the_suite_of_an_agents_own_stays_what_its_page_shows(api: Api) -> None:
    """It may be renamed and test others besides; it keeps its agent, and goes with it."""
    await api.call("PUT", f"/api/agents/{HELPER}/cases", json=[{"name": "a", "input": "x"}])
    listed = (await api.call("GET", "/api/suites"))[1]["items"]
    own = next(each for each in listed if each["agent_id"] is not None)
    path = f"/api/suites/{own['id']}"
    assert own["agent_id"] == HELPER
    changes = {
        "name": "Mine",
        "targets": [{"agent_id": HELPER}, {"agent_id": 3}],
        "cases": [case("b", {"type": "is_json"})],
    }
    assert (await api.call("PATCH", path, json=changes))[0] == 200
    assert (await api.call("GET", f"/api/agents/{HELPER}/cases"))[1] == [{"name": "b", "input": "[fast] b"}]
    for values, field in (
        ({"targets": [{"agent_id": 3}]}, "targets"),
        ({"cases": [case(str(number)) for number in range(101)]}, "cases"),
    ):
        status, answer = await api.call("PATCH", path, json=values)
        assert (status, answer["error"]["details"]["field"]) == (422, field)
    status, answer = await api.call("DELETE", path)
    assert (status, answer["error"]["details"]) == (409, {"agent_id": HELPER})
    # What its page says of a case leaves the checks of it.
    await api.call("PUT", f"/api/agents/{HELPER}/cases", json=[{"name": "b", "input": "y"}])
    (kept,) = (await api.call("GET", path))[1]["cases"]
    assert (kept["input"], kept["checks"][0]["type"]) == ("y", "is_json")
