"""Suites and their cases as people write them: what fits, and how what does not is named."""

from typing import Any

import pytest

from execution_hub.domain import suite as suite_module
from execution_hub.domain.suite import CASES_MAX, CELLS_MAX, TAGS_MAX, SuiteDraft, digest_of, read_case
from execution_hub.domain.target import TARGETS_MAX, Target, read_targets
from execution_hub.errors import InvalidInput

NAN = float("nan")


def case(**values: Any) -> dict[str, Any]:
    """Return a case as on the wire."""
    return {"name": "One", "input": "What is 1+1?", **values}


def field_of(**values: Any) -> str:
    """Return which field of a suite is refused."""
    with pytest.raises(InvalidInput) as caught:
        SuiteDraft(**{"name": "S", **values})
    return caught.value.field


def test_a_case_is_read_as_it_is_written() -> None:
    whole = case(
        variables={"city": "Paris"},
        input="Where is {{ city }}?",
        tags=["a", "b"],
        golden="In France.",
        checks=[{"type": "contains", "value": "France", "not": False, "weight": 1.0}],
        min_score=0.5,
        execution_id=7,
    )
    found = read_case("case", whole)
    assert found.as_json() == whole
    assert read_case("case", found.as_json()) == found
    assert read_case("case", case(tags=["a", "a "])).tags == ("a",)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, "case"),
        ([], "case"),
        ({}, "case.name"),
        (case(name=None), "case.name"),
        (case(name=" "), "case.name"),
        (case(name="x" * 121), "case.name"),
        (case(name="a\u202eb"), "case.name"),
        (case(name="a\nb"), "case.name"),
        (case(input=5), "case.input"),
        (case(input=""), "case.input"),
        (case(input="x" * 200_001), "case.input"),
        (case(input="\x00"), "case.input"),
        (case(input="{{ city }}", variables={"town": "x"}), "case.input"),
        (case(input="{{ a }}" * 3, variables={"a": "x" * 100_000}), "case.input"),
        (case(input="{{ a }}", variables={"a": " "}), "case.input"),
        (case(golden=5), "case.golden"),
        (case(golden="\ud800"), "case.golden"),
        (case(tags="a"), "case.tags"),
        (case(tags=[1]), "case.tags"),
        (case(tags=[""]), "case.tags"),
        (case(tags=[str(place) for place in range(TAGS_MAX + 1)]), "case.tags"),
        (case(variables=[]), "case.variables"),
        (case(variables=None), "case.variables"),
        (case(variables={"1a": "x"}), "case.variables"),
        (case(variables={"a b": "x"}), "case.variables"),
        (case(variables={"": "x"}), "case.variables"),
        (case(variables={"a": 5}), "case.variables.a"),
        (case(variables={"a": "\x00"}), "case.variables.a"),
        (case(variables={f"a{place}": "x" for place in range(51)}), "case.variables"),
        (case(checks={}), "case.checks"),
        (case(checks=[{"type": "is_json"}, {"type": "no"}]), "case.checks[1].type"),
        (case(min_score=NAN), "case.min_score"),
        (case(min_score=1.1), "case.min_score"),
        (case(min_score=None), "case.min_score"),
        (case(execution_id="1"), "case.execution_id"),
        (case(execution_id=1.0), "case.execution_id"),
        (case(more=1), "case.more"),
    ],
)
def test_what_is_no_case_is_named(value: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_case("case", value)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"description": None}, "description"),
        ({"description": "x" * 2_001}, "description"),
        ({"cases": None}, "cases"),
        ({"cases": {}}, "cases"),
        ({"cases": [case(), case()]}, "cases[1].name"),
        ({"cases": [case(), case(name="Two", input="")]}, "cases[1].input"),
        ({"cases": [case()] * (CASES_MAX + 1)}, "cases"),
        ({"repeats": 0}, "repeats"),
        ({"repeats": 1.0}, "repeats"),
        ({"repeats": True}, "repeats"),
        ({"repeats": 101}, "repeats"),
        ({"pass_rate": NAN}, "pass_rate"),
        ({"pass_rate": -0.1}, "pass_rate"),
        ({"pass_rate": "1"}, "pass_rate"),
        ({"on_save": 1}, "on_save"),
        ({"schedule": "never"}, "schedule"),
        ({"max_cost_usd": 0}, "max_cost_usd"),
        ({"max_cost_usd": NAN}, "max_cost_usd"),
        ({"max_seconds": float("inf")}, "max_seconds"),
        (
            {"targets": [{"agent_id": 1}], "cases": [case(name=str(place)) for place in range(101)], "repeats": 100},
            "cases",
        ),
    ],
)
def test_what_is_no_suite_is_named(values: dict[str, Any], field: str) -> None:
    assert field_of(**values) == field


