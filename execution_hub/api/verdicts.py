"""What came of the runs of suites, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from execution_hub.api import wire_verdicts
from execution_hub.api.answers import answers
from execution_hub.api.executions import as_response
from execution_hub.api.params import Cursor, Id, Limit
from execution_hub.domain.cursor import write_cursor
from execution_hub.domain.filters import LIMIT_DEFAULT
from execution_hub.hub.hub import current_hub
from execution_hub.hub.suite_runs import RESULTS_MAX

router = APIRouter(prefix="/api", tags=["suites"])


@router.get("/suites/{suite_id}/runs", **answers(wire_verdicts.RunList, 404))
async def list_runs(suite_id: Id, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None) -> dict[str, Any]:
    """Return the runs of a suite, newest first: what came of each and of its targets, its cost and its time."""
    found = await current_hub().suites.runs_of(suite_id, limit, cursor or None)
    next_cursor = write_cursor(found[-1].execution.id) if len(found) == limit else None
    return {"items": [each.as_json() for each in found], "next_cursor": next_cursor}


@router.get("/suites/{suite_id}/agreement", **answers(wire_verdicts.Agreement, 404))
async def get_agreement(suite_id: Id) -> dict[str, Any]:
    """Return how far a suite's judges agree with what people have marked, in its newest twenty runs."""
    return (await current_hub().suites.agreement(suite_id)).as_json()


@router.get("/suites/{suite_id}/estimate", **answers(wire_verdicts.Estimate, 404))
async def get_estimate(suite_id: Id) -> dict[str, Any]:
    """Return what a run of a suite is likely to cost: a cell as much as in its last run on the same targets."""
    return (await current_hub().suites.estimate(suite_id)).as_json()


@router.get("/agents/{agent_id}/verdicts", **answers(wire_verdicts.VerdictList, 404))
async def list_verdicts(agent_id: Id, limit: Limit = LIMIT_DEFAULT) -> dict[str, Any]:
    """Return what suites have said of an agent, newest first, each with the version and the model that was tested."""
    found = await current_hub().suites.verdicts_of_agent(agent_id, limit)
    return {"items": [each.as_json() for each in found]}


@router.get("/executions/{execution_id}/results", **answers(wire_verdicts.ResultList, 404))
async def list_results(
    execution_id: Id, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=RESULTS_MAX)] = RESULTS_MAX
) -> Response:
    """Return the results of a suite's run in the order of their cells; none of any other execution."""
    found, next_cursor = await current_hub().suites.results(execution_id, limit=limit, cursor=cursor or None)
    return await as_response({"items": found, "next_cursor": next_cursor})
