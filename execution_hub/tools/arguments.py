"""How much of a tool's arguments, and of its schema, is looked at; `domain.json_schema` looks at it."""

import json
from collections.abc import Sequence
from typing import Any

from execution_hub.domain.json_schema import bounds_problem, schema_problem

ARGUMENTS_MAX = 1_000_000
SCHEMA_MAX = 100_000
DEPTH_MAX = 64


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


def schema_problems(schemas: Sequence[Any]) -> list[str | None]:
    """Return why each of some tools' schemas cannot be used; None for those that can.

    >>> schema_problems([{}, {"type": "objekt"}])
    [None, "its schema cannot be used: type: 'objekt' is not valid under any of the given schemas"]
    """
    found = (bounds_problem(schema, SCHEMA_MAX, DEPTH_MAX) or schema_problem(schema) for schema in schemas)
    return [None if problem is None else f"its schema cannot be used: {problem}" for problem in found]


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
