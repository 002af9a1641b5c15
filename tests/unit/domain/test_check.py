"""Checks as people write them: what each type takes, and how it says what does not fit."""

from typing import Any

import pytest

from execution_hub.domain.check import (
    ARGUMENTS_MAX,
    CHECKS_MAX,
    LIST_MAX,
    RUBRIC_MAX,
    TEXT_MAX,
    TYPES,
    WEIGHT_MAX,
    read_check,
    read_checks,
)
from execution_hub.domain.condition import VALUE_MAX
from execution_hub.errors import InvalidInput

NAN, INFINITE = float("nan"), float("inf")
GOOD: dict[str, list[dict[str, Any]]] = {
    "equals": [{"value": "Paris"}, {"value": ""}, {"value": "x" * TEXT_MAX}],
    "contains": [{"value": "Paris"}, {"value": "x" * TEXT_MAX}],
    "contains_any": [{"value": ["yes", "no"]}, {"value": ["x"] * LIST_MAX}],
    "contains_all": [{"value": ["a"]}],
    "matches": [{"value": "^a+$"}, {"value": " "}],
    "is_json": [{}],
    "json_schema": [{"value": {}}, {"value": {"type": "object"}}],
    "json_field": [
        {"field": "a.b[0]", "op": "equals", "value": "x"},
        {"field": "a", "op": "less", "value": 0.75},
        {"field": "a", "op": "matches", "value": "^a"},
        {"field": '["a.b"]', "op": "not_contains", "value": 5},
    ],
    "max_chars": [{"value": 0}, {"value": 1_000_000_000}],
    "min_chars": [{"value": 1}],
    "max_seconds": [{"value": 0.5}, {"value": 60}],
    "max_cost_usd": [{"value": 0.0001}],
    "max_tokens": [{"value": 100}],
    "stop_reason": [{"value": "end_turn"}],
    "tool_called": [{"tool": "hub__calculate"}, {"tool": "a__b", "arguments": {"$ref": "x", "c": [{"d": None}]}}],
    "similar": [{}, {"at_least": 0}, {"at_least": 1, "value": "golden"}],
    "judge": [{"rubric": "Is it polite?", "agent_id": 1}],
}


def field_of(value: Any) -> str:
    """Return which member of a check is refused."""
    with pytest.raises(InvalidInput) as caught:
        read_check("check", value)
    assert caught.value.message.startswith("check")
    return caught.value.field


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_read_as_it_is_written(name: str) -> None:
    for values in GOOD[name]:
        found = read_check("check", {"type": name, **values})
        assert found.as_json() == {"type": name, **values, "not": False, "weight": 1.0}
        assert read_check("check", found.as_json()) == found
    turned = read_check("check", {"type": name, **GOOD[name][0], "not": True, "weight": 2})
    assert (turned.is_not, turned.weight) == (True, 2.0)


@pytest.mark.parametrize("name", TYPES)
def test_every_type_refuses_what_is_no_value_of_it(name: str) -> None:
    """Also where a person meant another type, and left out or added something."""
    good = GOOD[name][0]
    for member in TYPES[name].needs:
        for bad in (
            None,
            True,
            [],
            {"a": {"$ref": "http://x"}},
            NAN,
            INFINITE,
            [1],
            "\x00",
            "\ud800",
            "x" * (TEXT_MAX + 1),
        ):
            if (name, member) == ("json_schema", "value") and bad is True:
                continue
            assert field_of({"type": name, **good, member: bad}).startswith(f"check.{member}"), (member, bad)
        assert field_of({"type": name, **{each: good[each] for each in good if each != member}}) == f"check.{member}"
    assert field_of({"type": name, **good, "more": 1}) == "check.more"
    for weight in (0, -1, NAN, INFINITE, True, "1", None, WEIGHT_MAX + 1, 10**400):
        assert field_of({"type": name, **good, "weight": weight}) == "check.weight"
    for turned in (0, 1, "true", None):
        assert field_of({"type": name, **good, "not": turned}) == "check.not"


