"""A workflow as a file: what is exported, and whom an import gives its steps to."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.domain.workflow_file import ImportPlan, WorkflowFile, export, plan_import
from execution_hub.errors import InvalidInput

AT = datetime(2026, 11, 25, tzinfo=UTC)


def agent(number: int, name: str = "Writer", **values: Any) -> Agent:
    """Return a stored agent."""
    draft = AgentDraft(name, **{"system_prompt": "Write.", **values})
    return Agent(id=number, version=1, created_at=AT, updated_at=AT, **dataclasses.asdict(draft))


def ask(name: str, agent_id: int | None, **values: Any) -> WorkflowStep:
    """Return a step of an agent."""
    return WorkflowStep(name=name, agent_id=agent_id, input="{{ input }}", **values)


def exported(*agents: Agent) -> dict[str, Any]:
    """Return the file of a workflow with a step for each agent, and an approval."""
    steps = [ask(f"s{each.id}", each.id) for each in agents]
    gate = WorkflowStep(name="gate", type="approval")
    return export(WorkflowDraft(name=" W ", steps=[*steps, gate]), {each.id: each for each in agents})


def plan(value: dict[str, Any], *agents: Agent, missing: Any = "create") -> ImportPlan:
    """Plan the import of a file into a hub with some agents."""
    return plan_import(WorkflowFile.model_validate(value), agents, missing)


def told(found: ImportPlan) -> list[tuple[str, str | None, str]]:
    """Return whom the steps are given to."""
    return [(each.step, each.agent, each.how) for each in found.bound]


def test_an_export_names_agents_and_holds_all_of_them_that_a_person_sets() -> None:
    """No number of this hub is in it; every field of a draft is; an agent used twice stands there once."""
    writer = agent(4, max_tokens=99, timeout_seconds=2.5, retries=3)
    draft = WorkflowDraft(name="W", steps=[ask("a", 4), ask("b", 4), ask("c", None)])
    file = export(draft, {4: writer})
    assert [step["agent"] for step in file["steps"]] == ["Writer", "Writer", None]
    assert all("agent_id" not in step for step in file["steps"])
    assert file["agents"] == [writer.draft().as_json()]
    assert {"on_cut", "system_prompt", "max_tokens", "retries"} & set(AgentDraft.__dataclass_fields__) <= set(
        file["agents"][0]
    )


def test_the_same_agent_is_found_under_whatever_number_it_has() -> None:
    """By name and definition; what it is for does not matter, and another agent with the number is not taken."""
    file = exported(agent(4))
    found = plan(file, agent(4, "Other"), agent(9, description="Elsewhere"))
    assert told(found) == [("s4", "Writer", "same")]
    assert [step.agent_id for step in found.draft.steps] == [9, None]
    assert not found.new


@pytest.mark.parametrize(
    "other",
    [{"system_prompt": "Lie."}, {"model": "claude-x"}, {"max_tokens": 7}, {"timeout_seconds": 1.0}, {"retries": 0}],
)
def test_an_agent_of_the_name_with_another_definition_is_not_bound(other: dict[str, Any]) -> None:
    """It is created under a name of its own, or the step is left unset."""
    file = exported(agent(4))
    found = plan(file, agent(4, **other))
    assert told(found) == [("s4", "Writer (2)", "created")]
    assert [(each.name, each.system_prompt) for each in found.new] == [("Writer (2)", "Write.")]
    assert [step.agent_id for step in found.with_created({"Writer (2)": 12}).steps] == [12, None]
    found = plan(file, agent(4, **other), missing="unset")
    assert told(found) == [("s4", "Writer", "unset")]
    assert found.draft.is_unset
    assert not found.new


def test_a_file_imported_twice_finds_what_the_first_import_created() -> None:
    """`Writer (2)` is the same as the file's `Writer` if its definition is: no third one is made."""
    file = exported(agent(4))
    assert told(plan(file, agent(1, system_prompt="Lie."), agent(5, "Writer (2)"))) == [("s4", "Writer (2)", "same")]
    assert told(plan(file, agent(1, system_prompt="Lie."), agent(5, "Writer (2)", retries=0))) == [
        ("s4", "Writer (3)", "created")
    ]


def test_two_agents_of_one_name_stay_two() -> None:
    """They get names of their own in the file, and are found again as the two they are."""
    first, second = agent(1), agent(2, system_prompt="Lie.")
    file = exported(first, second)
    assert [each["name"] for each in file["agents"]] == ["Writer", "Writer (2)"]
    found = plan(file, second, first)
    assert told(found) == [("s1", "Writer", "same"), ("s2", "Writer", "same")]
    assert [step.agent_id for step in found.draft.steps] == [1, 2, None]
    assert told(plan(file)) == [("s1", "Writer", "created"), ("s2", "Writer (2)", "created")]


def test_a_number_of_another_hub_binds_nobody() -> None:
    """An older export, and a name without a definition, leave the step unset whatever is asked for."""
    step = {"name": "a", "input": "{{ input }}"}
    old = {"name": "W", "steps": [{**step, "agent_id": 4}]}
    for value, name in ((old, None), ({"name": "W", "steps": [{**step, "agent": "Writer"}]}, "Writer")):
        found = plan(value, agent(4))
        assert told(found) == [("a", name, "unset")]
        assert [each.agent_id for each in found.draft.steps] == [None]


def test_an_agent_that_no_step_names_is_not_created() -> None:
    """A file makes what its workflow needs and nothing else."""
    file = exported(agent(4))
    assert not plan({**file, "steps": file["steps"][1:]}).new


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agents": [{"name": "Writer", "max_tokens": 0}]}, "agents[0].max_tokens"),
        ({"agents": [{"name": "Writer"}, {"name": " Writer "}]}, "agents[1].name"),
        ({"steps": [{"name": "g", "type": "approval", "agent": "Writer"}]}, "steps[0].agent"),
        ({"steps": [{"name": "a", "agent": "\ud800"}]}, "steps[0].agent"),
        ({"steps": [{"name": "a", "agent": "x" * 121}]}, "steps[0].agent"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_at_its_place(change: dict[str, Any], field: str) -> None:
    """The agent's field, its name given twice, an approval with an agent, a name that fits nobody."""
    with pytest.raises(InvalidInput) as error:
        plan({"name": "W", "steps": [], **change})
    assert error.value.field == field
    assert error.value.message.startswith(field)


def test_a_file_is_bounded_and_holds_nothing_unknown() -> None:
    """More agents than a workflow has steps, or an agent's field this hub does not know, are refused."""
    for agents in ([{"name": str(n)} for n in range(201)], [{"name": "A", "powers": []}]):
        with pytest.raises(ValidationError):
            WorkflowFile.model_validate({"name": "W", "steps": [], "agents": agents})


def test_a_numbered_name_stays_within_its_limit() -> None:
    """A name of 120 characters is cut to make room for its number."""
    long = agent(4, "W" * 120)
    found = plan(exported(long), agent(5, "W" * 120, retries=0))
    assert [each.name for each in found.new] == ["W" * 116 + " (2)"]
