"""Workflows in one process: real SQLite, real engine, the real SDK against the local Messages API."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import OUTPUT_MAX_BYTES, Execution, Progress
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.workflow import Condition, WorkflowDraft, WorkflowStep
from execution_hub.errors import Conflict, InvalidInput
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.store.database import Connection
from tests.support import messages_replies as replies
from tests.support.hub import ended, eventually, make_settings
from tests.support.messages_replies import Call, Reply
from tests.support.messages_server import MessagesServer

CLAUDE = AgentDraft(name="Claude", model="claude-sonnet-5-5", max_tokens=100)
PAUSE_SECONDS = 0.05


@pytest.fixture
async def claude(hub: Hub) -> int:
    """Return an agent that asks the local Messages API."""
    return (await hub.agents.create(CLAUDE)).id


def make_step(agent_id: int) -> Callable[..., WorkflowStep]:
    """Return what makes steps of an agent; what it depends on comes after the name."""

    def step(name: str, *before: str, **values: Any) -> WorkflowStep:
        given = {"name": name, "agent_id": agent_id, "input": name, "depends_on": list(before), **values}
        return WorkflowStep(**given)

    return step


def approval(name: str = "gate", *before: str, **values: Any) -> WorkflowStep:
    """Return an approval."""
    return WorkflowStep(name=name, type="approval", input="Go on?", depends_on=list(before), **values)


async def run(hub: Hub, *steps: WorkflowStep, text: str = "hello") -> Execution:
    """Store a workflow of these steps and start it."""
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=list(steps)))
    return await hub.executions.start(WorkflowRun(workflow.id, input=text))


async def steps_of(hub: Hub, execution_id: int) -> dict[str, Step]:
    """Return the steps of an execution by name."""
    return {step.name: step for step in await hub.history.steps(execution_id)}


async def until(hub: Hub, execution_id: int, status: Status) -> Execution:
    """Wait until an execution has a status."""

    async def check() -> Execution | None:
        found = await hub.history.get(execution_id)
        return found if found.status is status else None

    found: Execution = await eventually(check)
    return found


async def until_step(hub: Hub, execution_id: int, name: str, status: StepStatus) -> Step:
    """Wait until a step has a status."""

    async def check() -> Step | None:
        found = await hub.history.step(execution_id, name)
        return found if found.status is status else None

    found: Step = await eventually(check)
    return found


def by_input(answers: dict[str, Reply], other: Reply | None = None) -> Reply:
    """Return a reply that depends on the input: the first key that begins it."""

    def play(call: Call) -> Iterator[Any]:
        found = next((reply for key, reply in answers.items() if call.input.startswith(key)), other)
        return (found or replies.text([f"answer to {call.input}"]))(call)

    return play


def inputs(server: MessagesServer) -> list[str]:
    """Return what the server was asked, in order."""
    return [call.input for call in server.calls]


async def log_of(hub: Hub, execution_id: int) -> list[Any]:
    """Return the log of an execution, whose numbers have no gap."""
    log = (await hub.history.events(execution_id)).events
    assert [event.seq for event in log] == list(range(1, len(log) + 1))
    return log


async def test_a_diamond_runs_its_branches_at_once(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """Both branches are with the provider at the same time, each output stays at its own node, all is in the log."""
    step = make_step(claude)
    messages_server.default = lambda call: replies.default_reply(call, delay=0.02)
    started = await run(
        hub,
        step("top", input="top of {{ input }}"),
        step("left", input="left of {{ steps.top.output | length }}"),
        step("right", input="right of {{ steps.top.output | length }}"),
        step("bottom", input="{{ steps.left.output }} + {{ steps.right.output }}"),
    )
    assert started.status is Status.PENDING
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (found.status, found.error) == (Status.SUCCEEDED, None)
    for each in steps.values():
        assert each.status is StepStatus.SUCCEEDED
        assert each.output == replies.default_text(each.input or "")
        assert (each.attempt, each.error) == (1, None)
    assert steps["bottom"].input == f"{steps['left'].output} + {steps['right'].output}"
    assert found.output == steps["bottom"].output
    left, right = steps["left"], steps["right"]
    assert left.started_at and left.finished_at and right.started_at and right.finished_at
    assert max(left.started_at, right.started_at) < min(left.finished_at, right.finished_at)
    calls = {call.input.split()[0]: call for call in messages_server.calls}
    assert len(messages_server.calls) == 4
    assert calls["right"].started_at < (calls["left"].finished_at or 0)
    assert calls["left"].started_at < (calls["right"].finished_at or 0)
    assert (found.progress.done, found.progress.total) == (4, 4)
    assert found.usage.output_tokens == sum(each.usage.output_tokens or 0 for each in steps.values()) > 0
    log = await log_of(hub, started.id)
    for each in steps.values():
        told = [
            event.data["status"] for event in log if event.kind is EventKind.STEP and event.data["name"] == each.name
        ]
        assert told == ["running", "succeeded"]
        text = [event.data["text"] for event in log if event.kind is EventKind.TEXT and event.data["step"] == each.name]
        assert "".join(text) == each.output


async def test_conditions_choose_a_branch_and_the_fan_in_goes_on(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """The branch whose condition does not hold is skipped with all that hangs on it alone; its output is empty."""
    step = make_step(claude)
    messages_server.default = by_input({"judge": replies.text(["Good ", "enough"])})
    started = await run(
        hub,
        step("judge"),
        step("praise", when=Condition(step="judge", op="contains", value="good")),
        step("redo", when=Condition(step="judge", op="equals", value="bad")),
        step("after_redo", "redo"),
        step("last", input="[{{ steps.praise.output }}|{{ steps.redo.output }}]", depends_on=["after_redo"]),
    )
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert {name: each.status.value for name, each in steps.items()} == {
        "judge": "succeeded",
        "praise": "succeeded",
        "redo": "skipped",
        "after_redo": "skipped",
        "last": "succeeded",
    }
    assert (steps["redo"].error_code, steps["after_redo"].error_code) == ("condition_not_met", "skipped_before")
    assert (steps["redo"].output, steps["redo"].attempt, steps["redo"].started_at) == ("", 0, None)
    assert steps["last"].input == "[answer to praise|]"
    assert (found.status, found.progress.done) == (Status.SUCCEEDED, 5)
    assert sorted(inputs(messages_server)) == sorted(["judge", "praise", steps["last"].input])


@pytest.mark.parametrize(
    ("review", "ran", "code"),
    [
        ('{"score": 7.5}', "publish", "condition_not_met"),
        ('{"score": 3}', "revise", "condition_not_met"),
        ("I like it.", "revise", "condition_not_json"),
    ],
)
async def test_of_an_if_and_its_else_one_runs(
    hub: Hub, claude: int, messages_server: MessagesServer, review: str, ran: str, code: str
) -> None:
    """By a number in a JSON output; the other is skipped and says why, also where the output is no JSON."""
    messages_server.default = by_input({"review": replies.text([review])}, replies.text(["done"]))
    step, when = make_step(claude), {"step": "review", "op": "greater", "value": "5", "field": "score"}
    execution = await run(
        hub,
        step("review"),
        step("publish", when=Condition.model_validate(when)),
        step("revise", when=Condition.model_validate({**when, "not": True})),
        step("last", "publish", "revise"),
    )
    assert (await ended(hub, execution.id)).status is Status.SUCCEEDED
    steps = await steps_of(hub, execution.id)
    skipped = "revise" if ran == "publish" else "publish"
    assert {steps[each].status for each in ("review", ran, "last")} == {StepStatus.SUCCEEDED}
    assert (steps[skipped].status, steps[skipped].error_code) == (StepStatus.SKIPPED, code)
    assert "condition was not met" in (steps[skipped].error or "")


async def test_several_ends_give_an_object_by_name(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """Of those that were not skipped; one alone gives its text."""
    step = make_step(claude)
    messages_server.default = by_input({})
    never = Condition(step="a", op="equals", value="never")
    started = await run(hub, step("a"), step("b", "a"), step("c", "a"), step("d", "a", when=never))
    found = await ended(hub, started.id)
    assert json.loads(found.output or "") == {"b": "answer to b", "c": "answer to c"}


async def test_a_failure_stops_only_what_depends_on_it(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """The rest ends in peace and is paid for once; the execution fails and names the step."""
    step = make_step(claude)
    messages_server.default = by_input({"bad": replies.invalid(), "good": replies.text(["a", "b", "c"], delay=0.1)})
    started = await run(
        hub,
        step("bad"),
        step("good"),
        step("after_bad", "bad"),
        step("after_good", "good"),
        step("both", "after_bad", "good"),
    )
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert {name: each.status.value for name, each in steps.items()} == {
        "bad": "failed",
        "good": "succeeded",
        "after_bad": "skipped",
        "after_good": "succeeded",
        "both": "skipped",
    }
    assert (found.status, found.error_code) == (Status.FAILED, "step_failed")
    assert "bad" in (found.error or "")
    assert steps["bad"].error
    assert steps["bad"].error in (found.error or "")
    assert {steps[name].error_code for name in ("after_bad", "both")} == {"blocked"}
    assert found.output == "answer to after_good"
    assert sorted(inputs(messages_server)) == ["after_good", "bad", "good"]
    error = next(event.data for event in await log_of(hub, started.id) if event.kind is EventKind.ERROR)
    assert (error["code"], error["details"]) == ("step_failed", {"steps": ["bad"]})


async def test_several_failures_are_all_named(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """With the first one's reason."""
    step = make_step(claude)
    messages_server.default = replies.invalid()
    found = await ended(hub, (await run(hub, step("a"), step("b"))).id)
    assert (found.status, found.error_code) == (Status.FAILED, "step_failed")
    assert "2 steps failed (a, b)" in (found.error or "")


