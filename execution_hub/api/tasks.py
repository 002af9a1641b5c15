"""Tasks over HTTP."""

from typing import Any

from fastapi import APIRouter

from execution_hub.api.bodies import Body, Text
from execution_hub.api.params import Id
from execution_hub.domain.task import TaskDraft
from execution_hub.hub import current_hub

router = APIRouter(prefix="/tasks", tags=["tasks"])


class NewTask(Body):
    """A new task."""

    name: Text
    input: Text
    description: Text = ""


class TaskChanges(Body):
    """What to change of a task; what is left out stays."""

    # Only what was sent counts (see update_task): the defaults are never used, and null is a wrong type.
    name: Text = ""
    input: Text = ""
    description: Text = ""


@router.get("")
async def list_tasks() -> dict[str, Any]:
    """List all tasks, newest first."""
    return {"items": [task.as_json() for task in await current_hub().tasks.every()], "next_cursor": None}


@router.post("", status_code=201)
async def create_task(body: NewTask) -> dict[str, Any]:
    """Create a task."""
    return (await current_hub().tasks.create(TaskDraft(**body.model_dump()))).as_json()


@router.get("/{task_id}")
async def get_task(task_id: Id) -> dict[str, Any]:
    """Return a task; `GET /api/executions?task_id=` lists what ran on it."""
    return (await current_hub().tasks.get(task_id)).as_json()


@router.patch("/{task_id}")
async def update_task(task_id: Id, body: TaskChanges) -> dict[str, Any]:
    """Change a task; executions keep the input they ran on."""
    return (await current_hub().tasks.update(task_id, body.model_dump(exclude_unset=True))).as_json()


@router.delete("/{task_id}", status_code=204)
async def delete_task(task_id: Id) -> None:
    """Delete a task; its executions stay in the history."""
    await current_hub().tasks.delete(task_id)
