"""The real SDK against a local Messages API over real HTTP: what is sent, and what comes out."""

import asyncio
from dataclasses import replace

import pytest

from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.llm.claude import Claude
from execution_hub.llm.port import Finished, TextDelta, ThinkingDelta, UsageSoFar
from tests.support import messages_replies as replies
from tests.support.claude import KEY, MODEL, ask
from tests.support.messages_server import MessagesServer
from tests.support.models import collect, fail, text_of


async def test_the_text_arrives_byte_for_byte(claude: Claude, messages_server: MessagesServer) -> None:
    """What the provider streamed is what comes out, piece by piece, whatever the script."""
    parts = ["Héllo ", "世", "界 🚀", "\n\n", "\r\n", "line\u2028sep", "  ", '{"a": "\\n"}', "</script>", "👩‍👩‍👧"]
    messages_server.reply(replies.text(parts))
    events = await collect(claude, ask())
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
    events = await collect(claude, ask())
    last = events[-1]
    assert isinstance(last, Finished)
    expected = 1_000 * 2e-6 + 500 * 10e-6 + 200 * 2.5e-6 + 3_000 * 0.1e-6
    saved = pytest.approx(3_000 * 1.9e-6 - 200 * 0.5e-6)
    assert last.usage == Usage(1_000, 500, 200, 3_000, pytest.approx(expected), saved_usd=saved)  # type: ignore[arg-type]
    counts = [event.usage for event in events if isinstance(event, UsageSoFar)]
    assert counts[0] == replace(UNKNOWN, is_partial=True), "accepted, and nothing told"
    assert counts[1].is_partial
    assert counts[-1] == last.usage


async def test_a_usage_that_is_not_told_is_unknown(claude: Claude, messages_server: MessagesServer) -> None:
    """Neither nothing nor $0.00; of figures told in part the rest is unknown, and there is no price."""
    messages_server.reply(replies.untold(), replies.untold(output_tokens=7))
    for expected in (UNKNOWN, Usage(None, 7, None, None, is_partial=True)):
        last = (await collect(claude, ask()))[-1]
        assert isinstance(last, Finished)
        assert last.usage == expected


async def test_figures_of_a_cache_that_are_left_out_are_none(claude: Claude, messages_server: MessagesServer) -> None:
    """The API leaves them out where no cache was used: the price is known."""
    usage = {"cache_creation_input_tokens": None, "cache_read_input_tokens": None}
    messages_server.reply(replies.text(usage=usage))
    last = (await collect(claude, ask()))[-1]
    assert isinstance(last, Finished)
    assert (last.usage.cache_read_tokens, last.usage.cache_write_tokens) == (0, 0)
    assert last.usage.cost_usd


@pytest.mark.silent
async def test_a_call_that_was_sent_and_never_answered_has_an_unknown_usage(
    claude: Claude, messages_server: MessagesServer
) -> None:
    """Whether it was paid for nobody can tell; one that was refused used nothing."""
    messages_server.reply(replies.hanging(), replies.bad_key())
    events, _ = await fail(claude, ask())
    assert [event.usage.is_unknown for event in events if isinstance(event, UsageSoFar)] == [True]
    assert (await fail(claude, ask()))[0] == []


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
    last = (await collect(claude, ask()))[-1]
    assert isinstance(last, Finished)
    request_id = messages_server.calls[0].request_id
    assert last.meta == {"request_id": request_id, "message_id": f"msg_{request_id}", "model": MODEL}


@pytest.mark.parametrize("reason", ["end_turn", "max_tokens", "pause_turn", "model_context_window_exceeded", "new"])
async def test_the_stop_reason_is_told(claude: Claude, messages_server: MessagesServer, reason: str) -> None:
    """Why an answer ended is passed on, so that a cut one can be marked."""
    messages_server.reply(replies.text(stop_reason=reason))
    last = (await collect(claude, ask()))[-1]
    assert isinstance(last, Finished)
    assert last.stop_reason == reason


async def test_thinking_comes_apart_from_the_text(claude: Claude, messages_server: MessagesServer) -> None:
    """Thinking is never mixed into the answer; its signature is not shown."""
    messages_server.reply(replies.thinking(["Let me ", "see."], ["Yes."]))
    events = await collect(claude, ask())
    assert [event.text for event in events if isinstance(event, ThinkingDelta)] == ["Let me ", "see."]
    assert text_of(events) == "Yes."


async def test_a_refusal_keeps_what_came_and_what_was_used(claude: Claude, messages_server: MessagesServer) -> None:
    """The words before the refusal and the usage come first, then the reason, with what the provider says to it."""
    messages_server.reply(replies.refusal(["I "], explanation="It is about something harmful."))
    events = await collect(claude, ask())
    assert text_of(events) == "I "
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.stop_reason, last.words) == ("refusal", "It is about something harmful.")
    assert last.usage.output_tokens == 4
    assert last.usage.cost_usd


async def test_ten_at_once_never_mix(claude: Claude) -> None:
    """Each of ten calls at once gets the text made for its own input."""
    inputs = [f"question {number} 世界" for number in range(10)]
    answers = await asyncio.gather(*(collect(claude, ask(text)) for text in inputs))
    assert [text_of(events) for events in answers] == [replies.default_text(text) for text in inputs]
