"""Is the hub alive, and is it ready?"""

from typing import Any

from fastapi import APIRouter

from execution_hub.api import wire_hub
from execution_hub.api.answers import answers
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api", tags=["health"])


@router.get("/health", summary="Check that the hub is alive", **answers(wire_hub.Health))
async def health() -> dict[str, Any]:
    """Say that the process is alive."""
    return await current_hub().health()


@router.get("/ready", summary="Check that the hub can work", **answers(wire_hub.Ready))
async def ready() -> dict[str, Any]:
    """Say that the database is migrated and answers, and the engine runs; 503 otherwise."""
    return await current_hub().ready()
