"""Arguments against schemas, neither of which may be trusted."""

from typing import Any

import pytest

from execution_hub.pool import WorkPool
from execution_hub.tools import arguments
from execution_hub.tools.port import ToolBox, tool_of

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "array", "items": {"type": "integer"}}},
    "required": ["city"],
    "additionalProperties": False,
}


def nested(depth: int) -> dict[str, Any]:
    """Return an object in an object, so many times."""
    found: dict[str, Any] = {}
    for _ in range(depth):
        found = {"a": found}
    return found


def test_what_does_not_fit_is_told_with_its_path_and_at_most_three_times() -> None:
    """A model, and a person, can mend it from the message alone."""
    assert arguments.problem(SCHEMA, {"city": "Bonn", "days": [1]}) is None
    told = arguments.problem(SCHEMA, {"days": [1, "x" * 1_000], "no": 1}) or ""
    assert "$: 'city' is a required property" in told
    assert "$.days[1]: 'xxx" in told
    assert "'no' was unexpected" in told
    assert len(told) < 1_000
    many = arguments.problem(SCHEMA, {"city": "Bonn", "days": ["a"] * 50}) or ""
    assert many.count("$.days") == 3


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ([], "no object"),
        (nested(100), "levels deep"),
        ({"description": "x" * 100_001}, "more than 100000"),
        ({"properties": {"a": {"$ref": "http://127.0.0.1:1/a"}}}, "refers to http://127.0.0.1:1/a"),
        ({"$ref": "file:///etc/passwd"}, "refers to file:///etc/passwd"),
        ({"type": "objekt"}, "is none"),
        ({"properties": []}, "is none"),
        ({"pattern": "("}, "is none"),
    ],
)
def test_a_schema_that_is_none_or_looks_elsewhere_is_refused(schema: object, why: str) -> None:
    """Its tool is not offered, and nothing is fetched."""
    assert why in (arguments.schema_problem(schema) or "")


def test_references_within_a_schema_are_followed_and_those_to_nothing_told() -> None:
    """Servers that are made from types write them."""
    schema = {"$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}, "b": {"$ref": "#/no"}}}
    assert arguments.schema_problem(schema) is None
    assert "$.a" in (arguments.problem(schema, {"a": "x"}) or "")
    assert "does not hold" in (arguments.problem(schema, {"b": 1}) or "")
    assert "circles" in (arguments.problem({"$ref": "#"}, {}) or "")


async def test_the_box_bounds_size_depth_and_time_of_a_check() -> None:
    """Whatever a model sends, and whatever regular expression a server wrote."""
    pool = WorkPool(1, deadline_seconds=0.5)
    box = ToolBox([], pool)
    try:
        tool = tool_of("s", "t", "", {"properties": {"a": {"pattern": "^(a+)+$"}}})
        assert await box.check(tool, {"a": "aaa"}) is None
        assert "too long" in (await box.check(tool, {"a": "a" * 60 + "!"}) or "")
        assert "levels deep" in (await box.check(tool, nested(2_000)) or "")
        assert "Shorten" in (await box.check(tool, {"a": "a" * 1_000_001}) or "")
        assert "no JSON object" in (await box.check(tool, ["a"]) or "")
    finally:
        pool.close()
