"""Names: lists of them in the order in which people look for them, and what may not stand in one."""

from typing import Any

import pytest
from sqlalchemy import text

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub.hub import Hub
from execution_hub.store.database import Connection
from tests.support.api import Api


async def test_agents_and_workflows_are_listed_by_name_whatever_its_case_and_accents(hub: Hub) -> None:
    """The same on every database."""
    names = ["äpfel", "Zebra", "birnen", "Apfel", "ПРИВЕТ", "почта"]
    wanted = ["Apfel", "äpfel", "birnen", "Zebra", "почта", "ПРИВЕТ"]
    for name in names:
        agent = await hub.agents.create(AgentDraft(name))
        await hub.workflows.create(
            WorkflowDraft(name=name, steps=[WorkflowStep(name="a", agent_id=agent.id, input="{{ input }}")])
        )
    for found in (await hub.agents.every(), await hub.workflows.every()):
        assert [each.name for each in found if each.name in names] == wanted


STEP = {"name": "a", "agent_id": 1, "input": "{{ input }}"}
FILE_STEP = {"name": "a", "agent": "Wri\u202eter", "input": "{{ input }}"}
NAMED: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", "/api/agents", {"model": "simulated"}, "name"),
    ("PATCH", "/api/agents/1", {}, "name"),
    ("POST", "/api/workflows", {"steps": [STEP]}, "name"),
    ("PATCH", "/api/workflows/1", {}, "name"),
    ("POST", "/api/tasks", {"input": "bees"}, "name"),
    ("POST", "/api/workflows/import", {"steps": [{**FILE_STEP, "agent": None}]}, "name"),
]


async def test_no_name_steers_what_shows_it(api: Api) -> None:
    """Created, changed or imported: refused with the field and the character, and nothing is stored."""
    for method, path, body, field in NAMED:
        for name, number in (
            ("a\u202eb", "U+202E"),
            ("a\x1b[31mb", "U+001B"),
            ("a\nb", "U+000A"),
            ("a\u2066b", "U+2066"),
        ):
            status, answer = await api.call(method, path, json={**body, "name": name})
            assert (status, answer["error"]["details"]["field"]) == (422, field), (path, answer)
            assert number in answer["error"]["message"]
    fine = {"name": "مرحبا 👩‍🚀 a\u200fb", "model": "simulated"}
    assert (await api.call("POST", "/api/agents", json=fine))[0] == 201
    agents = [{"name": "Wri\u202eter", "model": "simulated"}]
    status, answer = await api.call("POST", "/api/workflows/import", json={"name": "W", "steps": [], "agents": agents})
    assert (status, answer["error"]["details"]["field"]) == (422, "agents[0].name")
    status, answer = await api.call("POST", "/api/workflows/import", json={"name": "W", "steps": [FILE_STEP]})
    assert (status, answer["error"]["details"]["field"]) == (422, "steps[0].agent")


@pytest.mark.parametrize("noun", ["agents", "workflows"])
async def test_a_name_that_was_stored_before_is_no_trap(api: Api, noun: str) -> None:
    """It can be read, run, exported and mended."""

    def spoil(connection: Connection) -> None:
        connection.execute(text(f"UPDATE {noun} SET name = :name WHERE id = 1"), {"name": "a\u202eb"})

    await api.hub._database.awrite(spoil)
    assert (await api.call("GET", f"/api/{noun}/1"))[1]["name"] == "a\u202eb"
    assert (await api.call("POST", "/api/workflows/1/run", json={"input": "bees"}))[0] == 202
    exported = (await api.call("GET", "/api/workflows/1/export"))[1]
    assert "\u202e" not in str(exported)
    assert (await api.call("POST", "/api/workflows/import", json=exported))[0] == 201
    assert (await api.call("PATCH", f"/api/{noun}/1", json={"name": "ab"}))[1]["name"] == "ab"
