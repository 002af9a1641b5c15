"""People who are asked while a workflow runs: what an answer does, and what waiting costs."""

import asyncio
from pathlib import Path
from threading import Event

import pytest

from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import Execution, Progress
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepStatus
from execution_hub.domain.workflow import WorkflowDraft
from execution_hub.errors import Conflict
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from tests.support import messages_replies as replies
from tests.support.hub import ended, eventually
from tests.support.messages_server import MessagesServer
from tests.support.workflow_runs import (
    CLAUDE,
    approval,
    by_input,
    inputs,
    log_of,
    make_step,
    opened,
    run,
    steps_of,
    until,
    until_step,
)


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
    over = Event()
    messages_server.default = by_input({"long": replies.endless(over, 0.1)})
    started = await run(hub, step("long"), approval(), step("after", "gate"))
    await until_step(hub, started.id, "gate", StepStatus.WAITING)
    answered = await hub.executions.answer_step(started.id, "gate", is_approved=True, comment="Yes")
    assert answered.status is Status.RUNNING
    after = await until_step(hub, started.id, "after", StepStatus.SUCCEEDED)
    assert (await hub.history.step(started.id, "long")).status is StepStatus.RUNNING
    over.set()
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
        over = Event()
        messages_server.default = replies.endless(over, 0.1)
        tests = [(await hub.executions.start(AgentTest(agent.id, f"test {n}"))).id for n in range(10)]

        async def all_run() -> bool:
            return len(messages_server.calls) == 10

        await eventually(all_run)
        assert all(call.finished_at is None for call in messages_server.calls)
        over.set()
        for each in tests:
            assert (await ended(hub, each)).status is Status.SUCCEEDED
        where = ExecutionFilter(status=Status.WAITING)
        assert sorted(each.id for each in (await hub.history.page(where)).items) == waiting
        await asyncio.gather(*(hub.executions.answer_step(each, "gate", is_approved=True) for each in waiting))
        for each in waiting:
            assert (await ended(hub, each)).status is Status.SUCCEEDED


async def test_the_clock_stands_while_a_person_is_waited_for(data_dir: Path, messages_server: MessagesServer) -> None:
    """With a limit of 5 s it waits for 6 s, then goes on and succeeds: neither limit nor duration count the wait."""
    async with opened(data_dir, messages_server, HUB_EXECUTION_TIMEOUT_SECONDS=5) as hub:
        step = make_step((await hub.agents.create(CLAUDE)).id)
        started = await run(hub, step("a"), approval("gate", "a"), step("b", "gate"))
        waiting = await until(hub, started.id, Status.WAITING)
        await asyncio.sleep(6)
        still = await hub.history.get(started.id)
        assert (still.status, still.duration_ms()) == (Status.WAITING, waiting.duration_ms())
        await hub.executions.answer_step(started.id, "gate", is_approved=True)
        found = await ended(hub, started.id)
        assert (found.status, found.error) == (Status.SUCCEEDED, None)
        assert 0 < (found.duration_ms() or 0) < 5_000
        assert found.started_at and found.finished_at
        assert (found.finished_at - found.started_at).total_seconds() > 6


async def test_the_clock_goes_on_where_it_stood(data_dir: Path, messages_server: MessagesServer) -> None:
    """What ran before the approval counts: both parts together go past the limit, and the open step is cancelled."""
    async with opened(data_dir, messages_server, HUB_EXECUTION_TIMEOUT_SECONDS=8) as hub:
        step = make_step((await hub.agents.create(CLAUDE)).id)
        messages_server.reply(replies.text(["x"] * 40, delay=0.1), replies.hanging(["x"]))
        started = await run(hub, step("a"), approval("gate", "a"), step("b", "gate"))
        await until(hub, started.id, Status.WAITING)
        await hub.executions.answer_step(started.id, "gate", is_approved=True)
        found = await ended(hub, started.id)
        assert (found.status, found.error_code) == (Status.FAILED, "timed_out")
        assert 7_900 < (found.duration_ms() or 0) < 11_900
        steps = await steps_of(hub, started.id)
        assert (steps["a"].status, steps["b"].status) == (StepStatus.SUCCEEDED, StepStatus.CANCELLED)
        assert steps["b"].usage.is_partial or steps["b"].usage.input_tokens == 0

        async def hung_up() -> bool:
            return messages_server.calls[-1].closed_by_client is not None

        await eventually(hung_up)
