"""A hub that runs for weeks keeps nothing of an execution that has ended."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence

from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from tests.support import messages_replies as replies
from tests.support.hub import eventually
from tests.support.kept import live_objects, registries
from tests.support.messages_server import MessagesServer

ROUND = 30
# What is on its way at any moment: the writer's last batch, a closing connection.
SLACK = 12


def cut_off_some(call: replies.Call) -> Iterator[replies.Step]:
    return (replies.cut() if call.input.endswith(("3", "7")) else replies.text(["fine"]))(call)


async def use(hub: Hub, claude: int, workflow_id: int, count: int) -> None:
    """Run executions of every kind and end: well, failed, cut off by the provider, stopped early and late."""
    ids: list[int] = []
    for index in range(count):
        match index % 6:
            case 0:
                execution = await hub.executions.start(AgentTest(1, f"[fast] {index}"))
            case 1:
                execution = await hub.executions.start(AgentTest(1, f"[fast] [fail] {index}"))
            case 2:
                execution = await hub.executions.start(WorkflowRun(workflow_id, input=f"[fast] {index}"))
            case 3 | 4:
                execution = await hub.executions.start(AgentTest(claude, f"question {index}"))
            case _:
                execution = await hub.executions.start(AgentTest(1, f"[slow] {index}"))
                await asyncio.sleep(0.02 * (index % 5))
                await hub.executions.cancel(execution.id)
        ids.append(execution.id)
        if index % 10 == 0:
            # A page and a script that follow it.
            async for _ in hub.history.follow(execution.id):
                pass
            await hub.history.events(execution.id, after=0, wait_seconds=0.01)
    await all_ended(hub, ids)


async def all_ended(hub: Hub, ids: Sequence[int]) -> None:
    async def check() -> bool:
        return all([(await hub.history.get(each)).is_finished for each in ids]) and not any(
            size for name, size in registries(hub).items() if name in ("running", "active", "jobs begun")
        )

    await eventually(check, 60)


async def test_nothing_is_kept_of_executions_that_have_ended(hub: Hub, messages_server: MessagesServer) -> None:
    """Counted after each of two rounds: registries are empty again, and as many objects are alive."""
    messages_server.default = cut_off_some
    claude = next(agent.id for agent in await hub.agents.every() if agent.model != "simulated")
    await hub.agents.update(claude, {"retries": 0})
    steps = [
        WorkflowStep(name="one", agent_id=1, input="{{ input }}"),
        WorkflowStep(name="two", agent_id=1, input="[fast] {{ steps.one.output }}"),
    ]
    workflow = await hub.workflows.create(WorkflowDraft(name="Two", steps=steps))
    await use(hub, claude, workflow.id, ROUND)

    async def nothing_is_suspected() -> bool:
        # What the reconciler took for lost in the middle of it, it looks at again 15 s later.
        return not registries(hub)["suspects"]

    async def are_as_before() -> bool:
        return registries(hub) == sizes

    async def has_not_grown() -> bool:
        # Connections may still be closing.
        grown.clear()
        grown.update({name: count - before[name] for name, count in live_objects().items()})
        return all(count <= SLACK for count in grown.values())

    grown: dict[str, int] = {}
    await eventually(nothing_is_suspected, 60)
    before, sizes = live_objects(), registries(hub)
    await use(hub, claude, workflow.id, 2 * ROUND)
    messages_server.calls.clear()
    await eventually(are_as_before, 60)
    with contextlib.suppress(AssertionError):
        await eventually(has_not_grown)
    assert not {name: count for name, count in grown.items() if count > SLACK}
