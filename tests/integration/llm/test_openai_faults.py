"""What may go wrong with a server of chat completions: each fault has an error that a person can act on."""

import asyncio
import time
import traceback
from contextlib import aclosing
from typing import Any

import pytest

from execution_hub import errors
from execution_hub.llm.openai_compatible import OpenAiCompatible
from execution_hub.llm.port import TextDelta, UsageSoFar
from execution_hub.settings import Settings
from tests.support import completion_replies as replies
from tests.support import messages_replies
from tests.support.completion_replies import line
from tests.support.completions import KEY, MODEL, ask, completion_settings
from tests.support.messages_replies import Reply
from tests.support.messages_server import MessagesServer
from tests.support.models import collect, fail, text_of, until

LEAK = f"Incorrect API key provided: {KEY}, or sk-another-secret"


def error(kind: str, message: str = "It went wrong.", code: Any = None) -> dict[str, Any]:
    return {"message": message, "type": kind, "param": None, "code": code}


def within(**told: Any) -> Reply:
    return replies.begun(line({"error": told}), b"0\r\n\r\n")


FAULTS: dict[str, tuple[Reply, type[errors.ExecutionError], str]] = {
    "401": (
        replies.fault(401, error("invalid_request_error", LEAK, "invalid_api_key")),
        errors.BadKey,
        "OPENAI_API_KEY",
    ),
    "403": (replies.fault(403, error("permission_error")), errors.PermissionDenied, "another model"),
    "404": (replies.fault(404, error("not_found_error")), errors.UnknownModel, "OPENAI_BASE_URL"),
    "404 of whoever asks": (replies.fault(404, error("invalid_request_error")), errors.UnknownModel, "Model not found"),
    "400 for a model": (
        replies.fault(400, error("invalid_model", "Invalid model: x")),
        errors.UnknownModel,
        "model: x",
    ),
    "400 that quotes the key": (replies.fault(400, error("invalid_request_error", LEAK)), errors.InvalidRequest, "Inc"),
    "400 as a text": (replies.fault(400, "does not support tools"), errors.InvalidRequest, "does not support tools"),
    "413": (replies.fault(413, error("x", "Too large")), errors.InvalidRequest, "Too large"),
    "429": (replies.fault(429, error("requests"), {"retry-after": "17"}), errors.RateLimited, "in 17 s"),
    "no credit": (replies.fault(429, error("insufficient_quota", "No credit")), errors.ModelError, "billing"),
    "500": (replies.fault(500, error("server_error")), errors.ProviderFault, "Try again"),
    "503": (replies.fault(503, error("unavailable_error", "Loading model")), errors.ProviderFault, "503"),
    "504": (replies.fault(504, error("timeout")), errors.ModelTimeout, "Try again"),
    "529": (replies.fault(529, error("overloaded")), errors.Overloaded, "Try again"),
    "fault in the stream": (within(message="Oops", type="server_error"), errors.ProviderFault, "Try again"),
    "code in the stream": (within(message="Slow down", code=429), errors.RateLimited, "Slow down"),
    "limit in the stream": (within(message=LEAK, type="rate_limit_exceeded"), errors.RateLimited, "Try again"),
    "cut": (replies.cut(), errors.StreamCut, "try again"),
    "ended early": (replies.begun(b"0\r\n\r\n"), errors.StreamCut, "try again"),
    "ended early with [DONE]": (replies.begun(line("[DONE]"), b"0\r\n\r\n"), errors.StreamCut, "try again"),
    "bad JSON": (replies.begun(line('{"choices": ['), b"0\r\n\r\n"), errors.MalformedReply, "understood"),
    "another shape": (replies.begun(line({"choices": [7]}), b"0\r\n\r\n"), errors.MalformedReply, "understood"),
    "a number for text": (
        replies.begun(line({"id": "x", "choices": [{"index": 0, "delta": {"content": 7}}]}), b"0\r\n\r\n"),
        errors.MalformedReply,
        "understood",
    ),
    "no object": (replies.begun(line("[1]"), b"0\r\n\r\n"), errors.MalformedReply, "understood"),
    "page with 404": (messages_replies.page(404), errors.MalformedReply, "OPENAI_BASE_URL"),
    "page with 502": (messages_replies.page(502), errors.ProviderFault, "OPENAI_BASE_URL"),
    "web page": (messages_replies.web_page(), errors.MalformedReply, "OPENAI_BASE_URL"),
    "silence": (messages_replies.hanging(), errors.ModelTimeout, "sent nothing for 1 s"),
    "silence after a few words": (replies.begun(None), errors.ModelTimeout, "sent nothing for 1 s"),
    "no answer at all": (messages_replies.refusing_connection(), errors.ConnectionFailed, "OPENAI_BASE_URL"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.silent) if "silence" in each else each for each in FAULTS]
)
async def test_each_fault_has_its_own_error_that_can_be_acted_on(
    openai: OpenAiCompatible, messages_server: MessagesServer, name: str
) -> None:
    """The class tells the fault, the message what to do, and nothing of it holds a key."""
    reply, kind, words = FAULTS[name]
    messages_server.reply(reply)
    _, found = await fail(openai, ask())
    assert type(found) is kind
    assert words in found.message
    shown = "".join(traceback.format_exception(found)) + repr(found) + repr(found.details) + repr(openai)
    assert "sk-" not in shown and "ANTHROPIC" not in found.message
    assert found.__cause__ is None
    assert not type(found.__context__).__module__.startswith(("openai", "httpx2")), "it holds the request's key"
    assert len(messages_server.calls) == 1, "retries are not the SDK's to make"


