"""Whether an answer is the JSON that its agent promises: looked at in another process."""

import json
from typing import Any

from execution_hub.domain.json_path import TEXT_MAX, unfenced
from execution_hub.domain.json_schema import value_problem
from execution_hub.errors import TookTooLong
from execution_hub.pool import WorkPool


class OutputCheck:
    """Holds answers against an agent's output schema."""

    def __init__(self, schema: dict[str, Any] | None, pool: WorkPool) -> None:
        """Keep the schema.

        Args:
            schema: The agent's; None where any text will do.
            pool: Where it is done.
        """
        self._schema = schema
        self._pool = pool

    async def problem_of(self, output: str) -> str | None:
        """Return what does not fit about an answer, with its path; None if it fits."""
        if self._schema is None:
            return None
        try:
            return await self._pool.run(output_problem, self._schema, output)
        except TookTooLong:
            return "It takes too long to be checked."

    def bare(self, output: str) -> str:
        """Return an answer as it is kept: JSON without the Markdown around it, any other text as it is."""
        return output if self._schema is None else unfenced(output)

    @staticmethod
    def note(problem: str) -> str:
        """Return what the model is told about an answer that does not fit."""
        return (
            f"Your answer does not fit the JSON schema that was asked for. {problem} "
            "Answer again, with the JSON only: no words before or after it."
        )


def output_problem(schema: dict[str, Any], output: str) -> str | None:
    """Return what does not fit about a text, with its path; None if it is JSON that fits a schema.

    >>> output_problem({"type": "object"}, '{"a": 1}'), output_problem({"type": "object"}, "Sure!")
    (None, 'It is no JSON: Expecting value at character 1.')
    """
    if len(output) > TEXT_MAX:
        return f"It has {len(output)} characters. Shorten it to {TEXT_MAX}."
    try:
        value = json.loads(unfenced(output), parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return f"It is no JSON: {error.msg} at character {error.pos + 1}."
    except (ValueError, RecursionError):
        return "It is no JSON that can be read."
    return value_problem(schema, value)


def _refuse(word: str) -> Any:
    raise ValueError(word)
