"""Agents whose tool servers have every fault, as real processes: the agent is told, and goes on."""

import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.call import CallStatus
from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub
from tests.support import messages_replies as replies
from tests.support.bench_tools import act, actor, tools_of
from tests.support.hub import ended, eventually, make_settings
from tests.support.messages_server import MessagesServer
from tests.support.tool_servers import TOKEN, faults, holds, legacy, write_file

CLAUDE: dict[str, Any] = {"model": "claude-sonnet-5-5"}
HANDSHAKE_SECONDS = 1


@pytest.fixture
async def hub_of_faults(
    data_dir: Path, messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Hub]:
    """Yield a hub with three servers: one with all faults, an old one with forty tools, one that only sleeps."""
    monkeypatch.setenv("TOKEN", TOKEN)
    sleep = {"command": sys.executable, "args": ["-c", "import time; time.sleep(600)"]}
    servers = {
        "faults": faults("all", NOTE_FILE=str(data_dir.parent / "note")),
        "old": legacy("40"),
        "sleep": {**sleep, "hub": {"timeoutSeconds": HANDSHAKE_SECONDS}},
    }
    provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": messages_server.url}
    file = write_file(data_dir.parent, servers)
    hub = await Hub.open(make_settings(data_dir, HUB_MCP_FILE=str(file), **provider))
    ready = {"hub", "faults", "old"}
    await eventually(holds(lambda: ready <= {each.name for each in hub.tools.servers() if each.status == "ready"}), 60)
    yield hub
    await hub.close()


def asks(*calls: tuple[str, str]) -> replies.Reply:
    """Reply with calls, each a tool and its text."""
    made = [(f"id_{n}", name, [json.dumps({"text": text} if text else {})]) for n, (name, text) in enumerate(calls)]
    return replies.tool_calls(*made)


def told(call: replies.Call) -> list[tuple[str, bool]]:
    """Return the results that a request ends with: text, and whether it is an error."""
    message = [each for each in call.body["messages"] if isinstance(each["content"], list)][-1]
    return [(each["content"], each.get("is_error", False)) for each in message["content"]]


async def test_every_fault_of_a_server_is_told_to_the_agent_which_goes_on(
    hub_of_faults: Hub, messages_server: MessagesServer
) -> None:
    """Forty tools, 5 MB, an image, an endless call, a server that dies and comes back: one conversation."""
    hub = hub_of_faults
    messages_server.reply(
        asks(("faults__big", ""), ("faults__image", ""), ("faults__hang", ""), ("faults__secret", "")),
        asks(("old__echo", "die")),
        asks(("old__echo", "back again")),
        replies.text(["So it is."]),
    )
    tools = {server.name: server.tools for server in hub.tools.servers()}
    names = [f"{name}/{tool.name}" for name in ("faults", "old") for tool in tools[name]]
    draft = actor(*names, tool_timeout_seconds=6, tool_result_max_chars=1_000, **CLAUDE)
    found = await ended(hub, await act(hub, await hub.agents.create(draft), "Go"), 60)
    assert (found.status, found.output) == (Status.SUCCEEDED, "So it is.")

    offered = [tool["name"] for tool in messages_server.calls[0].body["tools"]]
    assert len(offered) == len(set(offered)) == len(names) == 52
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in offered)

    big, image, hang, secret = told(messages_server.calls[1])
    assert "4999000 of 5000000 characters are left out" in big[0] and len(big[0]) < 1_300
    assert image == ("[image image/png, 69 bytes]", False)
    assert hang[1] and "did not answer within 6 s" in hang[0]
    assert "[secret TOKEN]" in secret[0] and TOKEN not in secret[0]
    ((died, is_error),) = told(messages_server.calls[2])
    assert is_error and "The server old went away during the call, which may have had its effect." in died
    assert "the disk is full" in died and "connects to it again by itself" in died
    assert told(messages_server.calls[3]) == [("back again", False)]

    rows = await tools_of(hub, found.id)
    assert (len(rows[0].result or ""), rows[0].result_chars, rows[0].is_cut) == (1_000_000, 5_000_000, True)
    done, failed = CallStatus.SUCCEEDED, CallStatus.FAILED
    assert [row.status for row in rows] == [done, done, failed, done, failed, done]


async def test_an_agent_whose_server_only_sleeps_is_told_so(hub_of_faults: Hub) -> None:
    """Once its handshake has had its time: nobody waits for ever, and the error says which server and why."""
    agent = await hub_of_faults.agents.create(actor("sleep/thing"))
    found = await ended(hub_of_faults, await act(hub_of_faults, agent, "Go [fast]"))
    assert (found.status, found.error_code) == (Status.FAILED, "tool_missing")
    assert "sleep" in (found.error or "") and "did not answer the handshake within 1 s" in (found.error or "")


async def test_a_stop_is_told_to_the_server_and_the_proof_says_so(hub_of_faults: Hub, data_dir: Path) -> None:
    """The server's own note says that its call was cancelled; no stream was open, and none is spoken of."""
    hub, note = hub_of_faults, data_dir.parent / "note"
    agent = await hub.agents.create(actor("faults/hang"))
    started = await act(hub, agent, "[tool faults__hang {}] [fast]")
    await eventually(holds(note.exists))
    await hub.executions.cancel(started)
    found = await ended(hub, started)
    assert found.status is Status.CANCELLED
    await eventually(holds(lambda: note.exists() and note.read_text() == "cancelled"))
    proof = found.meta["stop"]
    assert proof["calls"] == [{"number": 2, "server": "faults", "tool": "hang", "is_told": True}]
    assert (proof["has_stream"], proof["characters_after"]) == (False, 0)
    (row,) = await tools_of(hub, started)
    assert row.status is CallStatus.CANCELLED and "not known" in (row.error or "")
