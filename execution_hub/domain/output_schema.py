"""The JSON Schema that the answers of an agent must fit: how much of one there may be."""

import json
from typing import Any

from execution_hub.domain.json_schema import SchemaProblem, bounds_problem
from execution_hub.errors import InvalidInput

SCHEMA_MAX = 50_000
DEPTH_MAX = 32
OUTPUT_SCHEMA_EXAMPLE: dict[str, Any] = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
}


def check_bounds(field: str, schema: object) -> None:
    """Refuse what is too much to be looked at; whether the rest is a schema, `hub.output_schemas` tells.

    Args:
        field: How the caller calls it.
        schema: The schema, as JSON values.

    Raises:
        InvalidInput: It is no object, too long or too deep, refers to elsewhere, or cannot be stored.
    """
    problem = bounds_problem(schema, SCHEMA_MAX, DEPTH_MAX)
    if problem is not None:
        raise refusal(field, problem)


def refusal(field: str, problem: SchemaProblem) -> InvalidInput:
    """Return the error for a schema that cannot be used; it says where in it.

    Args:
        field: How the caller calls the schema.
        problem: What is wrong with it.
    """
    told = f"{field}: {problem}."
    if problem.limit is not None:
        return InvalidInput(field, told, path=problem.path, limit=problem.limit)
    example = json.dumps(OUTPUT_SCHEMA_EXAMPLE)
    return InvalidInput(field, f"{told} Give a JSON Schema, such as {example}.", path=problem.path)
