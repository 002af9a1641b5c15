"""Workflows over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, FailFast, Field, JsonValue

from execution_hub.api import wire
from execution_hub.api.answers import answers, only_post
from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.etags import ETAG, IfMatch, Version, seen_version, tagged
from execution_hub.api.params import JSON_NUMBER_MAX, Cursor, Id, IdempotencyKey, Limit
from execution_hub.api.versions import add_versions
from execution_hub.domain import workflow as limits
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.domain.numbers import Whole, as_whole
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.domain.workflow_file import Missing, WorkflowFile
from execution_hub.errors import InvalidInput, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.runners.workflow import WorkflowRun

router = APIRouter(prefix="/api/workflows", tags=["workflows"])


Name = Annotated[str, TextLimit(limits.NAME_MAX, is_needed=True, is_name=True)]
Description = Annotated[str, TextLimit(limits.DESCRIPTION_MAX)]
# The first mistake is told, so the others need not be found: there may be as many as a body holds.
Steps = Annotated[
    list[WorkflowStep], FailFast(), Field(json_schema_extra={"minItems": 1, "maxItems": limits.STEPS_MAX})
]


Number = Annotated[Whole, Field(ge=-JSON_NUMBER_MAX, le=JSON_NUMBER_MAX)]


class NewWorkflow(Body):
    """A new workflow, or a copy of one of this hub: `agent_id` are numbers of this hub.

    Attributes:
        name, description, steps: What is stored.
        id, version, created_at, updated_at: What is read besides; the new workflow gets its own. Those of a
            workflow this hub does not have are refused: its `agent_id` would be another hub's.
    """

    model_config = example(name="Short answer", steps=[{"name": "answer", "agent_id": 1, "input": "{{ input }}"}])

    name: Name
    description: Description = ""
    steps: Steps
    id: Number | None = None
    version: Number | None = None
    created_at: str | None = None
    updated_at: str | None = None


class WorkflowChanges(Body):
    """What to change of a workflow; what is left out stays, and `steps` replaces all of them."""

    model_config = example(description="Answers in one sentence.")

    # Only what was sent counts (see update_workflow): the defaults are never used, and null is a wrong type.
    name: Name = ""
    description: Description = ""
    steps: Steps = Field(default_factory=list)
    version: Version = 1


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
async def list_workflows(limit: Limit = LIMIT_MAX, cursor: Cursor = None) -> dict[str, Any]:
    """List workflows by name, with their steps, in pages."""
    return (await current_hub().workflows.page(limit=limit, cursor=cursor or None)).as_json()


@router.post("", **answers(wire.Workflow, status=201, has_body=True, **ETAG))
async def create_workflow(body: NewWorkflow, response: Response) -> dict[str, Any]:
    """Create a workflow.

    Takes what `GET /api/workflows/{id}` of this hub answers, as a copy; from another hub, use
    `GET /api/workflows/{id}/export` there and `POST /api/workflows/import` here. What is wrong is told as 422: the
    first thing as `details.field` (`steps[2].input`), all of it as `details.problems`, each with `field`, `code`
    and `message`.
    """
    await _check_is_ours(body)
    draft = WorkflowDraft(name=body.name, description=body.description, steps=body.steps)
    return tagged(response, await current_hub().workflows.create(draft))


@router.post("/import", **answers(wire.Imported, status=201, has_body=True, also={200: wire.ImportPlan}))
async def import_workflow(
    body: WorkflowFile,
    response: Response,
    missing: Annotated[Missing, Query(description="What becomes of agents this hub does not have.")] = "create",
    dry_run: Annotated[bool, Query(description="Say what would be done; nothing is stored.")] = False,
) -> dict[str, Any]:
    """Store a workflow that was exported from this hub or another, with its agents: all of it or nothing.

    `bound` says whom each agent's step was given to: `same` is an agent of this hub with the same name and
    definition, `created` a new one (under a name of its own, such as `Writer (2)`, if another has its name),
    `unset` nobody: choose one before the workflow runs. An `agent_id`, as older exports hold it, is a number of
    another hub and binds nobody.
    """
    workflows = current_hub().workflows
    if dry_run:
        plan = await workflows.plan_import(body, missing)
        await workflows.check_import(plan)
        response.status_code = 200
        found: dict[str, Any] = {"id": None, "version": None, **plan.draft.model_dump(mode="json")}
    else:
        workflow, plan = await workflows.import_file(body, missing)
        found = tagged(response, workflow)
    return {**found, "bound": [each.as_json() for each in plan.bound]}


only_post(router, "/import")


@router.get("/{workflow_id}", **answers(wire.Workflow, 404, **ETAG))
async def get_workflow(workflow_id: Id, response: Response) -> dict[str, Any]:
    """Return a workflow with its steps; `agent_id` are numbers of this hub."""
    return tagged(response, await current_hub().workflows.get(workflow_id))


@router.get("/{workflow_id}/export", **answers(wire.Exported, 404))
async def export_workflow(workflow_id: Id) -> dict[str, Any]:
    """Return a workflow with the definitions of its agents, for `POST /api/workflows/import` of any hub."""
    workflows = current_hub().workflows
    return await workflows.export((await workflows.get(workflow_id)).draft())


@router.patch("/{workflow_id}", **answers(wire.Workflow, 404, 412, has_body=True, **ETAG))
async def update_workflow(
    workflow_id: Id, body: WorkflowChanges, response: Response, if_match: IfMatch = ""
) -> dict[str, Any]:
    """Change a workflow; executions keep the definition they ran with."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    seen = seen_version(if_match, changes.pop("version", None))
    return tagged(response, await current_hub().workflows.update(workflow_id, changes, version=seen))


@router.delete("/{workflow_id}", **answers(None, 404, 412, status=204))
async def delete_workflow(workflow_id: Id, if_match: IfMatch = "") -> None:
    """Delete a workflow; its executions stay in the history."""
    await current_hub().workflows.delete(workflow_id, version=seen_version(if_match))


@router.post("/{workflow_id}/run", **answers(wire.Execution, 404, 409, 429, status=202, has_body=True))
async def run_workflow(workflow_id: Id, body: RunInput, idempotency_key: IdempotencyKey = None) -> dict[str, Any]:
    """Run a workflow on an input or on a task: answers with the pending execution, before any model call."""
    hub = current_hub()
    start = WorkflowRun(workflow_id, body.task_id, body.input)
    execution = await hub.executions.start(start, idempotency_key=idempotency_key)
    return execution.as_json(await hub.history.steps(execution.id))


async def _check_is_ours(body: NewWorkflow) -> None:
    """Refuse what was read from another hub: there, `agent_id` are other agents."""
    if body.id is None:
        return
    try:
        known: dict[str, Any] = (await current_hub().workflows.get(body.id)).as_json()
    except NotFound:
        known = {}
    if known.get("created_at") != (body.created_at or known.get("created_at", "")):
        raise InvalidInput(
            "id",
            f"id: workflow {body.id} is not one of this hub, so its agent_id may be other agents here. Import its "
            "export (POST /api/workflows/import), or leave id out to say that they are agents of this hub.",
        )


add_versions(router, lambda: current_hub().workflows, wire.Workflow)
