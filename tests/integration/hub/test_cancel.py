"""Stop means stop: the provider's connection is closed, nothing more is bought, and the page can prove it."""

import asyncio
import time
from typing import Any

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.execution import Execution, Phase
from execution_hub.domain.status import Status
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.errors import Conflict, NotFound
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from tests.support import messages_replies as replies
from tests.support.hub import ended, eventually, make_settings
from tests.support.messages_server import MessagesServer

CLAUDE = AgentDraft("Claude", model="claude-sonnet-5-5", retries=0)


async def until(hub: Hub, execution_id: int, check: Any) -> Execution:
    async def work() -> Execution | None:
        found = await hub.history.get(execution_id)
        return found if check(found) else None

    found: Execution = await eventually(work)
    return found


async def test_a_streaming_call_is_closed_and_its_words_are_kept(hub: Hub, messages_server: MessagesServer) -> None:
    """The server sees the connection close at once; what was written stays, with the proof."""
    # Untouched it would take most of a minute.
    messages_server.default = lambda call: replies.default_reply(call, delay=0.2)
    agent = await hub.agents.create(CLAUDE)
    started = await hub.executions.start(AgentTest(agent.id, "a long story " * 20))
    await until(hub, started.id, lambda each: each.progress.done > 20)
    clicked = time.monotonic()
    asked = await hub.executions.cancel(started.id)
    assert (asked.status, asked.cancel_requested_at is not None) == (Status.RUNNING, True)
    found = await ended(hub, started.id)
    call = messages_server.calls[0]
    assert call.closed_by_client is not None and call.closed_by_client - clicked < 5
    assert found.status is Status.CANCELLED
    assert found.output and replies.default_text(call.input).startswith(found.output)
    assert found.usage.input_tokens == replies.INPUT_TOKENS and found.usage.is_partial
    assert (found.usage.output_tokens or 0) >= found.progress.done > 20
    assert found.progress.phase is Phase.DONE
    events = (await hub.history.events(started.id)).events
    stages = [event.data["stage"] for event in events if event.kind == "cancel"]
    assert stages == ["requested", "closed"]
    assert found.meta["stop"]["closed_after_ms"] < 5_000
    # At most what one batch of the log held when the button was pressed.
    assert found.meta["stop"]["characters_after"] < 200
    assert "".join(event.data["text"] for event in events if event.kind == "text") == found.output
    assert (await hub.executions.cancel(started.id)).status is Status.CANCELLED


async def test_a_stopped_step_keeps_its_tokens_and_so_does_the_sum(hub: Hub, messages_server: MessagesServer) -> None:
    """At least what had come: on the step, on the execution, and among the figures of the day."""
    messages_server.default = lambda call: replies.default_reply(call, delay=0.02)
    agent = await hub.agents.create(CLAUDE)
    step = WorkflowStep(name="tell", type="agent", agent_id=agent.id, input="{{ input }}")
    workflow = await hub.workflows.create(WorkflowDraft(name="Tale", steps=[step]))
    started = await hub.executions.start(WorkflowRun(workflow.id, input="a long story " * 200))

    async def has_written() -> bool:
        events = (await hub.history.events(started.id)).events
        return sum(len(event.data["text"]) for event in events if event.kind == "text") > 100

    await eventually(has_written)
    await hub.executions.cancel(started.id)
    found = await ended(hub, started.id)
    (told,) = await hub.history.steps(started.id)
    assert told.usage.is_partial and (told.usage.output_tokens or 0) >= 25
    assert (found.usage.output_tokens, found.usage.is_partial) == (told.usage.output_tokens, True)
    stats = await hub.history.stats()
    assert (stats.tokens_24h or 0) >= 25 + replies.INPUT_TOKENS and stats.misses_tokens


async def test_a_call_that_hangs_is_stopped_too(hub: Hub, messages_server: MessagesServer) -> None:
    """A provider that sends nothing at all does not keep an execution alive."""
    messages_server.reply(replies.hanging())
    agent = await hub.agents.create(CLAUDE)
    started = await hub.executions.start(AgentTest(agent.id, "hello"))
    await eventually(lambda: _as_async(bool(messages_server.calls)))
    await hub.executions.cancel(started.id)
    found = await ended(hub, started.id)
    # Said by who runs it: the sweeper gave it up if it had not obeyed.
    assert found.status is Status.CANCELLED and "stop" in found.meta
    await eventually(lambda: _as_async(messages_server.calls[0].closed_by_client is not None))


async def test_a_pending_execution_is_gone_from_the_queue_at_once(data_dir: Any) -> None:
    """Cancelled before it began, it never calls a model, and the next one takes its place."""
    hub = await Hub.open(make_settings(data_dir, HUB_MAX_CONCURRENCY=1))
    try:
        agent_id = (await hub.agents.every())[-1].id
        first, second, third = [await hub.executions.start(AgentTest(agent_id, f"[slow] {n}")) for n in range(3)]
        await until(hub, first.id, lambda each: each.status is Status.RUNNING)
        assert (await hub.executions.cancel(second.id)).status is Status.CANCELLED
        assert hub.queue.numbers() == [third.queue_number] or await eventually(
            lambda: _as_async(hub.queue.numbers() == [third.queue_number])
        )
        await hub.executions.cancel(first.id)
        await until(hub, third.id, lambda each: each.status is Status.RUNNING)
        assert (await hub.history.get(second.id)).attempt == 0
        await hub.executions.cancel(third.id)
    finally:
        await hub.close()


async def test_a_workflow_stops_with_all_its_steps(hub: Hub) -> None:
    """Every open step is cancelled, also one that waits for a person; what had ended stays as it was."""
    started = await hub.executions.start(WorkflowRun(1, input="[fast] bees"))
    await until(hub, started.id, lambda each: each.progress.done == 1)
    await hub.executions.cancel(started.id)
    assert (await ended(hub, started.id)).status is Status.CANCELLED
    steps = {step.name: step.status.value for step in await hub.history.steps(started.id)}
    assert steps == {
        "research": "succeeded",
        "review_facts": "cancelled",
        "review_tone": "cancelled",
        "approval": "cancelled",
        "summary": "cancelled",
    }


async def test_what_waits_for_a_person_can_be_cancelled(hub: Hub) -> None:
    """A waiting execution ends at once, and its approval cannot be answered any more."""
    started = await hub.executions.start(WorkflowRun(1, input="[fast] bees"))
    await until(hub, started.id, lambda each: each.status is Status.WAITING)
    assert (await hub.executions.cancel(started.id)).status is Status.CANCELLED
    with pytest.raises(Conflict):
        await hub.executions.answer_step(started.id, "approval", is_approved=True)


async def test_what_has_ended_stays_as_it_ended(hub: Hub) -> None:
    """A cancel that comes too late is refused; twice is as once."""
    agent_id = (await hub.agents.every())[-1].id
    done = await ended(hub, (await hub.executions.start(AgentTest(agent_id, "[fast] hello"))).id)
    with pytest.raises(Conflict):
        await hub.executions.cancel(done.id)
    assert await hub.history.get(done.id) == done
    with pytest.raises(NotFound):
        await hub.executions.cancel(999)
    slow = await hub.executions.start(AgentTest(agent_id, "[slow] hello"))
    await until(hub, slow.id, lambda each: each.status is Status.RUNNING)
    await asyncio.gather(*(hub.executions.cancel(slow.id) for _ in range(5)))
    assert (await ended(hub, slow.id)).status is Status.CANCELLED
    kinds = [event.kind.value for event in (await hub.history.events(slow.id)).events]
    assert kinds.count("cancel") == 2


async def _as_async(value: Any) -> Any:
    return value
