"""A workflow: named steps, each an agent's answer or a person's approval, that wait for one another."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from execution_hub.domain.clock import to_wire
from execution_hub.domain.condition import Condition as Condition
from execution_hub.domain.graph import Cycle, topological_order
from execution_hub.domain.kinds import check_range
from execution_hub.domain.numbers import Whole
from execution_hub.domain.template import TemplateProblem, check_template, read_template
from execution_hub.domain.texts import check_name, check_text
from execution_hub.errors import InvalidInput

NAME_MAX = 120
DESCRIPTION_MAX = 2_000
STEPS_MAX = 200
STEP_NAME_MAX = 60
# Of all templates of a workflow together: what is checked, and read anew after a restart.
EXPRESSIONS_MAX = 10_000
TIMEOUT_MAX_SECONDS = 86_400
RETRIES_MAX = 10

AGENT = "agent"
APPROVAL = "approval"
# The one problem with which an imported workflow may be stored.
NO_AGENT = "no_agent"
STEP_NAME = re.compile(r"[a-z][a-z0-9_]*")

# What the wire and the database hold is read strictly: a wrong type or an unknown field is refused, not bent.
_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)


class WorkflowStep(BaseModel):
    """One step of a workflow, as on the wire and as stored.

    Attributes:
        name: What templates call it: `[a-z][a-z0-9_]*`.
        type: `agent`, or `approval` by a person.
        agent_id: Who answers; only for an agent.
        input: A template of what the agent answers, or of what the person is asked.
        depends_on: What must end first, besides the steps whose output it takes.
        when: When it runs at all; otherwise it is skipped.
        timeout_seconds: How long one answer may take; None for no limit of its own.
        retries: How often a passing fault of the provider is tried again.
    """

    model_config = _STRICT

    name: str = Field(json_schema_extra={"pattern": "^[a-z][a-z0-9_]*$", "maxLength": STEP_NAME_MAX})
    type: Literal["agent", "approval"] = "agent"
    agent_id: Whole | None = None
    input: str = ""
    depends_on: list[str] = Field(default_factory=list, max_length=STEPS_MAX)
    when: Condition | None = None
    timeout_seconds: float | None = None
    retries: Whole = 0

    @property
    def dependencies(self) -> frozenset[str]:
        """All steps it waits for: stated, named in its condition, and found in its template."""
        return self.waits_for(self.taken)

    def waits_for(self, taken: frozenset[str]) -> frozenset[str]:
        """Return all steps it waits for, given those whose output it takes."""
        return frozenset(self.depends_on) | taken | ({self.when.step} if self.when else set())

    @property
    def taken(self) -> frozenset[str]:
        """The steps whose output its template takes."""
        with suppress(TemplateProblem):
            return read_template(self.input).step_names
        return frozenset()


class WorkflowDraft(BaseModel):
    """What a person says of a workflow: its types are right; `problems` tells the rest."""

    model_config = _STRICT

    name: str
    description: str = ""
    steps: list[WorkflowStep] = Field(default_factory=list)

    @property
    def is_unset(self) -> bool:
        """Whether an agent's step has no agent yet: such a workflow cannot run."""
        return any(step.type == AGENT and step.agent_id is None for step in self.steps)

    @property
    def agent_ids(self) -> frozenset[int]:
        """The agents its steps name."""
        return frozenset(step.agent_id for step in self.steps if step.agent_id is not None)

    def problems(self, agents: Mapping[int, object]) -> list["Problem"]:
        """Return all that is wrong with it, in the order of its fields.

        Args:
            agents: Those of `agent_ids` that there are, by id; more do no harm.
        """
        return [*_texts(self), *_steps(self.steps, agents)]


