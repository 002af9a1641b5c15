"""What an execution of a workflow ran with, and what has become of it since. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.agent import SIMULATED, Agent
from execution_hub.domain.plan import Plan, templates_of
from execution_hub.domain.workflow import Workflow
from execution_hub.pool import WorkPool
from execution_hub.read_ahead import read_ahead


@dataclass(frozen=True, slots=True)
class RanAgent:
    """An agent as it was when the execution was submitted.

    Attributes:
        id, name, model: As they were.
        is_simulated: Whether the offline model answered.
        prompt: Its system prompt; empty for none.
        limit_text: The most output tokens, for a person.
        since: What has become of it: `same`, `changed` or `deleted`.
    """

    id: int = 0
    name: str = ""
    model: str = ""
    is_simulated: bool = False
    prompt: str = ""
    limit_text: str = ""
    since: str = "same"


async def load_plan(definition: dict[str, Any], pool: WorkPool) -> Plan | None:
    """Read the plan an execution was stored with; None if it ran with something else.

    Args:
        definition: As stored.
        pool: Where its templates are read if that takes long.

    Raises:
        TookTooLong: It takes too long.
    """
    if "steps" not in definition or "agents" not in definition:
        return None
    await read_ahead(pool, templates_of(definition))
    return Plan.from_json(definition)


def ran_agents(plan: Plan, agents: Mapping[int, Agent]) -> list[RanAgent]:
    """Return the agents of a plan, each with what has become of it.

    Args:
        plan: What the execution ran with.
        agents: The agents there are now, by id.
    """
    return [
        RanAgent(
            id=identity,
            name=agent.name,
            model=agent.model,
            is_simulated=agent.model == SIMULATED,
            prompt=agent.system_prompt,
            limit_text=f"{agent.max_tokens:,}",
            since=_since(identity in agents, agent.differs_from(agents.get(identity))),
        )
        for identity, agent in plan.agents.items()
    ]


def workflow_since(plan: Plan, workflow: Workflow | None) -> str:
    """Tell what has become of the workflow since an execution was submitted.

    Args:
        plan: What the execution ran with.
        workflow: The workflow now; None if there is none any more.

    Returns:
        `same`, `changed`, or `deleted`.
    """
    is_other = workflow is None or (workflow.name, workflow.steps) != (plan.name, tuple(plan.steps.values()))
    return _since(workflow is not None, is_other)


def _since(is_there: bool, differs: bool) -> str:
    return ("changed" if differs else "same") if is_there else "deleted"
