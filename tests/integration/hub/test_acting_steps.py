"""Steps of workflows whose agents act: the same loop, beside other branches."""

from typing import Any

import pytest

from execution_hub.domain.call import CallStatus, first_number
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepStatus
from execution_hub.domain.workflow import APPROVAL, WorkflowDraft, WorkflowStep
from execution_hub.errors import Conflict
from execution_hub.hub.hub import Hub
from execution_hub.runners.workflow import WorkflowRun
from tests.support.bench_tools import BenchTools, actor, calls_of, tools_of, waits
from tests.support.hub import ended, eventually
from tests.support.workflow_runs import steps_of

CALL = '[tool bench__{} {{"word": "{}"}}] [fast]'


async def run(hub: Hub, *steps: WorkflowStep) -> int:
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=list(steps)))
    return (await hub.executions.start(WorkflowRun(workflow.id, input="bees"))).id


async def test_steps_side_by_side_use_their_agents_tools(hub: Hub, bench: BenchTools) -> None:
    """Each has numbers of its own, its usage is that of its turns, and the one after takes what they said."""
    agent = await hub.agents.create(actor("bench/count"))
    started = await run(
        hub,
        WorkflowStep(name="a", agent_id=agent.id, input=CALL.format("count", "one")),
        WorkflowStep(name="b", agent_id=agent.id, input=CALL.format("count", "two")),
        WorkflowStep(name="c", agent_id=agent.id, input="[fast] {{ steps.a.output }} {{ steps.b.output }}"),
    )
    found = await ended(hub, started)
    assert found.status is Status.SUCCEEDED
    steps = await steps_of(hub, started)
    calls = await calls_of(hub, started)
    for name, position, word in (("a", 0, "one"), ("b", 1, "two")):
        mine = [call for call in calls if call.step == name]
        first = first_number(position)
        assert [call.number for call in mine] == [first, first + 1, first + 2]
        assert mine[1].result == f"counted {word}" and f"counted {word}" in (steps[name].output or "")
        assert steps[name].usage.output_tokens == sum(call.usage.output_tokens or 0 for call in mine)
    assert [call.number for call in calls if call.step == "c"] == [first_number(2)]
    assert found.usage.output_tokens == sum(step.usage.output_tokens or 0 for step in steps.values())
    told = [each.data for each in (await hub.history.events(started)).events if each.kind == "tool_result"]
    assert {each["step"] for each in told} == {"a", "b"}


async def test_a_step_waits_for_its_call_while_others_go_on(hub: Hub, bench: BenchTools) -> None:
    """The segment pauses once nothing else can run, for approval and call together; each answer is taken by itself."""
    agent = await hub.agents.create(actor("bench/count", approval="ask"))
    plain = await hub.agents.create(actor(name="Plain"))
    started = await run(
        hub,
        WorkflowStep(name="a", agent_id=agent.id, input=CALL.format("count", "one")),
        WorkflowStep(name="b", agent_id=plain.id, input="[fast] Other"),
        WorkflowStep(name="gate", type=APPROVAL, input="{{ steps.b.output }}"),
        WorkflowStep(name="end", agent_id=plain.id, input="[fast] {{ steps.a.output }}", depends_on=["gate"]),
    )
    await waits(hub, started)
    steps = await steps_of(hub, started)
    assert {name: step.status for name, step in steps.items()} == {
        "a": StepStatus.WAITING,
        "b": StepStatus.SUCCEEDED,
        "gate": StepStatus.WAITING,
        "end": StepStatus.PENDING,
    }
    assert bench.made == []
    (call,) = await tools_of(hub, started)
    with pytest.raises(Conflict, match="step a does not wait for an approval: its agent asks for the call of a tool"):
        await hub.executions.answer_step(started, "a", is_approved=True)
    await hub.executions.approve_call(started, call.number)

    async def a_has_ended() -> bool:
        found = await hub.history.get(started)
        a = (await steps_of(hub, started))["a"].status
        return found.status is Status.WAITING and a is StepStatus.SUCCEEDED

    await eventually(a_has_ended)
    await hub.executions.answer_step(started, "gate", is_approved=True)
    found = await ended(hub, started)
    assert found.status is Status.SUCCEEDED
    assert [each[1] for each in bench.made] == ["one"]
    told = [
        each.data["status"]
        for each in (await hub.history.events(started)).events
        if each.kind == "step" and each.data["name"] == "a"
    ]
    assert told == ["running", "waiting", "running", "succeeded"]


