"""Comparing executions over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from execution_hub.api import wire_bench
from execution_hub.api.answers import answers
from execution_hub.api.params import NUMBER_MAX
from execution_hub.domain.comparison import COMPARED_LEAST, COMPARED_MAX
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api", tags=["executions"])

# Told here, checked by the domain.
Ids = Annotated[
    list[Annotated[int, Field(ge=-NUMBER_MAX, le=NUMBER_MAX)]],
    Query(alias="id", json_schema_extra={"minItems": COMPARED_LEAST, "maxItems": COMPARED_MAX, "uniqueItems": True}),
]


@router.get("/compare", **answers(wire_bench.Comparison, 404))
async def compare_executions(ids: Ids) -> dict[str, Any]:
    """Compare two to four executions (`?id=1&id=2`): everything is held against the first.

    Of each text the first 100 000 characters are compared, word by word.
    """
    found = await current_hub().comparisons.of(ids)
    return {
        "items": [each.as_json() for each in found.excerpts],
        "definition": [each.as_json() for each in found.definition],
        "input": {"is_same": found.is_same_input, "texts": [each.as_json() for each in found.inputs]},
        "output": [each.as_json() for each in found.outputs],
        "steps": [each.as_json() for each in found.steps],
        "calls": [each.as_json() for each in found.calls],
        "usage": found.usage(),
        "time": found.time(),
    }
