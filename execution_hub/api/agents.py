"""Agents over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from execution_hub.api import wire, wire_agents, wire_bench
from execution_hub.api.agent_bodies import AgentChanges, ImportedAgent, NewAgent, TestInput
from execution_hub.api.answers import answers, only_post
from execution_hub.api.etags import ETAG, IfMatch, seen_version, tagged
from execution_hub.api.params import Cursor, Id, IdempotencyKey, Limit
from execution_hub.api.versions import add_versions
from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.agent_file import AgentFile
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.hub.hub import current_hub
from execution_hub.runners.agent_test import AgentTest

router = APIRouter(prefix="/api/agents", tags=["agents"])


@router.get("", **answers(wire_agents.AgentList))
async def list_agents(limit: Limit = LIMIT_MAX, cursor: Cursor = None) -> dict[str, Any]:
    """List agents by name, in pages, each with what a suite has said of it last."""
    hub = current_hub()
    page = await hub.agents.page(limit=limit, cursor=cursor or None)
    verdicts = await hub.suites.verdicts_of_agents([each.id for each in page.items])
    found = page.as_json()
    for each in found["items"]:
        each["verdict"] = verdicts[each["id"]][0].as_json() if each["id"] in verdicts else None
    return found


@router.post("", **answers(wire_agents.Agent, status=201, has_body=True, **ETAG))
async def create_agent(body: NewAgent, response: Response) -> dict[str, Any]:
    """Create an agent."""
    return tagged(response, await current_hub().agents.create(AgentDraft(**body.model_dump())))


@router.post(
    "/import", **answers(wire_agents.Agent, status=201, has_body=True, also={200: wire_bench.ExportedAgent}, **ETAG)
)
async def import_agent(
    body: ImportedAgent,
    response: Response,
    dry_run: Annotated[bool, Query(description="Say what would be stored; nothing is.")] = False,
) -> dict[str, Any]:
    """Store an agent that was exported from this hub or another.

    Its cases come along. It is always a new one, under a name of its own, such as `Writer (2)`, where another agent
    has its name. What a stored agent holds besides (`id`, `version`, its times) is read and left out.
    """
    agents, file = current_hub().agents, AgentFile(**body.model_dump())
    if dry_run:
        response.status_code = 200
        return await agents.plan_import(file)
    return tagged(response, await agents.import_file(file))


only_post(router, "/import")


@router.get("/{agent_id}", **answers(wire_agents.Agent, 404, **ETAG))
async def get_agent(agent_id: Id, response: Response) -> dict[str, Any]:
    """Return an agent."""
    return tagged(response, await current_hub().agents.get(agent_id))


@router.get("/{agent_id}/export", **answers(wire_bench.ExportedAgent, 404))
async def export_agent(agent_id: Id) -> dict[str, Any]:
    """Return an agent as a file, for `POST /api/agents/import` of any hub."""
    return await current_hub().agents.export(agent_id)


@router.patch("/{agent_id}", **answers(wire_agents.Agent, 404, 412, has_body=True, **ETAG))
async def update_agent(agent_id: Id, body: AgentChanges, response: Response, if_match: IfMatch = "") -> dict[str, Any]:
    """Change an agent; executions keep what they ran with."""
    changes = body.model_dump(exclude_unset=True)
    seen = seen_version(if_match, changes.pop("version", None))
    return tagged(response, await current_hub().agents.update(agent_id, changes, version=seen))


@router.delete("/{agent_id}", **answers(None, 404, 409, 412, status=204))
async def delete_agent(agent_id: Id, if_match: IfMatch = "") -> None:
    """Delete an agent; its executions stay in the history."""
    await current_hub().agents.delete(agent_id, version=seen_version(if_match))


@router.post("/{agent_id}/test", **answers(wire.Execution, 404, 409, 429, status=202, has_body=True))
async def test_agent(agent_id: Id, body: TestInput, idempotency_key: IdempotencyKey = None) -> dict[str, Any]:
    """Start an agent test: answers with the pending execution, before any model call.

    With `agent`, it runs with these values instead of the saved ones, and saves nothing.
    """
    values = None if body.agent is None else body.agent.model_dump(exclude_unset=True)
    start = AgentTest(agent_id, body.input, values)
    return (await current_hub().executions.start(start, idempotency_key=idempotency_key)).as_json()


add_versions(router, lambda: current_hub().agents, wire_agents.Agent)