@pytest.mark.parametrize(("comment", "output"), [("", "Approved."), ("  Ship it 世界 ", "Ship it 世界")])
async def test_an_approval_is_an_output(
    hub: Hub, claude: int, messages_server: MessagesServer, comment: str, output: str
) -> None:
    """The execution waits and asks no model; approved, it goes on with the comment, in a new segment."""
    step = make_step(claude)
    started = await run(hub, step("a"), approval("gate", "a"), step("b", input="b: {{ steps.gate.output }}"))
    waiting = await until(hub, started.id, Status.WAITING)
    assert waiting.progress == Progress(1, 3, waiting.progress.phase)
    assert inputs(messages_server) == ["a"]
    answered = await hub.executions.answer_step(started.id, "gate", is_approved=True, comment=comment)
    assert answered.status is Status.PENDING
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (found.status, found.segment, found.interruptions) == (Status.SUCCEEDED, 1, 0)
    assert (steps["gate"].status, steps["gate"].output) == (StepStatus.SUCCEEDED, output)
    assert inputs(messages_server) == ["a", f"b: {output}"]
    assert {each.attempt for each in (steps["a"], steps["b"])} == {1}
    statuses = [event.data["status"] for event in await log_of(hub, started.id) if event.kind is EventKind.STATUS]
    assert statuses == ["pending", "running", "waiting", "pending", "running", "succeeded"]
    # Going on is no new attempt, for the log as for everybody else.
    assert {event.attempt for event in await log_of(hub, started.id)} == {0, 1}
    assert [each.attempt for each in (waiting, answered, found)] == [1, 1, 1]


