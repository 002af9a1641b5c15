"""The history over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from execution_hub.api.params import After, Id, MaybeAfter, MaybeId
from execution_hub.api.stopping import until_stop
from execution_hub.domain.filters import LIMIT_DEFAULT, LIMIT_MAX, ExecutionFilter
from execution_hub.hub import WAIT_MAX_SECONDS, current_hub

router = APIRouter(prefix="/executions", tags=["executions"])
CHANGED_LIMIT = 500


async def _filter(
    type: str = "",  # noqa: A002 - the word of the query
    status: str = "",
    agent_id: MaybeId = None,
    workflow_id: MaybeId = None,
    q: str = "",
    since: str = "",
    until: str = "",
) -> ExecutionFilter:
    where = ExecutionFilter.from_query({"type": type, "status": status, "q": q, "since": since, "until": until})
    return where.but(agent_id=agent_id, workflow_id=workflow_id)


@router.get("")
async def list_executions(
    where: Annotated[ExecutionFilter, Depends(_filter)],
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: str | None = None,
    changed_after: MaybeAfter = None,
) -> dict[str, Any]:
    """List executions, newest first; or with `changed_after` what changed since, in the order of change.

    `changed_after` tells of every execution: the filters, `limit` and `cursor` are for the list.
    """
    hub = current_hub()
    if changed_after is not None:
        changes = await hub.changed_executions(changed_after, limit=CHANGED_LIMIT, whole=True)
        return {"items": [each.as_json() for each in changes.items], "next_cursor": None, "changed": changes.changed}
    page = await hub.list_executions(where, limit=limit, cursor=cursor or None, whole=True)
    return {"items": [each.as_json() for each in page.items], "next_cursor": page.next_cursor}


@router.get("/{execution_id}")
async def get_execution(execution_id: Id) -> dict[str, Any]:
    """Return an execution with its steps, usage and what it ran with."""
    return (await current_hub().get_execution(execution_id)).as_json()


@router.get("/{execution_id}/events")
async def read_events(
    execution_id: Id,
    after: After = 0,
    wait: Annotated[float, Query(ge=0, le=WAIT_MAX_SECONDS)] = 0,
) -> dict[str, Any]:
    """Return the log of an execution after a number; `wait` seconds for news if there are none yet."""
    hub = current_hub()
    page = await until_stop(hub.read_events(execution_id, after=after, wait_seconds=wait))
    if page is None:
        page = await hub.read_events(execution_id, after=after)
    return {"events": [event.as_json() for event in page.events], "last_seq": page.last_seq}
