"""What a page shows of an execution's steps: graph, timeline, and the step that is looked at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from execution_hub.domain.agent import Agent
from execution_hub.domain.plan import Plan
from execution_hub.domain.step import ROUNDS_MAX, Round, Step, StepStatus
from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.domain.workflow import APPROVAL, Condition, Workflow, WorkflowStep
from execution_hub.pool import WorkPool
from execution_hub.views.ran_with import load_plan, ran_agents, workflow_since
from execution_hub.views.steps import (
    PAST_MAX,
    PastRound,
    Question,
    StepFacts,
    graph_edges,
    graph_nodes,
    step_to_follow,
    waterfall_bars,
)

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AGENT = Agent(
    id=7,
    name="Helper",
    description="",
    model="simulated",
    system_prompt="Be brief.",
    max_tokens=2_048,
    timeout_seconds=None,
    retries=0,
    created_at=START,
    updated_at=START,
)
WORKFLOW = Workflow(
    1,
    "Diamond",
    "",
    (
        WorkflowStep(name="draft", agent_id=7, input="{{ input }}"),
        WorkflowStep(name="left", agent_id=7, input="{{ steps.draft.output }}"),
        WorkflowStep(
            name="right",
            agent_id=7,
            input="x",
            when=Condition(step="draft", op="contains", value="a long condition that is cut"),
        ),
        WorkflowStep(name="ask", type=APPROVAL, depends_on=["left", "right"]),
    ),
    START,
    START,
)
PLAN = Plan.of(WORKFLOW, {7: AGENT.definition()})


def at(seconds: float) -> datetime:
    """Return a moment of the run."""
    return START + timedelta(seconds=seconds)


def make_steps(**changes: dict[str, object]) -> list[Step]:
    """Return the steps of WORKFLOW, all pending, with some values changed."""
    return [replace(step, **changes.get(step.name, {})) for step in PLAN.new_steps()]  # type: ignore[arg-type]


DONE: dict[str, object] = {
    "status": StepStatus.SUCCEEDED,
    "ready_at": at(0),
    "started_at": at(1),
    "finished_at": at(5.2),
    "usage": Usage(1_000, 100),
}
RUNNING: dict[str, object] = {"status": StepStatus.RUNNING, "ready_at": at(5.2), "started_at": at(5.3), "attempt": 1}


def test_nodes_say_who_does_it_then_what_it_took() -> None:
    """A step to come names its agent, or that a person is needed; one that ended its time and tokens."""
    nodes = graph_nodes(make_steps(draft=DONE, left=RUNNING, right=RUNNING), PLAN, {"left"}, "en")
    assert [(node.key, node.status, node.label) for node in nodes] == [
        ("draft", "succeeded", "4.2 s · 1.1k tokens"),
        ("left", "running", ""),
        ("right", "running", ""),
        ("ask", "pending", "needs a person"),
    ]
    assert [node.phase for node in nodes[1:3]] == ["Writing", "Waiting for the model"]
    assert graph_nodes(make_steps(), PLAN, (), "zh")[3].label == "需要人工处理"
    assert graph_nodes(make_steps(), None, (), "en")[0].label == ""


def test_a_step_that_waits_for_a_call_says_which_tool_asks() -> None:
    """On its node, whether it runs on beside others or waits; the page follows it once nothing else runs."""
    steps = make_steps(draft=RUNNING)
    (node, *_) = graph_nodes(steps, PLAN, {"draft"}, "en", asking={"draft": ["send\u202email"]})
    assert (node.asks, node.phase) == ("asks for send⟨U+202E⟩mail",) * 2
    (node, *_) = graph_nodes(steps, PLAN, (), "zh", asking={"draft": ["a", "b"]})
    assert node.asks == "请求 a 和另外 1 个"
    waiting = make_steps(draft=DONE, left={"status": StepStatus.WAITING})
    assert step_to_follow(waiting, "draft", is_finished=False, asking=["left"]) == "left"


def test_edges_follow_the_work() -> None:
    """Done, active towards what runs, dashed around what was skipped; a condition stands on its line, cut."""
    skipped: dict[str, object] = {"status": StepStatus.SKIPPED, "error_code": "condition_not_met"}
    edges = graph_edges(make_steps(draft=DONE, left=RUNNING, right=skipped), PLAN, "en")
    assert [(edge.source, edge.target, edge.status) for edge in edges] == [
        ("draft", "left", "active"),
        ("draft", "right", "skipped"),
        ("left", "ask", ""),
        ("right", "ask", "skipped"),
    ]
    assert [edge.label for edge in edges] == ["", "contains “a long condition that is…”", "", ""]
    assert graph_edges(make_steps(), None, "en") == []


def test_bars_stand_in_the_order_of_time_and_a_persons_time_begins_with_the_question() -> None:
    """What never began has no place in time, though its end was noted."""
    asked: dict[str, object] = {"status": StepStatus.SUCCEEDED, "ready_at": at(6), "finished_at": at(66)}
    cancelled: dict[str, object] = {"status": StepStatus.CANCELLED, "finished_at": at(70)}
    bars = waterfall_bars(make_steps(draft=DONE, left=cancelled, right=RUNNING, ask=asked))
    assert [(bar.name, bar.duration_text) for bar in bars] == [
        ("draft", "4.2 s"),
        ("right", ""),
        ("ask", "1 m 00 s"),
        ("left", ""),
    ]
    assert bars[2].started_at == bars[2].queued_at
    assert bars[3].finished_at == ""


@pytest.mark.parametrize(
    ("changes", "shown", "is_finished", "wanted"),
    [
        ({}, "", False, ""),
        ({"draft": RUNNING}, "", False, "draft"),
        ({"left": RUNNING, "right": RUNNING}, "right", False, "right"),
        ({"draft": DONE, "left": RUNNING}, "draft", False, "left"),
        ({"draft": DONE}, "", False, "draft"),
        ({"draft": DONE, "ask": {"status": StepStatus.WAITING}}, "left", False, "left"),
        ({"draft": DONE, "left": {"status": StepStatus.FAILED}}, "", True, "left"),
        ({"draft": DONE}, "", True, ""),
        ({"draft": DONE}, "ask", True, "ask"),
    ],
)
def test_the_page_follows_what_runs(
    changes: dict[str, dict[str, object]], shown: str, is_finished: bool, wanted: str
) -> None:
    """What is looked at stays as long as it runs and while nothing else does."""
    assert step_to_follow(make_steps(**changes), shown, is_finished=is_finished) == wanted


def test_a_cut_step_is_marked_in_graph_timeline_and_panel() -> None:
    """With the reason and the limit it met; one that failed for it says so in its error."""
    cut: dict[str, object] = {**DONE, "is_cut": True, "stop_reason": "max_tokens"}
    steps = make_steps(draft=cut, left=DONE, right={**cut, "status": StepStatus.FAILED})
    assert [node.is_cut for node in graph_nodes(steps, PLAN, (), "en")] == [True, False, False, False]
    assert graph_nodes(steps, PLAN, (), "en")[0].label == "cut · 4.2 s · 1.1k tokens"
    assert graph_nodes(steps, PLAN, (), "zh")[0].label.startswith("已截断 · ")
    assert [bar.is_cut for bar in waterfall_bars(steps)].count(True) == 1
    facts = StepFacts.of(steps[0], PLAN)
    assert (facts.is_cut, facts.stop_reason, facts.max_tokens_text) == (True, "max_tokens", "2,048")
    assert not StepFacts.of(steps[1], PLAN).is_cut


def test_a_step_whose_usage_nobody_told_says_so() -> None:
    """Instead of no tokens at all."""
    steps = make_steps(draft={**DONE, "usage": UNKNOWN}, left={**RUNNING, "usage": UNKNOWN})
    assert graph_nodes(steps, PLAN, (), "en")[0].label == "4.2 s · tokens unknown"
    assert [StepFacts.of(step, PLAN).is_unknown for step in steps[:2]] == [True, False]


def test_the_facts_of_a_step_name_its_agent_and_its_figures() -> None:
    """Figures of a step that runs are "so far"; those of an interrupted call are "at least" once it has ended."""
    usage = Usage(10, 20, cost_usd=0.0031, is_partial=True)
    step = make_steps(left={**DONE, "usage": usage, "input": "x" * 1_200})[1]
    facts = StepFacts.of(step, PLAN)
    assert (facts.agent_name, facts.model, facts.duration_text) == ("Helper", "simulated", "4.2 s")
    assert (facts.tokens_text, facts.cost_text, facts.is_partial) == ("10 / 20", "$0.0031", True)
    assert facts.input_size_text == "1,200"
    running = StepFacts.of(make_steps(left={**RUNNING, "usage": usage})[1], PLAN)
    assert (running.is_writing, running.is_partial, running.duration_text) == (True, False, "")
    assert StepFacts.of(step, None).agent_name == ""


def test_a_question_can_be_sent_back_to_agents_that_have_answered_until_they_have_had_their_rounds() -> None:
    """With the last remark; not where nobody has answered before it, or nobody knows what came before."""
    waits: dict[str, object] = {"status": StepStatus.WAITING, "input": "Print **this**?", "round": 2}
    steps = make_steps(left=DONE, right={"status": StepStatus.SKIPPED}, ask=waits)
    rounds = [Round(1, StepStatus.WAITING, None, "Shorter", START)]
    question = Question.of(steps[3], steps, PLAN, rounds, count=3)
    assert question == Question("ask", 2, ["Print **this**?"], "Shorter", 3, may_send_back=True)
    spent = make_steps(left={**DONE, "round": ROUNDS_MAX}, ask=waits)
    assert [Question.of(spent[3], spent, PLAN).may_send_back, Question.of(spent[3], spent, PLAN).is_spent] == [
        False,
        True,
    ]
    nobody = make_steps(left={"status": StepStatus.SKIPPED}, ask={**waits, "input": " "})
    for plan in (PLAN, None):
        alone = Question.of(nobody[3], nobody, plan)
        assert (alone.may_send_back, alone.is_spent, alone.texts) == (False, False, [])


def test_of_a_long_answer_that_was_sent_back_the_beginning_is_shown() -> None:
    """And said to be that; a step that was stopped had made nothing."""
    long = PastRound.of(Round(1, StepStatus.SUCCEEDED, "x" * (PAST_MAX + 1), "No.", START))
    assert (long.texts, long.is_cut, long.remark) == (["x" * PAST_MAX], True, "No.")
    assert PastRound.of(Round(2, StepStatus.RUNNING, None, "", START)) == PastRound(2)


async def test_what_became_of_the_workflow_and_its_agents() -> None:
    """A new description is no change of what runs; other steps are, and what is gone is deleted."""
    assert await load_plan(PLAN.as_json(), WorkPool()) == PLAN
    assert await load_plan({"name": "Helper", "model": "simulated"}, WorkPool()) is None
    assert workflow_since(PLAN, replace(WORKFLOW, description="Other")) == "same"
    assert workflow_since(PLAN, replace(WORKFLOW, steps=WORKFLOW.steps[:3])) == "changed"
    assert workflow_since(PLAN, None) == "deleted"
    changed = replace(AGENT, system_prompt="Other")
    now: list[dict[int, Agent]] = [{7: AGENT}, {7: changed}, {}]
    found = [(await ran_agents(PLAN, agents, WorkPool()))[0] for agents in now]
    assert [each.since for each in found] == ["same", "changed", "deleted"]
    assert [[one.name for one in each.differences] for each in found] == [[], ["system_prompt"], []]
