"""The real SDK against a local Messages API over real HTTP."""

import asyncio
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from execution_hub import errors
from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.llm.claude import Claude
from execution_hub.llm.port import Finished, ModelEvent, ModelRequest, TextDelta, ThinkingDelta, ToolCall, UsageSoFar
from execution_hub.llm.registry import Models
from execution_hub.llm.simulated import SimulatedModel
from execution_hub.runners.answer import request_of
from execution_hub.settings import Settings
from tests.support import messages_replies as replies
from tests.support.messages_replies import Reply
from tests.support.messages_server import MessagesServer

KEY = "sk-ant-api03-local-test-key-0123456789"
MODEL = "claude-sonnet-5-5"


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own proxies, keys and profiles out."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


def settings(url: str, key: str | None = KEY) -> Settings:
    return Settings(_env_file=None, anthropic_api_key=key, anthropic_base_url=url)


@pytest.fixture
async def claude(messages_server: MessagesServer) -> AsyncIterator[Claude]:
    """Claude, pointed at the local server, patient for one second."""
    model = Claude(settings(messages_server.url), read_timeout_seconds=1)
    yield model
    await model.close()


def ask(text: str = "Hi", *, model: str = MODEL, prompt: str = "Be kind.", max_tokens: int = 64) -> ModelRequest:
    return ModelRequest(model, prompt, text, max_tokens)


async def collect(model: Claude, request: ModelRequest | None = None) -> list[ModelEvent]:
    return [event async for event in model.stream(request or ask())]


async def fail(model: Claude, request: ModelRequest | None = None) -> tuple[list[ModelEvent], errors.ExecutionError]:
    """Return what came and the error that ended it."""
    events: list[ModelEvent] = []
    try:
        async for event in model.stream(request or ask()):
            events.append(event)
    except errors.ExecutionError as error:
        return events, error
    raise AssertionError("the stream did not fail")


