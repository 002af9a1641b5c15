"""The cases of agents over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Body as Sent
from pydantic import Field

from execution_hub.api import wire_bench
from execution_hub.api.agent_bodies import AgentValues, CaseList, CaseName
from execution_hub.api.answers import answers
from execution_hub.api.bodies import Body, example
from execution_hub.api.executions import row
from execution_hub.api.params import Id, IdempotencyKey
from execution_hub.domain.case import CASES_MAX
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api/agents", tags=["agents"])


class BatchRun(Body):
    """Which cases to run, and with which values."""

    model_config = example(names=["A question"], agent={"system_prompt": "You answer in one sentence."})

    agent: AgentValues | None = None
    names: Annotated[list[CaseName], Field(json_schema_extra={"minItems": 1, "maxItems": CASES_MAX})] | None = None


Cases = Annotated[CaseList, Sent(examples=[[{"name": "A question", "input": "What is 2 + 3?"}]])]


@router.get("/{agent_id}/cases", **answers(wire_bench.AgentCases, 404))
async def get_cases(agent_id: Id) -> list[dict[str, str]]:
    """Return the cases of an agent, in their order."""
    return [case.as_json() for case in await current_hub().cases.of(agent_id)]


@router.put("/{agent_id}/cases", **answers(wire_bench.AgentCases, 404, has_body=True))
async def put_cases(agent_id: Id, body: Cases) -> list[dict[str, str]]:
    """Store the cases of an agent instead of those it had; each has a name of its own."""
    stored = await current_hub().cases.put(agent_id, ((case.name, case.input) for case in body))
    return [case.as_json() for case in stored]


@router.post("/{agent_id}/cases/run", **answers(wire_bench.Batch, 404, 409, 429, status=202, has_body=True))
async def run_cases(
    agent_id: Id, body: BatchRun | None = None, idempotency_key: IdempotencyKey = None
) -> dict[str, Any]:
    """Start a test for each case under one number, all of them or none: answers before any model call.

    With `names` only those cases; with `agent` these values instead of the saved ones.
    """
    given = body or BatchRun()
    values = None if given.agent is None else given.agent.model_dump(exclude_unset=True)
    started = await current_hub().cases.run(agent_id, agent=values, names=given.names, idempotency_key=idempotency_key)
    return {"batch_id": started[0].batch_id, "items": [row(each) for each in started]}
