"""The form in which a person tries a tool."""

import doctest
from typing import Any

import pytest

from execution_hub.views import tool_form as module
from execution_hub.views.call_arguments import ArgumentsError
from execution_hub.views.tool_form import FIELDS_MAX, FieldError, fields_about, form_fields, read_form

SCHEMA: dict[str, Any] = {
    "properties": {
        "unit": {"enum": ["c", 7]},
        "city": {"type": "string", "description": "Where."},
        "days": {"type": ["integer", "null"], "default": 3},
        "exact": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        "points": {"type": "array"},
    },
    "required": ["city"],
}


def test_what_is_simple_has_a_field_and_the_rest_is_json() -> None:
    """Those that must be filled come first; what a field is called is its place, not the server's word."""
    fields, needs_json = form_fields(SCHEMA)
    assert [(each.id, each.label, each.kind, each.is_required) for each in fields] == [
        ("argument-1", "city", "text", True),
        ("argument-0", "unit", "choice", False),
        ("argument-2", "days", "number", False),
        ("argument-3", "exact", "boolean", False),
    ]
    assert needs_json
    assert (fields[1].options, fields[2].default, fields[0].hint) == (("c", "7"), "3", "Where.")
    assert form_fields({"type": "object"}) == ([], False)


def test_a_form_is_read_as_arguments() -> None:
    """What is empty is left out, a choice is a value of the schema, and what the JSON names counts."""
    form = {"argument-0": "1", "argument-1": "a\r\nb", "argument-2": " 2 ", "argument-3": "false", "other": "x"}
    assert read_form(SCHEMA, form) == {"unit": 7, "city": "a\nb", "days": 2, "exact": False}
    assert read_form(SCHEMA, {"argument-1": "", "argument-2": "1.5", "arguments": '{"points": [1], "city": ""}'}) == {
        "days": 1.5,
        "points": [1],
        "city": "",
    }


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("argument-0", "2"),
        ("argument-0", "-1"),
        ("argument-0", "²"),
        ("argument-2", "two"),
        ("argument-2", "NaN"),
        ("argument-2", "1e999"),
        ("argument-2", "true"),
        ("argument-2", "9" * 5_000),
        ("argument-2", "[" * 9_000),
        ("argument-3", "yes"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(field: str, text: str) -> None:
    with pytest.raises(FieldError) as found:
        read_form(SCHEMA, {field: text})
    assert found.value.field == field


def test_json_that_is_no_object_is_refused() -> None:
    for text in ("[1]", "{", "[" * 9_000):
        with pytest.raises(ArgumentsError):
            read_form(SCHEMA, {"arguments": text})


def test_a_problem_marks_the_fields_it_is_about() -> None:
    """By their path, or by the name that is missing."""
    problem = "$: 'city' is a required property; $.days: 'x' is not of type 'integer'; $.points[0]: 1"
    assert fields_about(SCHEMA, problem) == ["argument-1", "argument-2"]
    assert fields_about(SCHEMA, "It is nested too deeply.") == []


def test_a_form_has_no_more_fields_than_may_be_sent() -> None:
    fields, needs_json = form_fields({"properties": {str(n): {"type": "string"} for n in range(500)}})
    assert (len(fields), needs_json) == (FIELDS_MAX, True)


def test_the_examples_in_the_docstrings_run() -> None:
    assert doctest.testmod(module).failed == 0
