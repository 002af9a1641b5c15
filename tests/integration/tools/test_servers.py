"""The box with real MCP servers as processes: what they offer, how they fail, how they end."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from execution_hub.errors import ToolFailed
from execution_hub.tools.port import RESULT_MAX, ToolBox
from tests.support.hub import eventually
from tests.support.tool_servers import TOKEN, VARIABLES, box_of, call, faults, holds, in_status, legacy, server_of

SECRET = "[secret TOKEN]"


async def test_a_server_with_every_fault_is_borne_and_each_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its tools are called all the same; its secret is nowhere."""
    note = tmp_path / "note"
    async with box_of(tmp_path, faults=faults("chatter", NOTE_FILE=str(note))) as box:
        server = await in_status(box, "faults", "ready")
        names = [tool.name for tool in server.tools]
        assert names == ["echo", "big", "image", "die", "hang", "busy", "secret", "change", "fail"]
        assert server.tools[0].description == "Says what it is told."
        assert server.tools[4].hints == {"readOnlyHint": True}
        for words in (
            "Two tools are called 'echo': the first counts.",
            "'a/path' is left out",
            "https://example.com/x",
        ):
            assert words in server.error

        assert (await call(box, "faults", "echo", text="hi")).text == "hi"
        big = await call(box, "faults", "big")
        assert (len(big.text), big.chars) == (RESULT_MAX, 5_000_000)
        assert (await call(box, "faults", "image")).text == "[image image/png, 69 bytes]"
        assert (await call(box, "faults", "fail")).is_error
        assert SECRET in (await call(box, "faults", "secret")).text

        with pytest.raises(ToolFailed, match="did not answer within"):
            await call(box, "faults", "hang", 3)
        await eventually(holds(lambda: note.exists() and note.read_text() == "cancelled"))

        await call(box, "faults", "change")
        await eventually(holds(lambda: [tool.name for tool in server_of(box, "faults").tools] == ["new"]))
        assert SECRET in server_of(box, "faults").tools[0].description
    told = capfd.readouterr()
    assert TOKEN not in told.out + told.err


async def test_a_server_that_others_wrote_tells_the_time_and_its_errors(tmp_path: Path) -> None:
    """mcp-server-time, as it comes from PyPI; `make real` has more of its kind."""
    entry = {"command": sys.executable, "args": ["-m", "mcp_server_time", "--local-timezone", "UTC"]}
    async with box_of(tmp_path, time=entry) as box:
        server = await in_status(box, "time", "ready")
        assert ([tool.name for tool in server.tools], server.error) == (["get_current_time", "convert_time"], "")
        assert server.tools[0].hints["readOnlyHint"]
        noon: dict[str, Any] = {"source_timezone": "UTC", "time": "12:00", "target_timezone": "Asia/Kathmandu"}
        assert await box.check(server.tools[1], noon) is None
        told = await call(box, "time", "convert_time", **noon)
        assert "T17:45:00+05:45" in told.text and not told.is_error
        wrong = await call(box, "time", "get_current_time", timezone="Mars/Olympus")
        assert wrong.is_error and "Mars/Olympus" in wrong.text
        assert await box.check(server.tools[0], {"zone": "UTC"}) is not None


async def test_a_server_that_dies_in_a_call_or_sends_without_end_is_started_again(tmp_path: Path) -> None:
    """Who waits is told at once, with its last words; its tools stay known meanwhile."""
    async with box_of(tmp_path, faults=faults("all"), old=legacy()) as box:
        ready = await in_status(box, "faults", "ready")
        with pytest.raises(ToolFailed, match="may have had its effect") as gone:
            await call(box, "faults", "die")
        assert f"exit code 3: dying with {SECRET}" in gone.value.message
        failed = await in_status(box, "faults", "failed")
        assert SECRET in failed.error
        assert failed.find("echo") is not None
        assert failed.since is not None
        assert ready.since is not None
        assert failed.since > ready.since
        with pytest.raises(ToolFailed, match=r"is not ready|has gone"):
            await call(box, "faults", "echo")
        await in_status(box, "faults", "ready")
        with pytest.raises(ToolFailed, match="more than 16000000 bytes"):
            await call(box, "old", "echo", text="endless")


