"""The JSON Schema that the answers of an agent must fit: what of it is looked at before it is stored."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from execution_hub.errors import InvalidInput

SCHEMA_MAX = 50_000
DEPTH_MAX = 32
PATTERN_MAX = 1_000
OUTPUT_SCHEMA_EXAMPLE: dict[str, Any] = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
}

_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
# What stands behind these words of a schema is one again, several by name, or a list of them.
_ONE = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def check_output_schema(field: str, schema: object) -> None:
    """Check that a value is a JSON Schema that the hub can hold answers against.

    A reference may lead only into the schema itself: to follow another would be to ask a foreign host.

    Args:
        field: How the caller calls it.
        schema: The schema, as JSON values.

    Raises:
        InvalidInput: It is none, too long or too deep; says where in it.
    """
    if not isinstance(schema, Mapping):
        raise InvalidInput(
            field, f"{field} is no object. Give a JSON Schema, such as {json.dumps(OUTPUT_SCHEMA_EXAMPLE)}."
        )
    _check_values(field, schema)
    length = len(json.dumps(schema, ensure_ascii=False))
    if length > SCHEMA_MAX:
        raise InvalidInput(field, f"{field} has {length} characters. Shorten it to {SCHEMA_MAX}.", limit=SCHEMA_MAX)
    for place, problem in _problems(schema):
        raise InvalidInput(field, f"{field}: {place or 'the whole'} {problem}.", path=place)


def _check_values(field: str, schema: Mapping[str, Any]) -> None:
    """Check depth and values; without recursion, which a deep one would end."""
    ahead: list[tuple[Any, int]] = [(schema, 1)]
    while ahead:
        value, depth = ahead.pop()
        if depth > DEPTH_MAX:
            raise InvalidInput(field, f"{field} is deeper than {DEPTH_MAX} levels. Make it flatter.", limit=DEPTH_MAX)
        if isinstance(value, Mapping):
            ahead += [(key, depth) for key in value]
            ahead += [(each, depth + 1) for each in value.values()]
        elif isinstance(value, list):
            ahead += [(each, depth + 1) for each in value]
        elif isinstance(value, str):
            if "\x00" in value or any("\ud800" <= each <= "\udfff" for each in value):
                raise InvalidInput(field, f"{field} holds a character that cannot be stored. Remove it.")
        elif isinstance(value, float) and not math.isfinite(value):
            raise InvalidInput(field, f"{field} holds a number that JSON does not have. Remove it.")
        elif value is not None and not isinstance(value, bool | int | float):
            raise InvalidInput(field, f"{field} holds something that is no JSON. Remove it.")


def _problems(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what keeps a schema from being one, and where."""
    # The named place for `jsonschema`: its check_schema knows every word, this only those that schemas are made of.
    ahead: list[tuple[Any, str]] = [(schema, "")]
    while ahead:
        each, place = ahead.pop()
        if isinstance(each, bool):
            continue
        if not isinstance(each, Mapping):
            yield place, "is no schema: give an object"
            continue
        yield from ((_at(place, word), problem) for word, problem in _word_problems(each))
        ahead += [(each[word], _at(place, word)) for word in _ONE if word in each]
        for word in _NAMED:
            if isinstance(named := each.get(word), Mapping):
                ahead += [(part, _at(_at(place, word), name)) for name, part in named.items()]
        for word in _LISTED:
            if isinstance(listed := each.get(word), list):
                ahead += [(part, _at(place, f"{word}[{index}]")) for index, part in enumerate(listed)]


def _word_problems(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word, value in schema.items():
        if word == "type":
            types = value if isinstance(value, list) else [value]
            if not types or any(each not in _TYPES for each in types):
                yield word, f"is no type: use {', '.join(_TYPES)}"
        elif word in _NAMED and not isinstance(value, Mapping):
            yield word, "is no object: give schemas by name"
        elif word in _LISTED and not (isinstance(value, list) and value):
            yield word, "is no list of schemas: give at least one"
        elif word == "required" and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            yield word, "is no list of names"
        elif word == "enum" and not isinstance(value, list):
            yield word, "is no list of values"
        elif word in _COUNTS and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            yield word, "is no whole number from 0"
        elif word in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield word, "is no number"
        elif word in _REFERENCES and not (isinstance(value, str) and value.startswith("#")):
            yield word, "leads out of the schema: refer to a part of it, such as #/$defs/name"
        elif word == "pattern":
            yield from ((word, problem) for problem in _pattern_problems(value))
    for name in schema["patternProperties"] if isinstance(schema.get("patternProperties"), Mapping) else ():
        yield from (("patternProperties", problem) for problem in _pattern_problems(name))


def _pattern_problems(pattern: object) -> Iterator[str]:
    if not isinstance(pattern, str) or len(pattern) > PATTERN_MAX:
        yield f"is no pattern: give a regular expression of at most {PATTERN_MAX} characters"
        return
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        yield "is no regular expression"


def _at(place: str, word: str) -> str:
    return f"{place}.{word}" if place else word
