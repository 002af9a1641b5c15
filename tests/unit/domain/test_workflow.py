"""Workflows: every problem of a draft, at its place and in words."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from execution_hub.domain import workflow
from execution_hub.domain.clock import now
from execution_hub.domain.workflow import (
    STEPS_MAX,
    Condition,
    Problem,
    Workflow,
    WorkflowDraft,
    WorkflowStep,
    check_draft,
)
from execution_hub.errors import InvalidInput

AGENTS: dict[int, object] = {1: object(), 2: object()}


def step(name: str = "a", **values: Any) -> WorkflowStep:
    """Return a valid step of agent 1."""
    return WorkflowStep(**{"name": name, "agent_id": 1, "input": "{{ input }}", **values})


def approval(name: str = "gate", **values: Any) -> WorkflowStep:
    """Return a valid approval."""
    return WorkflowStep(name=name, type="approval", **values)


def draft(*steps: WorkflowStep, **values: Any) -> WorkflowDraft:
    """Return a draft of these steps."""
    return WorkflowDraft(**{"name": "W", "steps": list(steps), **values})


def when(op: str = "equals", value: str = "yes", before: str = "a", **values: Any) -> Condition:
    """Return a condition on step a."""
    return Condition.model_validate({"step": before, "op": op, "value": value, **values})


VALID = [
    draft(step()),
    draft(approval()),
    draft(step(), approval(input="{{ steps.a.output }}?"), step("b", depends_on=["gate", "gate"], when=when())),
    draft(step("b", input="{{ steps.a.output }}"), step("a")),
    draft(step(timeout_seconds=0.1, retries=10), step("b" * 60, timeout_seconds=86_400)),
    draft(*(step(f"s{index}") for index in range(STEPS_MAX)), name="x" * 120, description="x" * 2_000),
    draft(step(), step("b", when=when("matches", "(?i)^yes|é+$"))),
]


@pytest.mark.parametrize("valid", VALID, ids=range(len(VALID)))
def test_a_valid_draft_has_no_problems(valid: WorkflowDraft) -> None:
    """And comes back from JSON as it was."""
    assert valid.problems(AGENTS) == []
    check_draft(valid, AGENTS)
    assert WorkflowDraft.model_validate(valid.model_dump(mode="json")) == valid


CASES: list[tuple[str, str, WorkflowDraft, str]] = [
    ("name_bad", "name", draft(step(), name=" "), "empty"),
    ("name_bad", "name", draft(step(), name="x" * 121), "120"),
    ("name_bad", "name", draft(step(), name="\x00"), "NUL"),
    ("name_steers", "name", draft(step(), name="a\u202eb"), "name"),
    ("description_bad", "description", draft(step(), description="x" * 2_001), "2000"),
    ("description_bad", "description", draft(step(), description="\ud800"), "surrogate"),
    ("no_steps", "steps", draft(), "no steps"),
    ("many_steps", "steps", draft(*(step("A") for _ in range(201))), "201"),
    ("step_name_bad", "steps[0].name", draft(step("")), "first_draft"),
    ("step_name_bad", "steps[1].name", draft(step(), step("__class__")), "first_draft"),
    ("step_name_bad", "steps[0].name", draft(step("x" * 61)), "60"),
    ("step_name_twice", "steps[2].name", draft(step(), step("b"), step("a")), "a"),
    ("no_agent", "steps[0].agent_id", draft(step(agent_id=None)), "Choose"),
    ("unknown_agent", "steps[0].agent_id", draft(step(agent_id=3)), "agent 3"),
    ("approval_agent", "steps[0].agent_id", draft(approval(agent_id=1)), "person"),
    ("no_input", "steps[0].input", draft(step(input=" \n")), "{{ input }}"),
    ("input_bad", "steps[0].input", draft(step(input="x\x00")), "NUL"),
    ("input_bad", "steps[0].input", draft(step(input="\ud800")), "surrogate"),
    ("template_syntax", "steps[0].input", draft(step(input="{{")), "Line 1"),
    ("template_unknown_name", "steps[0].input", draft(step(input="{{ inptu }}")), "inptu"),
    ("template_not_output", "steps[0].input", draft(step(input="{{ input.x }}")), "steps.NAME.output"),
    ("template_not_allowed", "steps[0].input", draft(step(input="{{ input() }}")), "call"),
    ("template_too_long", "steps[0].input", draft(step(input="x" * 20_001)), "20,000"),
    ("template_cannot_fill", "steps[0].input", draft(step(input="{{ input | truncate(1) }}")), "filled"),
    ("template_unknown_name", "steps[0].input", draft(approval(input="{{ x }}")), "x"),
    ("unknown_step", "steps[0].input", draft(step(input="{{ steps.lost.output }}")), "lost"),
    ("unknown_step", "steps[0].depends_on", draft(step(depends_on=["lost"])), "lost"),
    ("unknown_step", "steps[0].when", draft(step(when=when(before="lost"))), "lost"),
    ("value_long", "steps[1].when", draft(step(), step("b", when=when(value="x" * 1_001))), "1000"),
    ("value_bad", "steps[1].when", draft(step(), step("b", when=when(value="\x00"))), "NUL"),
    ("value_bad", "steps[1].when", draft(step(), step("b", when=when("matches", "\ud800"))), "surrogate"),
    ("value_regex", "steps[1].when", draft(step(), step("b", when=when("matches", "(a"))), "RE2"),
    ("value_regex", "steps[1].when", draft(step(), step("b", when=when("matches", "(?=a)"))), "RE2"),
    ("value_regex", "steps[1].when", draft(step(), step("b", when=when("matches", r"(a)\1"))), "RE2"),
    ("value_number", "steps[1].when", draft(step(), step("b", when=when("less", "five"))), "0.75"),
    ("field_syntax", "steps[1].when", draft(step(), step("b", when=when(field="a..b"))), "a.b[0]"),
    ("timeout_bad", "steps[0].timeout_seconds", draft(step(timeout_seconds=0)), "86400"),
    ("timeout_bad", "steps[0].timeout_seconds", draft(step(timeout_seconds=86_401)), "86400"),
    ("timeout_bad", "steps[0].timeout_seconds", draft(step(timeout_seconds=float("nan"))), "86400"),
    ("retries_bad", "steps[0].retries", draft(step(retries=-1)), "0 to 10"),
    ("retries_bad", "steps[0].retries", draft(step(retries=11)), "0 to 10"),
    ("templates_much", "steps", draft(*(step(f"s{n}", input="{{ input }}" * 1_000) for n in range(11))), "10,000"),
    ("template_too_much", "steps[0].input", draft(step(input="{{ input }}" * 1_001)), "1000"),
    ("cycle", "steps[0].depends_on", draft(step(depends_on=["a"])), "a → a"),
    ("cycle", "steps[0].depends_on", draft(step(input="{{ steps.a.output }}")), "a → a"),
    ("cycle", "steps[0].depends_on", draft(step(when=when())), "a → a"),
]


@pytest.mark.parametrize(("code", "place", "wrong", "words"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)])
def test_each_problem_is_told_once_at_its_place(code: str, place: str, wrong: WorkflowDraft, words: str) -> None:
    """One problem, its code, its place as a caller writes it, and words that say what would be right."""
    (problem,) = wrong.problems(AGENTS)
    assert (problem.code, problem.place) == (code, place)
    assert words in problem.message
    assert problem.as_json() == {"field": place, "code": code, "message": problem.message}
    with pytest.raises(InvalidInput) as found:
        check_draft(wrong, AGENTS)
    assert found.value.field == place
    assert found.value.details["problems"] == [problem.as_json()]
    if "limit" in problem.values:
        assert found.value.details["limit"] == int(problem.values["limit"])


def test_every_code_has_a_case() -> None:
    """A new problem comes with its test."""
    source = Path(workflow.__file__).read_text()
    written = set(re.findall(r'Problem\([^,]+, [^,]+, "([a-z_]+)"', source))
    assert written <= {code for code, *_ in CASES}
    assert len(written) >= 13


def test_a_circle_is_told_at_each_of_its_steps() -> None:
    """And not at those that only hang on it."""
    wrong = draft(
        step("start"), step("a", depends_on=["b", "start"]), step("b", depends_on=["a"]), step("c", depends_on=["b"])
    )
    problems = wrong.problems(AGENTS)
    assert [(each.place, each.values["circle"]) for each in problems] == [
        ("steps[1].depends_on", "a → b → a"),
        ("steps[2].depends_on", "a → b → a"),
    ]


def test_problems_come_in_the_order_of_the_fields() -> None:
    """First the workflow's own, then step by step: the first is the one an error names."""
    wrong = draft(
        step("A", agent_id=None, retries=99), step("b", depends_on=["x"], when=when("matches", "(", "y")), name=""
    )
    assert [each.place for each in wrong.problems(AGENTS)] == [
        *("name", "steps[0].name", "steps[0].agent_id", "steps[0].retries"),
        *("steps[1].depends_on", "steps[1].when", "steps[1].when"),
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"retries": "1"},
        {"retries": 1.5},
        {"retries": True},
        {"agent_id": "1"},
        {"type": "robot"},
        {"more": 1},
        {"depends_on": "b"},
        {"depends_on": ["b"] * 201},
        {"when": {"step": "a", "op": "is", "value": "x"}},
        {"when": {"step": "a", "op": "equals", "value": "x", "more": 1}},
    ],
)
def test_types_are_not_bent(values: dict[str, Any]) -> None:
    """What the wire or the database holds is right or refused."""
    with pytest.raises(ValidationError):
        WorkflowStep.model_validate({"name": "a", **values})