async def test_servers_that_never_start_hold_up_nobody_and_say_why(tmp_path: Path) -> None:
    """One sleeps at the handshake, one ends with words, one is not there, one is nobody's address."""
    servers = {
        "sleep": {**faults("sleep"), "hub": {"timeoutSeconds": 1}},
        "end": faults("end"),
        "none": {"command": "no-such-command-anywhere"},
        "away": {"url": "http://127.0.0.1:9/mcp", "headers": {"Authorization": "Bearer ${TOKEN}"}},
        "legacy": legacy(),
    }
    async with box_of(tmp_path, **servers) as box:
        assert {each.status for each in box.servers()} == {"starting"}
        with pytest.raises(ToolFailed, match="no tool echo"):
            await call(box, "legacy", "echo")
        await in_status(box, "legacy", "ready")
        why = {name: (await in_status(box, name, "failed")).error for name in ("sleep", "end", "none", "away")}
        assert why["sleep"] == "It did not answer the handshake within 1 s."
        assert "exit code 1: cannot start: no licence" in why["end"]
        assert "no-such-command-anywhere" in why["none"]
        assert "could not be reached" in why["away"]


async def test_a_server_of_the_older_protocol_with_forty_tools_does_all_that_the_newer_ones_do(tmp_path: Path) -> None:
    """Pages of tools, changes, cancellation, what goes with a call, and nothing of the hub's environment."""
    os.environ["HUB_TEST_SECRET"] = "only-the-hubs"
    try:
        async with box_of(tmp_path, old={**legacy("40"), "hub": {"idempotent": ["echo", "nothing"]}}) as box:
            server = await in_status(box, "old", "ready")
            # Not the one that only runs as a task: each call of it would fail.
            assert len(server.tools) == 43
            assert "The tool 'background' is left out: it runs only as a task" in server.error
            assert [tool.name for tool in server.tools if tool.is_idempotent] == ["echo"]
            assert "'nothing' is idempotent, but there is no such tool" in server.error
            task = asyncio.create_task(call(box, "old", "echo", text="hang"))
            await eventually(lambda: has_seen(box, "tools/call", 2))
            task.cancel()
            await asyncio.wait([task])
            told = await eventually(lambda: has_seen(box, "notifications/cancelled "))
            assert told["meta"]["hub/call"] == "7-1"
            assert "HUB_TEST_SECRET" not in told["env"]
            refused = await call(box, "old", "tool_1")
            assert (refused.is_error, refused.text) == (True, f"no, with a token: {SECRET}")
            await call(box, "old", "change")
            await eventually(holds(lambda: [tool.name for tool in server_of(box, "old").tools] == ["new"]))
    finally:
        del os.environ["HUB_TEST_SECRET"]


async def has_seen(box: ToolBox, word: str, count: int = 1) -> Any:
    """Return what the older server tells of itself once it has been sent something so often, this question too."""
    told = json.loads((await call(box, "old", "meta")).text)
    return told if sum(each.startswith(word) for each in told["seen"]) >= count else None


HUB_PROGRAM = """
import asyncio, sys
from pathlib import Path
from typing import Any
from tests.support.tool_servers import box_of, call, faults, in_status
async def main():
    async with box_of(Path(sys.argv[1]), faults=faults("all", NOTE_FILE=sys.argv[2])) as box:
        await in_status(box, "faults", "ready")
        await call(box, "faults", "busy", 600)
asyncio.run(main())
"""


async def test_a_busy_server_ends_with_a_hub_that_was_killed(tmp_path: Path) -> None:
    """It does not look at its input; within seconds it is gone all the same, and so is who ended it."""
    note = tmp_path / "note"
    hub = await asyncio.create_subprocess_exec(sys.executable, "-c", HUB_PROGRAM, str(tmp_path), str(note))
    await eventually(holds(lambda: note.exists() and note.read_text()), 60)
    children = psutil.Process(hub.pid).children(recursive=True)
    assert int(note.read_text()) in {child.pid for child in children}
    hub.send_signal(signal.SIGKILL)
    await hub.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, children, 60)
    assert not alive


async def test_a_stubborn_server_is_ended_with_its_box(tmp_path: Path) -> None:
    """Also in the middle of a call; whoever waits for that is told."""
    note = tmp_path / "note"
    async with box_of(tmp_path, faults=faults("all", NOTE_FILE=str(note))) as box:
        await in_status(box, "faults", "ready")
        waiting = asyncio.create_task(call(box, "faults", "busy"))
        await eventually(holds(lambda: note.exists() and note.read_text()))
    assert not psutil.pid_exists(int(note.read_text()))
    with pytest.raises(ToolFailed):
        await waiting
    assert VARIABLES == {"TOKEN": TOKEN}
