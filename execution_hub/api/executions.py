"""The history over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import WithJsonSchema
from starlette.responses import Response

from execution_hub.api import wire
from execution_hub.api.answers import answers
from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.params import After, Id, MaybeAfter, MaybeId, MaybeTime
from execution_hub.api.stopping import until_stop
from execution_hub.domain.execution import EXCERPT_MAX, Execution
from execution_hub.domain.execution_text import as_json_text, is_light, written
from execution_hub.domain.filters import LIMIT_DEFAULT, LIMIT_MAX, WORD_MAX, ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.domain.step import COMMENT_MAX
from execution_hub.domain.workflow import STEP_NAME, STEP_NAME_MAX
from execution_hub.errors import NotFound
from execution_hub.hub.history import WAIT_MAX_SECONDS
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api/executions", tags=["executions"])
CHANGED_LIMIT = 500
# Each may be long.
_NOT_IN_LISTS = ("steps", "calls", "definition", "json")


# Told here, read by the domain; an empty word is as an absent one.
Word = Annotated[str, WithJsonSchema({"type": "string", "maxLength": WORD_MAX, "pattern": r"^[^\x00]*$"})]
MaybeStatus = Annotated[str, WithJsonSchema({"type": "string", "enum": ["", *Status]})]


class Comment(Body):
    """What a person says to an approval."""

    model_config = example(comment="Good, but shorter next time.")

    comment: Annotated[str, TextLimit(COMMENT_MAX)] = ""


class Remark(Body):
    """What is to change before a person approves."""

    model_config = example(comment="Shorter, and name the sources.")

    comment: Annotated[str, TextLimit(COMMENT_MAX, is_needed=True)]


async def _filter(
    type: Word = "",  # noqa: A002 - the word of the query
    status: MaybeStatus = "",
    agent_id: MaybeId = None,
    workflow_id: MaybeId = None,
    task_id: MaybeId = None,
    batch_id: MaybeId = None,
    parent_id: MaybeId = None,
    suite_id: MaybeId = None,
    q: Word = "",
    since: MaybeTime = "",
    until: MaybeTime = "",
) -> ExecutionFilter:
    where = ExecutionFilter.from_query({"type": type, "status": status, "q": q, "since": since, "until": until})
    return where.but(
        agent_id=agent_id,
        workflow_id=workflow_id,
        task_id=task_id,
        batch_id=batch_id,
        parent_id=parent_id,
        suite_id=suite_id,
    )


@router.get("", **answers(wire.ExecutionList))
async def list_executions(
    where: Annotated[ExecutionFilter, Depends(_filter)],
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: str | None = None,
    changed_after: MaybeAfter = None,
    full: bool = False,
) -> dict[str, Any]:
    """List executions, newest first; or with `changed_after` what changed since, in the order of change.

    `input`, `output` and `error` are cut to 200 characters (`is_excerpt`), unless `full=1` asks for all of them:
    then a page ends where its texts have about 4 MB.
    `changed_after` tells of every execution: the filters, `limit` and `cursor` are for the list.
    `q=#56` is the execution with this number, `q=56` that one and those whose texts hold it, any other `q` a text.
    A search takes 2 s at most: with `is_partial` it has not looked at everything, and `next_cursor` goes on.
    """
    hub = current_hub()
    if changed_after is not None:
        texts_max = None if full else EXCERPT_MAX
        changes = await hub.history.changed(changed_after, limit=CHANGED_LIMIT, texts_max=texts_max)
        return {"items": [row(each) for each in changes.items], "next_cursor": None, "changed": changes.changed}
    page = await hub.history.page(where, limit=limit, cursor=cursor or None, whole=full)
    items = [row(each) for each in page.items]
    found = {"items": items, "next_cursor": page.next_cursor}
    return {**found, "is_partial": True} if page.is_partial else found


@router.get("/{execution_id}", **answers(wire.ExecutionPage, 404))
async def get_execution(execution_id: Id) -> Any:
    """Return an execution with its steps, usage and what it ran with."""
    return await whole(await current_hub().history.get(execution_id))


@router.post("/{execution_id}/steps/{name}/approve", **answers(wire.ExecutionPage, 404, 409, status=202, has_body=True))
async def approve_step(execution_id: Id, name: str, body: Comment | None = None) -> Any:
    """Approve a step that waits for a person; the comment becomes its output, and the execution goes on."""
    return await _answer(execution_id, name, body, is_approved=True)


@router.post("/{execution_id}/steps/{name}/reject", **answers(wire.ExecutionPage, 404, 409, status=202, has_body=True))
async def reject_step(execution_id: Id, name: str, body: Comment | None = None) -> Any:
    """Reject a step that waits for a person; what depends on it is skipped, and the comment says why."""
    return await _answer(execution_id, name, body, is_approved=False)


@router.post(
    "/{execution_id}/steps/{name}/send_back", **answers(wire.ExecutionPage, 404, 409, status=202, has_body=True)
)
async def send_back_step(execution_id: Id, name: str, body: Remark) -> Any:
    """Send back what a step asks about: the agents directly before it answer again, with the comment as a remark.

    All that follows them runs again, too. What they had made is kept: see `rounds`.
    """
    _check_step(execution_id, name)
    return await whole(await current_hub().executions.send_back(execution_id, name, comment=body.comment), 202)


@router.get("/{execution_id}/steps/{name}/rounds", **answers(wire.RoundList, 404))
async def list_rounds(execution_id: Id, name: str) -> dict[str, Any]:
    """Return what a step made in the rounds that are over, oldest first, and with what it was sent back."""
    _check_step(execution_id, name)
    found = await current_hub().history.rounds(execution_id, name)
    return {"items": [each.as_json() for each in found], "next_cursor": None}


@router.get("/{execution_id}/events", **answers(wire.EventPage, 404))
async def read_events(
    execution_id: Id,
    after: After = 0,
    wait: Annotated[float, Query(ge=0, le=WAIT_MAX_SECONDS)] = 0,
) -> dict[str, Any]:
    """Return the log of an execution after a number; `wait` seconds for news if there are none yet."""
    hub = current_hub()
    page = await until_stop(hub.history.events(execution_id, after=after, wait_seconds=wait))
    if page is None:
        page = await hub.history.events(execution_id, after=after)
    return {"events": [event.as_json() for event in page.events], "last_seq": page.last_seq}


def _check_step(execution_id: int, name: str) -> None:
    if len(name) > STEP_NAME_MAX or not STEP_NAME.fullmatch(name):
        raise NotFound(f"There is no such step in execution {execution_id}.", field="name", id=execution_id)


async def _answer(execution_id: int, name: str, body: Comment | None, *, is_approved: bool) -> Any:
    _check_step(execution_id, name)
    comment = "" if body is None else body.comment
    return await whole(
        await current_hub().executions.answer_step(execution_id, name, is_approved=is_approved, comment=comment), 202
    )


async def whole(execution: Execution, status: int = 200) -> Any:
    """Return an execution with its steps, its calls and those that repeat it; of a suite's run, what came of it.

    Args:
        execution: It, whole.
        status: The status of the answer.
    """
    hub = current_hub()
    # Steps and calls are read after: those of an ended execution have ended too.
    steps, calls = await hub.history.steps(execution.id), await hub.history.calls(execution.id)
    more = {**await hub.suites.judged(execution), "reruns": await hub.history.reruns_of(execution.id)}
    if is_light(execution, steps, calls):
        return {**execution.as_json(steps, calls), **more}
    text = await hub.pool.run(written, execution, steps, calls, more)
    return Response(text, status, media_type="application/json")


async def as_response(values: Any, status: int = 200) -> Response:
    """Return an answer of a size that nobody knows: written in another process."""
    return Response(await current_hub().pool.run(as_json_text, values), status, media_type="application/json")


def row(execution: Execution) -> dict[str, Any]:
    """Return an execution as in a list: without its steps, its calls and what it ran with."""
    wire = execution.as_json()
    return {name: wire[name] for name in wire if name not in _NOT_IN_LISTS}
