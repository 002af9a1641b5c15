"""What the editor shows of a form: the graph, the chips, and what is wrong in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from execution_hub.domain.workflow import APPROVAL, NO_AGENT, Problem
from execution_hub.errors import InvalidInput
from execution_hub.views.conditions import edge_label
from execution_hub.views.graph import GraphEdge, GraphNode
from execution_hub.views.workflow_form import StepForm, WorkflowForm
from execution_hub.words.by_value import WORKFLOW_PROBLEMS
from execution_hub.words.marking import N_
from execution_hub.words.say import say


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: what it stands for, and how it is called."""

    value: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class StepChip:
    """Another step, as the form of the selected one offers it.

    Attributes:
        ref: What templates call it.
        name: Its name as typed.
        is_on: Whether the selected step waits for it.
        is_found: Whether it does so because its template or condition names it.
        is_there: Whether there is such a step; else it is one that was named and is gone.
    """

    ref: str = ""
    name: str = ""
    is_on: bool = False
    is_found: bool = False
    is_there: bool = True


def say_problem(language: str, problem: Problem) -> str:
    """Say what is wrong with a workflow, in the language of the page."""
    words = WORKFLOW_PROBLEMS.get(problem.code)
    return problem.message if words is None else say(language, words, message=problem.message, **problem.values)


def say_not_runnable(language: str, error: InvalidInput) -> str:
    """Say why a stored workflow cannot run."""
    codes = {each["code"] for each in error.details.get("problems", ())}
    return say(
        language,
        N_("A step has no agent yet. Choose one and save.")
        if codes == {NO_AGENT}
        else N_("The workflow is not valid any more. Open it and save it again."),
    )


def by_field(language: str, problems: Sequence[Problem], step: int | None) -> dict[str, str]:
    """Return what is wrong with a step, or with the workflow itself, by field.

    Args:
        language: The page's.
        problems: All that is wrong.
        step: The step's place; None for the workflow.
    """
    words: dict[str, list[str]] = {}
    for problem in problems:
        if problem.step == step:
            words.setdefault(problem.field, []).append(say_problem(language, problem))
    return {field: " ".join(dict.fromkeys(told)) for field, told in words.items()}


def graph_nodes(
    language: str, form: WorkflowForm, problems: Sequence[Problem], agents: Mapping[int, str]
) -> list[GraphNode]:
    """Return the steps of a form for the graph, each with what is wrong with it.

    Args:
        language: The page's.
        form: The form.
        problems: All that is wrong with it.
        agents: The names of the agents, by id.
    """
    told: dict[int, list[str]] = {}
    for problem in problems:
        if problem.step is not None:
            told.setdefault(problem.step, []).append(say_problem(language, problem))
    return [
        GraphNode(
            key=step.key,
            name=step.name,
            type=step.type,
            label=_who(language, step, agents),
            problem=" ".join(dict.fromkeys(told.get(place, ()))),
            order=place,
        )
        for place, step in enumerate(form.steps)
    ]


def graph_edges(language: str, form: WorkflowForm) -> list[GraphEdge]:
    """Return who waits for whom, with the condition in words."""
    steps = {step.key: step for step in form.steps}
    conditions = [step.condition for step in form.steps]
    return [
        GraphEdge(
            source,
            target,
            label=edge_label(language, steps[target].condition, steps[source].ref, conditions),
        )
        for source, target in form.links()
    ]


def step_chips(form: WorkflowForm, step: StepForm) -> list[StepChip]:
    """Return the other steps, then those it waits for that are not there."""
    others = [each for each in form.steps if each.key != step.key]
    found = step.found
    chips = [StepChip(e.ref, e.name, e.ref in found or e.ref in step.depends_on, e.ref in found) for e in others]
    known = {each.ref for each in others}
    gone = [ref for ref in step.depends_on if ref not in known]
    return [*chips, *(StepChip(ref, ref, is_on=True, is_there=False) for ref in gone)]


def _who(language: str, step: StepForm, agents: Mapping[int, str]) -> str:
    if step.type == APPROVAL:
        return say(language, "approval")
    if not step.agent_id:
        return say(language, "no agent")
    return agents.get(int(step.agent_id), f"#{step.agent_id}")