async def test_what_arrived_before_a_cut_is_kept(openai: OpenAiCompatible, messages_server: MessagesServer) -> None:
    """The text came out, and that the usage is a part."""
    messages_server.reply(replies.cut())
    events, _ = await fail(openai, ask())
    assert text_of(events) == "Hel"
    assert [event.usage.is_partial for event in events if isinstance(event, UsageSoFar)] == [True]


async def test_a_local_server_needs_no_key(messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an address of its own none is asked for, and none of somebody else's is sent."""
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "sk-of-somebody-else")
    messages_server.default = replies.default_reply
    model = OpenAiCompatible(completion_settings(messages_server.url, None))
    assert text_of(await collect(model, ask())) == messages_replies.default_text("Hi")
    assert "somebody" not in str(messages_server.calls[0].headers)
    await model.close()


@pytest.mark.parametrize(
    ("key", "kind"), [(None, errors.MissingKey), (" ", errors.MissingKey), ("sk-schlüssel", errors.BadKey)]
)
async def test_without_a_key_nothing_is_sent(key: str | None, kind: type[errors.ExecutionError]) -> None:
    """To OpenAI itself; what to set is said, and a bad key not quoted."""
    _, found = await fail(OpenAiCompatible(Settings(_env_file=None, openai_api_key=key)), ask())
    assert type(found) is kind
    assert "OPENAI_API_KEY" in found.message and "sk-" not in found.message


async def test_an_unreachable_server_is_told_with_the_address_to_check() -> None:
    _, found = await fail(OpenAiCompatible(completion_settings("http://127.0.0.1:9")), ask(model=MODEL))
    assert type(found) is errors.ConnectionFailed
    assert "127.0.0.1" in found.message and "OPENAI_BASE_URL" in found.message


async def test_whoever_stops_reading_hangs_up(openai: OpenAiCompatible, messages_server: MessagesServer) -> None:
    """By closing the iterator, or by being cancelled: the server sees it within half a second."""
    messages_server.reply(replies.begun(None), replies.begun(None))
    async with aclosing(openai.stream(ask())) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    await until(lambda: messages_server.calls[0].closed_by_client)
    task = asyncio.create_task(collect(openai, ask()))
    await until(lambda: len(messages_server.calls) == 2)
    await asyncio.sleep(0.1)  # so that it is in the middle of reading
    cancelled_at = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: messages_server.calls[1].closed_by_client)
    assert (messages_server.calls[1].closed_by_client or 0) - cancelled_at < 5
