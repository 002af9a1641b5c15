"""The whole flow in one process: real SQLite, real engine, the real SDK against the local Messages API."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.event import EventKind
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.errors import Conflict, InvalidInput, NotFound, StartError
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from tests.support import messages_replies as replies
from tests.support.hub import ended, make_settings
from tests.support.messages_server import MessagesServer

CLAUDE = AgentDraft(name="Claude", model="claude-sonnet-5-5", system_prompt="Be brief.", max_tokens=100, retries=0)


async def text_of(hub: Hub, execution_id: int) -> str:
    """Return the streamed text of an execution, from its log."""
    log = (await hub.history.events(execution_id)).events
    assert [event.seq for event in log] == list(range(1, len(log) + 1))
    return "".join(event.data["text"] for event in log if event.kind is EventKind.TEXT)


async def test_a_test_is_pending_before_any_model_call_and_ends_with_the_streamed_text(
    hub: Hub, messages_server: MessagesServer
) -> None:
    """The stored output equals the streamed text byte for byte, and the usage is the provider's."""
    parts = ["Grüße ", "世界 ", "🎉\n\n", "- a\n", "- b"]
    messages_server.reply(replies.text(parts, delay=0.02))
    agent = await hub.agents.create(CLAUDE)
    started = await hub.executions.start(AgentTest(agent.id, "Say hello"))
    assert started.status is Status.PENDING
    assert messages_server.calls == []
    execution = await ended(hub, started.id)
    call = messages_server.calls[0]
    assert execution.status is Status.SUCCEEDED
    assert execution.output == "".join(parts) == await text_of(hub, started.id)
    assert call.body["system"] == "Be brief."
    assert call.body["max_tokens"] == 100
    assert call.input == "Say hello"
    log = (await hub.history.events(started.id)).events
    assert [event.data["status"] for event in log if event.kind is EventKind.STATUS] == [
        "pending",
        "running",
        "succeeded",
    ]
    assert (execution.stop_reason, execution.is_cut) == ("end_turn", False)
    assert execution.meta["request_id"]
    told = next(event.data for event in log if event.kind is EventKind.USAGE)
    assert execution.usage.as_json() == told
    assert execution.usage.output_tokens


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (replies.bad_key(), "bad_api_key"),
        (replies.unknown_model(), "unknown_model"),
        (replies.rate_limited(), "rate_limited"),
        (replies.overloaded(), "overloaded"),
        (replies.internal_error(), "provider_fault"),
        (replies.cut(["half an "]), "stream_cut"),
        (replies.malformed(), "malformed_reply"),
        (replies.refusal(), "refused"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_fault_ends_failed_with_its_own_error(
    hub: Hub, messages_server: MessagesServer, reply: Any, code: str
) -> None:
    """A fault of the provider is told in words, in the row and in the log, and no key is in them."""
    messages_server.reply(reply)
    agent = await hub.agents.create(CLAUDE)
    execution = await ended(hub, (await hub.executions.start(AgentTest(agent.id, "hello"))).id)
    assert (execution.status, execution.error_code) == (Status.FAILED, code)
    log = (await hub.history.events(execution.id)).events
    error = next(event.data for event in log if event.kind is EventKind.ERROR)
    assert error["code"] == code
    assert error["message"] == execution.error
    assert "test-key" not in repr(log) + repr(execution)
    assert (execution.output or "") == await text_of(hub, execution.id)


async def test_without_a_key_it_fails_and_says_which_variable_to_set(data_dir: Path) -> None:
    """It never falls back to the simulated model by itself."""
    hub = await Hub.open(make_settings(data_dir))
    agent = await hub.agents.create(CLAUDE)
    execution = await ended(hub, (await hub.executions.start(AgentTest(agent.id, "hello"))).id)
    assert execution.status is Status.FAILED
    assert "ANTHROPIC_API_KEY" in (execution.error or "")
    assert execution.output is None
    await hub.close()


async def test_ten_at_once_never_mix_outputs(hub: Hub, messages_server: MessagesServer) -> None:
    """Each answer belongs to its own input, in the row and in the log."""
    agent = await hub.agents.create(CLAUDE)
    started = await asyncio.gather(
        *(hub.executions.start(AgentTest(agent.id, f"input {index}")) for index in range(10))
    )
    for execution in started:
        found = await ended(hub, execution.id)
        assert found.output == replies.default_text(found.input) == await text_of(hub, found.id)
    assert len(messages_server.calls) == 10


async def test_the_limit_holds_and_the_first_come_is_first_served(data_dir: Path) -> None:
    """With two slots never three run at once, and they start in the order they came."""
    hub = await Hub.open(make_settings(data_dir, HUB_MAX_CONCURRENCY=2))
    agent = (await hub.agents.every())[-1]
    ids = [(await hub.executions.start(AgentTest(agent.id, f"[fast] {index}"))).id for index in range(8)]
    most = 0
    async for update in hub.history.watch():
        most = max(
            most, (await hub.history.stats()).running, sum(each.status is Status.RUNNING for each in update.executions)
        )
        if any(each.id == ids[-1] and each.is_finished for each in update.executions):
            break
    found = [await ended(hub, each) for each in ids]
    starts = [each.started_at for each in found]
    assert starts == sorted(starts, key=lambda time: time.timestamp() if time else 0)
    for index, execution in enumerate(found):
        # When it started, at most one other was still running.
        before = [other for other in found[:index] if other.finished_at > execution.started_at]  # type: ignore[operator]
        assert len(before) <= 1
    assert 1 <= most <= 2
    await hub.close()


async def test_an_execution_past_its_time_fails_and_keeps_what_it_wrote(
    data_dir: Path, messages_server: MessagesServer
) -> None:
    """The limit is HUB_EXECUTION_TIMEOUT_SECONDS, and the error says so."""
    messages_server.reply(replies.hanging(["half an ", "answer"]))
    settings = make_settings(
        data_dir,
        ANTHROPIC_API_KEY="k",
        ANTHROPIC_BASE_URL=messages_server.url,
        HUB_EXECUTION_TIMEOUT_SECONDS=5,
    )
    hub = await Hub.open(settings)
    agent = await hub.agents.create(CLAUDE)
    execution = await ended(hub, (await hub.executions.start(AgentTest(agent.id, "hello"))).id)
    assert (execution.status, execution.error_code) == (Status.FAILED, "timed_out")
    assert "HUB_EXECUTION_TIMEOUT_SECONDS" in (execution.error or "")
    assert execution.output == "half an answer"
    await hub.close()


async def test_the_same_key_and_request_start_one_execution(hub: Hub) -> None:
    """A retried request gets the execution it started, also when its agent has gone; for another the key clashes."""
    agent = (await hub.agents.every())[-1]
    first, second = await asyncio.gather(
        *(hub.executions.start(AgentTest(agent.id, "[fast] once"), idempotency_key="k1") for _ in range(2))
    )
    assert first.id == second.id
    with pytest.raises(Conflict):
        await hub.executions.start(AgentTest(agent.id, "[fast] other"), idempotency_key="k1")
    await hub.agents.delete(agent.id)
    again = await hub.executions.start(AgentTest(agent.id, "[fast] once"), idempotency_key="k1")
    assert again.id == first.id
    with pytest.raises(Conflict):
        await hub.executions.start(AgentTest(agent.id, "[fast] other"), idempotency_key="k1")
    with pytest.raises(NotFound):
        await hub.executions.start(AgentTest(agent.id, "[fast] once"), idempotency_key="k2")
    assert len((await hub.history.page(ExecutionFilter())).items) == 1


@pytest.mark.parametrize("text", ["", "   \n", "x" * 200_001, "a\x00b", None, 7])
async def test_a_bad_input_is_refused_and_nothing_is_stored(hub: Hub, text: Any) -> None:
    """The field is named; the history stays empty."""
    agent = (await hub.agents.every())[0]
    with pytest.raises(InvalidInput) as caught:
        await hub.executions.start(AgentTest(agent.id, text))
    assert caught.value.field == "input"
    assert (await hub.history.page(ExecutionFilter())).items == []


async def test_an_unknown_agent_is_refused_and_nothing_is_stored(hub: Hub) -> None:
    """Nobody can test what is not there."""
    with pytest.raises(NotFound):
        await hub.executions.start(AgentTest(999, "hello"))
    assert (await hub.history.page(ExecutionFilter())).items == []


async def test_what_ran_is_what_was_submitted(data_dir: Path, messages_server: MessagesServer) -> None:
    """Editing or deleting the agent while its test waits changes neither the run nor the history."""
    settings = make_settings(
        data_dir, ANTHROPIC_API_KEY="k", ANTHROPIC_BASE_URL=messages_server.url, HUB_MAX_CONCURRENCY=1
    )
    messages_server.reply(replies.text(["first"], delay=0.3))
    hub = await Hub.open(settings)
    agent = await hub.agents.create(CLAUDE)
    await hub.executions.start(AgentTest(agent.id, "one"))
    waiting = await hub.executions.start(AgentTest(agent.id, "two"))
    await hub.agents.update(agent.id, {"system_prompt": "Be rude.", "name": "Other"})
    await hub.agents.delete(agent.id)
    execution = await ended(hub, waiting.id)
    assert messages_server.calls[1].body["system"] == "Be brief."
    assert execution.name == "Claude"
    assert execution.definition["system_prompt"] == "Be brief."
    await hub.close()


async def test_pages_of_the_history_are_stable_while_new_ones_arrive(hub: Hub) -> None:
    """Keyset paging: no execution twice, none missing, though some were added between two pages."""
    agent = (await hub.agents.every())[-1]
    ids = [(await hub.executions.start(AgentTest(agent.id, f"[fast] {index}"))).id for index in range(7)]
    first = await hub.history.page(ExecutionFilter(), limit=3)
    await hub.executions.start(AgentTest(agent.id, "[fast] later"))
    second = await hub.history.page(ExecutionFilter(), limit=3, cursor=first.next_cursor)
    third = await hub.history.page(ExecutionFilter(), limit=3, cursor=second.next_cursor)
    assert [each.id for page in (first, second, third) for each in page.items] == ids[::-1]
    assert third.next_cursor is None


async def test_the_search_finds_text_as_it_is_written(hub: Hub) -> None:
    """Inputs, outputs and errors are searched whatever their case; % and _ are only characters."""
    agent = (await hub.agents.every())[-1]
    percent = await hub.executions.start(AgentTest(agent.id, "[fast] 100% Sure_thing"))
    other = await hub.executions.start(AgentTest(agent.id, "[fast] [fail] 100 sureXthing"))
    for execution in (percent, other):
        await ended(hub, execution.id)
    for q, expected in (("100% sure_", {percent.id}), ("SURE", {percent.id, other.id}), ("asked to fail", {other.id})):
        found = await hub.history.page(ExecutionFilter(q=q))
        assert {each.id for each in found.items} == expected


async def test_a_data_folder_serves_one_hub(hub: Hub) -> None:
    """A second hub on the same folder stops with one clear line."""
    with pytest.raises(StartError, match="in use by another hub"):
        await Hub.open(make_settings(hub.settings.data_dir))


async def test_a_stopped_hub_leaves_its_work_to_the_next(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing with the queue full: everything ends after the next start, nothing is stuck or mixed."""
    monkeypatch.setattr("execution_hub.hub.hub.GRACE_SECONDS", 0.1)
    settings = make_settings(data_dir, HUB_MAX_CONCURRENCY=3)
    hub = await Hub.open(settings)
    agent = (await hub.agents.every())[-1]
    ids = [(await hub.executions.start(AgentTest(agent.id, f"question {index}"))).id for index in range(6)]
    async for update in hub.history.follow(ids[0]):
        if any(event.kind is EventKind.TEXT for event in update.events):
            break
    await hub.close()
    hub = await Hub.open(settings)
    for index, each in enumerate(ids):
        execution = await ended(hub, each, 60)
        assert execution.status is Status.SUCCEEDED
        assert f"question {index}" in (execution.output or "")
        newest = [
            event.data["text"]
            for event in (await hub.history.events(each)).events
            if event.kind is EventKind.TEXT and event.attempt == execution.attempt
        ]
        assert "".join(newest) == execution.output
    assert 2 in [(await hub.history.get(each)).attempt for each in ids]
    await hub.close()


async def test_what_runs_may_end_while_the_hub_stops(data_dir: Path) -> None:
    """A stop gives what runs a short while; what is queued does not begin any more."""
    settings = make_settings(data_dir, HUB_MAX_CONCURRENCY=1)
    hub = await Hub.open(settings)
    agent = (await hub.agents.every())[-1]
    first, second = [await hub.executions.start(AgentTest(agent.id, f"[fast] question {index}")) for index in range(2)]
    async for update in hub.history.follow(first.id):
        if update.execution.status is Status.RUNNING:
            break
    await hub.close()
    hub = await Hub.open(settings)
    found = await hub.history.get(first.id)
    assert (found.status, found.attempt) == (Status.SUCCEEDED, 1)
    assert (await ended(hub, second.id)).attempt == 1
    await hub.close()


async def test_a_hub_that_closes_lets_go_of_its_connections_to_providers(
    data_dir: Path, messages_server: MessagesServer
) -> None:
    """Those that the engine's loop opened too, before that loop ends."""
    hub = await Hub.open(make_settings(data_dir, ANTHROPIC_API_KEY="k", ANTHROPIC_BASE_URL=messages_server.url))
    agent = await hub.agents.create(CLAUDE)
    await ended(hub, (await hub.executions.start(AgentTest(agent.id, "hello"))).id)
    provider: Any = hub._models.get(CLAUDE.model)
    clients = provider._client.clients.made
    await hub.close()
    assert clients and all(client.is_closed() for client in clients)
