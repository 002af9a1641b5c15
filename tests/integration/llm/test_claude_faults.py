"""What may go wrong with Claude: each fault has an error that a person can act on."""

import traceback

import pytest

from execution_hub import errors
from execution_hub.llm.claude import Claude
from execution_hub.llm.port import UsageSoFar
from tests.support import messages_replies as replies
from tests.support.claude import KEY, MODEL, ask, claude_settings
from tests.support.messages_replies import Reply
from tests.support.messages_server import MessagesServer
from tests.support.models import collect, fail, text_of

LEAK = f"the key {KEY} is bad, so is sk-ant-api03-another-secret"


FAULTS: dict[str, tuple[Reply, type[errors.ExecutionError], str]] = {
    "401": (replies.bad_key(), errors.BadKey, "ANTHROPIC_API_KEY"),
    "401 that quotes the key": (replies.fault(401, "authentication_error", LEAK), errors.BadKey, "Check"),
    "402": (replies.fault(402, "billing_error", "No credit left"), errors.ModelError, "billing"),
    "403": (replies.forbidden(), errors.PermissionDenied, "another model"),
    "404": (replies.unknown_model(), errors.UnknownModel, MODEL),
    "404 of whoever asks": (
        replies.fault(404, "invalid_request_error", "no x"),
        errors.UnknownModel,
        "Model not found",
    ),
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


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.silent) if "silence" in each else each for each in FAULTS]
)
async def test_each_fault_has_its_own_error_that_can_be_acted_on(
    claude: Claude, messages_server: MessagesServer, name: str
) -> None:
    """The class tells the fault, the message what to do, and nothing of it holds a key."""
    reply, kind, words = FAULTS[name]
    messages_server.reply(reply)
    _, error = await fail(claude, ask())
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
    _, error = await fail(claude, ask())
    assert error.details["retry_after_seconds"] == 17
    assert error.details["request_id"] == messages_server.calls[0].request_id
    _, error = await fail(claude, ask())
    assert "retry_after_seconds" not in error.details


@pytest.mark.parametrize("reply", [replies.cut(["Hel", "lo"]), replies.ended_early(["Hel", "lo"])])
async def test_what_arrived_before_a_cut_is_kept(claude: Claude, messages_server: MessagesServer, reply: Reply) -> None:
    """The text and the usage so far, marked as partial, came out before the error."""
    messages_server.reply(reply)
    events, error = await fail(claude, ask())
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
    model = Claude(claude_settings(messages_server.url, key))
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "sk-ant-oat01-of-somebody-else")
    _, error = await fail(model, ask())
    assert type(error) is errors.MissingKey
    assert "ANTHROPIC_API_KEY" in error.message
    assert not messages_server.calls


async def test_only_the_key_of_the_settings_is_used(
    claude: Claude, messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another key or token in the environment is not picked up by the SDK."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-api03-other")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "sk-ant-oat01-other")
    await collect(claude, ask())
    assert "other" not in str(messages_server.calls[0].headers)


@pytest.mark.parametrize("key", ["sk-ant-api03-schlüssel", "sk-ant-api03 two words", "sk-ant-api03\nsecond"])
async def test_a_key_that_cannot_be_one_is_refused_unsent(messages_server: MessagesServer, key: str) -> None:
    """A key with letters no key has is told so, without being quoted."""
    _, error = await fail(Claude(claude_settings(messages_server.url, key)), ask())
    assert type(error) is errors.BadKey
    assert "sk-ant" not in error.message
    assert not messages_server.calls


async def test_half_a_character_in_the_input_is_refused(claude: Claude) -> None:
    """A lone surrogate, which no encoding can send, is a fault of the request."""
    _, error = await fail(claude, ask("\ud83d"))
    assert type(error) is errors.InvalidRequest


@pytest.mark.silent
async def test_it_goes_on_after_a_fault(claude: Claude, messages_server: MessagesServer) -> None:
    """A cut connection does not spoil the next call."""
    messages_server.reply(replies.cut(), replies.bad_key(), replies.hanging())
    for _ in range(3):
        await fail(claude, ask())
    assert text_of(await collect(claude, ask())) == replies.default_text("Hi")
