"""Executions with calls of tools, written as a runner writes them: nothing runs, for the queue is paused."""

from collections.abc import Sequence
from dataclasses import replace

from execution_hub.domain.call import Call, CallChange, CallKind, CallStatus
from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.store.intents import Change

TURN = Call(1, CallKind.TURN, status=CallStatus.SUCCEEDED, output="I will send it.", stop_reason="tool_use")
SENDS = Call(
    2,
    CallKind.TOOL,
    status=CallStatus.WAITING,
    server="mail",
    tool="send",
    digest="a",
    tool_use_id="toolu_1",
    arguments={"to": "ada@example.com", "text": "Hello"},
)
LOST = replace(SENDS, number=3, status=CallStatus.UNKNOWN, arguments={"to": "bob@example.com"})


async def asking(hub: Hub, *calls: Call, status: Status = Status.WAITING) -> int:
    """Return an agent test that has calls, and runs or waits for a person."""
    await hub.queue.pause(True)
    agent = (await hub.agents.page()).items[0]
    execution_id = (await hub.executions.start(AgentTest(agent.id, "Write to Ada."))).id
    await hub._log.record(Change(execution_id, Status.RUNNING))
    await add_calls(hub, execution_id, calls)
    if status is not Status.RUNNING:
        await hub._log.record(Change(execution_id, status))
    return execution_id


async def add_calls(hub: Hub, execution_id: int, calls: Sequence[Call]) -> None:
    """Store calls of an execution."""
    await hub._log.record(Change(execution_id, calls=tuple(CallChange(each.number, new=each) for each in calls)))
