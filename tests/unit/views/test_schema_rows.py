"""A schema as rows that a person reads."""

import doctest
from typing import Any

from execution_hub.views import schema_rows as module
from execution_hub.views.schema_rows import ROWS_MAX, SchemaRow, schema_rows


def test_a_row_says_name_kind_whether_it_must_be_given_and_what_the_server_says() -> None:
    """Values that are listed and what stands for one that is left out as well."""
    schema = {
        "properties": {
            "city": {"type": "string", "description": "Where. "},
            "unit": {"enum": ["c", "f"], "default": "c"},
            "days": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        },
        "required": ["city"],
    }
    assert schema_rows(schema) == (
        [
            SchemaRow("city", "string", is_required=True, description="Where."),
            SchemaRow("unit", "string", choices="c, f", default="c"),
            SchemaRow("days", "integer | null"),
        ],
        False,
    )


def test_what_is_nested_stands_below_it_with_its_path() -> None:
    """Objects, lists of objects, and what a reference leads to."""
    point = {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]}
    schema = {"$defs": {"point": point}, "properties": {"path": {"type": "array", "items": {"$ref": "#/$defs/point"}}}}
    rows, has_more = schema_rows(schema)
    assert [(each.name, each.kind, each.is_required) for each in rows] == [
        ("path", "array of object", False),
        ("path[].x", "number", True),
    ]
    assert not has_more


def test_a_schema_that_goes_round_or_is_large_has_an_end() -> None:
    """References to themselves, a thousand properties, and values of the wrong kind."""
    circle: dict[str, Any] = {"properties": {"next": {"$ref": "#"}}}
    assert [each.name for each in schema_rows(circle)[0]][:2] == ["next", "next.next"]
    assert schema_rows({"properties": {"a": {"$ref": "#/properties/a"}}})[0] == [SchemaRow("a", "any")]
    rows, has_more = schema_rows({"properties": {str(n): {} for n in range(1_000)}})
    assert (len(rows), has_more) == (ROWS_MAX, True)
    odd = {"properties": {"a": 1, "b": {"type": 3, "enum": 4, "description": 5, "items": 6}}, "required": "a"}
    assert schema_rows(odd)[0] == [SchemaRow("a", "any"), SchemaRow("b", "any")]
    assert schema_rows({"properties": []}) == ([], False)


def test_what_cannot_be_seen_is_written_out() -> None:
    (row,) = schema_rows(
        {"properties": {"a\u202e": {"type": "string", "description": "\x1b[0m", "default": "\u200b"}}}
    )[0]
    assert (row.name, row.description, row.default) == ("a⟨U+202E⟩", "⟨U+001B⟩[0m", "⟨U+200B⟩")


def test_the_examples_in_the_docstrings_run() -> None:
    assert doctest.testmod(module).failed == 0