async def test_one_of_two_waiting_steps_goes_on_when_it_is_answered(hub: Hub, bench: BenchTools) -> None:
    """The other stays as it is, and is not told to run in between."""
    agent = await hub.agents.create(actor("bench/count", approval="ask"))
    started = await run(
        hub,
        WorkflowStep(name="a", agent_id=agent.id, input=CALL.format("count", "one")),
        WorkflowStep(name="b", agent_id=agent.id, input=CALL.format("count", "two")),
    )
    await waits(hub, started)
    calls = {call.step: call for call in await tools_of(hub, started)}
    await hub.executions.reject_call(started, calls["a"].number, comment="No.")

    async def a_has_ended() -> bool:
        return (await steps_of(hub, started))["a"].status is StepStatus.SUCCEEDED

    await eventually(a_has_ended)
    await waits(hub, started)
    await hub.executions.approve_call(started, calls["b"].number)
    found: Execution = await ended(hub, started)
    assert (found.status, [each[1] for each in bench.made]) == (Status.SUCCEEDED, ["two"])
    told = [
        each.data["status"]
        for each in (await hub.history.events(started)).events
        if each.kind == "step" and each.data["name"] == "b"
    ]
    assert told == ["running", "waiting", "running", "succeeded"]


async def test_a_step_that_is_sent_back_acts_anew(hub: Hub, bench: BenchTools) -> None:
    """Its new round has calls of its own numbers; those of the first stay, and what both used is counted."""
    agent = await hub.agents.create(actor("bench/count"))
    started = await run(
        hub,
        WorkflowStep(name="a", agent_id=agent.id, input=CALL.format("count", "one")),
        WorkflowStep(name="gate", type=APPROVAL, input="{{ steps.a.output }}"),
    )
    await waits(hub, started)
    await hub.executions.send_back(started, "gate", comment="Again.")

    async def is_second_round() -> bool:
        gate = (await steps_of(hub, started))["gate"]
        return (gate.round, gate.status) == (2, StepStatus.WAITING)

    await eventually(is_second_round)
    calls = await calls_of(hub, started)
    assert [call.number for call in calls] == [1, 2, 3, 1001, 1002, 1003]
    assert {call.status for call in calls} == {CallStatus.SUCCEEDED}
    a = (await steps_of(hub, started))["a"]
    assert a.usage.output_tokens == sum(call.usage.output_tokens or 0 for call in calls)
    await hub.executions.answer_step(started, "gate", is_approved=True)
    assert (await ended(hub, started)).status is Status.SUCCEEDED


async def test_a_stop_and_a_time_limit_reach_the_calls_of_steps(hub: Hub, bench: BenchTools) -> None:
    """A step past its limit fails and its call is cancelled at the server; so is that of a stopped execution."""
    agent = await hub.agents.create(actor("bench/hang"))
    late: dict[str, Any] = {"timeout_seconds": 5}
    started = await run(hub, WorkflowStep(name="a", agent_id=agent.id, input=CALL.format("hang", "late"), **late))
    found = await ended(hub, started)
    assert (found.status, found.error_code) == (Status.FAILED, "step_failed")
    assert bench.cancelled == ["late"]
    stopped = await run(hub, WorkflowStep(name="a", agent_id=agent.id, input=CALL.format("hang", "stopped")))

    async def runs() -> bool:
        return len(bench.made) == 2

    await eventually(runs)
    await hub.executions.cancel(stopped)
    assert (await ended(hub, stopped)).status is Status.CANCELLED
    assert bench.cancelled == ["late", "stopped"]
    assert [call.status for call in await tools_of(hub, stopped)] == [CallStatus.CANCELLED]
