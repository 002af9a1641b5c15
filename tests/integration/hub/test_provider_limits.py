"""Calls of a provider keep to its rate limit: what the setting says, what its answers tell, what a refusal asks for."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.call_gate import Budget
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import Unavailable
from execution_hub.hub.hub import Hub
from execution_hub.llm.messages import user_message
from execution_hub.llm.port import ModelRequest, TextDelta
from execution_hub.llm.providers import fingerprint
from execution_hub.rate_limit import RateLimit
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.provider_gate import ProviderGate
from execution_hub.store import providers
from execution_hub.store.database import Connection
from tests.support import messages_replies as replies
from tests.support.hub import ended, eventually, make_settings
from tests.support.messages_server import MessagesServer

KEY = "test-key-not-secret"


@asynccontextmanager
async def hub_of(data_dir: Path, server: MessagesServer, **settings: Any) -> AsyncGenerator[Hub, None]:
    opened = await Hub.open(make_settings(data_dir, ANTHROPIC_API_KEY=KEY, ANTHROPIC_BASE_URL=server.url, **settings))
    try:
        yield opened
    finally:
        await opened.close()


async def claude(hub: Hub, **values: Any) -> int:
    return (await hub.agents.create(AgentDraft("Claude", model="claude-sonnet-5-5", **values))).id


async def start(hub: Hub, agent_id: int, text: str = "hello") -> int:
    return (await hub.executions.start(AgentTest(agent_id, text))).id


async def held(hub: Hub, execution_id: int) -> Execution:
    """Wait until a call of an execution is held back."""

    async def check() -> Execution | None:
        found = await hub.history.get(execution_id)
        return found if found.progress.word.startswith("held ") else None

    found: Execution = await eventually(check)
    return found


def gate_of(hub: Hub) -> Any:
    """Return what is stored of the provider; None if nothing is."""
    row = hub._database.read(lambda c: c.execute(providers.providers.select()).mappings().all())
    return dict(row[0]) if row else None


async def test_thirty_calls_at_once_keep_to_the_limit_of_the_setting(
    data_dir: Path, messages_server: MessagesServer
) -> None:
    """A tenth of a minute's goes at once, each other in its time; those that wait longer say so."""
    # So few that a busy machine, too, asks faster.
    limit = Budget(120, 0)
    async with hub_of(data_dir, messages_server, HUB_PROVIDER_LIMITS="anthropic=120", HUB_MAX_CONCURRENCY=30) as hub:
        agent, began = await claude(hub), time.monotonic()
        ids = [await start(hub, agent, f"number {number}") for number in range(30)]
        found = [await ended(hub, each) for each in ids]
        assert {each.status for each in found} == {Status.SUCCEEDED}
        kinds = [{event.kind for event in (await hub.history.events(each)).events} for each in ids]
    assert any("held" in each for each in kinds)
    times = sorted(call.started_at for call in messages_server.calls)
    assert len(times) == 30
    early = [each for place, each in enumerate(times) if each < began + (place - limit.most + 1) * limit.step]
    assert not early


async def test_a_refusal_holds_every_call_of_the_provider_back_until_it_asked_for(
    hub: Hub, messages_server: MessagesServer
) -> None:
    """Who comes meanwhile is told until when it waits; on the wire it waits for the model."""
    messages_server.reply(replies.rate_limited(retry_after=10))
    agent = await claude(hub, retries=1)
    first = await start(hub, agent)
    await eventually(lambda: _is_blocked(hub))
    second = await start(hub, agent)
    waiting = await held(hub, second)
    assert waiting.progress.as_json()["phase"] == "waiting"
    assert (await ended(hub, first)).status is (await ended(hub, second)).status is Status.SUCCEEDED
    refused, *others = messages_server.calls
    assert len(others) == 2
    assert all(call.started_at - refused.started_at >= 10 for call in others)
    (event,) = [event for event in (await hub.history.events(second)).events if event.kind == "held"]
    assert event.data["until"] == waiting.progress.tool


