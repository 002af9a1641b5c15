"""JSON Schemas that people and servers give: neither they nor the values held against them may be trusted."""

from typing import Any

import pytest

from execution_hub.domain.json_schema import (
    PATTERN_MAX,
    REFERENCES_MAX,
    bounds_problem,
    json_problem,
    schema_problem,
    value_problem,
)

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "array", "items": {"type": "integer"}}},
    "required": ["city"],
    "additionalProperties": False,
}


def in_bounds(schema: object) -> str:
    """Return why a schema is not looked at; empty if it is."""
    return str(bounds_problem(schema, 1_000_000, 32) or "")


def test_a_schema_may_say_what_schemas_say() -> None:
    """Also nothing at all, words that nobody knows, and references to parts of itself."""
    own = {
        "$defs": {"part": {"type": ["string", "null"], "pattern": "^a"}},
        "properties": {"a": {"$ref": "#/$defs/part"}},
    }
    for schema in (SCHEMA, own, {}, {"x-own": {"type": 1}}, {"anyOf": [True, {"not": {"const": 1}}]}):
        assert bounds_problem(schema, 1_000, 32) is None
        assert schema_problem(schema) is None


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "objekt"}, "type"),
        ({"type": []}, "type"),
        ({"type": {}}, "type"),
        ({"properties": []}, "properties"),
        ({"properties": {"a": {"items": 3}}}, "properties.a.items"),
        ({"anyOf": []}, "anyOf"),
        ({"anyOf": [{"type": "text"}]}, "anyOf[0].type"),
        ({"required": "a"}, "required"),
        ({"enum": "a"}, "enum"),
        ({"minLength": -1}, "minLength"),
        ({"maximum": "9"}, "maximum"),
        ({"pattern": "("}, "pattern"),
        ({"patternProperties": {"(": {}}}, "patternProperties"),
        ({"$schema": []}, ""),
    ],
)
def test_what_is_no_schema_is_told_with_the_place_in_it(schema: dict[str, Any], place: str) -> None:
    problem = schema_problem(schema)
    assert problem is not None
    assert problem.path == place


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ([], "no object"),
        (
            {"items": {"$ref": "https://example.com/schema.json"}},
            "items.$ref: refers to https://example.com/schema.json",
        ),
        ({"$dynamicRef": "file:///etc/passwd"}, "refers to file:///etc/passwd"),
        ({"description": "x" * 1_000_000}, "shorten it to 1000000"),
        ({"pattern": "x" * (PATTERN_MAX + 1)}, "shorten it to 1000"),
        ({"anyOf": [{"$ref": "#"}] * (REFERENCES_MAX + 1)}, "more than 500 references"),
        ({"default": ["\ud800"]}, "default[0]: holds a character"),
        ({"default": {"\x00": 1}}, "holds a character"),
        ({"default": [float("inf")]}, "JSON does not have"),
        ({"default": [object()]}, "no JSON"),
    ],
)
def test_more_than_is_looked_at_is_refused_before(schema: object, why: str) -> None:
    """A reference out of it too: to follow it would be to ask a foreign host."""
    assert why in in_bounds(schema)


def test_a_deep_schema_is_refused_without_falling_over() -> None:
    deep: dict[str, Any] = {}
    for _ in range(50_000):
        deep = {"not": deep}
    assert "levels deep" in in_bounds(deep)


def test_what_does_not_fit_is_told_with_its_path_and_at_most_three_times() -> None:
    """A model, and a person, can mend it from the message alone."""
    assert value_problem(SCHEMA, {"city": "Bonn", "days": [1]}) is None
    told = value_problem(SCHEMA, {"days": [1, "x" * 1_000], "no": 1}) or ""
    assert "$: 'city' is a required property" in told
    assert "$.days[1]: 'xxx" in told
    assert "'no' was unexpected" in told
    assert len(told) < 1_000
    many = value_problem(SCHEMA, {"city": "Bonn", "days": ["a"] * 50}) or ""
    assert many.count("$.days") == 3


def test_references_within_a_schema_are_followed_and_those_to_nothing_told() -> None:
    """Servers that are made from types write them."""
    schema = {"$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}, "b": {"$ref": "#/no"}}}
    assert schema_problem(schema) is None
    assert "$.a" in (value_problem(schema, {"a": "x"}) or "")
    assert "does not hold" in (value_problem(schema, {"b": 1}) or "")
    assert "circles" in (value_problem({"$ref": "#"}, {}) or "")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"multipleOf": 0.1}, 10**400),
        ({"$ref": "#/$defs/a", "$defs": {"a": 5}}, 1),
        ({"propertyNames": {"pattern": "["}}, {"a": 1}),
    ],
)
def test_what_the_library_fails_at_fits_no_schema(schema: dict[str, Any], value: Any) -> None:
    """A model may answer with a number that no float holds; a part may refer to what is none."""
    assert value_problem(schema, value) == "The schema cannot be held against it."


def test_json_is_kept_within_bounds_whatever_it_says() -> None:
    """Other than of a schema, references are words like others."""
    assert json_problem({"$ref": "https://example.com", "a": [{"b": None}]}, 1_000, 4) is None
    assert str(json_problem({"a": [{"b": None}]}, 1_000, 3)) == "is more than 3 levels deep: make it flatter"
    assert str(json_problem({"a": ["\x00"]}, 1_000, 4)) == "a[0]: holds a character that cannot be stored: remove it"
