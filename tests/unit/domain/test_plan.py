"""Plans: what happens next to each step, and what comes out in the end."""

import json
import random
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.clock import now
from execution_hub.domain.plan import BLOCKED, NOT_MET, NOTHING_BEFORE, Move, Plan
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.template import TemplateProblem
from execution_hub.domain.workflow import Condition, Workflow, WorkflowStep

AGENTS = {1: AgentDefinition("Ada", "simulated", "Be brief.", 64), 2: AgentDefinition("Bob", "m", "", 9)}


def plan(*steps: WorkflowStep) -> Plan:
    """Return the plan of a workflow of these steps."""
    return Plan.of(Workflow(1, "W", "", steps, now(), now()), AGENTS)


def step(name: str, *before: str, **values: Any) -> WorkflowStep:
    """Return a step of agent 1 that depends on others."""
    return WorkflowStep(**{"name": name, "agent_id": 1, "input": "{{ input }}", "depends_on": list(before), **values})


def states(found: Plan, **statuses: str) -> dict[str, Step]:
    """Return the steps of a plan, pending unless said otherwise; `blocked` is skipped because of a failure."""
    made = {}
    for each in found.new_steps():
        status = statuses.get(each.name, "pending")
        if status == "blocked":
            made[each.name] = replace(each, status=StepStatus.SKIPPED, error_code=BLOCKED, output="")
        elif status == "skipped":
            made[each.name] = replace(each, status=StepStatus.SKIPPED, error_code=NOT_MET, output="")
        else:
            output = f"Out of {each.name}" if status == "succeeded" else None
            made[each.name] = replace(each, status=StepStatus(status), output=output)
    return made


FAN_IN = plan(step("a"), step("b"), step("c", "a", "b"))
YES = Condition(step="a", op="contains", value="out")
NO = Condition(step="a", op="equals", value="no")


@pytest.mark.parametrize(
    ("a", "b", "code", "is_due"),
    [
        ("pending", "pending", "", False),
        ("succeeded", "pending", "", False),
        ("succeeded", "running", "", False),
        ("succeeded", "waiting", "", False),
        ("failed", "running", "", False),
        ("succeeded", "succeeded", "", True),
        ("succeeded", "skipped", "", True),
        ("skipped", "skipped", NOTHING_BEFORE, False),
        ("failed", "succeeded", BLOCKED, False),
        ("failed", "skipped", BLOCKED, False),
        ("cancelled", "succeeded", BLOCKED, False),
        ("blocked", "succeeded", BLOCKED, False),
        ("blocked", "blocked", BLOCKED, False),
        ("blocked", "skipped", BLOCKED, False),
    ],
)
def test_a_fan_in_waits_goes_on_or_is_skipped(a: str, b: str, code: str, is_due: bool) -> None:
    """It waits for all; one that succeeded is enough if the others were skipped; a failure anywhere blocks it."""
    move = FAN_IN.next_move("c", states(FAN_IN, a=a, b=b))
    assert (move.code, move.is_due) == (code, is_due)
    assert bool(move.reason) is bool(code)


def test_a_step_that_waits_for_nothing_is_due() -> None:
    """From the beginning."""
    assert FAN_IN.next_move("a", states(FAN_IN)) == Move(is_due=True)


@pytest.mark.parametrize(
    ("when", "a", "code", "is_due"),
    [
        (YES, "succeeded", "", True),
        (NO, "succeeded", NOT_MET, False),
        (YES, "running", "", False),
        (YES, "failed", BLOCKED, False),
        (YES, "blocked", BLOCKED, False),
        (YES, "skipped", NOTHING_BEFORE, False),
    ],
)
def test_a_condition_decides_only_once_its_step_has_ended(when: Condition, a: str, code: str, is_due: bool) -> None:
    """And only where nothing else has decided already."""
    found = plan(step("a"), step("b", when=when))
    move = found.next_move("b", states(found, a=a))
    assert (move.code, move.is_due) == (code, is_due)


@pytest.mark.parametrize(
    ("output", "code", "words"),
    [
        ("yes", "condition_not_json", "not JSON"),
        ("{}", "condition_no_field", "no such field"),
        ('{"n": "x"}', "condition_no_number", "not a number"),
        ('{"n": 9}', "condition_not_met", "not met"),
    ],
)
def test_a_step_says_why_its_condition_was_not_met(output: str, code: str, words: str) -> None:
    """And what has the same condition with `not` runs instead."""
    when = {"step": "a", "op": "less", "value": "5", "field": "n"}
    found = plan(
        step("a"),
        step("b", when=Condition.model_validate(when)),
        step("c", when=Condition.model_validate({**when, "not": True})),
    )
    steps = states(found, a="succeeded")
    steps["a"] = replace(steps["a"], output=output)
    move = found.next_move("b", steps)
    assert (move.is_due, move.code) == (False, code)
    assert words in move.reason
    assert found.next_move("c", steps) == Move(is_due=True)


