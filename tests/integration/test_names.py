"""Lists of names, in the order in which people look for them."""

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub import Hub


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
