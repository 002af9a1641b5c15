"""Suites over HTTP, given what no suite is: each is refused with its place and nothing is stored."""

import json
from typing import Any

from tests.support.api import Api

HELPER = 1
NAN, INFINITE = float("nan"), float("inf")
LONG = 10**4_200


def case(**values: Any) -> dict[str, Any]:
    """Return a case."""
    return {"name": "a", "input": "x", **values}


def checked(*checks: Any) -> dict[str, Any]:
    """Return a suite of one case with checks."""
    return {"cases": [case(checks=list(checks))]}


BAD: list[tuple[dict[str, Any], str]] = [
    # Schemas that are none, and a regular expression that RE2 refuses.
    (checked({"type": "json_schema", "value": "objekt"}), "cases[0].checks[0].value"),
    (checked({"type": "json_schema", "value": {"$ref": "file:///etc/passwd"}}), "cases[0].checks[0].value"),
    (checked({"type": "is_json"}, {"type": "matches", "value": "(?<a>b)\\k<a>"}), "cases[0].checks[1].value"),
    (checked({"type": "matches", "value": "((a{99}){99}){99}"}), "cases[0].checks[0].value"),
    # Too many, and too many together.
    ({"cases": [case(name=str(place)) for place in range(10_000)]}, "cases"),
    ({"cases": [case(name=str(place)) for place in range(101)], "repeats": 100}, "cases"),
    (checked(*[{"type": "is_json"}] * 51), "cases[0].checks"),
    ({"targets": [{"agent_id": HELPER, "model": str(place)} for place in range(21)]}, "targets"),
    # What is not there, or has gone.
    ({"targets": [{"agent_id": 10**12}]}, "targets[0].agent_id"),
    ({"targets": [{"agent_id": 10**30}]}, "targets[0].agent_id"),
    ({"targets": [{"workflow_id": 999}]}, "targets[0].workflow_id"),
    (checked({"type": "judge", "rubric": "Is it polite?"}), "cases[0].checks[0].agent_id"),
    (checked({"type": "judge", "rubric": "Is it polite?", "agent_id": None}), "cases[0].checks[0].agent_id"),
    (checked({"type": "judge", "agent_id": HELPER}), "cases[0].checks[0].rubric"),
    # Numbers that JSON does not have, or nobody can keep.
    ({"pass_rate": NAN}, "pass_rate"),
    ({"max_cost_usd": INFINITE}, "max_cost_usd"),
    (checked({"type": "max_seconds", "value": NAN}), "cases[0].checks[0].value"),
    (checked({"type": "json_field", "field": "a", "op": "equals", "value": NAN}), "cases[0].checks[0].value"),
    (checked({"type": "tool_called", "tool": "a__b", "arguments": {"a": -INFINITE}}), "cases[0].checks[0].arguments"),
    (checked({"type": "is_json", "weight": LONG}), "cases[0].checks[0].weight"),
    (checked({"type": "max_chars", "value": LONG}), "cases[0].checks[0].value"),
    ({"repeats": LONG}, "repeats"),
    ({"pass_rate": LONG}, "pass_rate"),
    # Wrong types everywhere.
    ({"name": 5}, "name"),
    ({"name": None}, "name"),
    ({"description": []}, "description"),
    ({"targets": {"agent_id": HELPER}}, "targets"),
    ({"targets": [HELPER]}, "targets[0]"),
    ({"targets": [{"agent_id": HELPER, "model": {"a": 1}}]}, "targets[0].model"),
    ({"cases": "a"}, "cases"),
    ({"cases": [[]]}, "cases[0]"),
    ({"cases": [case(input={})]}, "cases[0].input"),
    ({"cases": [case(tags={"a": 1})]}, "cases[0].tags"),
    ({"cases": [case(variables=[["a", "b"]])]}, "cases[0].variables"),
    ({"cases": [case(golden=5)]}, "cases[0].golden"),
    ({"cases": [case(min_score="1")]}, "cases[0].min_score"),
    ({"cases": [case(checks={"type": "is_json"})]}, "cases[0].checks"),
    (checked("is_json"), "cases[0].checks[0]"),
    (checked({"type": {}}), "cases[0].checks[0].type"),
    (checked({"type": "is_json", "not": 1}), "cases[0].checks[0].not"),
    ({"repeats": "3"}, "repeats"),
    ({"repeats": 1.5}, "repeats"),
    ({"repeats": True}, "repeats"),
    ({"pass_rate": "1"}, "pass_rate"),
    ({"pass_rate": True}, "pass_rate"),
    ({"on_save": "yes"}, "on_save"),
    ({"on_save": None}, "on_save"),
    ({"schedule": 5}, "schedule"),
    ({"schedule": "0 0 31 2 *"}, "schedule"),
    ({"max_seconds": "60"}, "max_seconds"),
    ({"more": 1}, "more"),
    # Names that would do something.
    ({"name": "a\u202eb"}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"name": "x" * 121}, "name"),
    ({"cases": [case(name="a\r\nb")]}, "cases[0].name"),
    ({"cases": [case(name="\ud800")]}, "cases[0].name"),
    ({"cases": [case(**{"a\u202e" * 100: 1})]}, "cases[0].a\u202ea\u202e"),
    ({"cases": [case(variables={"__class__.x": "y"})]}, "cases[0].variables"),
]
"""Members of a suite, and the beginning of the field that the answer names."""
HARMLESS = ("<img src=x onerror=alert(1)>", "'; DROP TABLE suites; --", "../../etc/passwd", "{{ 7*7 }}", "=1+1", "😀")