def test_a_run_has_so_many_cells_and_no_more() -> None:
    cases = [case(name=str(place)) for place in range(100)]
    targets = [{"agent_id": 1}, {"agent_id": 2}]
    assert SuiteDraft("S", targets=targets, cases=cases, repeats=50)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=f"at most {CELLS_MAX}"):
        SuiteDraft("S", targets=targets, cases=cases, repeats=51)  # type: ignore[arg-type]


def test_all_texts_of_a_suite_are_bounded_those_of_checks_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite_module, "CASES_MAX_BYTES", 1_000)
    texts = {
        "input": case(input="é" * 501),
        "golden": case(golden="x" * 1_001),
        "variables": case(variables={"a": "x" * 1_001}),
        "checks": case(checks=[{"type": "equals", "value": "x" * 1_001}]),
    }
    for name, value in texts.items():
        with pytest.raises(InvalidInput, match="1000 bytes") as caught:
            SuiteDraft("S", cases=(value,))  # type: ignore[arg-type]
        assert caught.value.field == "cases", name


def test_cases_are_known_by_what_they_say() -> None:
    one, other = read_case("case", case()), read_case("case", case(golden="2"))
    assert digest_of([one]) == digest_of([read_case("case", case())])
    assert len({digest_of(each) for each in ([], [one], [other], [one, other], [other, one])}) == 5


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"agent_id": 1}, Target(1)),
        ({"agent_id": 1, "model": " claude-sonnet-5-5 "}, Target(1, model="claude-sonnet-5-5")),
        ({"workflow_id": 2}, Target(workflow_id=2)),
        # As the document of the API names them.
        ({"agent_id": 1, "workflow_id": None, "model": None}, Target(1)),
    ],
)
def test_a_target_is_an_agent_on_a_model_or_a_workflow(given: dict[str, Any], found: Target) -> None:
    (target,) = read_targets([given])
    assert target == found
    assert read_targets([target.as_json()]) == (target,)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (None, "targets"),
        ({"agent_id": 1}, "targets"),
        ([None], "targets[0]"),
        ([{}], "targets[0]"),
        ([{"agent_id": None}], "targets[0]"),
        ([{"agent_id": 1, "workflow_id": 1}], "targets[0]"),
        ([{"workflow_id": 1, "model": "m"}], "targets[0]"),
        ([{"agent_id": 1, "more": 1}], "targets[0]"),
        ([{"model": "m"}], "targets[0]"),
        ([{"agent_id": "1"}], "targets[0].agent_id"),
        ([{"agent_id": True}], "targets[0].agent_id"),
        ([{"agent_id": float("nan")}], "targets[0].agent_id"),
        ([{"workflow_id": 2**63}], "targets[0].workflow_id"),
        ([{"agent_id": 1, "model": 5}], "targets[0].model"),
        ([{"agent_id": 1, "model": ""}], "targets[0].model"),
        ([{"agent_id": 1, "model": "a\u202eb"}], "targets[0].model"),
        ([{"agent_id": 1}, {"agent_id": 1}], "targets[1]"),
        ([{"agent_id": 1, "model": "m"}, {"agent_id": 1, "model": "m "}], "targets[1]"),
        ([{"agent_id": place} for place in range(TARGETS_MAX + 1)], "targets"),
    ],
)
def test_what_is_no_target_is_named(value: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_targets(value)
    assert caught.value.field == field
