"""Workflows that the HTTP API refuses, and ids of all that it cannot have: all of it asked of one hub."""

from typing import Any

import pytest

from tests.support.api import Api, on_module_loop
from tests.support.workflow_api import gate, refused, step, workflow

HUGE = 10**30


@on_module_loop
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "W"}, "steps"),
        (workflow(name=" "), "name"),
        (workflow(name=7), "name"),
        (workflow(name="half \ud800"), "name"),
        (workflow(name="NUL \x00"), "name"),
        (workflow(name="x" * 121), "name"),
        (workflow(description="x" * 2_001), "description"),
        ({"name": "W", "steps": []}, "steps"),
        ({"name": "W", "steps": {}}, "steps"),
        ({"name": "W", "steps": ["a"]}, "steps[0]"),
        (workflow(step(), step("b"), step("c", retries="2")), "steps[2].retries"),
        (workflow(step(retries=True)), "steps[0].retries"),
        (workflow(step(retries=11)), "steps[0].retries"),
        (workflow(step(retries=-1)), "steps[0].retries"),
        (workflow(step(retries=HUGE)), "steps[0].retries"),
        (workflow(step(timeout_seconds=0)), "steps[0].timeout_seconds"),
        (workflow(step(timeout_seconds=-1)), "steps[0].timeout_seconds"),
        (workflow(step(timeout_seconds=float("nan"))), "steps[0].timeout_seconds"),
        (workflow(step(timeout_seconds=float("inf"))), "steps[0].timeout_seconds"),
        (workflow(step(timeout_seconds=10**400)), "steps[0].timeout_seconds"),
        (workflow(step(agent_id="1")), "steps[0].agent_id"),
        (workflow(step(agent_id=None)), "steps[0].agent_id"),
        (workflow(step(agent_id=999)), "steps[0].agent_id"),
        (workflow(step(agent_id=HUGE)), "steps[0].agent_id"),
        (workflow(gate(agent_id=1)), "steps[0].agent_id"),
        (workflow(step(type="robot")), "steps[0].type"),
        (workflow(step(colour="red")), "steps[0].colour"),
        (workflow({"agent_id": 1}), "steps[0].name"),
        (workflow(step("")), "steps[0].name"),
        (workflow(step("Big")), "steps[0].name"),
        (workflow(step("9a")), "steps[0].name"),
        (workflow(step("a b")), "steps[0].name"),
        (workflow(step("a\n")), "steps[0].name"),
        (workflow(step("ä")), "steps[0].name"),
        (workflow(step("__class__")), "steps[0].name"),
        (workflow(step("a'\"; DROP TABLE steps")), "steps[0].name"),
        (workflow(step("a\x00")), "steps[0].name"),
        (workflow(step("\ud800")), "steps[0].name"),
        (workflow(step("x" * 61)), "steps[0].name"),
        (workflow(step(), step()), "steps[1].name"),
        (workflow(step(input="")), "steps[0].input"),
        (workflow(step(input="{{ input")), "steps[0].input"),
        (workflow(step(input="{{ inptu }}")), "steps[0].input"),
        (workflow(step(input="{{ input \x00 }}")), "steps[0].input"),
        (workflow(step(input="{{ input }} \ud800")), "steps[0].input"),
        (workflow(step(input="{% for x in input %}{{ input }}{% endfor %}")), "steps[0].input"),
        (workflow(step(input="{{ 'x' * 1000000000 }}")), "steps[0].input"),
        (workflow(step(input="{{ input.__class__.__mro__ }}")), "steps[0].input"),
        (workflow(step(input="{{ steps.lost.output }}")), "steps[0].input"),
        (workflow(step(input="{{ steps['\ud800'].output }}")), "steps[0].input"),
        (workflow(step(input="x" * 20_001)), "steps[0].input"),
        (workflow(step(depends_on="b")), "steps[0].depends_on"),
        (workflow(step(depends_on=[1])), "steps[0].depends_on[0]"),
        (workflow(step(depends_on=["lost"])), "steps[0].depends_on"),
        (workflow(step(depends_on=["\ud800"])), "steps[0].depends_on"),
        (workflow(step(depends_on=["a"] * 201)), "steps[0].depends_on"),
        (workflow(step(depends_on=["a"])), "steps[0].depends_on"),
        (workflow(step(depends_on=["b"]), step("b", depends_on=["a"])), "steps[0].depends_on"),
        (workflow(step(), step("b", when={"step": "a", "op": "is", "value": "x"})), "steps[1].when.op"),
        (workflow(step(), step("b", when={"step": "a", "op": "equals"})), "steps[1].when.value"),
        (workflow(step(), step("b", when={"step": "lost", "op": "equals", "value": ""})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "matches", "value": "("})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "matches", "value": "\ud800"})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "equals", "value": "\ud800"})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "equals", "value": "\x00"})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "equals", "value": "x" * 1_001})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "less", "value": "five"})), "steps[1].when"),
        (workflow(step(), step("b", when={"step": "a", "op": "less", "value": True})), "steps[1].when.value"),
        (workflow(step(), step("b", when={"step": "a", "op": "less", "value": "5", "field": "a."})), "steps[1].when"),
        (
            workflow(step(), step("b", when={"step": "a", "op": "less", "value": "5", "field": 5})),
            "steps[1].when.field",
        ),
        (workflow(step(), step("b", when={"step": "a", "op": "less", "value": "5", "not": 1})), "steps[1].when.not"),
        (workflow(*(step(f"s{index}") for index in range(201))), "steps"),
        (workflow(*(step("s") for _ in range(60_000))), "steps"),
        ([], "body"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_wrong_workflow_is_refused_with_its_place_named(asked_api: Api, body: Any, field: str) -> None:
    """422, the place named as `steps[2].input`, in words as well; nothing is stored."""
    error = await refused(asked_api, body)
    assert error["details"]["field"] == field
    assert error["message"].startswith(field)


@on_module_loop
@pytest.mark.parametrize("path", ["/api/workflows/{}", "/api/tasks/{}", "/api/agents/{}", "/api/executions/{}"])
async def test_a_number_no_database_can_hold_is_refused_either_way(asked_api: Api, path: str) -> None:
    """422 with the field named for what is too large or too small; what could be is 404."""
    for number in (HUGE, -HUGE):
        status, answer = await asked_api.call("GET", path.format(number))
        assert status == 422
        assert answer["error"]["details"]["field"].endswith("_id")
    for number in (2**63 - 1, -1, 0):
        assert (await asked_api.call("GET", path.format(number)))[0] == 404