async def test_what_is_no_suite_is_refused_with_its_place_and_nothing_is_stored(api: Api) -> None:
    good = {"name": "Good", "targets": [{"agent_id": HELPER}], "cases": [case()]}
    _, made = await api.call("POST", "/api/suites", json=good)
    headers, wrong = {"Content-Type": "application/json"}, []
    for values, field in BAD:
        for method, path, body in (
            ("POST", "/api/suites", {**good, "name": "Bad", **values}),
            ("PATCH", f"/api/suites/{made['id']}", values),
        ):
            status, answer = await api.call(method, path, content=json.dumps(body), headers=headers)
            told = answer.get("error", {"message": "", "details": {}})
            is_named = str(told["details"].get("field", "body")).startswith(field)
            if status != 422 or not is_named or len(told["message"]) > 500:
                wrong.append((method, str(values)[:200], status, str(answer)[:500]))
    assert wrong == []
    assert (await api.call("GET", f"/api/suites/{made['id']}"))[1] == made
    # This one, and the sample.
    assert len((await api.call("GET", "/api/suites"))[1]["items"]) == 2


async def test_a_name_is_but_a_name(api: Api) -> None:
    """It comes back as it was sent, from the suite, from its cases and from what they were run as."""
    cases = [case(name=name, tags=[name], input=name, golden=name) for name in HARMLESS]
    for name in HARMLESS:
        status, made = await api.call("POST", "/api/suites", json={"name": name, "cases": cases})
        assert (status, made["name"]) == (201, name)
        assert [each["name"] for each in made["cases"]] == list(HARMLESS)
    found = (await api.call("GET", "/api/suites"))[1]["items"]
    assert {each["name"] for each in found} >= set(HARMLESS)


async def test_a_run_that_cannot_be_is_refused_before_anything_is_started(api: Api) -> None:
    async def refused(suite: dict[str, Any], body: Any) -> tuple[int, str]:
        content, headers = json.dumps(body), {"Content-Type": "application/json"}
        status, answer = await api.call("POST", f"/api/suites/{suite['id']}/run", content=content, headers=headers)
        return status, answer["error"]["details"].get("field", answer["error"]["code"])

    target = {"targets": [{"agent_id": HELPER}]}
    _, empty = await api.call("POST", "/api/suites", json={"name": "Empty", **target})
    _, aimless = await api.call("POST", "/api/suites", json={"name": "Aimless", "cases": [case()]})
    _, good = await api.call("POST", "/api/suites", json={"name": "Good", "cases": [case()], **target})
    assert await refused(empty, None) == (409, "conflict")
    assert await refused(aimless, None) == (409, "conflict")
    for body, field in (
        ({"cases": []}, "cases"),
        ({"cases": ["a", "b"]}, "cases[1]"),
        ({"cases": [5]}, "cases[0]"),
        ({"cases": "a"}, "cases"),
        ({"cases": ["\ud800" * 100_000]}, "cases[0]"),
        ({"more": 1}, "more"),
        ([], "body"),
    ):
        status, found = await refused(good, body)
        assert (status, found) == (422, field), body
    # An agent that has gone since.
    _, agent = await api.call("POST", "/api/agents", json={"name": "Gone", "model": "simulated"})
    gone = {"targets": [{"agent_id": agent["id"]}]}
    _, left = await api.call("POST", "/api/suites", json={"name": "Left", "cases": [case()], **gone})
    await api.call("DELETE", f"/api/agents/{agent['id']}")
    status, answer = await api.call("POST", f"/api/suites/{left['id']}/run")
    assert (status, answer["error"]["code"]) == (404, "not_found")
    for suite_id in ("0", "-1", "x", str(2**64)):
        assert (await api.call("POST", f"/api/suites/{suite_id}/run"))[0] in (404, 422)
    assert (await api.call("GET", "/api/executions"))[1]["items"] == []
