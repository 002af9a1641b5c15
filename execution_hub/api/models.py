"""The models there are, over HTTP."""

from typing import Any

from fastapi import APIRouter

from execution_hub.api import wire_models
from execution_hub.api.answers import answers
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api", tags=["agents"])


@router.get("/models", summary="List models", **answers(wire_models.Models))
async def models() -> dict[str, Any]:
    """Return the models an agent can have: those the providers list, those with a price, and the offline one.

    The providers are asked at most every ten minutes, for at most 5 s; of one that does not answer, what it listed
    before and what has a price is there. An agent may name others too: who answers is decided by the name.
    """
    return {"items": [each.as_json() for each in await current_hub().models.fresh()], "next_cursor": None}