def test_a_condition_on_a_skipped_step_sees_an_empty_output() -> None:
    """Where another step before it succeeded: `equals ""` holds, `contains` a word does not."""
    for when, is_due in ((Condition(step="a", op="equals", value=""), True), (YES, False)):
        found = plan(step("a"), step("b"), step("c", "b", when=when))
        assert found.next_move("c", states(found, a="skipped", b="succeeded")).is_due is is_due


def test_the_input_of_a_step_is_its_template_filled() -> None:
    """With the input of the execution and the outputs so far; a skipped step's is empty."""
    found = plan(step("a"), step("b"), step("c", input="{{ input }}|{{ steps.a.output }}|{{ steps.b.output }}|"))
    assert found.fill("c", "In", states(found, a="succeeded", b="skipped")) == "In|Out of a||"
    long = states(found, a="succeeded", b="succeeded")
    long["a"] = replace(long["a"], output="x" * 1_000_001)
    with pytest.raises(TemplateProblem) as problem:
        found.fill("c", "In", long)
    assert problem.value.code == "too_long"


@pytest.mark.parametrize(
    ("ended", "output"),
    [
        ({"a": "succeeded", "b": "succeeded", "c": "succeeded"}, {"b": "Out of b", "c": "Out of c"}),
        ({"a": "succeeded", "b": "succeeded", "c": "skipped"}, "Out of b"),
        ({"a": "succeeded", "b": "failed", "c": "succeeded"}, "Out of c"),
        ({"a": "succeeded", "b": "skipped", "c": "skipped"}, ""),
        ({"a": "failed", "b": "blocked", "c": "blocked"}, ""),
    ],
)
def test_the_output_is_that_of_the_last_step_or_an_object_by_name(ended: dict[str, str], output: Any) -> None:
    """Only steps that end it count, and of these only those that succeeded."""
    found = plan(step("a"), step("b", "a"), step("c", "a"))
    text = found.output(states(found, **ended))
    assert (json.loads(text) if isinstance(output, dict) else text) == output


def test_the_only_end_is_the_output_as_it_is() -> None:
    """Text stays text, also where it looks like JSON or is not ASCII."""
    found = plan(step("a"), step("b", "a"))
    for text in ('{"x": 1}', "世界\n", ""):
        ended = states(found, a="succeeded", b="succeeded")
        ended["b"] = replace(ended["b"], output=text)
        assert found.output(ended) == text


def test_outputs_of_several_ends_past_the_most_are_cut_to_their_shares() -> None:
    """So that the object is still JSON; at the limit nothing is cut, and of one end nothing ever is."""
    found = plan(step("a"), step("b", "a"), step("c", "a"))
    ended = states(found, a="succeeded", b="succeeded", c="succeeded")
    ended |= {name: replace(ended[name], output="é" * 100) for name in ("b", "c")}
    assert not found.is_past(ended, 400)
    assert found.is_past(ended, 399)
    assert json.loads(found.output(ended, 400)) == {"b": "é" * 100, "c": "é" * 100}
    assert json.loads(found.output(ended, 40)) == {"b": "é" * 10, "c": "é" * 10}


def test_no_more_of_long_outputs_is_looked_at_than_the_most() -> None:
    """Two hundred of the largest cost about as much as a few: the event loop waits for it."""
    names = [f"s{number}" for number in range(200)]
    found = plan(*(step(name) for name in names))
    output = "é" * 1_000_000
    ended = {
        name: replace(each, output=output) for name, each in states(found, **dict.fromkeys(names, "succeeded")).items()
    }
    began = time.process_time()
    for _ in range(10):
        output.encode()
    ten = time.process_time() - began
    began = time.process_time()
    assert found.is_past(ended, 2_000_000)
    assert len(found.output(ended, 2_000_000)) < 2_100_000
    assert time.process_time() - began < max(2 * ten, 0.2)


