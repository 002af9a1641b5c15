"""The box of tools: names, the loops it is called from, cancellation and deadlines."""

import asyncio
import doctest
from collections.abc import AsyncIterator
from typing import Any

import pytest

from execution_hub.errors import ToolFailed
from execution_hub.pool import WorkPool
from execution_hub.tools import arguments, calculator, loop_thread, port
from execution_hub.tools.port import RESULT_MAX, Tool, ToolBox, ToolResult, ToolServer, ToolSource, tool_of


class Slow(ToolSource):
    """A server whose tool answers when told; it notes what happened to it."""

    name = "slow"

    def __init__(self) -> None:
        self.seen: list[str] = []

    @property
    def state(self) -> ToolServer:
        return ToolServer("slow", "ready", "", (tool_of("slow", "wait", "", {}), tool_of("slow", "break", "", {})))

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.seen.append("ended")

    async def call(self, tool: Tool, given: dict[str, Any], meta: dict[str, Any]) -> ToolResult:
        if tool.name == "break":
            raise RuntimeError("a secret that nobody is told")
        self.seen.append(f"called {meta['hub/call']}")
        try:
            await asyncio.sleep(given["seconds"])
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)
            self.seen.append("cancelled")
            raise
        return ToolResult.of("done")


@pytest.fixture
async def slow() -> Slow:
    """Return the server."""
    return Slow()


@pytest.fixture
async def box(slow: Slow) -> AsyncIterator[ToolBox]:
    """Yield an open box with it."""
    pool = WorkPool(1)
    made = ToolBox([slow], pool)
    await made.open()
    yield made
    await made.close()
    pool.close()


async def wait(box: ToolBox, seconds: float, timeout_seconds: float = 20) -> ToolResult:
    """Call the slow tool."""
    return await box.call(
        "slow", "wait", {"seconds": seconds}, timeout_seconds=timeout_seconds, meta={"hub/call": "1-1"}
    )


async def test_calls_come_from_any_loop(box: ToolBox) -> None:
    """The web's and the engine's, in other threads."""
    here = await wait(box, 0)
    there = await asyncio.to_thread(lambda: asyncio.run(wait(box, 0)))
    assert here == there == ToolResult("done", is_error=False, chars=4)


async def test_cancelling_reaches_the_server_before_the_caller_goes_on(box: ToolBox, slow: Slow) -> None:
    """A stop is a proof: the call has ended when it returns."""
    task = asyncio.create_task(wait(box, 60))
    while "called 1-1" not in slow.seen:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert slow.seen == ["called 1-1", "cancelled"]


async def test_who_cancels_hears_whether_the_server_was_told_in_time(
    box: ToolBox, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its proof is not to say more than is true."""
    told: list[bool] = []

    async def cancelled(number: int) -> None:
        work = box.call(
            "slow", "wait", {"seconds": 60}, timeout_seconds=60, meta={"hub/call": number}, on_cancelled=told.append
        )
        task = asyncio.create_task(work)
        while f"called {number}" not in slow.seen:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    await cancelled(1)
    monkeypatch.setattr(loop_thread, "CANCEL_SECONDS", 0.001)
    await cancelled(2)
    assert told == [True, False]


async def test_who_needs_a_server_waits_for_it_a_while(box: ToolBox) -> None:
    """One that is ready holds up nobody, and one that does not exist neither."""
    await box.wait_until_ready("slow", 60)
    await box.wait_until_ready("nobody", 60)


async def test_a_call_that_takes_too_long_is_cancelled_and_told_in_words(box: ToolBox, slow: Slow) -> None:
    """And so is one that nobody can make, or that breaks: without the inside of the hub."""
    with pytest.raises(ToolFailed, match=r"wait of slow did not answer within 0\.05 s"):
        await wait(box, 60, 0.05)
    assert "cancelled" in slow.seen
    with pytest.raises(ToolFailed, match="no tool x"):
        await box.call("slow", "x", {}, timeout_seconds=1, meta={})
    with pytest.raises(ToolFailed) as found:
        await box.call("slow", "break", {}, timeout_seconds=1, meta={})
    assert "secret" not in found.value.message


async def test_closing_ends_servers_and_calls(slow: Slow) -> None:
    """Whoever waits is told; nothing runs on."""
    pool = WorkPool(1)
    box = ToolBox([slow], pool)
    await box.open()
    task = asyncio.create_task(wait(box, 60))
    while "called 1-1" not in slow.seen:
        await asyncio.sleep(0.01)
    await box.close()
    with pytest.raises(ToolFailed, match="stopping"):
        await task
    assert set(slow.seen) == {"called 1-1", "ended", "cancelled"}
    with pytest.raises(ToolFailed, match="stopping"):
        await wait(box, 0)
    pool.close()


def test_names_for_models_fit_and_differ() -> None:
    """Whatever a server calls its tools."""
    names = ["now", "now!", "now?", "n" * 70, "n" * 71, "日本", "日本語", "a b"]
    made = [tool_of("time", name, "", {}).model_name for name in names]
    assert made[0] == "time__now"
    assert len(set(made)) == len(names)
    assert all(len(name) <= 64 and name.isascii() and name.replace("-", "").replace("_", "").isalnum() for name in made)


def test_a_digest_tells_whether_a_tool_is_what_it_was() -> None:
    """Its description and schema, in whatever order the schema comes."""
    first = tool_of("s", "t", "Reads.", {"type": "object", "title": "x"})
    assert first.digest == tool_of("s", "t", "Reads.", {"title": "x", "type": "object"}).digest
    assert first.digest != tool_of("s", "t", "Deletes.", {"type": "object", "title": "x"}).digest
    assert first.digest != tool_of("s", "t", "Reads.", {"type": "object"}).digest


def test_a_result_is_kept_up_to_its_limit_and_tells_its_size() -> None:
    """Without what no database stores."""
    long = ToolResult.of("a" * (RESULT_MAX + 5))
    assert (len(long.text), long.chars) == (RESULT_MAX, RESULT_MAX + 5)
    assert ToolResult.of("a\x00\ud800").text == "a\ufffd\ufffd"


def test_the_examples_in_the_docstrings_hold() -> None:
    """They are the shortest documentation."""
    for module in (arguments, calculator, port):
        assert doctest.testmod(module).failed == 0
