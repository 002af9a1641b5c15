"""A workflow as a file that means the same in every hub: its steps name agents, whose definitions come with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field

from execution_hub.domain.agent import NAME_MAX, Agent, AgentDraft
from execution_hub.domain.agent_file import STRICT, FileAgent, as_file
from execution_hub.domain.naming import base_name, free_name
from execution_hub.domain.texts import as_name, check_name
from execution_hub.domain.workflow import AGENT, STEPS_MAX, WorkflowDraft, WorkflowStep
from execution_hub.errors import InvalidInput

How = Literal["same", "created", "unset"]
Missing = Literal["create", "unset"]


# As documents show it.
FILE_EXAMPLE: dict[str, Any] = {
    "name": "Short answer",
    "description": "Answers in one sentence.",
    "steps": [{"name": "answer", "type": "agent", "agent": "Offline helper", "input": "{{ input }}"}],
    "agents": [{"name": "Offline helper", "model": "simulated", "system_prompt": "You answer in one sentence."}],
}


class FileStep(WorkflowStep):
    """A step as it is in a file.

    Attributes:
        agent: The name of who answers: one of the file's agents. None for an approval, or for nobody yet.
        agent_id: What older exports hold: a number of another hub. It means nothing here and binds nobody.
    """

    agent: str | None = None


class WorkflowFile(BaseModel):
    """A workflow with its agents, as it is exported and imported.

    Attributes:
        name, description: See WorkflowDraft.
        steps: Its steps.
        agents: The agents its steps name.
        id, version, created_at, updated_at: What a stored workflow holds besides; ignored.
    """

    model_config = ConfigDict(**STRICT, json_schema_extra={"examples": [FILE_EXAMPLE]})

    name: str
    description: str = ""
    steps: Annotated[list[FileStep], FailFast()]
    agents: Annotated[list[FileAgent], FailFast(), Field(max_length=STEPS_MAX)] = Field(default_factory=list)
    id: int | None = None
    version: int | None = None
    created_at: str | None = None
    updated_at: str | None = None

    @property
    def base_names(self) -> frozenset[str]:
        """The names of its agents, without the numbers that tell them from others."""
        return frozenset(base_name(agent.model_dump()["name"].strip()) for agent in self.agents)

    @property
    def drafts(self) -> list[AgentDraft]:
        """Its agents, checked, in their order.

        Raises:
            InvalidInput: One does not fit, or its name stands there twice.
        """
        found: dict[str, AgentDraft] = {}
        for index, agent in enumerate(self.agents):
            place = f"agents[{index}]"
            try:
                draft = AgentDraft(**agent.model_dump())
            except InvalidInput as error:
                raise error.within(place) from None
            if draft.name in found:
                field = f"{place}.name"
                raise InvalidInput(field, f"{field}: another agent of the file is called {draft.name}. Rename one.")
            found[draft.name] = draft
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Binding:
    """Whom an import gives a step to.

    Attributes:
        step: The name of the step.
        agent: The name of the agent, in this hub; for `unset` the one the file names, None if it names none.
        how: `same` is one of this hub's with the same definition, `created` a new one, `unset` nobody yet.
    """

    step: str
    agent: str | None
    how: How

    def as_json(self) -> dict[str, Any]:
        """Return the binding as on the wire."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do.

    Attributes:
        draft: The workflow, its steps bound to agents of this hub; those of new agents are unset as yet.
        bound: Whom each agent's step is given to, in the order of the steps.
        new: The agents to create.
    """

    draft: WorkflowDraft
    bound: tuple[Binding, ...]
    new: tuple[AgentDraft, ...]

    def with_created(self, ids: Mapping[str, int]) -> WorkflowDraft:
        """Return the workflow with its new agents, by the names they have here."""
        created = {each.step: ids[each.agent] for each in self.bound if each.how == "created" and each.agent}
        steps = [
            step.model_copy(update={"agent_id": created[step.name]}) if step.name in created else step
            for step in self.draft.steps
        ]
        return self.draft.model_copy(update={"steps": steps})


def export(draft: WorkflowDraft, agents: Mapping[int, Agent]) -> dict[str, Any]:
    """Return a workflow as a file.

    Args:
        draft: The workflow.
        agents: The agents of this hub, by id.

    Returns:
        JSON values that WorkflowFile reads. Two agents of one name get names of their own in it.
    """
    wanted = dict.fromkeys(step.agent_id for step in draft.steps if step.agent_id is not None)
    used = [agents[each] for each in wanted if each in agents]
    names: dict[int, str] = {}
    for agent in used:
        names[agent.id] = free_name(as_name(agent.name), names.values())
    wire = draft.model_dump(mode="json")
    steps = []
    for step in wire["steps"]:
        name = names.get(step.pop("agent_id"))
        steps.append({"name": step.pop("name"), "type": step.pop("type"), "agent": name, **step})
    found = [as_file(agent, names[agent.id]) for agent in used]
    return {"name": as_name(draft.name).strip(), "description": draft.description, "steps": steps, "agents": found}


def plan_import(
    file: WorkflowFile, agents: Sequence[Agent], missing: Missing, *, taken: Iterable[str] = ()
) -> ImportPlan:
    """Say what an import would do.

    An agent of the file is one of this hub's if both have the same name and the same definition: all that decides
    what it answers. A number behind the name, as in `Writer (2)`, only tells agents of one name apart.

    Args:
        file: What is imported.
        agents: The agents of this hub; those whose name is none of the file's, apart from its number, may be left out.
        missing: What becomes of agents this hub does not have: `create` them, or leave their steps `unset`.
        taken: The names of agents that were left out.

    Raises:
        InvalidInput: An agent of the file does not fit, or its name stands there twice.
    """
    drafts = {each.name: each for each in file.drafts}
    names = {agent.name for agent in agents} | set(taken)
    bindings, new = list[Binding](), dict[str, AgentDraft]()
    steps = []
    for index, step in enumerate(file.steps):
        found = None
        if step.type == AGENT:
            name = _read_name(index, step)
            wanted = drafts.get(name) if name is not None else None
            found = _same(wanted, agents) if wanted else None
            if found:
                bindings.append(Binding(step.name, found.name, "same"))
            elif wanted and missing == "create":
                if wanted.name not in new:
                    new[wanted.name] = replace(wanted, name=free_name(wanted.name, names))
                    names.add(new[wanted.name].name)
                bindings.append(Binding(step.name, new[wanted.name].name, "created"))
            else:
                bindings.append(Binding(step.name, name, "unset"))
        elif step.agent is not None:
            field = f"steps[{index}].agent"
            raise InvalidInput(field, f"{field}: an approval has no agent: a person answers it. Leave agent out.")
        values = {name: getattr(step, name) for name in WorkflowStep.model_fields}
        steps.append(WorkflowStep(**{**values, "agent_id": found.id if found else None}))
    draft = WorkflowDraft(name=file.name, description=file.description, steps=steps)
    return ImportPlan(draft, tuple(bindings), tuple(new.values()))


def _read_name(index: int, step: FileStep) -> str | None:
    if step.agent is None:
        return None
    try:
        return check_name("agent", step.agent, NAME_MAX)
    except InvalidInput as error:
        raise error.within(f"steps[{index}]") from None


def _same(wanted: AgentDraft, agents: Iterable[Agent]) -> Agent | None:
    """Return the agent that is the same, by preference under the very same name."""
    found = [agent for agent in agents if base_name(agent.name) == base_name(wanted.name)]
    found = [agent for agent in found if agent.draft(name=wanted.name, description=wanted.description) == wanted]
    return min(found, key=lambda agent: (agent.name != wanted.name, agent.id), default=None)
