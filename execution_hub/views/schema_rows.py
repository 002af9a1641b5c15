"""A JSON schema as rows that a person reads. Pure; a schema is its server's word, so all that is read of it is bounded.

A schema that refers to a part of itself is followed, each reference once on the way down: it may go round in circles.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from execution_hub.domain.texts import one_line
from execution_hub.views.call_arguments import seen

ROWS_MAX = 100
DEPTH_MAX = 4
NAME_SHOWN = 200
DESCRIPTION_SHOWN = 1_000
VALUES_SHOWN = 12
VALUE_SHOWN = 60
# Schemas of other schemas: `anyOf` and the like.
WAYS_SHOWN = 4
_REFERENCES_MAX = 8
_NULL = "null"

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SchemaRow:
    """A value that a tool takes.

    Attributes:
        name: Its path: `city`, `options.unit`, `points[].x`.
        kind: What may stand there, in the words of JSON Schema, which are the same in every language.
        choices: The values it may have, where they are listed.
        default: What it is if it is left out, as JSON; empty where nobody says.
        is_required: Whether it must be given, where what it is part of is.
        description: What its server says of it.
    """

    name: str = ""
    kind: str = ""
    choices: str = ""
    default: str = ""
    is_required: bool = False
    description: str = ""


def schema_rows(schema: Schema) -> tuple[list[SchemaRow], bool]:
    """Return the values a schema of an object names, outer before inner, and whether there are more."""
    found = list(islice(_rows(schema, schema, "", 0), ROWS_MAX + 1))
    return found[:ROWS_MAX], len(found) > ROWS_MAX


def _rows(root: Schema, part: Schema, path: str, depth: int) -> Iterator[SchemaRow]:
    required = required_of(part)
    for name, told in properties_of(part).items():
        each = resolved(root, told)
        where = f"{path}{name}"
        yield SchemaRow(
            name=seen(one_line(where)[:NAME_SHOWN]),
            kind=kind_of(root, each),
            choices=_choices(each),
            default=_default(each),
            is_required=name in required,
            description=description_of(each),
        )
        if depth + 1 < DEPTH_MAX:
            inner, mark = _inner(root, each)
            yield from _rows(root, inner, f"{where}{mark}.", depth + 1)


def _inner(root: Schema, part: Schema) -> tuple[Schema, str]:
    """Return the object within a part, and the mark of a list around it."""
    part = without_null(root, part)
    items = part.get("items")
    if isinstance(items, Mapping) and not properties_of(part):
        return resolved(root, items), "[]"
    return part, ""


def properties_of(part: Schema) -> Schema:
    """Return what an object may hold, by name."""
    told = part.get("properties")
    return told if isinstance(told, Mapping) else {}


def required_of(part: Schema) -> frozenset[str]:
    """Return the names of what an object must hold."""
    told = part.get("required")
    return frozenset(each for each in told if isinstance(each, str)) if isinstance(told, list) else frozenset()


def description_of(part: Schema) -> str:
    """Return what is said of a part, as much as is shown."""
    told = part.get("description") or part.get("title")
    return seen(told[:DESCRIPTION_SHOWN].strip()) if isinstance(told, str) else ""


def resolved(root: Schema, told: object) -> Schema:
    """Return a part of a schema, where it refers to another that one; what cannot be found says nothing.

    >>> resolved({"$defs": {"a": {"type": "string"}}}, {"$ref": "#/$defs/a", "description": "A."})
    {'type': 'string', 'description': 'A.'}
    """
    part: Schema = told if isinstance(told, Mapping) else {}
    for _ in range(_REFERENCES_MAX):
        reference = part.get("$ref")
        if not isinstance(reference, str):
            return part
        found: object = root
        for word in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
            name = word.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, Mapping) else None
        own = {name: value for name, value in part.items() if name != "$ref"}
        part = {**found, **own} if isinstance(found, Mapping) else own
    return {name: value for name, value in part.items() if name != "$ref"}


def without_null(root: Schema, part: Schema) -> Schema:
    """Return the one way of a part that is not `null`, where there is but one; else the part.

    >>> without_null({}, {"anyOf": [{"type": "integer"}, {"type": "null"}], "title": "N"})
    {'title': 'N', 'type': 'integer'}
    """
    for word in ("anyOf", "oneOf"):
        ways = part.get(word)
        if isinstance(ways, list) and len(ways) <= WAYS_SHOWN:
            real = [each for each in (resolved(root, way) for way in ways) if each.get("type") != _NULL]
            if len(real) == 1:
                return {**{name: value for name, value in part.items() if name != word}, **real[0]}
    return part


def kind_of(root: Schema, part: Schema, depth: int = 0) -> str:
    """Return what may stand somewhere.

    >>> kind_of({}, {"type": ["string", "null"]}), kind_of({}, {"type": "array", "items": {"type": "integer"}})
    ('string | null', 'array of integer')
    >>> kind_of({}, {"anyOf": [{"type": "integer"}, {"type": "string"}]}), kind_of({}, {"enum": ["a"]}), kind_of({}, {})
    ('integer | string', 'string', 'any')
    """
    told = part.get("type")
    if isinstance(told, list):
        return " | ".join(each[:VALUE_SHOWN] for each in told[:VALUES_SHOWN] if isinstance(each, str)) or "any"
    for word in ("anyOf", "oneOf"):
        ways = part.get(word)
        if isinstance(ways, list) and depth < DEPTH_MAX and not isinstance(told, str):
            kinds = [kind_of(root, resolved(root, way), depth + 1) for way in ways[:WAYS_SHOWN]]
            more = ["…"] if len(ways) > WAYS_SHOWN else []
            return " | ".join(dict.fromkeys([*kinds, *more])) or "any"
    if told == "array" and isinstance(part.get("items"), Mapping) and depth < DEPTH_MAX:
        return f"array of {kind_of(root, resolved(root, part['items']), depth + 1)}"
    if isinstance(told, str):
        return seen(told[:VALUE_SHOWN])
    if "properties" in part:
        return "object"
    listed = listed_values(part)
    return "string" if listed and all(isinstance(each, str) for each in listed) else "any"


def listed_values(part: Schema) -> list[Any]:
    """Return the values that a part lists; none where it does not."""
    if "const" in part:
        return [part["const"]]
    told = part.get("enum")
    return told if isinstance(told, list) else []


def shown_value(value: Any) -> str:
    """Return a value of a schema as a person reads it: a text as it is, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return seen(one_line(text[: 4 * VALUE_SHOWN]))[:VALUE_SHOWN]


def _choices(part: Schema) -> str:
    listed = listed_values(part)
    more = ["…"] if len(listed) > VALUES_SHOWN else []
    return ", ".join([*map(shown_value, listed[:VALUES_SHOWN]), *more])


def _default(part: Schema) -> str:
    return "" if part.get("default") is None else shown_value(part["default"])
