"""A workflow in the list of workflows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from execution_hub.domain.agent import AgentBrief
from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.workflow import Workflow
from execution_hub.views.texts import excerpt


@dataclass(frozen=True, slots=True)
class WorkflowCard:
    """What the list shows of a workflow.

    Attributes:
        id, name: As stored.
        description: Its first words.
        steps: How many steps it has.
        is_simulated: Whether only the offline model answers in it.
        last_id: Its newest execution; 0 for none.
        last_status, last_at: How that is, and when it was created, ISO 8601.
        is_last_cut: Whether that succeeded with an answer that a limit cut.
    """

    id: int = 0
    name: str = ""
    description: str = ""
    steps: int = 0
    is_simulated: bool = False
    last_id: int = 0
    last_status: str = ""
    last_at: str = ""
    is_last_cut: bool = False

    @classmethod
    def of(cls, workflow: Workflow, agents: Mapping[int, AgentBrief]) -> "WorkflowCard":
        """Take what is shown from a workflow."""
        found = (agents.get(step.agent_id) for step in workflow.steps if step.agent_id is not None)
        asked = [agent for agent in found if agent is not None]
        return cls(
            workflow.id,
            workflow.name,
            excerpt(workflow.description),
            len(workflow.steps),
            is_simulated=bool(asked) and all(agent.is_simulated for agent in asked),
        )

    def after(self, executions: Iterable[Execution]) -> "WorkflowCard":
        """Return it with the newest of some executions as its last, if that is newer or changed."""
        mine = [each for each in executions if each.workflow_id == self.id and each.id >= self.last_id]
        if not mine:
            return self
        last = max(mine, key=lambda each: each.id)
        return replace(
            self,
            last_id=last.id,
            last_status=last.status.value,
            last_at=to_wire(last.created_at) or "",
            is_last_cut=last.is_cut and last.status is Status.SUCCEEDED,
        )
