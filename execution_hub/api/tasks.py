"""Tasks over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Response

from execution_hub.api import wire
from execution_hub.api.answers import answers
from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.etags import ETAG, IfMatch, Version, seen_version, tagged
from execution_hub.api.params import Cursor, Id, Limit
from execution_hub.api.versions import add_versions
from execution_hub.domain import task as limits
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.domain.task import TaskDraft
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api/tasks", tags=["tasks"])


Name = Annotated[str, TextLimit(limits.NAME_MAX, is_needed=True, is_name=True)]
Description = Annotated[str, TextLimit(limits.DESCRIPTION_MAX)]
Input = Annotated[str, TextLimit(INPUT_MAX, is_needed=True)]


class NewTask(Body):
    """A new task."""

    model_config = example(name="Bees", input="Why do bees dance?")

    name: Name
    input: Input
    description: Description = ""


class TaskChanges(Body):
    """What to change of a task; what is left out stays."""

    model_config = example(input="Why do bees dance, and for whom?")

    # Only what was sent counts (see update_task): the defaults are never used, and null is a wrong type.
    name: Name = ""
    input: Input = ""
    description: Description = ""
    version: Version = 1


@router.get("", **answers(wire.TaskList))
async def list_tasks(limit: Limit = LIMIT_MAX, cursor: Cursor = None) -> dict[str, Any]:
    """List tasks, newest first, in pages."""
    return (await current_hub().tasks.page(limit=limit, cursor=cursor or None)).as_json()


@router.post("", **answers(wire.Task, status=201, has_body=True, **ETAG))
async def create_task(body: NewTask, response: Response) -> dict[str, Any]:
    """Create a task."""
    return tagged(response, await current_hub().tasks.create(TaskDraft(**body.model_dump())))


@router.get("/{task_id}", **answers(wire.Task, 404, **ETAG))
async def get_task(task_id: Id, response: Response) -> dict[str, Any]:
    """Return a task; `GET /api/executions?task_id=` lists what ran on it."""
    return tagged(response, await current_hub().tasks.get(task_id))


@router.patch("/{task_id}", **answers(wire.Task, 404, 412, has_body=True, **ETAG))
async def update_task(task_id: Id, body: TaskChanges, response: Response, if_match: IfMatch = "") -> dict[str, Any]:
    """Change a task; executions keep the input they ran on."""
    changes = body.model_dump(exclude_unset=True)
    seen = seen_version(if_match, changes.pop("version", None))
    return tagged(response, await current_hub().tasks.update(task_id, changes, version=seen))


@router.delete("/{task_id}", **answers(None, 404, 409, 412, status=204))
async def delete_task(task_id: Id, if_match: IfMatch = "") -> None:
    """Delete a task; its executions stay in the history."""
    await current_hub().tasks.delete(task_id, version=seen_version(if_match))


add_versions(router, lambda: current_hub().tasks, wire.Task)
