"""The processes of the hub over HTTP: who has joined, and who is to take no new work, or to end."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as PathParameter

from execution_hub.api import wire_workers
from execution_hub.api.answers import answers
from execution_hub.domain.clock import to_wire
from execution_hub.domain.worker import Worker
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api/workers", tags=["workers"])

WorkerId = Annotated[str, PathParameter(description="Its `id`.", examples=["5f3c0a1be0f64c9a8d2f1f2a3b4c5d6e"])]


@router.get("", **answers(wire_workers.WorkerList))
async def list_workers() -> dict[str, Any]:
    """List the processes of the hub; a hub that is alone is one."""
    return {"items": [as_json(each) for each in current_hub().workers.known()]}


@router.post("/{worker_id}/drain", **answers(wire_workers.Worker, 404, 409))
async def drain_worker(worker_id: WorkerId) -> dict[str, Any]:
    """Have a process take no new work. One that only executes ends once it has none left; others go on serving."""
    return as_json(await current_hub().workers.drain(worker_id))


@router.post("/{worker_id}/stop", **answers(wire_workers.Worker, 404, 409))
async def stop_worker(worker_id: WorkerId) -> dict[str, Any]:
    """Have a process that only executes end at once: what runs in it goes on at another, or waits for one."""
    return as_json(await current_hub().workers.stop(worker_id))


def as_json(worker: Worker) -> dict[str, Any]:
    """Return a process as on the wire."""
    return {
        "id": worker.id,
        "host": worker.host,
        "pid": worker.pid,
        "role": worker.role.value,
        "version": worker.version,
        "status": worker.status.value,
        "is_stopping": worker.is_stopping,
        "running": worker.running,
        "slots": worker.slots,
        "started_at": to_wire(worker.started_at),
        "last_beat_at": to_wire(worker.last_beat_at),
    }