def text_of(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def until(condition: Callable[[], Any], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


async def test_the_text_arrives_byte_for_byte(claude: Claude, messages_server: MessagesServer) -> None:
    """What the provider streamed is what comes out, piece by piece, whatever the script."""
    parts = ["Héllo ", "世", "界 🚀", "\n\n", "\r\n", "line\u2028sep", "  ", '{"a": "\\n"}', "</script>", "👩‍👩‍👧"]
    messages_server.reply(replies.text(parts))
    events = await collect(claude)
    assert [event.text for event in events if isinstance(event, TextDelta)] == parts
    assert text_of(events).encode() == "".join(parts).encode()


async def test_the_request_holds_what_the_agent_says_and_nothing_else(
    claude: Claude, messages_server: MessagesServer
) -> None:
    """Model, limit, prompt and input go out as they are; no sampling parameters, which newer models refuse."""
    await collect(claude, ask("Grüße, 世界", prompt="Be kind.", max_tokens=77))
    call = messages_server.calls[0]
    assert call.path == "/v1/messages"
    assert call.body == {
        "model": MODEL,
        "max_tokens": 77,
        "system": "Be kind.",
        "messages": [{"role": "user", "content": "Grüße, 世界"}],
        "stream": True,
    }
    assert KEY in call.headers.get("authorization", "") + call.headers.get("x-api-key", "")


async def test_an_empty_prompt_is_left_out(claude: Claude, messages_server: MessagesServer) -> None:
    """The API refuses an empty system prompt, so none is sent."""
    await collect(claude, ask(prompt="  "))
    assert "system" not in messages_server.calls[0].body


async def test_the_usage_is_the_provider_s_with_its_price(claude: Claude, messages_server: MessagesServer) -> None:
    """Input from the start, output from the end, cached tokens apart; priced by the table."""
    usage = {"input_tokens": 1_000, "cache_creation_input_tokens": 200, "cache_read_input_tokens": 3_000}
    messages_server.reply(replies.text(["a", "b"], usage=usage, output_tokens=500))
    events = await collect(claude)
    last = events[-1]
    assert isinstance(last, Finished)
    expected = 1_000 * 2e-6 + 500 * 10e-6 + 200 * 2.5e-6 + 3_000 * 0.1e-6
    assert last.usage == Usage(1_000, 500, 200, 3_000, pytest.approx(expected), False)  # type: ignore[arg-type]
    counts = [event.usage for event in events if isinstance(event, UsageSoFar)]
    assert counts[0] == replace(UNKNOWN, is_partial=True), "accepted, and nothing told"
    assert counts[1].is_partial
    assert counts[-1] == last.usage


async def test_a_usage_that_is_not_told_is_unknown(claude: Claude, messages_server: MessagesServer) -> None:
    """Neither nothing nor $0.00; of figures told in part the rest is unknown, and there is no price."""
    messages_server.reply(replies.untold(), replies.untold(output_tokens=7))
    for expected in (UNKNOWN, Usage(None, 7, None, None, is_partial=True)):
        last = (await collect(claude))[-1]
        assert isinstance(last, Finished)
        assert last.usage == expected


async def test_figures_of_a_cache_that_are_left_out_are_none(claude: Claude, messages_server: MessagesServer) -> None:
    """The API leaves them out where no cache was used: the price is known."""
    usage = {"cache_creation_input_tokens": None, "cache_read_input_tokens": None}
    messages_server.reply(replies.text(usage=usage))
    last = (await collect(claude))[-1]
    assert isinstance(last, Finished)
    assert (last.usage.cache_read_tokens, last.usage.cache_write_tokens) == (0, 0)
    assert last.usage.cost_usd


async def test_a_call_that_was_sent_and_never_answered_has_an_unknown_usage(
    claude: Claude, messages_server: MessagesServer
) -> None:
    """Whether it was paid for nobody can tell; one that was refused used nothing."""
    messages_server.reply(replies.hanging(), replies.bad_key())
    events, _ = await fail(claude)
    assert [event.usage.is_unknown for event in events if isinstance(event, UsageSoFar)] == [True]
    assert (await fail(claude))[0] == []


async def test_a_paused_answer_tells_what_to_send_back(claude: Claude, messages_server: MessagesServer) -> None:
    """Its content block by block, as the API takes it: no space at the end, signatures kept."""
    messages_server.reply(replies.paused(), replies.text(["  \n"], stop_reason="pause_turn"))
    last = (await collect(claude))[-1]
    assert isinstance(last, Finished)
    thought, text, call = last.content
    assert (thought["thinking"], thought["signature"]) == ("I must search.", "c2lnbmVk")
    assert text["text"] == "Let me search. "
    assert (call["type"], call["name"], call["input"]) == ("server_tool_use", "web_search", {"query": "rain"})
    assert last.tools == (), "the provider's own tools are none of ours"
    blank = (await collect(claude))[-1]
    assert isinstance(blank, Finished)
    assert blank.content == ()


async def test_it_goes_on_from_what_there_is(claude: Claude, messages_server: MessagesServer) -> None:
    """The content goes out as the assistant's, after the input."""
    content = ({"type": "text", "text": "Let me search."},)
    await collect(claude, replace(ask(), so_far=content))
    assert messages_server.calls[0].body["messages"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": [{"type": "text", "text": "Let me search."}]},
    ]


async def test_a_tool_call_that_was_cut_is_told_by_its_name(claude: Claude, messages_server: MessagesServer) -> None:
    """Though it never came whole."""
    messages_server.reply(replies.tool_use("look_up", ['{"city": "Zü'], "max_tokens"))
    last = (await collect(claude))[-1]
    assert isinstance(last, Finished)
    assert (last.stop_reason, last.tools) == ("max_tokens", ("look_up",))


async def test_other_than_list_prices_give_no_figure(claude: Claude, messages_server: MessagesServer) -> None:
    """A priority tier or a model without a price has tokens but no cost."""
    messages_server.reply(replies.text(usage={"service_tier": "priority"}))
    for request in (ask(), ask(model="claude-of-tomorrow")):
        last = (await collect(claude, request))[-1]
        assert isinstance(last, Finished)
        assert last.usage.input_tokens == replies.INPUT_TOKENS
        assert last.usage.cost_usd is None


async def test_the_ids_to_find_the_call_again_are_kept(claude: Claude, messages_server: MessagesServer) -> None:
    """Request id, message id and the model that answered are in the meta."""
    last = (await collect(claude))[-1]
    assert isinstance(last, Finished)
    request_id = messages_server.calls[0].request_id
    assert last.meta == {"request_id": request_id, "message_id": f"msg_{request_id}", "model": MODEL}


@pytest.mark.parametrize("reason", ["end_turn", "max_tokens", "pause_turn", "model_context_window_exceeded", "new"])
async def test_the_stop_reason_is_told(claude: Claude, messages_server: MessagesServer, reason: str) -> None:
    """Why an answer ended is passed on, so that a cut one can be marked."""
    messages_server.reply(replies.text(stop_reason=reason))
    last = (await collect(claude))[-1]
    assert isinstance(last, Finished)
    assert last.stop_reason == reason


async def test_thinking_comes_apart_from_the_text(claude: Claude, messages_server: MessagesServer) -> None:
    """Thinking is never mixed into the answer; its signature is not shown."""
    messages_server.reply(replies.thinking(["Let me ", "see."], ["Yes."]))
    events = await collect(claude)
    assert [event.text for event in events if isinstance(event, ThinkingDelta)] == ["Let me ", "see."]
    assert text_of(events) == "Yes."


async def test_a_tool_call_comes_whole(claude: Claude, messages_server: MessagesServer) -> None:
    """Its arguments, streamed as pieces of JSON, are put together."""
    messages_server.reply(
        replies.tool_use("look_up", ['{"city": "Zü', 'rich", "days"', ": 3}"]), replies.tool_use("now", [])
    )
    first, second = await collect(claude), await collect(claude)
    assert ToolCall("look_up", {"city": "Zürich", "days": 3}) in first
    assert ToolCall("now", {}) in second


async def test_a_tool_call_that_is_no_json_is_malformed_unless_it_was_cut(
    claude: Claude, messages_server: MessagesServer
) -> None:
    """Half a tool call is a mistake of the provider's, but not when the token limit cut it."""
    broken = ['{"city": "Zü']
    messages_server.reply(replies.tool_use("look_up", broken), replies.tool_use("look_up", broken, "max_tokens"))
    _, error = await fail(claude)
    assert isinstance(error, errors.MalformedReply)
    assert not any(isinstance(event, ToolCall) for event in await collect(claude))


async def test_a_tool_call_nested_without_end_is_malformed(claude: Claude, messages_server: MessagesServer) -> None:
    """Arguments too deep to be read are a mistake of the provider's, and no fault of the hub's."""
    messages_server.reply(replies.tool_use("look_up", ['{"a":' * 20_000]))
    _, error = await fail(claude)
    assert isinstance(error, errors.MalformedReply)


async def test_a_refusal_keeps_what_came_and_what_was_used(claude: Claude, messages_server: MessagesServer) -> None:
    """The words before the refusal and the usage come first, then the reason, with what the provider says to it."""
    messages_server.reply(replies.refusal(["I "], explanation="It is about something harmful."))
    events = await collect(claude)
    assert text_of(events) == "I "
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.stop_reason, last.words) == ("refusal", "It is about something harmful.")
    assert last.usage.output_tokens == 4
    assert last.usage.cost_usd


LEAK = f"the key {KEY} is bad, so is sk-ant-api03-another-secret"

FAULTS: dict[str, tuple[Reply, type[errors.ExecutionError], str]] = {
    "401": (replies.bad_key(), errors.BadKey, "ANTHROPIC_API_KEY"),
    "401 that quotes the key": (replies.fault(401, "authentication_error", LEAK), errors.BadKey, "Check"),
    "402": (replies.fault(402, "billing_error", "No credit left"), errors.ModelError, "billing"),
    "403": (replies.forbidden(), errors.PermissionDenied, "another model"),
    "404": (replies.unknown_model(), errors.UnknownModel, MODEL),
    "400": (replies.invalid(), errors.InvalidRequest, "128000"),
    "400 that quotes the key": (replies.invalid(LEAK + "\n" + "x" * 5_000), errors.InvalidRequest, "is bad"),
    "413": (replies.fault(413, "request_too_large", "Request too large"), errors.InvalidRequest, "too large"),
    "422": (replies.fault(422, "invalid_request_error", "Wrong shape"), errors.InvalidRequest, "Wrong shape"),
    "429": (replies.rate_limited(17), errors.RateLimited, "in 17 s"),
    "429 without a time": (replies.rate_limited(None), errors.RateLimited, "in a minute"),
    "500": (replies.internal_error(), errors.ProviderFault, "Try again"),
    "503": (replies.internal_error(503), errors.ProviderFault, "503"),
    "504": (replies.fault(504, "timeout_error", "Timed out"), errors.ModelTimeout, "Try again"),
    "529": (replies.overloaded(), errors.Overloaded, "Try again"),
    "overloaded in the stream": (replies.error_event("overloaded_error", "Busy"), errors.Overloaded, "Try again"),
    "rate limit in the stream": (replies.error_event("rate_limit_error", LEAK), errors.RateLimited, "Try again"),
    "fault in the stream": (replies.error_event("api_error", "Oops"), errors.ProviderFault, "Try again"),
    "cut": (replies.cut(), errors.StreamCut, "try again"),
    "ended early": (replies.ended_early(), errors.StreamCut, "try again"),
    "bad JSON": (replies.malformed(), errors.MalformedReply, "understood"),
    "bad UTF-8": (replies.malformed(b"event: message_delta\ndata: \xff\xfe\n\n"), errors.MalformedReply, "understood"),
    "another shape": (
        replies.malformed(b'event: message_delta\ndata: {"type": "message_delta"}\n\n'),
        errors.MalformedReply,
        "understood",
    ),
    "a number for text": (
        replies.malformed(
            b'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 0,'
            b' "delta": {"type": "text_delta", "text": 7}}\n\n'
        ),
        errors.MalformedReply,
        "understood",
    ),
    "no object": (replies.malformed(b"event: message_delta\ndata: [1]\n\n"), errors.MalformedReply, "understood"),
    "page with 401": (replies.page(401), errors.MalformedReply, "something on the way answered"),
    "page with 403": (replies.page(403), errors.MalformedReply, "something on the way answered"),
    "page with 404": (replies.page(404), errors.MalformedReply, "status 404"),
    "page with 407": (replies.page(407), errors.ConnectionFailed, "The proxy wants a user and a password"),
    "page with 429": (replies.page(429), errors.RateLimited, "Try again"),
    "page with 502": (replies.page(502), errors.ProviderFault, "or check the network and ANTHROPIC_BASE_URL"),
    "web page": (replies.web_page(), errors.MalformedReply, "ANTHROPIC_BASE_URL"),
    "silence": (replies.hanging(), errors.ModelTimeout, "sent nothing for 1 s"),
    "silence after a few words": (replies.hanging(["Hel"]), errors.ModelTimeout, "sent nothing for 1 s"),
    "no answer at all": (replies.refusing_connection(), errors.ConnectionFailed, "ANTHROPIC_BASE_URL"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_has_its_own_error_that_can_be_acted_on(
    claude: Claude, messages_server: MessagesServer, name: str
) -> None:
    """The class tells the fault, the message what to do, and nothing of it holds a key."""
    reply, kind, words = FAULTS[name]
    messages_server.reply(reply)
    _, error = await fail(claude)
    assert type(error) is kind
    assert words in error.message
    assert len(error.message) < 700
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.details) + repr(claude)
    assert "sk-ant" not in shown
    assert error.__cause__ is None
    assert not type(error.__context__).__module__.startswith(("anthropic", "httpx2")), "it holds the request's key"
    assert len(messages_server.calls) == 1, "retries are not the SDK's to make"


async def test_the_time_to_wait_is_in_the_details(claude: Claude, messages_server: MessagesServer) -> None:
    """Whoever retries knows for how long the provider wants to be left alone."""
    messages_server.reply(replies.rate_limited(17), replies.rate_limited("soon"))
    _, error = await fail(claude)
    assert error.details["retry_after_seconds"] == 17
    assert error.details["request_id"] == messages_server.calls[0].request_id
    _, error = await fail(claude)
    assert "retry_after_seconds" not in error.details


@pytest.mark.parametrize("reply", [replies.cut(["Hel", "lo"]), replies.ended_early(["Hel", "lo"])])
async def test_what_arrived_before_a_cut_is_kept(claude: Claude, messages_server: MessagesServer, reply: Reply) -> None:
    """The text and the usage so far, marked as partial, came out before the error."""
    messages_server.reply(reply)
    events, error = await fail(claude)
    assert isinstance(error, errors.StreamCut)
    assert text_of(events) == "Hello"
    counts = [event.usage for event in events if isinstance(event, UsageSoFar)]
    assert counts[-1].is_partial
    assert counts[-1].input_tokens == replies.INPUT_TOKENS


@pytest.mark.parametrize("key", [None, "", "   "])
async def test_without_a_key_nothing_is_sent(
    messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    """No key gives its own error at once, even where the SDK would find other credentials."""
    model = Claude(settings(messages_server.url, key))
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "sk-ant-oat01-of-somebody-else")
    _, error = await fail(model)
    assert type(error) is errors.MissingKey
    assert "ANTHROPIC_API_KEY" in error.message
    assert not messages_server.calls


async def test_only_the_key_of_the_settings_is_used(
    claude: Claude, messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another key or token in the environment is not picked up by the SDK."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-other")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "sk-ant-oat01-other")
    await collect(claude)
    assert "other" not in str(messages_server.calls[0].headers)


@pytest.mark.parametrize("key", ["sk-ant-api03-schlüssel", "sk-ant-api03 two words", "sk-ant-api03\nsecond"])
async def test_a_key_that_cannot_be_one_is_refused_unsent(messages_server: MessagesServer, key: str) -> None:
    """A key with letters no key has is told so, without being quoted."""
    _, error = await fail(Claude(settings(messages_server.url, key)))
    assert type(error) is errors.BadKey
    assert "sk-ant" not in error.message
    assert not messages_server.calls


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://name.invalid"])
async def test_an_unreachable_provider_is_told_with_the_address_to_check(url: str) -> None:
    """Nobody listening, an unknown name: one error, which names the setting."""
    _, error = await fail(Claude(settings(url)))
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
        model = Claude(settings(messages_server.url.replace("127.0.0.1", "localhost")))
        assert text_of(await collect(model)) == replies.default_text("Hi")
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
    _, error = await fail(Claude(settings("http://provider.example.com")))
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
        _, error = await fail(Claude(settings(f"{scheme}://provider.example.com")))
        assert type(error) is kind
        assert f"{scheme.upper()}_PROXY (the proxy {where}) and ANTHROPIC_BASE_URL" in error.message
    assert "407" in error.message


async def test_a_model_may_be_silent_for_as_long_as_its_agent_says(messages_server: MessagesServer) -> None:
    """The agent's time limit, or the step's, takes the place of the usual silence, whichever is longer."""
    agent = AgentDefinition("Thinker", MODEL, "", 64, timeout_seconds=5)
    assert request_of(agent, "Hi").silence_seconds == 5
    assert request_of(agent, "Hi", 9).silence_seconds == 9
    assert request_of(replace(agent, timeout_seconds=None), "Hi").silence_seconds is None
    model = Claude(settings(messages_server.url), read_timeout_seconds=0.2)
    messages_server.reply(replies.text(["a", "b"], delay=0.5))
    assert text_of(await collect(model, request_of(agent, "Hi"))) == "ab"
    messages_server.reply(replies.hanging())
    _, error = await fail(model, request_of(agent, "Hi", 0.3))
    assert "sent nothing for 0.3 s" in error.message
    await model.close()


async def test_half_a_character_in_the_input_is_refused(claude: Claude) -> None:
    """A lone surrogate, which no encoding can send, is a fault of the request."""
    _, error = await fail(claude, ask("\ud83d"))
    assert type(error) is errors.InvalidRequest


@pytest.mark.parametrize("reply", [replies.hanging(), replies.hanging(["Hel"]), replies.text(["a"] * 500, delay=0.02)])
async def test_cancelling_the_reader_closes_the_connection(messages_server: MessagesServer, reply: Reply) -> None:
    """No further tokens are bought: the server sees the hang-up within half a second."""
    messages_server.reply(reply)
    model = Claude(settings(messages_server.url))
    task = asyncio.create_task(collect(model))
    await until(lambda: messages_server.calls)
    await asyncio.sleep(0.1)  # so that it is in the middle of reading
    cancelled_at = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    call = messages_server.calls[0]
    await until(lambda: call.closed_by_client, 0.5)
    assert call.closed_by_client is not None
    assert call.closed_by_client - cancelled_at < 0.5
    await model.close()


async def test_closing_the_iterator_closes_the_connection(claude: Claude, messages_server: MessagesServer) -> None:
    """A reader that has had enough after the first words hangs up."""
    messages_server.reply(replies.hanging(["Hel", "lo"]))
    async with aclosing(claude.stream(ask())) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    await until(lambda: messages_server.calls[0].closed_by_client, 0.5)


async def test_ten_at_once_never_mix(claude: Claude) -> None:
    """Each of ten calls at once gets the text made for its own input."""
    inputs = [f"question {number} 世界" for number in range(10)]
    answers = await asyncio.gather(*(collect(claude, ask(text)) for text in inputs))
    assert [text_of(events) for events in answers] == [replies.default_text(text) for text in inputs]


async def test_it_goes_on_after_a_fault(claude: Claude, messages_server: MessagesServer) -> None:
    """A cut connection does not spoil the next call."""
    messages_server.reply(replies.cut(), replies.bad_key(), replies.hanging())
    for _ in range(3):
        await fail(claude)
    assert text_of(await collect(claude)) == replies.default_text("Hi")


async def test_each_loop_has_connections_of_its_own(claude: Claude) -> None:
    """The engine's thread and the web's may both stream, one after the other and again."""
    answers: list[str] = []

    def elsewhere() -> None:
        answers.append(text_of(asyncio.run(collect(claude))))

    for _ in range(2):
        answers.append(text_of(await collect(claude)))
        thread = threading.Thread(target=elsewhere)
        thread.start()
        await asyncio.to_thread(thread.join)
    assert answers == [replies.default_text("Hi")] * 4


async def test_closing_reaches_a_loop_in_another_thread(messages_server: MessagesServer) -> None:
    """What one loop has opened another can close, as the hub's does with that of its engine."""
    model = Claude(settings(messages_server.url))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(collect(model), loop))
        clients = list(model._clients.values())
        await asyncio.wait_for(model.close(), 2)
        assert [client.is_closed() for client in clients] == [True]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()


async def test_the_registry_knows_who_answers(messages_server: MessagesServer) -> None:
    """`simulated` stays at home; every other name goes to Claude; each provider is made once."""
    models = Models(settings(messages_server.url))
    assert isinstance(models.get("simulated"), SimulatedModel)
    assert isinstance(models.get(MODEL), Claude)
    assert models.get("anything") is models.get(MODEL)
    await models.close()
