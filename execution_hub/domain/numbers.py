"""Numbers as JSON has them: it has one type for them, so 4.0 is a whole number, and some programs write it so."""

from typing import Annotated

from pydantic import BeforeValidator


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


as_whole = BeforeValidator(_whole)
"""Marks an `int` that may be written so; behind its limits, which pydantic would leave out of the document else."""

Whole = Annotated[int, as_whole]
"""A whole number."""
