"""The turns and the calls of tools of an execution over HTTP, and a person's answers to them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from execution_hub.api import wire
from execution_hub.api.answers import answers
from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.executions import Comment, whole
from execution_hub.api.params import Id
from execution_hub.domain.call import COMMENT_MAX
from execution_hub.domain.cursor import read_cursor, write_cursor
from execution_hub.hub.hub import current_hub
from execution_hub.store.calls import PAGE_MAX

router = APIRouter(prefix="/api/executions/{execution_id}/calls", tags=["executions"])


class CallApproval(Body):
    """How a call of a tool may be made."""

    model_config = example(arguments={"expression": "6 * 7"}, for_this_execution=False)

    arguments: Annotated[
        dict[str, Any] | None, Field(description="Instead of what the model asked for; null for just that.")
    ] = None
    for_this_execution: Annotated[bool, Field(description="Also for later calls of the tool in this execution.")] = (
        False
    )
    comment: Annotated[str, TextLimit(COMMENT_MAX)] = ""


class CallResolution(Body):
    """What becomes of a call of which nobody knows whether it had its effect."""

    model_config = example(how="tell_agent")

    how: Literal["run_again", "tell_agent", "fail"]


@router.get("", **answers(wire.CallList, 404))
async def list_calls(
    execution_id: Id, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE_MAX
) -> dict[str, Any]:
    """Return the turns of an execution's models and the calls of their tools, by number."""
    hub = current_hub()
    after = read_cursor(cursor) if cursor else 0
    await hub.history.get(execution_id)
    found = await hub.history.calls(execution_id, after=after, limit=limit)
    next_cursor = write_cursor(found[-1].number) if len(found) == limit else None
    return {"items": [each.as_json() for each in found], "next_cursor": next_cursor}


@router.get("/{number}", **answers(wire.Call, 404))
async def get_call(execution_id: Id, number: Id) -> dict[str, Any]:
    """Return a turn or a call of a tool, whole."""
    return (await current_hub().history.call(execution_id, number)).as_json()


@router.post("/{number}/approve", **answers(wire.ExecutionPage, 404, 409, status=202, has_body=True))
async def approve_call(execution_id: Id, number: Id, body: CallApproval | None = None) -> Any:
    """Let a tool be called that waits for a person, with edited arguments if they are given; the execution goes on.

    `for_this_execution` approves the tool for the rest of the execution, and what waits for the same tool now.
    """
    given = body or CallApproval()
    return await whole(
        await current_hub().executions.approve_call(
            execution_id,
            number,
            arguments=given.arguments,
            is_for_execution=given.for_this_execution,
            comment=given.comment,
        ),
        202,
    )


@router.post("/{number}/reject", **answers(wire.ExecutionPage, 404, 409, status=202, has_body=True))
async def reject_call(execution_id: Id, number: Id, body: Comment | None = None) -> Any:
    """Do not let a tool be called; the agent is told so with the comment, and goes on."""
    comment = "" if body is None else body.comment
    return await whole(await current_hub().executions.reject_call(execution_id, number, comment=comment), 202)


@router.post("/{number}/resolve", **answers(wire.ExecutionPage, 404, 409, status=202, has_body=True))
async def resolve_call(execution_id: Id, number: Id, body: CallResolution) -> Any:
    """Say what becomes of an `unknown` call: its process died while it ran, and nobody knows whether it had its effect.

    `run_again` calls the tool once more, `tell_agent` tells the agent that nobody knows, `fail` fails the execution.
    """
    return await whole(await current_hub().executions.resolve_call(execution_id, number, body.how), 202)
