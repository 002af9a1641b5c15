"""Workflows over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field, JsonValue

from execution_hub.api import wire
from execution_hub.api.answers import answers
from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.params import JSON_NUMBER_MAX, Id, IdempotencyKey
from execution_hub.domain import workflow as limits
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.numbers import as_whole
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub import current_hub

router = APIRouter(prefix="/workflows", tags=["workflows"])


Name = Annotated[str, TextLimit(limits.NAME_MAX, is_needed=True)]
Description = Annotated[str, TextLimit(limits.DESCRIPTION_MAX)]
Steps = Annotated[list[WorkflowStep], Field(json_schema_extra={"minItems": 1, "maxItems": limits.STEPS_MAX})]


class NewWorkflow(Body):
    """A new workflow, or one that was exported from this hub or another.

    Attributes:
        name, description, steps: What is stored.
        id, created_at, updated_at: What an export holds besides; ignored, for the new workflow gets its own.
    """

    model_config = example(name="Short answer", steps=[{"name": "answer", "agent_id": 1, "input": "{{ input }}"}])

    name: Name
    description: Description = ""
    steps: Steps
    id: int | None = None
    created_at: str | None = None
    updated_at: str | None = None


class WorkflowChanges(Body):
    """What to change of a workflow; what is left out stays, and `steps` replaces all of them."""

    model_config = example(description="Answers in one sentence.")

    # Only what was sent counts (see update_workflow): the defaults are never used, and null is a wrong type.
    name: Name = ""
    description: Description = ""
    steps: Steps = Field(default_factory=list)


_ONE_OF_BOTH: list[JsonValue] = [
    {"required": ["input"], "properties": {"input": {"type": "string"}, "task_id": {"type": "null"}}},
    {"required": ["task_id"], "properties": {"task_id": {"type": "integer"}, "input": {"type": "null"}}},
]


class RunInput(Body):
    """What to run a workflow on: a text, or a task's."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _ONE_OF_BOTH, "examples": [{"input": "Why do bees dance?"}]})

    input: Annotated[str, TextLimit(INPUT_MAX, is_needed=True)] | None = None
    task_id: Annotated[int, Field(ge=-JSON_NUMBER_MAX, le=JSON_NUMBER_MAX), as_whole] | None = None


@router.get("", **answers(wire.WorkflowList))
async def list_workflows() -> dict[str, Any]:
    """List all workflows by name, with their steps."""
    found = await current_hub().workflows.every()
    return {"items": [workflow.as_json() for workflow in found], "next_cursor": None}


@router.post("", **answers(wire.Workflow, status=201, has_body=True))
async def create_workflow(body: NewWorkflow) -> dict[str, Any]:
    """Create a workflow, or import one.

    Takes what `GET /api/workflows/{id}` answers: its `id`, `created_at` and `updated_at` are ignored. The agents
    it names must be agents of this hub. What is wrong is told as 422: the first thing as `details.field`
    (`steps[2].input`), all of it as `details.problems`, each with `field`, `code` and `message`.
    """
    draft = WorkflowDraft(name=body.name, description=body.description, steps=body.steps)
    return (await current_hub().workflows.create(draft)).as_json()


@router.get("/{workflow_id}", **answers(wire.Workflow, 404))
async def get_workflow(workflow_id: Id) -> dict[str, Any]:
    """Return a workflow with its steps: also its export, which `POST /api/workflows` imports."""
    return (await current_hub().workflows.get(workflow_id)).as_json()


@router.patch("/{workflow_id}", **answers(wire.Workflow, 404, has_body=True))
async def update_workflow(workflow_id: Id, body: WorkflowChanges) -> dict[str, Any]:
    """Change a workflow; executions keep the definition they ran with."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    return (await current_hub().workflows.update(workflow_id, changes)).as_json()


@router.delete("/{workflow_id}", **answers(None, 404, status=204))
async def delete_workflow(workflow_id: Id) -> None:
    """Delete a workflow; its executions stay in the history."""
    await current_hub().workflows.delete(workflow_id)


@router.post("/{workflow_id}/run", **answers(wire.Execution, 404, 409, 429, status=202, has_body=True))
async def run_workflow(workflow_id: Id, body: RunInput, idempotency_key: IdempotencyKey = None) -> dict[str, Any]:
    """Run a workflow on an input or on a task: answers with the pending execution, before any model call."""
    hub = current_hub()
    execution = await hub.start_workflow(workflow_id, body.input, task_id=body.task_id, idempotency_key=idempotency_key)
    return execution.as_json(await hub.list_steps(execution.id))
