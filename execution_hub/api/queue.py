"""The queue over HTTP: how it is, pause and resume, and pruning."""

from typing import Any

from fastapi import APIRouter

from execution_hub.api import wire_hub
from execution_hub.api.answers import answers
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api", tags=["queue"])


@router.get("/queue", **answers(wire_hub.Queue))
async def get_queue() -> dict[str, Any]:
    """Return whether the queue is paused, how many wait and run, and how many may run at once."""
    return await current_hub().queue.facts()


@router.post("/queue/pause", **answers(wire_hub.Queue))
async def pause_queue() -> dict[str, Any]:
    """Start nothing until the queue is resumed; what runs goes on."""
    await current_hub().queue.pause(True)
    return await current_hub().queue.facts()


@router.post("/queue/resume", **answers(wire_hub.Queue))
async def resume_queue() -> dict[str, Any]:
    """Start again what waits, in order."""
    await current_hub().queue.pause(False)
    return await current_hub().queue.facts()


@router.post("/prune", summary="Prune the history", **answers(wire_hub.Removed))
async def prune() -> dict[str, Any]:
    """Remove every finished execution past the retention now, instead of at the next full hour."""
    return {"removed": await current_hub().retention.prune()}
