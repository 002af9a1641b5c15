"""What people and models write stops nobody else: how long both event loops stand during hostile inputs.

The bounds are generous, since machines are slow; CHANGELOG and docs tell what was measured.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from execution_hub.domain import template
from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.sized import Sized
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepStatus
from execution_hub.domain.workflow import Condition, WorkflowDraft, WorkflowStep
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.ui.follower import follow_once
from execution_hub.ui.pages.workflow.saving import WorkflowSaving
from execution_hub.views.workflow_form import WorkflowForm
from tests.support import messages_replies as replies
from tests.support.hub import ended
from tests.support.messages_server import MessagesServer
from tests.support.stall import stalls

# Without the bounds it was 4 s and more; a full machine alone has held a loop up for 1.1.
STALL_SECONDS = 2.0
LONG_SECONDS = 60
Make = Callable[..., WorkflowStep]


@pytest.fixture
async def make(hub: Hub) -> Make:
    """Return what makes steps of an agent that asks the local Messages API; the engine has run something."""
    agent = await hub.agents.create(AgentDraft(name="Claude", model="claude-sonnet-5-5", max_tokens=100))
    await ended(hub, (await hub.executions.start(AgentTest(agent.id, "warm"))).id)

    def step(name: str, **values: Any) -> WorkflowStep:
        return WorkflowStep(**{"name": name, "agent_id": agent.id, "input": name, **values})

    return step


async def run(hub: Hub, *steps: WorkflowStep) -> Any:
    """Run a workflow of these steps to its end."""
    workflow = await hub.workflows.create(WorkflowDraft(name="Hostile", steps=list(steps)))
    return await ended(hub, (await hub.executions.start(WorkflowRun(workflow.id, input="x"))).id, LONG_SECONDS)


def forget_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the caches be those of a hub that has just started."""
    monkeypatch.setattr(template, "_READ", Sized(template.CACHED_MAX))


async def small_stalls(name: str, work: Callable[[], Awaitable[Any]]) -> Any:
    """Do something and return what it gives; neither loop stood meanwhile."""
    started = time.perf_counter()
    with stalls() as (web, engine):
        await asyncio.sleep(0.05)  # both look
        found = await work()
        await asyncio.sleep(0.05)
    print(f"{name}: web {web.seconds:.3f} s, engine {engine.seconds:.3f} s, {time.perf_counter() - started:.1f} s")
    assert web.seconds < STALL_SECONDS
    assert engine.seconds < STALL_SECONDS
    return found


async def test_many_filters_over_a_long_answer_stop_nobody(
    hub: Hub, make: Make, messages_server: MessagesServer
) -> None:
    """As many as may be, over 60 kB: filled, elsewhere."""
    messages_server.default = replies.text(["ab cd " * 10_000])
    filters = "{% if steps.a.output | title | upper | title | lower %}x{% endif %}" * 25
    steps = [make("a"), *(make(f"b{n}", input=filters) for n in range(2))]
    found = await small_stalls("filters", lambda: run(hub, *steps))
    assert found.status is Status.SUCCEEDED


async def test_conditions_over_a_long_answer_stop_nobody(hub: Hub, make: Make, messages_server: MessagesServer) -> None:
    """Regular expressions over 300 kB, and a field of 600 kB of JSON, in many steps at once."""
    messages_server.default = replies.text(["é" * 3_000] * 100)
    regex = Condition(step="a", op="matches", value=r"(\pL?){20}\pN")
    found = await small_stalls(
        "regular expressions", lambda: run(hub, make("a"), *(make(f"b{n}", when=regex) for n in range(3)))
    )
    assert found.status is Status.SUCCEEDED
    messages_server.default = replies.text(['{"a":[' + "1," * 300_000 + "1]}"])
    field = Condition(step="a", op="equals", value="5", field="a")
    found = await small_stalls("fields", lambda: run(hub, make("a"), *(make(f"b{n}", when=field) for n in range(5))))
    steps = await hub.history.steps(found.id)
    assert [each.status for each in steps[1:]] == [StepStatus.SKIPPED] * 5


async def test_long_templates_on_cold_caches_stop_nobody(
    hub: Hub, make: Make, messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty of the largest a workflow may have: opened in the editor, and started."""
    messages_server.default = replies.text(["ok"])
    wide = ("{{ input }}" * 130 + "x" * 14_000, "{% if input %}{{ input }}{% endif %}" * 55 + "x" * 14_000)
    steps = [make("a"), *(make(f"b{n}", input=f"{wide[n % 2]}{n}", depends_on=["a"]) for n in range(60))]
    workflow = await hub.workflows.create(WorkflowDraft(name="Large", steps=steps))
    form, agents = WorkflowForm.of(workflow.draft()), {step.agent_id: "Claude" for step in steps}
    state = SimpleNamespace(_form=form, _agents=agents)
    here = time.process_time()
    template.read_all([step.input for step in steps])
    here = time.process_time() - here
    set_current_hub(hub)
    try:
        forget_templates(monkeypatch)
        began = time.process_time()
        assert await small_stalls("editor", lambda: WorkflowSaving._problems(state)) == []  # type: ignore[arg-type]
        forget_templates(monkeypatch)
        started = await small_stalls("start", lambda: hub.executions.start(WorkflowRun(workflow.id, input="x")))
        # Both together, in this process, less than to read them once: that was done elsewhere.
        spent = time.process_time() - began
        print(f"processor: {here:.2f} s to read them, {spent:.2f} s spent here")
        assert spent < here
        forget_templates(monkeypatch)
        found = await small_stalls("run", lambda: ended(hub, started.id, LONG_SECONDS))
    finally:
        set_current_hub(None)
    assert found.status is Status.SUCCEEDED


async def test_a_long_answer_of_many_blocks_stops_nobody(hub: Hub, make: Make, messages_server: MessagesServer) -> None:
    r"""`"a\n\n"` 60,000 times, and a list of as many items: looked at while it is there."""
    agent_id = make("a").agent_id
    assert agent_id is not None
    set_current_hub(hub)
    try:
        for name, text in (("blocks", "a\n\n" * 60_000), ("list", "- a\n\n" * 200_000)):
            messages_server.default = replies.text([text])
            execution = await ended(hub, (await hub.executions.start(AgentTest(agent_id, "x"))).id, LONG_SECONDS)
            followed = await small_stalls(name, lambda: follow_once(execution.id))  # noqa: B023 - awaited here
            assert followed.transcript.own.output == text
    finally:
        set_current_hub(None)
