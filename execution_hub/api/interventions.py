"""What a person does to executions, over HTTP: start, cancel, run again, mark, delete, take back."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from execution_hub.api import wire
from execution_hub.api.answers import answers, only_post
from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.executions import whole
from execution_hub.api.params import JSON_NUMBER_MAX, Id, IdempotencyKey
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.mark import NOTE_MAX
from execution_hub.domain.numbers import as_whole
from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.runners.registry import find_type

router = APIRouter(prefix="/api", tags=["executions"])
IDS_MAX = 1_000

AnId = Annotated[int, Field(ge=1, le=JSON_NUMBER_MAX), as_whole]
Ids = Annotated[list[AnId], Field(min_length=1, max_length=IDS_MAX)]


class Many(Body):
    """Some executions."""

    model_config = example(ids=[12, 13])

    ids: Ids


class Rerun(Body):
    """How to run an execution again."""

    model_config = example(input="Why do bees dance, and for whom?", as_ran=True)

    input: Annotated[str, TextLimit(INPUT_MAX, is_needed=True)] | None = None
    # As it ran, or with the agent or workflow of today.
    as_ran: bool = True


class NewMark(Body):
    """What a person says of an execution."""

    model_config = example(mark="wrong", note="It is 84, not 48.")

    mark: Literal["right", "wrong"] | None
    note: Annotated[str, TextLimit(NOTE_MAX)] | None = None


class NewExecution(Body):
    """What to start: any type, also one that has no path of its own."""

    model_config = example(execution_type="agent_test", parameters={"agent_id": 1, "input": "Say hello [fast]"})

    execution_type: str
    parameters: dict[str, Any] = Field(
        default={}, description="What the type needs; `agent_test` and `workflow` take what their own paths take."
    )


@router.post("/executions", **answers(wire.Execution, 404, 409, 429, status=202, has_body=True))
async def start_execution(body: NewExecution, idempotency_key: IdempotencyKey = None) -> dict[str, Any]:
    """Start an execution of a type: answers with the pending execution, before any model call."""
    hub = current_hub()
    start = find_type(body.execution_type).read(body.parameters)
    execution = await hub.executions.start(start, idempotency_key=idempotency_key)
    return execution.as_json(await hub.history.steps(execution.id))


@router.post(
    "/executions/cancel", summary="Cancel several executions", **answers(wire.Cancelled, status=202, has_body=True)
)
async def cancel_many(body: Many) -> dict[str, Any]:
    """Cancel several executions; those that cannot be cancelled are named with the reason."""
    hub, cancelled, refused = current_hub(), [], []
    for execution_id in dict.fromkeys(body.ids):
        try:
            cancelled.append((await hub.executions.cancel(execution_id)).id)
        except HubError as error:
            refused.append({"id": execution_id, "code": error.code, "message": error.message})
    return {"cancelled": cancelled, "refused": refused}


@router.post(
    "/executions/delete", summary="Delete several executions", **answers(None, 404, 409, status=204, has_body=True)
)
async def delete_many(body: Many) -> None:
    """Delete several executions that have ended, all or none; for ten seconds they can be brought back."""
    await current_hub().executions.delete(list(dict.fromkeys(body.ids)))


@router.post(
    "/executions/restore", summary="Bring deleted executions back", **answers(None, 404, status=204, has_body=True)
)
async def restore_many(body: Many) -> None:
    """Bring back executions that were deleted less than ten seconds ago, all or none."""
    await current_hub().executions.restore(list(dict.fromkeys(body.ids)))


# These words are no ids: for other methods there is nothing at their paths.
for word in ("cancel", "delete", "restore"):
    only_post(router, f"/executions/{word}")


@router.post("/executions/{execution_id}/cancel", **answers(wire.Execution, 404, 409, status=202))
async def cancel_execution(execution_id: Id) -> dict[str, Any]:
    """Cancel an execution: at once if it has not begun, else as soon as its provider's stream is closed."""
    return (await current_hub().executions.cancel(execution_id)).as_json()


@router.post("/executions/{execution_id}/rerun", **answers(wire.Execution, 404, 409, 429, status=202, has_body=True))
async def rerun_execution(
    execution_id: Id, body: Rerun | None = None, idempotency_key: IdempotencyKey = None
) -> dict[str, Any]:
    """Run an execution again, linked to the old one."""
    given = body or Rerun()
    execution = await current_hub().executions.rerun(
        execution_id, given.input, is_as_ran=given.as_ran, idempotency_key=idempotency_key
    )
    return execution.as_json(await current_hub().history.steps(execution.id))


@router.put("/executions/{execution_id}/mark", **answers(wire.ExecutionPage, 404, 409, has_body=True))
async def mark_execution(execution_id: Id, body: NewMark) -> Any:
    """Say of an execution that has ended whether it is right, and why; null for neither."""
    return await whole(await current_hub().executions.mark(execution_id, body.mark, body.note))


@router.delete("/executions/{execution_id}", **answers(None, 404, 409, status=204))
async def delete_execution(execution_id: Id) -> None:
    """Delete an execution that has ended; for ten seconds it can be brought back."""
    await current_hub().executions.delete([execution_id])