def test_a_plan_comes_back_from_what_is_stored() -> None:
    """Steps, agents and names, through real JSON."""
    found = plan(
        step("a", timeout_seconds=2.5, retries=3),
        WorkflowStep(name="gate", type="approval", input="?", depends_on=["a"]),
        step("b", "gate", when=Condition(step="a", op="matches", value="é+"), agent_id=2),
    )
    stored = json.loads(json.dumps(found.as_json()))
    again = Plan.from_json(stored)
    assert (again.name, again.steps, again.agents) == (found.name, found.steps, found.agents)
    assert again.as_json() == found.as_json()
    assert again.order == found.order == ("a", "gate", "b")
    assert again.dependencies["b"] == {"gate", "a"}


def test_a_plan_keeps_only_the_agents_it_uses_and_says_their_one_model() -> None:
    """So that what only the offline model answers is marked; with several models there is none to name."""
    assert plan(step("a")).as_json()["model"] == "simulated"
    assert set(plan(step("a")).agents) == {1}
    assert plan(step("a"), step("b", agent_id=2)).as_json()["model"] is None
    assert plan(WorkflowStep(name="gate", type="approval")).as_json()["model"] is None


def test_new_steps_are_pending_in_the_order_of_the_definition() -> None:
    """Whatever waits for whatever."""
    found = plan(step("b", "a"), step("a"), WorkflowStep(name="gate", type="approval")).new_steps()
    assert [(each.name, each.position, each.type, each.agent_id) for each in found] == [
        *(("b", 0, "agent", 1), ("a", 1, "agent", 1), ("gate", 2, "approval", None)),
    ]
    assert {each.status for each in found} == {StepStatus.PENDING}


def test_every_plan_comes_to_an_end() -> None:
    """Random graphs with random endings: moves are never stuck, each step ends once, after all it waits for."""
    rng = random.Random(17)
    for _ in range(300):
        names = [f"s{index}" for index in range(rng.randint(1, 10))]
        steps = []
        for at, name in enumerate(names):
            before = rng.sample(names[:at], rng.randint(0, min(3, at)))
            value = rng.choice(["out", "never"])
            when = Condition(step=before[0], op="contains", value=value) if before and rng.random() < 0.4 else None
            steps.append(step(name, *before, when=when))
        rng.shuffle(steps)
        found = plan(*steps)
        check_run(found, rng)


def check_run(found: Plan, rng: random.Random) -> None:
    """Let a plan run with random endings."""
    now_steps: Mapping[str, Step] = states(found)
    order: list[str] = []
    while left := [name for name in found.order if not now_steps[name].is_finished]:
        moved = False
        for name in left:
            move = found.next_move(name, now_steps)
            if not move.is_due and not move.code:
                continue
            moved = True
            assert all(before in order for before in found.dependencies[name])
            order.append(name)
            status = "skipped" if move.code else rng.choice(["succeeded", "succeeded", "failed"])
            ended = replace(states(found, **{name: status})[name], error_code=move.code or None)
            now_steps = {**now_steps, name: ended}
        assert moved, "stuck"
    assert sorted(order) == sorted(found.steps)
    for name in order:
        blocked = now_steps[name].error_code == BLOCKED
        before = [now_steps[each] for each in found.dependencies[name]]
        assert blocked is any(each.status is StepStatus.FAILED or each.error_code == BLOCKED for each in before)
    assert isinstance(found.output(now_steps), str)


def test_an_output_is_used_where_it_ends_the_whole_or_a_step_took_it() -> None:
    """By its template or its condition; one that is only waited for is not."""
    found = plan(
        step("a"),
        step("waited"),
        step("b", "waited", input="{{ steps.a.output }}"),
        step("asked"),
        step("c", input="hello", when=Condition(step="asked", op="equals", value="no")),
        step("unread"),
        step("d", input="{{ steps.unread.output }}", when=Condition(step="asked", op="equals", value="no")),
    )
    ran = dict.fromkeys(("a", "waited", "b", "asked", "unread"), "succeeded")
    used = found.used(states(found, **ran, c="skipped", d="skipped"))
    assert [each.name for each in used] == ["a", "b", "asked"]


def test_before_a_step_are_the_agents_it_directly_depends_on_each_with_all_that_follows_it() -> None:
    """Approvals are no agents, and what only follows the step itself follows its agents, too."""
    gate = WorkflowStep(name="gate", type="approval", input="{{ steps.b.output }}", depends_on=["other"])
    found = plan(
        step("a"),
        step("b", "a"),
        step("c", "b"),
        WorkflowStep(name="other", type="approval"),
        gate,
        step("after", "gate"),
        step("aside", "a"),
    )
    assert found.before("gate") == {"b": {"c", "gate", "after"}}
    assert found.before("other") == {}
    assert found.before("c") == {"b": {"c", "gate", "after"}}
