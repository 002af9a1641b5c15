"""What an execution of a workflow ran with, and what may happen next in it. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.condition import Condition, Look
from execution_hub.domain.execution import OUTPUT_MAX_BYTES
from execution_hub.domain.graph import ends, topological_order
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.template import fill_template
from execution_hub.domain.texts import cut_to
from execution_hub.domain.workflow import AGENT, Workflow, WorkflowStep

# Why a step was skipped, as its error code.
NOT_MET = "condition_not_met"
NOT_JSON = "condition_not_json"
NO_FIELD = "condition_no_field"
NO_NUMBER = "condition_no_number"
NOTHING_BEFORE = "skipped_before"
BLOCKED = "blocked"
_SKIPPED = {
    NOT_MET: "Its condition was not met.",
    NOT_JSON: "Its condition was not met: the output it looks at is not JSON.",
    NO_FIELD: "Its condition was not met: the output it looks at has no such field.",
    NO_NUMBER: "Its condition was not met: what it compares is not a number.",
    NOTHING_BEFORE: "Every step it depends on was skipped.",
    BLOCKED: "A step it depends on did not succeed.",
}
_FAILED = (StepStatus.FAILED, StepStatus.CANCELLED)


@dataclass(frozen=True)
class Plan:
    """The workflow as it was when the execution was submitted.

    Attributes:
        name: The workflow's name.
        steps: Its steps, by name, in their order.
        agents: What its agents were, by id.
    """

    name: str
    steps: dict[str, WorkflowStep]
    agents: dict[int, AgentDefinition]

    @classmethod
    def of(cls, workflow: Workflow, agents: Mapping[int, AgentDefinition]) -> "Plan":
        """Take a plan from a valid workflow and the agents it names."""
        used = {step.agent_id for step in workflow.steps if step.agent_id is not None}
        return cls(
            workflow.name,
            {step.name: step for step in workflow.steps},
            {identity: agents[identity] for identity in sorted(used)},
        )

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Plan":
        """Read what `as_json` wrote."""
        steps = [WorkflowStep.model_validate(step) for step in value.get("steps", ())]
        agents = {int(identity): AgentDefinition.from_json(agent) for identity, agent in value["agents"].items()}
        return cls(value["name"], {step.name: step for step in steps}, agents)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as stored with an execution.

        `model` is the one its agents share, so that what only the offline model answers says so everywhere.
        """
        models = {agent.model for agent in self.agents.values()}
        return {
            "name": self.name,
            "model": models.pop() if len(models) == 1 else None,
            "steps": [step.model_dump(mode="json") for step in self.steps.values()],
            "agents": {str(identity): agent.as_json() for identity, agent in self.agents.items()},
        }

    @cached_property
    def taken(self) -> dict[str, frozenset[str]]:
        """The steps whose output the template of each takes, by name."""
        return {name: step.taken for name, step in self.steps.items()}

    @cached_property
    def dependencies(self) -> dict[str, frozenset[str]]:
        """What each step waits for, by name."""
        return {name: step.waits_for(self.taken[name]) for name, step in self.steps.items()}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The names, each after all it waits for."""
        return topological_order(self.dependencies)

    def new_steps(self) -> tuple[Step, ...]:
        """Return the steps of a new execution, all pending."""
        return tuple(
            Step(step.name, position, step.type, step.agent_id) for position, step in enumerate(self.steps.values())
        )

    def before(self, name: str) -> dict[str, frozenset[str]]:
        """Return the agents' steps that a step directly depends on, and for each all that follows it."""
        agents = [each for each in self.order if each in self.dependencies[name] and self.steps[each].type == AGENT]
        return {each: self._following(each) for each in agents}

    def _following(self, name: str) -> frozenset[str]:
        found = {name}
        for each in self.order:
            if self.dependencies[each] & found:
                found.add(each)
        return frozenset(found) - {name}

    def question(self, name: str, steps: Mapping[str, Step]) -> tuple[Condition, str] | None:
        """Return the condition of a pending step and the output it looks at, once that is to be decided."""
        when = self.steps[name].when
        if when is None or not all(steps[each].is_finished for each in self.dependencies[name]):
            return None
        return when, steps[when.step].output or ""

    def next_move(self, name: str, steps: Mapping[str, Step], look: Look | None = None) -> "Move":
        """Decide what happens to a pending step.

        It waits until all it depends on have ended. If one of them failed, or was itself skipped because of a
        failure, it is skipped; also if all were skipped, or if its condition does not hold.

        Args:
            name: The step.
            steps: How all steps are.
            look: The answer to its `question`; None to find it now.
        """
        before = [steps[each] for each in self.dependencies[name]]
        if not all(step.is_finished for step in before):
            return Move(is_due=False)
        if any(step.status in _FAILED or step.error_code == BLOCKED for step in before):
            return Move.skip(BLOCKED)
        if before and all(step.status is StepStatus.SKIPPED for step in before):
            return Move.skip(NOTHING_BEFORE)
        if look is None and (question := self.question(name, steps)) is not None:
            look = question[0].look(question[1])
        if look is not None and not look.holds:
            return Move.skip(f"condition_{look.problem}" if look.problem else NOT_MET)
        return Move(is_due=True)

    def fill(self, name: str, text: str, steps: Mapping[str, Step]) -> str:
        """Return the input of a step: its template, filled.

        Args:
            name: The step.
            text: The input of the execution.
            steps: How all steps are.

        Raises:
            TemplateProblem: It is too long.
        """
        return fill_template(self.steps[name].input, text, self.outputs_for(name, steps))

    def outputs_for(self, name: str, steps: Mapping[str, Step]) -> dict[str, str]:
        """Return the outputs that the template of a step takes, by name."""
        return {each: steps[each].output or "" for each in self.taken[name]}

    def done(self, steps: Mapping[str, Step]) -> int:
        """Return how many steps are done: what failed is not, nor what was skipped because of that."""
        return sum(
            step.status is StepStatus.SUCCEEDED or (step.status is StepStatus.SKIPPED and step.error_code != BLOCKED)
            for step in steps.values()
        )

    def used(self, steps: Mapping[str, Step]) -> list[Step]:
        """Return the steps whose output ends the whole, or was taken by a step that was run, in their order."""
        names = set(ends(self.dependencies))
        for name, step in self.steps.items():
            if steps[name].status is not StepStatus.SKIPPED:
                names |= self.taken[name]
            # Also where the condition skipped the step: that followed from the output.
            names |= {step.when.step} if step.when else set()
        return [steps[name] for name in self.steps if name in names and steps[name].output]

    def output(self, steps: Mapping[str, Step], most: int = OUTPUT_MAX_BYTES) -> str:
        """Return the output of the whole: that of its last step, or an object by name when several end it.

        Of the steps that end it only those count that were not skipped.

        Args:
            steps: How all steps are.
            most: How many bytes the outputs of several may have together; past it each is cut to its share.
        """
        last = self._last(steps)
        if len(last) == 1:
            return last[0].output or ""
        outputs = {step.name: step.output for step in last}
        if self.is_past(steps, most):
            outputs = {name: cut_to(output or "", most // len(last)) for name, output in outputs.items()}
        return json.dumps(outputs, ensure_ascii=False, indent=2) if last else ""

    def is_past(self, steps: Mapping[str, Step], most: int) -> bool:
        """Tell whether several steps end it whose outputs have more bytes together: see `output`."""
        last = self._last(steps)
        left = most
        for step in last if len(last) > 1 else ():
            # No more of each is looked at than may be left: there may be 200 of the largest.
            left -= len((step.output or "")[: left + 1].encode())
            if left < 0:
                return True
        return False

    def _last(self, steps: Mapping[str, Step]) -> list[Step]:
        return [steps[name] for name in ends(self.dependencies) if steps[name].status is StepStatus.SUCCEEDED]


def templates_of(value: dict[str, Any]) -> list[str]:
    """Return the templates of a plan as it was stored: to be read before the plan is."""
    return [step.get("input", "") for step in value.get("steps", ())]


def step_names_of(value: dict[str, Any]) -> list[str]:
    """Return the names of the steps of a plan as it was stored; none of what was stored with something else."""
    return [step["name"] for step in value.get("steps", ())] if "agents" in value else []


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to a pending step: nothing yet, it is due, or it is skipped.

    Attributes:
        is_due: Whether it starts.
        code: Why it is skipped; empty if it is not.
        reason: The same in words.
    """

    is_due: bool
    code: str = ""
    reason: str = ""

    @classmethod
    def skip(cls, code: str) -> "Move":
        """Return that a step is skipped."""
        return cls(False, code, _SKIPPED[code])
