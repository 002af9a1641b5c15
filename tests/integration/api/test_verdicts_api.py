"""What came of the runs of suites, over HTTP: results in pages, runs, verdicts of agents, judges against people."""

from typing import Any

from sqlalchemy import update

from execution_hub.domain.result import CheckResult
from execution_hub.store.database import Connection
from execution_hub.store.results import results
from tests.support.api import Api
from tests.support.suites import store_run
from tests.support.suites_api import HELPER, case, make, run

BEES = {"type": "contains", "value": "bees"}


async def get(api: Api, path: str, **params: Any) -> Any:
    """Return the answer to a question."""
    status, answer = await api.call("GET", f"/api/{path}", params=params)
    assert status == 200, answer
    return answer


async def test_the_runs_of_a_suite_and_what_they_say_of_agents(api: Api) -> None:
    cases = [case("bees", BEES), case("wrong", {"type": "max_chars", "value": 3})]
    suite = await make(api, cases=cases, targets=[{"agent_id": HELPER}, {"agent_id": 3}])
    assert (await get(api, "suites"))["items"][0]["last_run"] is None
    first, second = await run(api, suite), await run(api, suite, cases=["bees"])

    listed = (await get(api, "executions"))["items"]
    assert [each["verdict"]["is_pass"] for each in listed] == [True, False]
    assert (await get(api, "suites"))["items"][0]["last_run"] == {
        "id": second["id"],
        "status": "succeeded",
        "verdict": second["verdict"],
    }
    page = await get(api, f"suites/{suite['id']}/runs", limit=1)
    (newest,) = page["items"]
    assert (newest["id"], newest["verdict"], newest["seconds"] > 0) == (second["id"], second["verdict"], True)
    assert [(each["agent_id"], each["verdict"]["passed"]) for each in newest["targets"]] == [(HELPER, 1), (3, 1)]
    rest = await get(api, f"suites/{suite['id']}/runs", cursor=page["next_cursor"])
    assert [each["id"] for each in rest["items"]] == [first["id"]]

    found = (await get(api, f"agents/{HELPER}/verdicts"))["items"]
    assert [(each["execution_id"], each["verdict"]["passed"], each["version"]) for each in found] == [
        (second["id"], 1, 1),
        (first["id"], 1, 1),
    ]
    agents = {each["id"]: each["verdict"] for each in (await get(api, "agents"))["items"]}
    assert agents[HELPER] == found[0] and agents[3]["execution_id"] == second["id"]
    assert {each for number, each in agents.items() if number not in (HELPER, 3)} == {None}

    # What is deleted says nothing any more.
    await api.call("DELETE", f"/api/executions/{second['id']}")
    assert [each["execution_id"] for each in (await get(api, f"agents/{HELPER}/verdicts"))["items"]] == [first["id"]]
    agents = {each["id"]: each["verdict"] for each in (await get(api, "agents"))["items"]}
    assert agents[HELPER]["execution_id"] == first["id"]
    assert (await get(api, "suites"))["items"][0]["last_run"]["id"] == first["id"]
    for path in ("suites/99/runs", "suites/99/agreement", "agents/99/verdicts", "executions/99/results"):
        assert (await api.call("GET", f"/api/{path}"))[0] == 404

    # A suite that has gone leaves its runs.
    assert (await api.call("DELETE", f"/api/suites/{suite['id']}"))[0] == 204
    left = await get(api, f"executions/{first['id']}")
    assert (left["verdict"], left["results"]) == (first["verdict"], first["results"])


async def test_an_earlier_run_on_the_same_targets_tells_what_the_next_one_costs(api: Api) -> None:
    """With more repeats, more; another model of an agent is another target."""
    suite = await make(api, cases=[case("bees", BEES), case("more", BEES)], targets=[{"agent_id": HELPER}])
    path = f"suites/{suite['id']}/estimate"
    assert await get(api, path) == {"cells": 2, "cost_usd": None, "run_id": None}
    stored = await api.hub._database.awrite(lambda connection: store_run(connection, suite["id"], "+-", cost_usd=0.04))
    assert await get(api, path) == {"cells": 2, "cost_usd": 0.08, "run_id": stored}
    await api.call("PATCH", f"/api/suites/{suite['id']}", json={"repeats": 3})
    assert await get(api, path) == {"cells": 6, "cost_usd": 0.24, "run_id": stored}
    await api.call("PATCH", f"/api/agents/{HELPER}", json={"model": "another"})
    assert (await get(api, path))["run_id"] is None
    assert (await api.call("GET", "/api/suites/99/estimate"))[0] == 404


async def test_results_come_in_pages_and_many_are_written_elsewhere(api: Api) -> None:
    suite = await make(api, cases=[case(str(number), BEES) for number in range(60)])
    found = await run(api, suite)
    assert [each["case"] for each in found["results"]] == [str(number) for number in range(60)]
    assert found["results_cursor"] is None
    first = await get(api, f"executions/{found['id']}/results", limit=40)
    rest = await get(api, f"executions/{found['id']}/results", cursor=first["next_cursor"])
    assert (first["items"] + rest["items"], rest["next_cursor"]) == (found["results"], None)
    child = found["results"][0]["execution_id"]
    assert await get(api, f"executions/{child}/results") == {"items": [], "next_cursor": None}


async def test_judges_are_held_against_what_people_mark(api: Api) -> None:
    suite = await make(api, cases=[case(name) for name in ("a", "b", "c", "d")])
    found = await run(api, suite)
    await _judged(api, found, [True, True, False, None])
    for result, mark in zip(found["results"], ("right", "wrong", "wrong", "right"), strict=True):
        path = f"/api/executions/{result['execution_id']}/mark"
        assert (await api.call("PUT", path, json={"mark": mark}))[0] == 200
    agreement = await get(api, f"suites/{suite['id']}/agreement")
    assert [agreement[each] for each in ("both_right", "both_wrong", "only_judge", "total")] == [1, 1, 1, 3]
    assert (agreement["rate"], agreement["kappa"]) == (0.666667, 0.4)
    assert agreement["disagreed"] == [found["results"][1]["execution_id"]]


async def _judged(api: Api, run: dict[str, Any], passed: list[bool | None]) -> None:
    """Write what came of a run's cells as if a model had judged them."""

    def work(connection: Connection) -> None:
        for number, each in enumerate(passed):
            is_it = (results.c.execution_id == run["id"]) & (results.c.number == number)
            checks = [CheckResult("judge", each, "").as_json()]
            connection.execute(update(results).where(is_it).values(checks=checks))

    await api.hub._database.awrite(work)
