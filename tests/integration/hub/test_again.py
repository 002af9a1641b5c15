"""Run it again, delete it, take that back."""

from typing import Any

import pytest

from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.errors import Conflict, NotFound
from execution_hub.hub import retention
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from tests.support.hub import ended, eventually


async def run(hub: Hub, text: str = "[fast] hello") -> int:
    agent_id = (await hub.agents.every())[-1].id
    return (await ended(hub, (await hub.executions.start(AgentTest(agent_id, text))).id)).id


async def test_a_rerun_repeats_what_ran(hub: Hub) -> None:
    """As it ran: the agent of then, the same input, linked both ways."""
    first = await run(hub)
    old = await hub.history.get(first)
    assert old.agent_id is not None
    await hub.agents.update(old.agent_id, {"name": "Another", "max_tokens": 7})
    again = await ended(hub, (await hub.executions.rerun(first)).id)
    assert (again.input, again.output, again.name) == (old.input, old.output, old.name)
    assert again.definition == old.definition
    assert again.rerun_of_id == first
    assert await hub.history.reruns_of(first) == [again.id]
    today = await ended(hub, (await hub.executions.rerun(first, is_as_ran=False)).id)
    assert (today.name, today.definition["max_tokens"]) == ("Another", 7)


async def test_a_rerun_may_have_another_input(hub: Hub) -> None:
    """The input is checked like any other."""
    first = await run(hub)
    assert (await ended(hub, (await hub.executions.rerun(first, "[fast] bye")).id)).input == "[fast] bye"
    one = await hub.executions.rerun(first, "[fast] key", idempotency_key="k")
    assert (await hub.executions.rerun(first, "[fast] key", idempotency_key="k")).id == one.id


async def test_a_workflow_can_be_run_again(hub: Hub) -> None:
    """Its steps begin anew, whatever became of them."""
    first = await hub.executions.start(WorkflowRun(1, input="[fast] bees"))
    await hub.executions.cancel(first.id)
    await ended(hub, first.id)
    again = await hub.executions.rerun(first.id)
    steps = await hub.history.steps(again.id)
    assert [step.name for step in steps] == [step.name for step in await hub.history.steps(first.id)]
    assert again.workflow_id == 1
    await hub.executions.cancel(again.id)


async def test_a_deleted_execution_is_gone_and_can_be_brought_back(hub: Hub) -> None:
    """Out of list, search and page at once; back as it was."""
    first, second = await run(hub), await run(hub)
    before = await hub.history.get(first)
    await hub.executions.delete([first, second])
    with pytest.raises(NotFound):
        await hub.history.get(first)
    assert (await hub.history.page(ExecutionFilter())).items == []
    assert await hub.history.matching(ExecutionFilter(), [first]) == []
    await hub.executions.restore([first, second])
    found = await hub.history.get(first)
    assert (found.output, found.status, found.last_seq) == (before.output, before.status, before.last_seq)


async def test_after_ten_seconds_it_is_gone_for_good(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its events, and what the engine kept of it."""
    monkeypatch.setattr(retention, "UNDO_SECONDS", 0.2)
    first = await run(hub)
    await hub.executions.delete([first])

    async def is_gone() -> bool:
        count = hub._database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM events").scalar_one())
        return int(count) == 0

    await eventually(is_gone)
    with pytest.raises(NotFound):
        await hub.executions.restore([first])
    second = await run(hub)
    assert second > first


async def test_what_has_not_ended_cannot_be_deleted(hub: Hub) -> None:
    """One that runs keeps all of them."""
    agent_id = (await hub.agents.every())[-1].id
    done = await run(hub)
    slow = await hub.executions.start(AgentTest(agent_id, "[slow] hello"))
    with pytest.raises(Conflict):
        await hub.executions.delete([done, slow.id])
    assert (await hub.history.get(done)).status is Status.SUCCEEDED
    await hub.executions.cancel(slow.id)


async def test_the_queue_can_be_paused(hub: Hub) -> None:
    """Nothing starts while it is paused; resumed, all does, in order."""
    agent_id = (await hub.agents.every())[-1].id
    await hub.queue.pause(True)
    ids = [(await hub.executions.start(AgentTest(agent_id, f"[fast] {n}"))).id for n in range(3)]

    async def statuses() -> list[Any]:
        return [(await hub.history.get(each)).status for each in ids]

    for _ in range(10):
        assert await statuses() == [Status.PENDING] * 3
        await hub.history.changed(0)
    await hub.queue.pause(False)
    for each in ids:
        assert (await ended(hub, each)).status is Status.SUCCEEDED
