"""A hub with more agents, workflows and tasks than anybody looks at."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import insert

from execution_hub.domain.clock import now
from execution_hub.domain.workflow import WorkflowStep
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.store.agents import agents
from execution_hub.store.tasks import tasks
from execution_hub.store.workflows import workflows

MANY = 1_200
_LONG = "word " * 400


@pytest.fixture
async def full_hub(hub: Hub) -> AsyncIterator[Hub]:
    """Yield an open hub with many of each kind, whose texts are long."""
    set_current_hub(hub)
    at = now()
    every = {"description": _LONG[:2_000], "created_at": at, "updated_at": at}
    agent = {**every, "model": "simulated", "system_prompt": _LONG * 20, "max_tokens": 100}
    steps = [WorkflowStep(name="a", agent_id=1, input=_LONG).model_dump(mode="json")]

    def work(connection: Any) -> None:
        for kind, values in (
            (agents, agent),
            (workflows, {**every, "definition": {"steps": steps}}),
            (tasks, {**every, "input": _LONG * 20}),
        ):
            rows = [{**values, "name": f"{kind.kind} {n:04}"} for n in range(MANY)]
            connection.execute(insert(kind.table), rows)

    await hub._database.awrite(work)
    yield hub
    set_current_hub(None)


def size(state: Any) -> int:
    """Return about how many characters a State holds, sent to its page or not."""
    own = {name: value for name, value in state.dict().get(state.get_full_name(), {}).items() if name != "router"}
    return len(json.dumps(own, default=str)) + len(str(state._backend_vars))