def test_dependencies_come_from_everywhere() -> None:
    """Stated, in the condition, and in the template; a broken template adds none."""
    found = step("d", depends_on=["a"], when=when(before="b"), input="{{ steps.c.output }}{{ input }}")
    assert found.dependencies == {"a", "b", "c"}
    assert step("d", depends_on=["a"], input="{{ steps.c.output").dependencies == {"a"}


def test_a_stored_workflow_changes_by_draft_and_shows_as_on_the_wire() -> None:
    """The export holds the contract's shape, its id and its times."""
    at = now()
    stored = Workflow(7, "W", "D", (step(when=None), approval()), at, at, 3)
    wire = stored.as_json()
    assert set(wire) == {"id", "name", "description", "steps", "version", "created_at", "updated_at"}
    assert set(wire["steps"][0]) == {
        *("name", "type", "agent_id", "input", "depends_on", "when", "timeout_seconds", "retries"),
    }
    changed = stored.draft(name="V")
    assert (changed.name, changed.description, tuple(changed.steps)) == ("V", "D", stored.steps)


def test_a_problem_of_the_workflow_has_no_step_in_its_place() -> None:
    """`steps[2].input` for a step's, `name` for the workflow's."""
    assert Problem(None, "name", "x", "m").place == "name"
    assert Problem(2, "input", "x", "m").place == "steps[2].input"
