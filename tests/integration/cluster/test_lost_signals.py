"""Signals between processes that are lost: whoever stored something died before it could tell."""

import asyncio

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.step import StepStatus
from execution_hub.hub import queue
from execution_hub.hub.hub import Hub
from execution_hub.runners import run_signals
from execution_hub.store import counters
from tests.support.hub import eventually
from tests.support.workflow_runs import approval, make_step, run, until_step


async def test_a_pause_is_found_even_if_nobody_told_of_it(joined: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever paused the queue died before it could tell the others."""
    monkeypatch.setattr(queue, "LOOK_SECONDS", 0.1)
    await joined.queue.pause(False)
    await joined._database.awrite(lambda c: counters.pause_queue(c, True))
    joined.queue._task.cancel()  # type: ignore[union-attr]
    joined.queue._task = asyncio.create_task(joined.queue._follow())

    async def is_paused() -> bool:
        return joined.queue.is_paused

    await eventually(is_paused)


async def test_an_answer_is_found_even_if_nobody_told_of_it(joined: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stored it died before it could tell the process that runs the other branch."""
    monkeypatch.setattr(run_signals, "LOOK_SECONDS", 0.2)
    agent = await joined.agents.create(AgentDraft(name="Simulated", model="simulated"))
    step = make_step(agent.id)
    execution = await run(joined, step("other", input="[slow] other"), approval("gate"), step("after", "gate"))
    await until_step(joined, execution.id, "gate", StepStatus.WAITING)
    await until_step(joined, execution.id, "other", StepStatus.RUNNING)
    monkeypatch.setattr(joined._bus, "publish", lambda signals: None)
    await joined.executions.answer_step(execution.id, "gate", is_approved=True)

    async def goes_on() -> bool:
        return (await joined.history.step(execution.id, "after")).status != "pending"

    await eventually(goes_on)
    monkeypatch.undo()
    await joined.executions.cancel(execution.id)