@pytest.mark.parametrize(
    ("check", "field"),
    [
        (None, "check"),
        ([], "check"),
        ("is_json", "check"),
        ({}, "check.type"),
        ({"type": None}, "check.type"),
        ({"type": ["is_json"]}, "check.type"),
        ({"type": "IS_JSON"}, "check.type"),
        # Every answer would pass.
        ({"type": "contains", "value": ""}, "check.value"),
        ({"type": "contains", "value": " \n"}, "check.value"),
        ({"type": "contains_any", "value": ["a", " "]}, "check.value[1]"),
        ({"type": "contains_all", "value": ["a", 1]}, "check.value"),
        ({"type": "contains_all", "value": ["a"] * (LIST_MAX + 1)}, "check.value"),
        ({"type": "contains_all", "value": ["a", "x" * (VALUE_MAX + 1)]}, "check.value[1]"),
        ({"type": "matches", "value": ""}, "check.value"),
        ({"type": "matches", "value": "("}, "check.value"),
        # What RE2 does not have, and what would take all of the memory.
        ({"type": "matches", "value": r"(a)\1"}, "check.value"),
        ({"type": "matches", "value": "(?=a)"}, "check.value"),
        ({"type": "matches", "value": "(((a{100}){100}){100})"}, "check.value"),
        ({"type": "matches", "value": "a" * (VALUE_MAX + 1)}, "check.value"),
        ({"type": "json_schema", "value": {"$ref": "https://example.com"}}, "check.value"),
        ({"type": "json_field", "field": "a", "op": "is", "value": "x"}, "check.op"),
        ({"type": "json_field", "field": "a..b", "op": "equals", "value": "x"}, "check.field"),
        ({"type": "json_field", "field": "", "op": "equals", "value": "x"}, "check.field"),
        ({"type": "json_field", "field": "a", "op": "less", "value": "many"}, "check.value"),
        ({"type": "json_field", "field": "a", "op": "matches", "value": "("}, "check.value"),
        ({"type": "json_field", "field": "a", "op": "equals", "value": 10**5_000}, "check.value"),
        ({"type": "max_chars", "value": -1}, "check.value"),
        ({"type": "max_chars", "value": 1.5}, "check.value"),
        ({"type": "max_tokens", "value": 10**10}, "check.value"),
        ({"type": "max_seconds", "value": 0}, "check.value"),
        ({"type": "max_cost_usd", "value": "1"}, "check.value"),
        ({"type": "stop_reason", "value": " "}, "check.value"),
        ({"type": "tool_called", "tool": " "}, "check.tool"),
        ({"type": "tool_called", "tool": "a__b", "arguments": []}, "check.arguments"),
        ({"type": "tool_called", "tool": "a__b", "arguments": {"a": NAN}}, "check.arguments"),
        ({"type": "tool_called", "tool": "a__b", "arguments": {"a": ["\x00"]}}, "check.arguments"),
        ({"type": "tool_called", "tool": "a__b", "arguments": {"\ud800": 1}}, "check.arguments"),
        ({"type": "tool_called", "tool": "a__b", "arguments": {"a": "x" * ARGUMENTS_MAX}}, "check.arguments"),
        ({"type": "similar", "at_least": 1.01}, "check.at_least"),
        ({"type": "similar", "at_least": -0.1}, "check.at_least"),
        ({"type": "similar", "at_least": NAN}, "check.at_least"),
        ({"type": "similar", "value": 5}, "check.value"),
        ({"type": "judge", "rubric": " ", "agent_id": 1}, "check.rubric"),
        ({"type": "judge", "rubric": "x" * (RUBRIC_MAX + 1), "agent_id": 1}, "check.rubric"),
        ({"type": "judge", "rubric": "Polite?", "agent_id": "1"}, "check.agent_id"),
        ({"type": "judge", "rubric": "Polite?", "agent_id": 2**63}, "check.agent_id"),
        ({"type": "is_json", 5: 1}, "check.5"),
    ],
)
def test_what_does_not_fit_is_named(check: Any, field: str) -> None:
    assert field_of(check) == field


def test_arguments_may_not_be_nested_without_end() -> None:
    deep: dict[str, Any] = {}
    for _ in range(10_000):
        deep = {"a": deep}
    assert field_of({"type": "tool_called", "tool": "a__b", "arguments": deep}) == "check.arguments"


def test_a_case_has_a_list_of_so_many_checks() -> None:
    one = {"type": "is_json"}
    assert len(read_checks("checks", [one] * CHECKS_MAX)) == CHECKS_MAX
    for bad, field in (
        ([one] * (CHECKS_MAX + 1), "checks"),
        (one, "checks"),
        ("is_json", "checks"),
        ([one, 5], "checks[1]"),
    ):
        with pytest.raises(InvalidInput) as caught:
            read_checks("checks", bad)
        assert caught.value.field == field
