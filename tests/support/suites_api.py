"""Suites that tests make and run over HTTP."""

from typing import Any

from tests.support.api import Api
from tests.support.hub import eventually

HELPER = 1


async def make(api: Api, **values: Any) -> dict[str, Any]:
    """Create a suite and return it."""
    given = {"name": "First", "targets": [{"agent_id": HELPER}], **values}
    status, answer = await api.call("POST", "/api/suites", json=given)
    assert status == 201, answer
    return dict(answer)


async def run(api: Api, suite: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Run a suite to its end and return its execution."""
    status, answer = await api.call("POST", f"/api/suites/{suite['id']}/run", json=values or None)
    assert status == 202, answer
    return await ended(api, answer["id"])


async def ended(api: Api, execution_id: int) -> dict[str, Any]:
    """Return an execution once it has ended."""

    async def look() -> dict[str, Any] | None:
        found = (await api.call("GET", f"/api/executions/{execution_id}"))[1]
        return found if found["status"] in ("succeeded", "failed", "cancelled") else None

    found: dict[str, Any] = await eventually(look)
    return found


def case(name: str, *checks: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return a case."""
    return {"name": name, "input": f"[fast] {name}", "checks": list(checks), **values}
