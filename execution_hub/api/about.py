"""What the hub is and how it is set up, over HTTP."""

from typing import Any

from fastapi import APIRouter

from execution_hub.api import wire_hub
from execution_hub.api.answers import answers
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api", tags=["health"])


@router.get("/about", summary="Describe the hub", **answers(wire_hub.About))
async def about() -> dict[str, Any]:
    """Return version, database, providers, limits, retention, sizes and prices: what the page Settings shows.

    Holds nothing secret: of a key only whether there is one, of an address only its host.
    """
    return await current_hub().about.as_json()
