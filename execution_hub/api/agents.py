"""Agents over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from execution_hub.api.bodies import Body, Text
from execution_hub.api.etags import STALE, IfMatch, Version, seen_version, tagged
from execution_hub.api.params import Id
from execution_hub.domain.agent import DEFAULT_MAX_TOKENS, DEFAULT_RETRIES, SIMULATED, AgentDraft
from execution_hub.hub import current_hub

router = APIRouter(prefix="/agents", tags=["agents"])


class NewAgent(Body):
    """A new agent."""

    name: Text
    description: Text = ""
    model: Text = SIMULATED
    system_prompt: Text = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    timeout_seconds: float | None = None
    retries: int = DEFAULT_RETRIES


class AgentChanges(Body):
    """What to change of an agent; what is left out stays."""

    # Only what was sent counts (see update_agent): the defaults are never used, and null is a wrong type.
    name: Text = ""
    description: Text = ""
    model: Text = ""
    system_prompt: Text = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    timeout_seconds: float | None = None
    retries: int = DEFAULT_RETRIES
    version: Version = 1


class TestInput(Body):
    """What to test an agent on."""

    input: Text


@router.get("")
async def list_agents() -> dict[str, Any]:
    """List all agents by name."""
    return {"items": [agent.as_json() for agent in await current_hub().agents.every()], "next_cursor": None}


@router.post("", status_code=201)
async def create_agent(body: NewAgent, response: Response) -> dict[str, Any]:
    """Create an agent."""
    return tagged(response, await current_hub().agents.create(AgentDraft(**body.model_dump())))


@router.get("/{agent_id}")
async def get_agent(agent_id: Id, response: Response) -> dict[str, Any]:
    """Return an agent."""
    return tagged(response, await current_hub().agents.get(agent_id))


@router.patch("/{agent_id}", responses=STALE)
async def update_agent(
    agent_id: Id, body: AgentChanges, response: Response, if_match: IfMatch = None
) -> dict[str, Any]:
    """Change an agent; executions keep what they ran with."""
    changes = body.model_dump(exclude_unset=True)
    seen = seen_version(if_match, changes.pop("version", None))
    return tagged(response, await current_hub().agents.update(agent_id, changes, version=seen))


@router.delete("/{agent_id}", status_code=204, responses=STALE)
async def delete_agent(agent_id: Id, if_match: IfMatch = None) -> None:
    """Delete an agent; its executions stay in the history."""
    await current_hub().agents.delete(agent_id, version=seen_version(if_match))


@router.post("/{agent_id}/test", status_code=202)
async def test_agent(
    agent_id: Id, body: TestInput, idempotency_key: Annotated[str | None, Header()] = None
) -> dict[str, Any]:
    """Start an agent test: answers with the pending execution, before any model call."""
    execution = await current_hub().start_agent_test(agent_id, body.input, idempotency_key=idempotency_key)
    return execution.as_json()
