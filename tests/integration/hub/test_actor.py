"""Whoever uses the hub is named by what they change."""

from structlog.testing import capture_logs

from execution_hub.domain.agent import SIMULATED, AgentDraft
from execution_hub.domain.task import TaskDraft
from execution_hub.hub.actor import LOCAL, Actor
from execution_hub.hub.hub import Hub, current_hub, set_current_hub
from execution_hub.runners.agent_test import AgentTest
from tests.support.hub import ended


async def test_the_log_names_who_changed_what(hub: Hub) -> None:
    """Two people use one hub: each line about a change names the one who made it."""
    ada, bob = hub.as_(Actor("ada")), hub.as_(Actor("bob"))
    with capture_logs() as lines:
        agent = await ada.agents.create(AgentDraft(name="A", model=SIMULATED))
        await bob.agents.update(agent.id, {"name": "B"})
        task = await bob.tasks.create(TaskDraft("T", "go"))
        await ada.queue.pause(True)
        execution = await ada.executions.start(AgentTest(agent.id, "[fast] x"))
        await bob.executions.cancel(execution.id)
        await ada.executions.delete([execution.id])
        await bob.executions.restore([execution.id])
        await ada.queue.pause(False)
        await bob.tasks.delete(task.id)
        await bob.agents.delete(agent.id)
    found = [(each["event"], each.get("intent", ""), each["actor"]) for each in lines if "actor" in each]
    assert found == [
        ("agent.created", "", "ada"),
        ("agent.updated", "", "bob"),
        ("task.created", "", "bob"),
        ("queue.paused", "", "ada"),
        ("execution.changed", "submit", "ada"),
        ("execution.changed", "cancel", "bob"),
        ("execution.changed", "delete", "ada"),
        ("execution.changed", "restore", "bob"),
        ("queue.resumed", "", "ada"),
        ("task.deleted", "", "bob"),
        ("agent.deleted", "", "bob"),
    ]


async def test_everybody_uses_the_same_hub(hub: Hub) -> None:
    """What one starts the other sees and stops; a door gives the local person's."""
    other = hub.as_(Actor("other"))
    assert (hub.actor, hub.executions.actor, other.history.actor) == (LOCAL, LOCAL, Actor("other"))
    execution = await other.executions.start(AgentTest((await hub.agents.every())[-1].id, "[slow] x"))
    await hub.executions.cancel(execution.id)
    assert (await ended(other, execution.id)).status.value == "cancelled"
    assert await other.history.stats() is await hub.history.stats()
    set_current_hub(other)
    try:
        assert (current_hub().actor, current_hub().agents.actor) == (LOCAL, LOCAL)
    finally:
        set_current_hub(None)
