"""Numbers as JSON has them: it has one type for them, so 4.0 is a whole number, and some programs write it so."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number."""


def whole(lowest: int, highest: int) -> Any:
    """Return the type of a whole number between two others, both included."""
    # The limits first: after a validator of one's own, pydantic would leave them out of the JSON schema.
    return Annotated[int, Field(ge=lowest, le=highest), BeforeValidator(_whole)]
