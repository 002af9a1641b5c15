"""What an execution ran with, and what has become of it since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from execution_hub.domain.agent import SIMULATED, Agent, AgentDefinition
from execution_hub.domain.difference import FieldDifference
from execution_hub.domain.execution import Execution
from execution_hub.domain.plan import Plan, templates_of
from execution_hub.domain.version import Version
from execution_hub.domain.workflow import Workflow
from execution_hub.pool import WorkPool
from execution_hub.read_ahead import read_ahead
from execution_hub.views.differences import Texts, compare_all, compare_fields
from execution_hub.views.field_texts import field_texts


@dataclass(frozen=True, slots=True)
class RanAgent:
    """An agent as it was when the execution was submitted.

    Attributes:
        id, name, model: As they were.
        is_simulated: Whether the offline model answered.
        prompt: Its system prompt; empty for none.
        limit_text: The most output tokens, for a person.
        since: What has become of it: `same`, `changed` or `deleted`.
        differences: What it is today and was not then.
    """

    id: int = 0
    name: str = ""
    model: str = ""
    is_simulated: bool = False
    prompt: str = ""
    limit_text: str = ""
    since: str = "same"
    differences: list[FieldDifference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RanVersion:
    """Which version of its agent an agent test ran.

    Attributes:
        version: Its number; 0 if it ran none, or nobody knows.
        is_unsaved: Whether it ran what was not saved.
    """

    version: int = 0
    is_unsaved: bool = False

    @classmethod
    def of(cls, execution: Execution, then: Version | None) -> "RanVersion":
        """Tell it.

        Args:
            execution: An agent test, whole.
            then: What its agent was when it was started, as far as that is kept. It counts where the execution itself
                does not tell, which is so of one that ran unsaved values, and of one from before versions were noted.
        """
        if execution.agent_version is not None or then is None:
            return cls(execution.agent_version or 0)
        ran = AgentDefinition.from_json(execution.definition).as_json()
        is_other = any(then.content[name] != value for name, value in ran.items() if name in then.content)
        return cls(is_unsaved=True) if is_other else cls(then.version)


async def agent_differences(pool: WorkPool, execution: Execution, agent: Agent | None) -> list[FieldDifference]:
    """Return what the agent of an agent test is today and was not when it started; nothing if there is none today.

    Args:
        pool: Where texts are compared.
        execution: The agent test, whole.
        agent: Its agent now.
    """
    if agent is None:
        return []
    return await compare_fields(pool, *_both(AgentDefinition.from_json(execution.definition), agent))


def _both(then: AgentDefinition, agent: Agent) -> tuple[Texts, Texts]:
    return field_texts(then.as_json()), field_texts(agent.definition().as_json())


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


async def ran_agents(plan: Plan, agents: Mapping[int, Agent], pool: WorkPool) -> list[RanAgent]:
    """Return the agents of a plan, each with what has become of it.

    Args:
        plan: What the execution ran with.
        agents: The agents there are now, by id.
        pool: Where texts are compared.
    """
    changed = [identity for identity in plan.agents if identity in agents]
    pairs = [_both(plan.agents[identity], agents[identity]) for identity in changed]
    found = dict(zip(changed, await compare_all(pool, pairs), strict=True))
    return [
        RanAgent(
            id=identity,
            name=agent.name,
            model=agent.model,
            is_simulated=agent.model == SIMULATED,
            prompt=agent.system_prompt,
            limit_text=f"{agent.max_tokens:,}",
            since=_since(identity in agents, agent.differs_from(agents.get(identity))),
            differences=found.get(identity, []),
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
