"""Tool servers that are reached by HTTP: what they answer is bounded, and what became of them is told in words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from execution_hub.errors import ToolFailed
from execution_hub.tools.port import ToolBox
from execution_hub.tools.stdio import MESSAGE_MAX_BYTES
from tests.support.hub import eventually
from tests.support.mcp_http import HttpTools, http_tools
from tests.support.tool_servers import box_of, call, holds, in_status, server_of

# What lies in the buffers of both ends when the client hangs up.
BUFFERS_BYTES = 16_000_000
HEADERS = {"Authorization": "Bearer ${TOKEN}"}


@pytest.fixture
async def web() -> AsyncIterator[HttpTools]:
    """Yield the server."""
    async with http_tools() as tools:
        yield tools


@pytest.fixture
async def box(tmp_path: Path, web: HttpTools) -> AsyncIterator[ToolBox]:
    """Yield a box that is connected to it."""
    async with box_of(tmp_path, web={"url": web.url, "headers": HEADERS}) as made:
        await in_status(made, "web", "ready")
        yield made


async def test_an_answer_without_end_is_not_read_to_its_end(box: ToolBox, web: HttpTools) -> None:
    """200 MB as JSON and as one event, and what is compressed: refused in words, and the next call works."""
    for tool, words in (("flood", "more than 16000000 bytes"), ("stream", "byte limit")):
        with pytest.raises(ToolFailed, match=words) as found:
            await call(box, "web", tool)
        assert found.value.message.startswith("The server web ")
        assert web.sent < MESSAGE_MAX_BYTES + BUFFERS_BYTES
    with pytest.raises(ToolFailed, match="compressed its answer"):
        await call(box, "web", "zip")
    assert (await call(box, "web", "echo", text="hi")).text == "hi"
    assert web.seen[-1][2]["accept-encoding"] == "identity"


async def test_a_lost_connection_is_told_with_the_server_and_what_the_hub_does(box: ToolBox, web: HttpTools) -> None:
    """Not the name of an error of some library; and it is connected to again."""
    with pytest.raises(ToolFailed) as found:
        await call(box, "web", "cut")
    words = found.value.message
    assert "The server web went away during the call, which may have had its effect." in words
    assert "connects to it again by itself" in words

    async def answers() -> bool:
        with suppress(ToolFailed):
            return (await call(box, "web", "echo", text="back")).text == "back"
        return False

    await eventually(answers)
    assert server_of(box, "web").error in ("", "The connection was lost (ReadError).")


async def test_a_stopped_call_is_cancelled_at_the_server(box: ToolBox, web: HttpTools) -> None:
    """It hears that nobody waits any more."""
    task = asyncio.create_task(call(box, "web", "hang"))
    await eventually(holds(lambda: any(each[3].get("method") == "tools/call" for each in web.seen)))
    task.cancel()
    await asyncio.wait([task])
    await eventually(holds(lambda: web.seen[-1][3].get("method") == "notifications/cancelled"))


async def test_a_redirect_to_another_host_is_not_followed_with_the_headers(tmp_path: Path, web: HttpTools) -> None:
    """The secret stays at home, and the error says where it was sent."""
    async with http_tools() as elsewhere:
        web.redirect = elsewhere.url.replace("127.0.0.1", "localhost")
        async with box_of(tmp_path, web={"url": web.url, "headers": HEADERS}) as box:
            failed = await in_status(box, "web", "failed")
        assert elsewhere.seen == []
        assert "Redirect to" in failed.error and "not followed" in failed.error
        assert web.seen[0][2]["authorization"] == "Bearer tok-123456789"


async def test_a_refused_key_is_told_as_its_status(tmp_path: Path, web: HttpTools) -> None:
    """The commonest mistake of all."""
    web.status = 401
    async with box_of(tmp_path, web={"url": web.url, "headers": HEADERS}) as box:
        failed = await in_status(box, "web", "failed")
        assert failed.error == "It answered with the status 401."


async def test_fifty_servers_are_ready_at_once(tmp_path: Path, web: HttpTools) -> None:
    """As many as the file may name."""
    async with box_of(tmp_path, **{f"s{number}": {"url": web.url} for number in range(50)}) as box:
        await eventually(holds(lambda: {each.status for each in box.servers()} == {"ready"}), 60)
        assert (await call(box, "s49", "echo", text="last")).text == "last"
