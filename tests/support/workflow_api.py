"""Workflows over HTTP, as a client writes them."""

import json
from typing import Any

from tests.support.api import JSON, Api
from tests.support.hub import eventually


def step(name: str = "a", **values: Any) -> dict[str, Any]:
    """Return a step as a client writes it, of agent 1 unless said otherwise."""
    return {"name": name, "agent_id": 1, "input": "[fast] {{ input }}", **values}


def gate(name: str = "gate", **values: Any) -> dict[str, Any]:
    """Return an approval as a client writes it."""
    return {"name": name, "type": "approval", "input": "Go on with {{ input }}?", **values}


def workflow(*steps: Any, **values: Any) -> dict[str, Any]:
    """Return a workflow as a client writes it."""
    return {"name": "W", "steps": list(steps) or [step()], **values}


async def created(api: Api, *steps: Any, **values: Any) -> dict[str, Any]:
    """Create a workflow and return it."""
    status, found = await api.call("POST", "/api/workflows", json=workflow(*steps, **values))
    assert status == 201, found
    return dict(found)


async def run(api: Api, workflow_id: int, text: str = "[fast] hello") -> dict[str, Any]:
    """Run a workflow and return its pending execution."""
    status, execution = await api.call("POST", f"/api/workflows/{workflow_id}/run", json={"input": text})
    assert status == 202, execution
    return dict(execution)


async def until(api: Api, execution_id: int, status: str) -> dict[str, Any]:
    """Wait until an execution has a status and return it."""

    async def check() -> dict[str, Any] | None:
        found: dict[str, Any] = (await api.call("GET", f"/api/executions/{execution_id}"))[1]
        return found if found["status"] == status else None

    return dict(await eventually(check))


async def refused(api: Api, body: Any, method: str = "POST", path: str = "/api/workflows") -> dict[str, Any]:
    """Send a body that is wrong, see that nothing was stored, and return the error."""
    before = await api.call("GET", "/api/workflows")
    status, answer = await api.call(method, path, content=json.dumps(body), headers=JSON)
    assert status == 422, answer
    assert answer["error"]["code"] in ("invalid_input", "invalid_json")
    assert await api.call("GET", "/api/workflows") == before
    return dict(answer["error"])
