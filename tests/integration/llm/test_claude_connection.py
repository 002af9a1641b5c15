"""The connection to Claude: proxies, silence, loops, and that whoever stops reading hangs up."""

import asyncio
import threading
import time
import traceback
from contextlib import aclosing
from dataclasses import replace

import pytest

from execution_hub import errors
from execution_hub.domain.agent import AgentDefinition
from execution_hub.llm.claude import Claude
from execution_hub.llm.port import TextDelta
from execution_hub.runners.answer import request_of
from tests.support import messages_replies as replies
from tests.support.claude import MODEL, ask, claude_settings
from tests.support.messages_replies import Reply
from tests.support.messages_server import MessagesServer
from tests.support.models import collect, fail, text_of, until


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://name.invalid"])
async def test_an_unreachable_provider_is_told_with_the_address_to_check(url: str) -> None:
    """Nobody listening, an unknown name: one error, which names the setting."""
    _, error = await fail(Claude(claude_settings(url)), ask())
    assert type(error) is errors.ConnectionFailed
    assert "ANTHROPIC_BASE_URL" in error.message


async def test_a_local_model_server_is_reached_past_every_proxy(
    messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy's loopback is another one; what a proxy is called does not matter then, not even where it is none."""
    monkeypatch.delenv("NO_PROXY")
    for proxy in ("http://127.0.0.1:9", "no proxy at all"):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        model = Claude(claude_settings(messages_server.url.replace("127.0.0.1", "localhost")))
        assert text_of(await collect(model, ask())) == replies.default_text("Hi")
        await model.close()


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("http://me:secret@127.0.0.1:9", "could not be reached through the proxy 127.0.0.1:9 ("),
        ("gopher://me:secret@127.0.0.1:9", "The proxy in HTTP_PROXY cannot be used. Example: HTTP_PROXY=http://"),
        ("socks5://me:secret@127.0.0.1:9", "HTTP_PROXY"),
    ],
)
async def test_a_dead_proxy_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str, words: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    _, error = await fail(Claude(claude_settings("http://provider.example.com")), ask())
    assert type(error) is errors.ConnectionFailed
    assert words in error.message
    assert "secret" not in "".join(traceback.format_exception(error))


async def test_a_proxy_that_answers_itself_is_named(
    messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a page, or by refusing the way to an encrypted address: neither is a bad key."""
    monkeypatch.setenv("HTTP_PROXY", messages_server.url)
    monkeypatch.setenv("HTTPS_PROXY", messages_server.url)
    where = messages_server.url.removeprefix("http://")
    for scheme, reply, kind in (
        ("http", replies.page(403), errors.MalformedReply),
        ("http", replies.web_page(), errors.MalformedReply),
        ("http", replies.page(503), errors.ProviderFault),
        ("https", replies.page(407), errors.ConnectionFailed),
    ):
        messages_server.reply(reply)
        _, error = await fail(Claude(claude_settings(f"{scheme}://provider.example.com")), ask())
        assert type(error) is kind
        assert f"{scheme.upper()}_PROXY (the proxy {where}) and ANTHROPIC_BASE_URL" in error.message
    assert "407" in error.message


async def test_a_model_may_be_silent_for_as_long_as_its_agent_says(messages_server: MessagesServer) -> None:
    """The agent's time limit, or the step's, takes the place of the usual silence, whichever is longer."""
    agent = AgentDefinition("Thinker", MODEL, "", 64, timeout_seconds=5)
    assert request_of(agent, "Hi").silence_seconds == 5
    assert request_of(agent, "Hi", 9).silence_seconds == 9
    assert request_of(replace(agent, timeout_seconds=None), "Hi").silence_seconds is None
    model = Claude(claude_settings(messages_server.url), read_timeout_seconds=0.2)
    messages_server.reply(replies.text(["a", "b"], delay=0.5))
    assert text_of(await collect(model, request_of(agent, "Hi"))) == "ab"
    messages_server.reply(replies.hanging())
    _, error = await fail(model, request_of(agent, "Hi", 0.3))
    assert "sent nothing for 0.3 s" in error.message
    await model.close()


@pytest.mark.parametrize("reply", [replies.hanging(), replies.hanging(["Hel"]), replies.text(["a"] * 3000, delay=0.02)])
async def test_cancelling_the_reader_closes_the_connection(messages_server: MessagesServer, reply: Reply) -> None:
    """No further tokens are bought: the server sees the hang-up within half a second."""
    messages_server.reply(reply)
    model = Claude(claude_settings(messages_server.url))
    task = asyncio.create_task(collect(model, ask()))
    await until(lambda: messages_server.calls)
    await asyncio.sleep(0.1)  # so that it is in the middle of reading
    cancelled_at = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    call = messages_server.calls[0]
    await until(lambda: call.closed_by_client)
    assert call.closed_by_client is not None
    assert call.closed_by_client - cancelled_at < 5
    await model.close()


async def test_closing_the_iterator_closes_the_connection(claude: Claude, messages_server: MessagesServer) -> None:
    """A reader that has had enough after the first words hangs up."""
    messages_server.reply(replies.hanging(["Hel", "lo"]))
    async with aclosing(claude.stream(ask())) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    await until(lambda: messages_server.calls[0].closed_by_client)


async def test_each_loop_has_connections_of_its_own(claude: Claude) -> None:
    """The engine's thread and the web's may both stream, one after the other and again."""
    answers: list[str] = []

    def elsewhere() -> None:
        answers.append(text_of(asyncio.run(collect(claude, ask()))))

    for _ in range(2):
        answers.append(text_of(await collect(claude, ask())))
        thread = threading.Thread(target=elsewhere)
        thread.start()
        await asyncio.to_thread(thread.join)
    assert answers == [replies.default_text("Hi")] * 4


async def test_closing_reaches_a_loop_in_another_thread(messages_server: MessagesServer) -> None:
    """What one loop has opened another can close, as the hub's does with that of its engine."""
    model = Claude(claude_settings(messages_server.url))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(collect(model, ask()), loop))
        clients = model._client.clients.made
        await asyncio.wait_for(model.close(), 60)
        assert [client.is_closed() for client in clients] == [True]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()
