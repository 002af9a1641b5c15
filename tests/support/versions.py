"""Objects of each kind that is kept in versions, and changes to them."""

from typing import Any

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.task import TaskDraft
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub.agents import Agents
from execution_hub.hub.tasks import Tasks
from execution_hub.hub.workflows import Workflows
from execution_hub.pool import WorkPool
from execution_hub.store.database import Database

KINDS = ("agent", "workflow", "task")
# What is changed of each kind, and to what, twice.
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "agent": ({"system_prompt": "One"}, {"system_prompt": "Two"}),
    "workflow": ({"description": "One"}, {"description": "Two"}),
    "task": ({"input": "One"}, {"input": "Two"}),
}


async def stored(database: Database, kind: str) -> tuple[Any, Any]:
    """Return where objects of a kind are kept, and a new one."""
    agents = Agents(database)
    agent = await agents.create(AgentDraft("Writer"))
    if kind == "agent":
        return agents, agent
    if kind == "task":
        tasks = Tasks(database)
        return tasks, await tasks.create(TaskDraft("T", "Do it"))
    workflows = Workflows(database, WorkPool())
    step = WorkflowStep(name="a", agent_id=agent.id, input="{{ input }}")
    return workflows, await workflows.create(WorkflowDraft(name="W", steps=[step]))