async def test_calls_that_come_at_one_time_all_hear_of_a_refusal_in_another_process(hub: Hub) -> None:
    """Those that come while the first of them looks do not go by what was known before."""
    key = providers.ProviderKey("anthropic", "a key's fingerprint")
    here, elsewhere = (ProviderGate(hub._database, hub._bus, key, RateLimit, name) for name in ("here", "elsewhere"))
    assert [each async for each in here.held(0)] == []
    await elsewhere.block(60)
    here.forget()
    async with AsyncExitStack() as stack:
        calls = [await stack.enter_async_context(aclosing(here.held(0))) for _ in range(3)]
        told = await asyncio.gather(*(anext(each, None) for each in calls))
        assert None not in told


async def test_a_refusal_outlives_a_look_that_began_before_it(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = ProviderGate(hub._database, hub._bus, providers.ProviderKey("anthropic", "another"), RateLimit, "here")
    has_looked, is_refused = threading.Event(), threading.Event()
    find = providers.find

    def slowly(connection: Connection, key: providers.ProviderKey) -> Any:
        found = find(connection, key)
        has_looked.set()
        is_refused.wait(30)
        return found

    monkeypatch.setattr(providers, "find", slowly)
    async with aclosing(gate.held(0)) as call:
        told = asyncio.ensure_future(anext(call, None))
        await asyncio.to_thread(has_looked.wait, 30)
        await gate.block(60)
        is_refused.set()
        assert await told is not None


async def _is_blocked(hub: Hub) -> bool:
    return bool((gate_of(hub) or {}).get("blocked_until"))


async def test_a_stop_ends_a_wait_at_once_and_pays_nothing(hub: Hub, messages_server: MessagesServer) -> None:
    messages_server.reply(replies.rate_limited(retry_after=500))
    agent = await claude(hub, retries=0)
    assert (await ended(hub, await start(hub, agent))).error_code == "rate_limited"
    waiting = [await start(hub, agent) for _ in range(2)]
    for each in waiting:
        await held(hub, each)
    for each in waiting:
        asked = time.monotonic()
        await hub.executions.cancel(each)
        assert (await ended(hub, each)).status is Status.CANCELLED
        assert time.monotonic() - asked < 20
    assert len(messages_server.calls) == 1


async def test_where_nothing_limits_nothing_is_written(hub: Hub, messages_server: MessagesServer) -> None:
    """Neither for the simulated model nor for a provider that tells nothing."""
    for agent in (await claude(hub), 1):
        assert (await ended(hub, await start(hub, agent, "[fast] hello"))).status is Status.SUCCEEDED
    assert gate_of(hub) is None


async def test_what_the_headers_tell_is_kept_without_the_key(hub: Hub, messages_server: MessagesServer) -> None:
    """Of several models the highest limit; none left means a wait for a part of the time until all is there."""
    limit, left = "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining"
    messages_server.reply(replies.text(headers={limit: "50", left: "49"}), replies.text(headers={limit: "20"}))
    agent = await claude(hub)
    for _ in range(2):
        await ended(hub, await start(hub, agent))

    async def learned() -> bool:
        return bool((gate_of(hub) or {}).get("requests") == 50)

    await eventually(learned)
    row = gate_of(hub)
    assert KEY not in str(row)
    assert (row["name"], len(row["fingerprint"]), row["blocked_until"]) == ("anthropic", 32, 0)
    reset = {"anthropic-ratelimit-tokens-remaining": "0", "anthropic-ratelimit-tokens-reset": "2100-01-01T00:00:00Z"}
    soon = {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "30s"}
    messages_server.reply(replies.text(headers={**reset, **soon}))
    await ended(hub, await start(hub, agent))
    told = messages_server.calls[-1].started_at
    await eventually(lambda: _is_blocked(hub))
    await ended(hub, await start(hub, agent))
    assert messages_server.calls[-1].started_at - told > 1.5


def test_a_fingerprint_is_one_of_the_hub_the_address_and_the_key(tmp_path: Path) -> None:
    one, other = (make_settings(tmp_path, ANTHROPIC_API_KEY=key) for key in ("sk-1", "sk-2"))
    there = make_settings(tmp_path, ANTHROPIC_API_KEY="sk-1", ANTHROPIC_BASE_URL="http://127.0.0.1:9")
    found = [
        fingerprint(one, "anthropic", "a"),
        fingerprint(other, "anthropic", "a"),
        fingerprint(one, "anthropic", "b"),
    ]
    found.append(fingerprint(there, "anthropic", "a"))
    assert len(set(found)) == 4
    assert fingerprint(one, "anthropic", "a") == found[0]


async def test_tokens_are_counted_before_and_put_right_after(data_dir: Path, messages_server: MessagesServer) -> None:
    """What went in and out counts; what was read from the provider's cache does not."""
    messages_server.reply(
        replies.text(usage={"input_tokens": 700, "cache_read_input_tokens": 90_000}, output_tokens=300)
    )
    async with hub_of(data_dir, messages_server, HUB_PROVIDER_LIMITS="anthropic=/60000") as hub:
        before = time.time()
        await ended(hub, await start(hub, await claude(hub), "hello " * 20_000))

        async def settled() -> bool:
            return bool(0 < gate_of(hub)["tokens_at"] - before < 5)

        assert Budget(60_000, 0).step * 1_000 == pytest.approx(1.1, abs=0.1)
        await eventually(settled)


async def test_a_process_that_lost_its_lease_asks_no_provider(hub: Hub, messages_server: MessagesServer) -> None:
    async def lost() -> None:
        raise Unavailable("others have the database")

    models = hub._host._services.models
    model = models.get("claude-sonnet-5-5")
    model._fence = lost
    async with aclosing(model.stream(ModelRequest("claude-sonnet-5-5", "", (user_message("hello"),), 10))) as stream:
        with pytest.raises(Unavailable):
            await anext(stream)
    assert messages_server.calls == []


async def test_a_process_that_lost_its_lease_calls_no_tool(
    hub: Hub, messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost() -> None:
        raise Unavailable("others have the database")

    called: list[str] = []

    async def call(_server: str, tool: str, *_: Any, **__: Any) -> Any:
        called.append(tool)

    monkeypatch.setattr(hub._tools, "call", call)
    hub._host._services = replace(hub._host._services, fence=lost)
    messages_server.reply(replies.tool_calls(("toolu_1", "hub__calculate", ['{"expression": "6 * 7"}'])))
    agent = await claude(hub, tools=[{"server": "hub", "tool": "calculate", "approval": "auto"}])
    assert (await ended(hub, await start(hub, agent))).status is Status.FAILED
    assert called == []


async def test_a_process_that_lost_its_lease_tries_no_tool(hub: Hub) -> None:
    async def lost() -> None:
        raise Unavailable("others have the database")

    hub.tools._fence = lost
    with pytest.raises(Unavailable):
        await hub.tools.call("hub", "calculate", {"expression": "6 * 7"}, timeout_seconds=5, meta={})


async def test_who_waits_when_the_database_goes_away_waits_on(
    hub: Hub, messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is asked for once it is back."""
    gate = hub._host._services.models._gates["anthropic"]
    await gate.block(1)
    whole, faults = hub._database.write, [Unavailable("away")] * 3

    def write(work: Any) -> Any:
        if faults:
            raise faults.pop()
        return whole(work)

    model = hub._host._services.models.get("claude-sonnet-5-5")
    monkeypatch.setattr(hub._database, "write", write)
    request = ModelRequest("claude-sonnet-5-5", "", (user_message("hello"),), 10)
    async with asyncio.timeout(60):
        events = [event async for event in model.stream(request)]
    assert faults == []
    assert "".join(each.text for each in events if isinstance(each, TextDelta)) == replies.default_text("hello")
