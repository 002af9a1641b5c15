"""A third execution type is one class and one registration: it runs, and shows wherever executions show."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import connect

from execution_hub.domain.execution import NewExecution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub
from execution_hub.runners import registry
from execution_hub.runners.port import Outcome, RunContext
from tests.support.api import Api
from tests.support.hub import ended

POEM = "poem"


class PoemRunner:
    """Writes a poem: the whole of a new execution type."""

    execution_type = POEM

    async def run(self, context: RunContext) -> Outcome:
        """See Runner.run."""

        async def work() -> str:
            return f"Roses are {context.execution.input}"

        text = await context.steps.reserve().run("write", work)
        context.journal.text(text)
        return Outcome(text)


@pytest.fixture(autouse=True)
def _poems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register it, before a hub opens: the one line."""
    monkeypatch.setattr(registry, "RUNNERS", (*registry.RUNNERS, PoemRunner()))


async def start(hub: Hub, colour: str, key: str | None = None) -> int:
    """Start a poem and return its id."""
    new = NewExecution(POEM, "A poem", colour, {"model": None})
    return (await hub.executions.start(lambda connection: new, (POEM, colour), key)).id


async def test_it_runs_and_shows_in_list_filter_and_log(hub: Hub) -> None:
    """With nothing changed in hub, engine or database."""
    agent = (await hub.agents.every())[-1]
    ids = [await start(hub, "red"), await start(hub, "red", "key"), await start(hub, "red", "key")]
    assert ids[1] == ids[2]
    test = await hub.executions.start_agent_test(agent.id, "[fast] x")
    found = await ended(hub, ids[0])
    assert (found.status, found.output, found.execution_type) == (Status.SUCCEEDED, "Roses are red", POEM)
    await ended(hub, ids[1])
    await ended(hub, test.id)
    poems = (await hub.history.page(ExecutionFilter(execution_type=POEM))).items
    assert [each.id for each in poems] == [ids[1], ids[0]]
    assert [each.id for each in (await hub.history.page(ExecutionFilter(q="roses"))).items] == [ids[1], ids[0]]
    assert len((await hub.history.page(ExecutionFilter())).items) == 3
    kinds = [event.kind.value for event in (await hub.history.events(ids[0])).events]
    assert kinds == ["status", "status", "text", "status"]


async def test_it_shows_in_api_and_socket(api: Api) -> None:
    """Listed, filtered, read, followed and pushed like any other."""
    async with connect(f"{api.socket_url}?client_id=reader") as socket:
        assert json.loads(await socket.recv())["type"] == "snapshot"
        execution_id = await start(api.hub, "blue")
        pushed: dict[str, Any] = {}
        async with asyncio.timeout(10):
            while pushed.get("status") != "succeeded":
                message = json.loads(await socket.recv())
                assert message["type"] == "execution_update"
                pushed = message["data"]
    assert (pushed["id"], pushed["execution_type"], pushed["output"]) == (execution_id, POEM, "Roses are blue")
    _, listed = await api.call("GET", f"/api/executions?type={POEM}")
    assert [each["id"] for each in listed["items"]] == [execution_id]
    assert (await api.call("GET", "/api/executions?type=workflow"))[1]["items"] == []
    _, found = await api.call("GET", f"/api/executions/{execution_id}")
    assert (found["name"], found["steps"], found["agent_id"], found["workflow_id"]) == ("A poem", [], None, None)
