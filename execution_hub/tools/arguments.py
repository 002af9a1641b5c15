"""Whether arguments fit a tool's JSON schema, and whether that is one.

Neither may be trusted: a schema is a server's, arguments are a model's. So nothing is fetched from elsewhere, sizes are
bounded, and what takes long (a regular expression of a schema may) is done in a process with a deadline.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

ARGUMENTS_MAX = 1_000_000
SCHEMA_MAX = 100_000
DEPTH_MAX = 64
PROBLEMS_MAX = 3
SHOWN_MAX = 300
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


def size_problem(arguments: dict[str, Any]) -> str | None:
    """Return why arguments are not even looked at; None if they are."""
    if _is_deep(arguments):
        return f"They are nested more than {DEPTH_MAX} levels deep."
    try:
        size = len(json.dumps(arguments))
    except (TypeError, ValueError):
        return "They are no JSON."
    if size > ARGUMENTS_MAX:
        return f"They have {size} characters as JSON. Shorten them to {ARGUMENTS_MAX}."
    return None


def problem(schema: dict[str, Any], arguments: dict[str, Any]) -> str | None:
    """Return what does not fit, each with its path; None if the arguments fit.

    >>> problem({"required": ["city"]}, {})
    "$: 'city' is a required property"
    """
    # Loads much: only the processes of the pool need it.
    from itertools import islice

    from jsonschema.exceptions import ValidationError
    from referencing.exceptions import Unresolvable

    found: Sequence[ValidationError]
    try:
        found = list(islice(_validator(schema).iter_errors(arguments), PROBLEMS_MAX))
    except Unresolvable:
        return "The tool's schema refers to something that it does not hold."
    except RecursionError:
        return "The tool's schema goes round in circles."
    return "; ".join(f"{each.json_path}: {_cut(each.message)}" for each in found) or None


def schema_problems(schemas: Sequence[object]) -> list[str | None]:
    """Return why each of some schemas cannot be used; None for those that can."""
    return [schema_problem(schema) for schema in schemas]


def schema_problem(schema: object) -> str | None:
    """Return why a schema cannot be used; None if it can.

    >>> schema_problem({"properties": {"a": {"$ref": "https://example.com/a.json"}}})
    'its schema refers to https://example.com/a.json, and only references within it (#…) are followed'
    >>> schema_problem({"type": "objekt"})
    "its schema is none: 'objekt' is not valid under any of the given schemas"
    """
    from jsonschema.exceptions import SchemaError

    if not isinstance(schema, dict):
        return "its schema is no object"
    if _is_deep(schema):
        return f"its schema is nested more than {DEPTH_MAX} levels deep"
    if (size := len(json.dumps(schema))) > SCHEMA_MAX:
        return f"its schema has {size} characters, more than {SCHEMA_MAX}"
    for reference in _references(schema):
        if not reference.startswith("#"):
            shown = _cut(reference)
            return f"its schema refers to {shown}, and only references within it (#…) are followed"
    try:
        checked = _validator(schema)
        checked.check_schema(schema)
    except SchemaError as error:
        return f"its schema is none: {_cut(error.message)}"
    except (ValueError, TypeError, RecursionError):
        return "its schema is none"
    return None


def _validator(schema: dict[str, Any]) -> Any:
    from jsonschema.validators import Draft202012Validator, validator_for
    from referencing import Registry

    # With a registry that is given nothing is ever fetched: jsonschema's own would ask the network.
    return validator_for(schema, default=Draft202012Validator)(schema, registry=Registry())


def _references(schema: dict[str, Any]) -> Iterator[str]:
    for each in _parts(schema):
        if isinstance(each, dict):
            yield from (value for name in _REFERENCES if isinstance(value := each.get(name), str))


def _parts(whole: object) -> Iterator[object]:
    left = [whole]
    while left:
        each = left.pop()
        yield each
        if isinstance(each, dict):
            left.extend(each.values())
        elif isinstance(each, list):
            left.extend(each)


def _is_deep(whole: object) -> bool:
    level: list[object] = [whole]
    for _ in range(DEPTH_MAX + 1):
        inner: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inner.extend(each.values())
            elif isinstance(each, list):
                inner.extend(each)
        if not inner:
            return False
        level = inner
    return True


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