@dataclass(frozen=True, slots=True)
class Workflow:
    """A stored workflow.

    Attributes:
        id: Its number, never used again.
        name, description, steps: See WorkflowDraft.
        version: 1 when it was created, one more with every save that changed something.
        created_at, updated_at: Times in UTC.
    """

    id: int
    name: str
    description: str
    steps: tuple[WorkflowStep, ...]
    created_at: datetime
    updated_at: datetime
    version: int = 1

    def draft(self, **changes: Any) -> WorkflowDraft:
        """Return its values as a draft, some of them changed."""
        values = {"name": self.name, "description": self.description, "steps": list(self.steps)}
        return WorkflowDraft(**{**values, **changes})

    def as_json(self) -> dict[str, Any]:
        """Return the workflow as on the wire."""
        return {
            "id": self.id,
            **self.draft().model_dump(mode="json"),
            "version": self.version,
            "created_at": to_wire(self.created_at),
            "updated_at": to_wire(self.updated_at),
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a draft.

    Attributes:
        step: The step's place, from 0; None for the workflow itself.
        field: The step's or the workflow's field.
        code: What is wrong, for words in another language.
        message: What is wrong and what would be right, in English.
        values: What fills the words.
    """

    step: int | None
    field: str
    code: str
    message: str
    values: dict[str, str] = attribute(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it is, as a caller writes it: `steps[2].input`."""
        return self.field if self.step is None else f"steps[{self.step}].{self.field}"

    def as_json(self) -> dict[str, Any]:
        """Return the problem as on the wire."""
        return {"field": self.place, "code": self.code, "message": self.message}


def check_draft(draft: WorkflowDraft, agents: Mapping[int, object], *, may_be_unset: bool = False) -> None:
    """Refuse a draft that is not valid.

    Args:
        draft: The draft.
        agents: Those of its agents that there are, by id.
        may_be_unset: Whether steps may wait for their agent to be chosen, as after an import.

    Raises:
        InvalidInput: The first thing that is wrong, with all of them as `problems`.
    """
    problems = [each for each in draft.problems(agents) if not (may_be_unset and each.code == NO_AGENT)]
    if problems:
        first = problems[0]
        details: dict[str, Any] = {"problems": [problem.as_json() for problem in problems]}
        if "limit" in first.values:
            details["limit"] = int(first.values["limit"])
        raise InvalidInput(first.place, f"{first.place}: {first.message}", **details)


def _texts(draft: WorkflowDraft) -> list[Problem]:
    found = []
    for name, limit, check in (("name", NAME_MAX, check_name), ("description", DESCRIPTION_MAX, check_text)):
        try:
            check(name, getattr(draft, name), limit)
        except InvalidInput as error:
            if "character" in error.details:
                values = {"character": str(error.details["character"])}
                found.append(Problem(None, name, "name_steers", error.message, values))
            else:
                found.append(Problem(None, name, f"{name}_bad", error.message, {"limit": str(limit)}))
    if not draft.steps:
        found.append(Problem(None, "steps", "no_steps", "The workflow has no steps. Add one."))
    if len(draft.steps) > STEPS_MAX:
        message = f"The workflow has {len(draft.steps)} steps. Use at most {STEPS_MAX}."
        found.append(Problem(None, "steps", "many_steps", message, {"limit": str(STEPS_MAX)}))
    return found


def _steps(steps: Sequence[WorkflowStep], agents: Mapping[int, object]) -> list[Problem]:
    if len(steps) > STEPS_MAX:
        return []  # told already, and to look at each would take long
    if problem := _too_much(steps):
        return [problem]  # nor does anybody look at these
    names = [step.name for step in steps]
    found = []
    for index, step in enumerate(steps):
        found += _name(index, step.name, names)
        found += _agent(index, step, agents)
        found += _template(index, step)
        found += _references(index, step, set(names))
        found += _limits(index, step)
    return found + _cycle(steps, names)


def _too_much(steps: Sequence[WorkflowStep]) -> Problem | None:
    expressions = 0
    for step in steps:
        with suppress(TemplateProblem):  # told of its step
            expressions += read_template(step.input).expressions
        if expressions > EXPRESSIONS_MAX:
            message = (
                f"The templates hold more than {EXPRESSIONS_MAX:,} names, comparisons, conditions and filters "
                "together. Use fewer, or make two workflows."
            )
            return Problem(None, "steps", "templates_much", message, {"limit": str(EXPRESSIONS_MAX)})
    return None


def _name(index: int, name: str, names: Sequence[str]) -> list[Problem]:
    if len(name) > STEP_NAME_MAX or not STEP_NAME.fullmatch(name):
        message = (
            f"A step's name is up to {STEP_NAME_MAX} small letters, digits and _, a letter first. Example: first_draft."
        )
        return [Problem(index, "name", "step_name_bad", message, {"limit": str(STEP_NAME_MAX)})]
    if names.index(name) < index:
        return [
            Problem(index, "name", "step_name_twice", f"Another step is called {name}. Rename one.", {"name": name})
        ]
    return []


def _agent(index: int, step: WorkflowStep, agents: Mapping[int, object]) -> list[Problem]:
    if step.type == APPROVAL:
        if step.agent_id is None:
            return []
        message = "An approval has no agent: a person answers it. Leave agent_id out."
        return [Problem(index, "agent_id", "approval_agent", message)]
    if step.agent_id is None:
        return [Problem(index, "agent_id", "no_agent", "Choose the agent that answers.")]
    if step.agent_id not in agents:
        message = f"There is no agent {step.agent_id}. Choose another."
        return [Problem(index, "agent_id", "unknown_agent", message, {"id": str(step.agent_id)})]
    return []


def _template(index: int, step: WorkflowStep) -> list[Problem]:
    if step.type == AGENT and not step.input.strip():
        return [Problem(index, "input", "no_input", "Say what the agent gets. Example: {{ input }}.")]
    try:
        check_text("input", step.input, len(step.input))
        check_template(step.input)
    except TemplateProblem as error:
        values = {"word": error.word, **({"limit": str(error.limit)} if error.limit else {})}
        return [Problem(index, "input", f"template_{error.code}", str(error), values)]
    except InvalidInput as error:
        return [Problem(index, "input", "input_bad", error.message)]
    return []


def _references(index: int, step: WorkflowStep, names: set[str]) -> list[Problem]:
    found = []
    wrong = [("depends_on", name) for name in step.depends_on if name not in names]
    if step.when is not None and step.when.step not in names:
        wrong.append(("when", step.when.step))
    with suppress(TemplateProblem):  # told already
        wrong += [("input", name) for name in sorted(read_template(step.input).step_names - names)]
    for place, name in wrong:
        shown = name[:STEP_NAME_MAX]
        message = f"There is no step {shown}. Name one of this workflow's."
        found.append(Problem(index, place, "unknown_step", message, {"name": shown}))
    if step.when is not None:
        found += [Problem(index, "when", each.code, each.message, each.values) for each in step.when.complaints()]
    return found


def _limits(index: int, step: WorkflowStep) -> list[Problem]:
    found = []
    checks = (
        ("timeout_seconds", step.timeout_seconds, TIMEOUT_MAX_SECONDS, "timeout_bad"),
        ("retries", step.retries, RETRIES_MAX, "retries_bad"),
    )
    for field, value, most, code in checks:
        try:
            if value is not None:
                check_range(field, value, most, is_open=field == "timeout_seconds")
        except InvalidInput as error:
            found.append(Problem(index, field, code, error.message, {"limit": str(most)}))
    return found


def _cycle(steps: Sequence[WorkflowStep], names: Sequence[str]) -> list[Problem]:
    try:
        topological_order({step.name: step.dependencies for step in steps})
    except Cycle as cycle:
        circle = str(cycle)
        message = f"These steps wait for each other: {circle}. Remove one of the links."
        return [Problem(names.index(name), "depends_on", "cycle", message, {"circle": circle}) for name in cycle.names]
    return []