async def test_a_rejection_fails_with_the_persons_words(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """What depends on it is skipped, what does not goes on; the status says that a person said no."""
    step = make_step(claude)
    started = await run(hub, approval(), step("after", "gate"), step("beside", "other"), approval("other"))
    await until(hub, started.id, Status.WAITING)
    await hub.executions.answer_step(started.id, "gate", is_approved=False, comment="Too long")
    await hub.executions.answer_step(started.id, "other", is_approved=True)
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (found.status, found.error_code) == (Status.FAILED, "rejected")
    assert "gate" in (found.error or "")
    assert "Too long" in (found.error or "")
    assert (steps["gate"].status, steps["gate"].error) == (StepStatus.FAILED, "Too long")
    assert (steps["after"].status, steps["beside"].status) == (StepStatus.SKIPPED, StepStatus.SUCCEEDED)
    assert inputs(messages_server) == ["beside"]
    # Neither what was rejected nor what was skipped for it is done.
    assert (found.progress.done, found.progress.total) == (2, 4)


async def test_an_answer_is_heard_while_another_branch_runs(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """No new segment: what waited for the person starts beside the branch that is still writing."""
    step = make_step(claude)
    messages_server.default = by_input({"long": replies.text(["x"] * 20, delay=0.1)})
    started = await run(hub, step("long"), approval(), step("after", "gate"))
    await until_step(hub, started.id, "gate", StepStatus.WAITING)
    answered = await hub.executions.answer_step(started.id, "gate", is_approved=True, comment="Yes")
    assert answered.status is Status.RUNNING
    after = await until_step(hub, started.id, "after", StepStatus.SUCCEEDED)
    assert (await hub.history.step(started.id, "long")).status is StepStatus.RUNNING
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (found.status, found.segment, found.attempt) == (Status.SUCCEEDED, 0, 1)
    assert after.finished_at and steps["long"].finished_at
    assert after.finished_at < steps["long"].finished_at


async def test_an_approval_answered_many_times_at_once_counts_once(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """One answer is taken, all others clash, and what follows is paid for once."""
    step = make_step(claude)
    started = await run(hub, approval(), step("after", "gate", input="{{ steps.gate.output }}"))
    await until(hub, started.id, Status.WAITING)
    answers = await asyncio.gather(
        *(hub.executions.answer_step(started.id, "gate", is_approved=True, comment=f"{n}") for n in range(10)),
        return_exceptions=True,
    )
    taken = [n for n, answer in enumerate(answers) if isinstance(answer, Execution)]
    assert len(taken) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 9
    found = await ended(hub, started.id)
    assert found.status is Status.SUCCEEDED
    assert inputs(messages_server) == [f"{taken[0]}"]
    told = [event for event in await log_of(hub, started.id) if event.kind is EventKind.STEP]
    assert sum(event.data["name"] == "gate" and event.data["status"] == "succeeded" for event in told) == 1
    with pytest.raises(Conflict):
        await hub.executions.answer_step(started.id, "gate", is_approved=False)
    assert (await hub.history.step(started.id, "gate")).output == f"{taken[0]}"


@asynccontextmanager
async def opened(data_dir: Path, server: MessagesServer, **values: Any) -> AsyncIterator[Hub]:
    """Open a hub with settings of its own."""
    settings = make_settings(data_dir, ANTHROPIC_API_KEY="k", ANTHROPIC_BASE_URL=server.url, **values)
    hub = await Hub.open(settings)
    # Loading the SDK takes a second, once: it must not count on the clock of what is measured here.
    await hub.models.fresh()
    try:
        yield hub
    finally:
        await hub.close()


async def test_twelve_that_wait_for_a_person_leave_all_ten_slots_free(
    data_dir: Path, messages_server: MessagesServer
) -> None:
    """Another execution runs at once, ten more side by side; all twelve still wait, and end when answered."""
    async with opened(data_dir, messages_server, HUB_MAX_CONCURRENCY=10, HUB_EXECUTION_TIMEOUT_SECONDS=30) as hub:
        agent = await hub.agents.create(CLAUDE)
        step = make_step(agent.id)
        draft = WorkflowDraft(name="W", steps=[approval(), step("after", "gate")])
        workflow = await hub.workflows.create(draft)
        waiting = [(await hub.executions.start(WorkflowRun(workflow.id, input=f"{n}"))).id for n in range(12)]
        for each in waiting:
            await until(hub, each, Status.WAITING)
        messages_server.default = replies.text(["x"] * 40, delay=0.1)
        tests = [(await hub.executions.start(AgentTest(agent.id, f"test {n}"))).id for n in range(10)]

        async def all_run() -> bool:
            return len(messages_server.calls) == 10

        await eventually(all_run)
        assert all(call.finished_at is None for call in messages_server.calls)
        for each in tests:
            assert (await ended(hub, each)).status is Status.SUCCEEDED
        where = ExecutionFilter(status=Status.WAITING)
        assert sorted(each.id for each in (await hub.history.page(where)).items) == waiting
        await asyncio.gather(*(hub.executions.answer_step(each, "gate", is_approved=True) for each in waiting))
        for each in waiting:
            assert (await ended(hub, each)).status is Status.SUCCEEDED


async def test_the_clock_stands_while_a_person_is_waited_for(data_dir: Path, messages_server: MessagesServer) -> None:
    """With a limit of 1 s it waits for 2 s, then goes on and succeeds: neither limit nor duration count the wait."""
    async with opened(data_dir, messages_server, HUB_EXECUTION_TIMEOUT_SECONDS=1) as hub:
        step = make_step((await hub.agents.create(CLAUDE)).id)
        started = await run(hub, step("a"), approval("gate", "a"), step("b", "gate"))
        waiting = await until(hub, started.id, Status.WAITING)
        await asyncio.sleep(2)
        still = await hub.history.get(started.id)
        assert (still.status, still.duration_ms()) == (Status.WAITING, waiting.duration_ms())
        await hub.executions.answer_step(started.id, "gate", is_approved=True)
        found = await ended(hub, started.id)
        assert (found.status, found.error) == (Status.SUCCEEDED, None)
        assert 0 < (found.duration_ms() or 0) < 1_000
        assert found.started_at and found.finished_at
        assert (found.finished_at - found.started_at).total_seconds() > 2


async def test_the_clock_goes_on_where_it_stood(data_dir: Path, messages_server: MessagesServer) -> None:
    """What ran before the approval counts: both parts together go past the limit, and the open step is cancelled."""
    async with opened(data_dir, messages_server, HUB_EXECUTION_TIMEOUT_SECONDS=2.5) as hub:
        step = make_step((await hub.agents.create(CLAUDE)).id)
        messages_server.default = replies.text(["x"] * 15, delay=0.1)
        started = await run(hub, step("a"), approval("gate", "a"), step("b", "gate"))
        await until(hub, started.id, Status.WAITING)
        await hub.executions.answer_step(started.id, "gate", is_approved=True)
        found = await ended(hub, started.id)
        assert (found.status, found.error_code) == (Status.FAILED, "timed_out")
        assert 2_400 < (found.duration_ms() or 0) < 3_500
        steps = await steps_of(hub, started.id)
        assert (steps["a"].status, steps["b"].status) == (StepStatus.SUCCEEDED, StepStatus.CANCELLED)
        assert steps["b"].usage.is_partial or steps["b"].usage.input_tokens == 0

        async def hung_up() -> bool:
            return messages_server.calls[-1].closed_by_client is not None

        await eventually(hung_up)


async def test_a_step_past_its_own_time_fails_and_keeps_what_it_wrote(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """Only that step: the provider's stream is closed, the others go on, and the error says how long it may take."""
    step = make_step(claude)
    messages_server.default = by_input({"slow": replies.hanging(["half an ", "answer"])})
    started = await run(hub, step("slow", timeout_seconds=0.5), step("other"), step("after", "slow"))
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (steps["slow"].status, steps["slow"].error_code) == (StepStatus.FAILED, "timed_out")
    assert "0.5 s" in (steps["slow"].error or "")
    assert steps["slow"].output == "half an answer"
    assert steps["slow"].usage.is_partial
    assert (steps["other"].status, steps["after"].status) == (StepStatus.SUCCEEDED, StepStatus.SKIPPED)
    assert (found.status, found.error_code) == (Status.FAILED, "step_failed")
    slow = next(call for call in messages_server.calls if call.input == "slow")

    async def hung_up() -> bool:
        return slow.closed_by_client is not None

    await eventually(hung_up)


async def test_a_passing_fault_is_tried_again(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """529, a rate limit that names its wait, a cut, then success: the wait is kept, void text is not in the output."""
    step = make_step(claude)
    messages_server.reply(
        replies.overloaded(), replies.rate_limited(retry_after=2), replies.cut(["half "]), replies.text(["whole"])
    )
    started = await run(hub, step("a", retries=3))
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (found.status, found.output) == (Status.SUCCEEDED, "whole")
    assert (steps["a"].attempt, steps["a"].output) == (1, "whole")
    calls = [call.started_at for call in messages_server.calls]
    assert len(calls) == 4
    assert calls[1] - calls[0] >= 0.5
    assert calls[2] - calls[1] >= 2
    told = [event.data for event in await log_of(hub, started.id) if event.kind is EventKind.RETRY]
    assert [(each["code"], each["step"]) for each in told] == [
        ("overloaded", "a"),
        ("rate_limited", "a"),
        ("stream_cut", "a"),
    ]
    assert told[1]["seconds"] == 2.0


async def test_the_last_retry_fails_the_step(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """After one retry it is over, and what cannot pass is not tried again at all."""
    step = make_step(claude)
    messages_server.default = by_input({"busy": replies.overloaded(), "wrong": replies.bad_key()})
    started = await run(hub, step("busy", retries=1), step("wrong", retries=5))
    await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (steps["busy"].error_code, steps["wrong"].error_code) == ("overloaded", "bad_api_key")
    assert sorted(inputs(messages_server)) == ["busy", "busy", "wrong"]


async def test_an_edit_changes_nothing_of_what_runs(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """Workflow and agent changed, then deleted, while it waits: it goes on as it began."""
    step = make_step(claude)
    workflow = await hub.workflows.create(
        WorkflowDraft(name="Old", steps=[approval(), step("after", "gate", input="old {{ input }}")])
    )
    started = await hub.executions.start(WorkflowRun(workflow.id, input="hello"))
    await until(hub, started.id, Status.WAITING)
    await hub.workflows.update(workflow.id, {"name": "New", "steps": [step("other", input="new")]})
    await hub.agents.update(claude, {"model": "claude-of-tomorrow", "system_prompt": "New"})
    await hub.workflows.delete(workflow.id)
    await hub.agents.delete(claude)
    await hub.executions.answer_step(started.id, "gate", is_approved=True)
    found = await ended(hub, started.id)
    assert (found.status, found.name, list(await steps_of(hub, started.id))) == (
        Status.SUCCEEDED,
        "Old",
        ["gate", "after"],
    )
    call = messages_server.calls[0]
    assert (call.input, call.body["model"]) == ("old hello", "claude-sonnet-5-5")
    assert "system" not in call.body or call.body["system"] != "New"


async def test_an_agent_in_use_is_not_deleted(hub: Hub, claude: int) -> None:
    """Every workflow that uses it is named, with its id."""
    step = make_step(claude)
    made = [
        await hub.workflows.create(WorkflowDraft(name=name, steps=[approval(), step("a")])) for name in ("One", "Two")
    ]
    with pytest.raises(Conflict, match="One, Two") as found:
        await hub.agents.delete(claude)
    assert found.value.details["workflows"] == [{"id": each.id, "name": each.name} for each in made]
    assert (await hub.agents.get(claude)).id == claude


async def test_a_workflow_that_is_not_valid_any_more_does_not_start(data_dir: Path, hub: Hub, claude: int) -> None:
    """As one from before there were steps: refused with its problem, nothing is stored."""
    step = make_step(claude)
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=[step("a")]))

    def empty(connection: Connection) -> None:
        connection.exec_driver_sql(f"UPDATE workflows SET definition = '{{}}' WHERE id = {workflow.id}")

    await hub._database.awrite(empty)
    with pytest.raises(InvalidInput) as found:
        await hub.executions.start(WorkflowRun(workflow.id, input="x"))
    assert found.value.field == "steps"
    assert (await hub.history.page(ExecutionFilter())).items == []


async def test_an_output_of_5_mb_is_cut_and_fails_the_next_step_clearly_or_is_cut_there(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """2 MB are kept and marked; taken whole they are too long for a step, and the error names the filter to use."""
    step = make_step(claude)
    pieces = ["word " * 20_000] * 50
    messages_server.default = by_input({"long": replies.text(pieces, output_tokens=9)})
    started = await run(
        hub,
        step("long"),
        step("whole", input="whole: {{ steps.long.output }}"),
        step("cut", input="cut: {{ steps.long.output | truncate(100) }}"),
        step("after", "whole"),
    )
    found = await ended(hub, started.id, 60)
    steps = await steps_of(hub, started.id)
    assert steps["long"].output == "".join(pieces)[:OUTPUT_MAX_BYTES]
    assert (steps["long"].stop_reason, steps["long"].is_cut) == ("max_output_bytes", True)
    assert (steps["whole"].status, steps["whole"].error_code) == (StepStatus.FAILED, "step_input_too_long")
    assert "truncate" in (steps["whole"].error or "")
    assert steps["whole"].attempt == 0
    assert (steps["cut"].status, len(steps["cut"].input or "")) == (StepStatus.SUCCEEDED, 102)
    assert steps["after"].status is StepStatus.SKIPPED
    assert (found.status, found.error_code) == (Status.FAILED, "step_failed")
    assert len(messages_server.calls) == 2


async def test_two_hundred_steps_run(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """A hundred side by side, then a hundred more on their outputs: at most twenty ask at once, none is mixed up."""
    step = make_step(claude)
    open_now, most = 0, 0

    def play(call: Call) -> Iterator[Any]:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        yield from replies.text([f"<{call.input}>"], delay=PAUSE_SECONDS)(call)
        open_now -= 1

    messages_server.default = play
    first = [step(f"a{n}", input=f"{n} {{{{ input }}}}") for n in range(100)]
    second = [step(f"b{n}", input=f"again {{{{ steps.a{n}.output }}}}") for n in range(100)]
    started = await run(hub, *first, *second)
    found = await ended(hub, started.id, 60)
    assert (found.status, found.progress.done, found.progress.total) == (Status.SUCCEEDED, 200, 200)
    steps = await steps_of(hub, started.id)
    for n in range(100):
        assert steps[f"a{n}"].output == f"<{n} hello>"
        assert steps[f"b{n}"].output == f"<again <{n} hello>>"
    assert len(messages_server.calls) == 200
    assert 10 < most <= 20
    await log_of(hub, started.id)


async def test_watchers_see_steps_move(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """Who follows an execution gets all its steps whenever one moves; who watches the list gets its progress."""
    step = make_step(claude)
    started = await run(hub, step("a"), step("b", "a"))
    seen: list[tuple[str, ...]] = []
    async with aclosing(hub.history.follow(started.id)) as updates:
        async for update in updates:
            if update.steps is not None:
                seen.append(tuple(each.status.value for each in update.steps))
    assert seen[-1] == ("succeeded", "succeeded")
    order = ("pending", "running", "succeeded")
    for before, after in pairwise(seen):
        assert all(order.index(x) <= order.index(y) for x, y in zip(before, after, strict=True))
    assert (await hub.history.get(started.id)).progress.as_json() == {"done": 2, "total": 2, "phase": "done"}
