"""Whether a JSON Schema that somebody gives is one, and whether a value fits it. The one place that asks jsonschema.

Neither may be trusted: schemas are people's and servers', values are models'. Nothing is fetched from elsewhere.
`bounds_problem` is quick, and looks first; the others run in a pool's process with a deadline, since a schema may have
regular expressions, and parts that refer to each other.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PATTERN_MAX = 1_000
REFERENCES_MAX = 500
PROBLEMS_MAX = 3
SHOWN_MAX = 300
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """Why a schema cannot be used.

    Attributes:
        words: What is wrong with that part of it.
        path: Which part, as in `properties.city.type`; empty for the whole.
        limit: What it has more of than it may; None for another reason.
    """

    words: str
    path: str = ""
    limit: int | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.words}" if self.path else self.words


def bounds_problem(schema: object, size_max: int, depth_max: int) -> SchemaProblem | None:
    """Return why a schema is not even looked at; None if it is. Takes a time that grows with its size, no more.

    >>> str(bounds_problem({"items": {"$ref": "https://example.com/a.json"}}, 1_000, 10))
    'items.$ref: refers to https://example.com/a.json; only references within the schema (#…) are followed'

    Args:
        schema: Values as from JSON.
        size_max: How many characters it may have, as JSON.
        depth_max: How many levels it may have.
    """
    if not isinstance(schema, Mapping):
        return SchemaProblem("is no object")
    references = 0

    def look(path: str, value: Any) -> SchemaProblem | None:
        nonlocal references
        if not isinstance(value, Mapping):
            return None
        for word, each in value.items():
            if problem := _reference_problem(word, each):
                return SchemaProblem(problem, _at(path, word))
            if word == "pattern" and isinstance(each, str) and len(each) > PATTERN_MAX:
                words = f"has {len(each)} characters: shorten it to {PATTERN_MAX}"
                return SchemaProblem(words, _at(path, word), PATTERN_MAX)
            references += word in _REFERENCES
        if references > REFERENCES_MAX:
            return SchemaProblem(f"has more than {REFERENCES_MAX} references", limit=REFERENCES_MAX)
        return None

    return json_problem(schema, size_max, depth_max, look)


def json_problem(
    values: object,
    size_max: int,
    depth_max: int,
    look: Callable[[str, Any], SchemaProblem | None] = lambda _path, _value: None,
) -> SchemaProblem | None:
    """Return why a JSON value is not kept; None if it is: too large, too deep, or nothing that can be stored.

    Args:
        values: As from JSON.
        size_max: How many characters it may have, as JSON.
        depth_max: How many levels it may have.
        look: Says what else is wrong with a value within it, by its path.
    """
    # Without recursion, which a deep one would end.
    ahead: list[tuple[str, Any, int]] = [("", values, 1)]
    while ahead:
        path, value, depth = ahead.pop()
        if depth > depth_max:
            return SchemaProblem(f"is more than {depth_max} levels deep: make it flatter", limit=depth_max)
        if problem := _value_problem(value):
            return SchemaProblem(problem, path)
        if isinstance(value, Mapping):
            for word in value:
                if problem := _value_problem(word):
                    return SchemaProblem(problem, _at(path, word))
        if found := look(path, value):
            return found
        if isinstance(value, list):
            ahead += [(f"{path}[{index}]", each, depth + 1) for index, each in enumerate(value)]
        if isinstance(value, Mapping):
            ahead += [(_at(path, word), each, depth + 1) for word, each in value.items()]
    if (size := len(json.dumps(values, ensure_ascii=False))) > size_max:
        return SchemaProblem(f"has {size} characters: shorten it to {size_max}", limit=size_max)
    return None


def schema_problem(schema: Mapping[str, Any]) -> SchemaProblem | None:
    """Return why a schema is none; None if it is one.

    >>> str(schema_problem({"properties": {"city": {"type": "objekt"}}}))
    "properties.city.type: 'objekt' is not valid under any of the given schemas"

    Args:
        schema: One that is within bounds.
    """
    # Loads much: only the processes of the pool need it.
    from jsonschema.exceptions import SchemaError

    try:
        _validator(schema).check_schema(schema)
    except SchemaError as error:
        return SchemaProblem(_cut(error.message), _cut(error.json_path.removeprefix("$").removeprefix(".")))
    except (ValueError, TypeError, RecursionError):
        return SchemaProblem("cannot be read")
    return None


def first_problem(schemas: Sequence[Mapping[str, Any]]) -> tuple[int, SchemaProblem] | None:
    """Return which of some schemas is the first that is none, and why; None if all are. See `schema_problem`."""
    found = ((place, problem) for place, schema in enumerate(schemas) if (problem := schema_problem(schema)))
    return next(found, None)


def value_problem(schema: Mapping[str, Any], value: Any) -> str | None:
    """Return what does not fit about a value, each with its path; None if it fits a schema.

    >>> value_problem({"required": ["city"]}, {})
    "$: 'city' is a required property"
    """
    from itertools import islice

    from jsonschema.exceptions import ValidationError
    from referencing.exceptions import Unresolvable

    found: Sequence[ValidationError]
    try:
        found = list(islice(_validator(schema).iter_errors(value), PROBLEMS_MAX))
    except Unresolvable:
        return "The schema refers to something that it does not hold."
    except RecursionError:
        return "The schema goes round in circles."
    except Exception:
        # What the library makes of parts that are no schemas, of expressions, of numbers that no float holds.
        return "The schema cannot be held against it."
    return "; ".join(f"{each.json_path}: {_cut(each.message)}" for each in found) or None


def _validator(schema: Mapping[str, Any]) -> Any:
    from jsonschema.validators import Draft202012Validator, validator_for
    from referencing import Registry

    # With a registry that is given nothing is ever fetched: jsonschema's own would ask the network.
    return validator_for(schema, default=Draft202012Validator)(schema, registry=Registry())


def _value_problem(value: object) -> str | None:
    match value:
        case str():
            if "\x00" in value or any("\ud800" <= each <= "\udfff" for each in value):
                return "holds a character that cannot be stored: remove it"
        case float():
            return None if math.isfinite(value) else "is a number that JSON does not have"
        case Mapping() | list() | bool() | int() | None:
            return None
        case _:
            return "is no JSON"
    return None


def _reference_problem(word: str, value: object) -> str | None:
    if word in _REFERENCES and isinstance(value, str) and not value.startswith("#"):
        return f"refers to {_cut(value)}; only references within the schema (#…) are followed"
    return None


def _at(path: str, word: str) -> str:
    return f"{path}.{word}" if path else word


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
