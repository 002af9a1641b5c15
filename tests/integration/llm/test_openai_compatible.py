"""The real openai SDK against a local server of chat completions over real HTTP."""

from dataclasses import replace
from typing import Any

import pytest

from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.llm.messages import assistant_message, tool_result, tool_results_message, user_message
from execution_hub.llm.openai_compatible import OpenAiCompatible
from execution_hub.llm.port import Finished, ModelEvent, ThinkingDelta, ToolCall, ToolSpec, UsageSoFar
from tests.support import completion_replies as replies
from tests.support.completion_replies import tool_call
from tests.support.completions import ask
from tests.support.messages_server import MessagesServer
from tests.support.models import collect, text_of

LOOK_UP = ToolSpec("web__look_up", "Looks a city up.", {"type": "object", "properties": {"city": {"type": "string"}}})


def end_of(events: list[ModelEvent]) -> Finished:
    last = events[-1]
    assert isinstance(last, Finished)
    return last


def calls_of(events: list[ModelEvent]) -> list[ToolCall]:
    return [event for event in events if isinstance(event, ToolCall)]


async def test_a_text_arrives_with_usage_price_and_ids(
    openai: OpenAiCompatible, messages_server: MessagesServer
) -> None:
    """Letter by letter; what the cache gave counts apart, and the price is the one told for the agent's name of it."""
    parts = ["Héllo ", "世", "界 🚀", "\n\n", "line\u2028sep", '{"a": "\\n"}', "</script>"]
    messages_server.reply(replies.text(parts, cached=5))
    events = await collect(openai, ask())
    assert text_of(events) == "".join(parts)
    cost = 20 * 1e-6 + 5 * 0.1e-6 + len(parts) * 10e-6
    saved = pytest.approx(5 * 0.9e-6)
    usage = Usage(20, len(parts), 0, 5, pytest.approx(cost), is_own_price=True, saved_usd=saved)  # type: ignore[arg-type]
    end = end_of(events)
    assert (end.stop_reason, end.usage) == ("end_turn", usage)
    call = messages_server.calls[0]
    assert end.meta == {
        "request_id": call.request_id,
        "message_id": f"chatcmpl-{call.request_id}",
        "model": "gpt-local",
    }
    told = [event.usage for event in events if isinstance(event, UsageSoFar)]
    assert told[0] == replace(UNKNOWN, is_partial=True), "accepted, and nothing told"
    assert end.blocks == ({"type": "text", "text": "".join(parts)},)


async def test_a_request_goes_out_whole(openai: OpenAiCompatible, messages_server: MessagesServer) -> None:
    """Prefix off, prompt first, tools, schema and effort as that API names them; nothing that was not asked for."""
    await collect(openai, ask("Grüße"))
    call = messages_server.calls[0]
    assert call.path == "/v1/chat/completions"
    plain = {
        "model": "gpt-local",
        "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Grüße"}],
        "max_tokens": 64,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert call.body == plain
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    full = replace(ask(), tools=(LOOK_UP,), tool_choice="none", effort="high", output_schema=schema, system_prompt=" ")
    await collect(openai, full)
    body = messages_server.calls[1].body
    function = {"name": "web__look_up", "description": "Looks a city up.", "parameters": LOOK_UP.input_schema}
    assert body["messages"] == [{"role": "user", "content": "Hi"}]
    assert body["tools"] == [{"type": "function", "function": function}]
    assert (body["tool_choice"], body["reasoning_effort"]) == ("none", "high")
    form = {"name": "answer", "schema": schema, "strict": False}
    assert body["response_format"] == {"type": "json_schema", "json_schema": form}
    await collect(openai, replace(ask(), thinking="disabled"))
    assert messages_server.calls[2].body["reasoning_effort"] == "none"


async def test_a_conversation_with_tools_is_translated_there_and_back(
    openai: OpenAiCompatible, messages_server: MessagesServer
) -> None:
    """Calls in pieces by index, thinking apart; then each result in a message of its own, thinking as it came."""
    messages_server.reply(
        replies.played(
            {"reasoning_content": "I need "},
            {"reasoning_content": "a tool."},
            {"content": "Let me look."},
            tool_call(0, "call_1", "web__look_up", ""),
            tool_call(1, "call_2", "web__look_up", ""),
            tool_call(0, None, None, '{"city": "Zü'),
            tool_call(1, None, None, "{}"),
            tool_call(0, None, None, 'rich"}'),
            reason="tool_calls",
            told=replies.usage(9),
        )
    )
    turn = await collect(openai, replace(ask(), tools=(LOOK_UP,)))
    assert "".join(event.text for event in turn if isinstance(event, ThinkingDelta)) == "I need a tool."
    assert calls_of(turn) == [
        ToolCall("call_1", "web__look_up", {"city": "Zürich"}),
        ToolCall("call_2", "web__look_up", {}),
    ]
    end = end_of(turn)
    assert end.stop_reason == "tool_use"
    assert [block["type"] for block in end.blocks] == ["thinking", "text", "tool_use", "tool_use"]
    results = tool_results_message([tool_result("call_1", "Rain"), tool_result("call_2", "No city", is_error=True)])
    said = (user_message("Hi"), assistant_message(end.blocks), results, user_message("Go on."))
    await collect(openai, replace(ask(prompt=""), tools=(LOOK_UP,), messages=said))
    made = [
        {"id": "call_1", "type": "function", "function": {"name": "web__look_up", "arguments": '{"city": "Zürich"}'}},
        {"id": "call_2", "type": "function", "function": {"name": "web__look_up", "arguments": "{}"}},
    ]
    assert messages_server.calls[1].body["messages"] == [
        {"role": "user", "content": "Hi"},
        {
            "role": "assistant",
            "content": "Let me look.",
            "tool_calls": made,
            "reasoning_content": "I need a tool.",
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "Rain"},
        {"role": "tool", "tool_call_id": "call_2", "content": "Error: No city"},
        {"role": "user", "content": "Go on."},
    ]


ODD_CALLS: dict[str, tuple[list[dict[str, Any]], list[tuple[str, dict[str, Any] | None]]]] = {
    "all of index 0": ([tool_call(0, "a", "one", "{}"), tool_call(0, "b", "two", "{}")], [("one", {}), ("two", {})]),
    "no index": (
        [tool_call(None, "a", "one", '{"x": '), tool_call(None, None, None, "1}"), tool_call(None, "b", "two", "{}")],
        [("one", {"x": 1}), ("two", {})],
    ),
    "one id": ([tool_call(0, "a", "one", "{}"), tool_call(1, "a", "two", "{}")], [("one", {}), ("two", {})]),
    "no id": ([tool_call(0, None, "one", "{}"), tool_call(1, "", "two", "{}")], [("one", {}), ("two", {})]),
    "an object": ([tool_call(0, "a", "one", {"x": 1})], [("one", {"x": 1})]),
    "no JSON": ([tool_call(0, "a", "one", '{"x": ')], [("one", None)]),
    "the id each time": ([tool_call(0, "a", "one", '{"x":'), tool_call(0, "a", None, "1}")], [("one", {"x": 1})]),
}


@pytest.mark.parametrize("name", ODD_CALLS)
async def test_calls_of_odd_servers_are_understood(
    openai: OpenAiCompatible, messages_server: MessagesServer, name: str
) -> None:
    """Servers differ in how they number calls; each gets an id of its own, and "stop" with calls is a tool's turn."""
    deltas, made = ODD_CALLS[name]
    messages_server.reply(replies.played(*deltas))
    events = await collect(openai, ask())
    calls = calls_of(events)
    assert [(call.name, call.arguments) for call in calls] == made
    assert len({call.id for call in calls}) == len(calls) and all(call.id for call in calls)
    assert all(bool(call.error) == (call.arguments is None) for call in calls)
    assert end_of(events).stop_reason == "tool_use"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("stop", "end_turn"),
        ("length", "max_tokens"),
        ("tool_calls", "tool_use"),
        ("content_filter", "refusal"),
        ("a_reason_of_tomorrow", "a_reason_of_tomorrow"),
    ],
)
async def test_reasons_are_told_in_the_hub_s_words(
    openai: OpenAiCompatible, messages_server: MessagesServer, said: str, reason: str
) -> None:
    messages_server.reply(replies.text(reason=said))
    assert end_of(await collect(openai, ask())).stop_reason == reason


async def test_a_refusal_keeps_the_provider_s_words(openai: OpenAiCompatible, messages_server: MessagesServer) -> None:
    messages_server.reply(replies.played({"refusal": "I can't "}, {"refusal": "do that."}))
    end = end_of(await collect(openai, ask()))
    assert (end.stop_reason, end.words) == ("refusal", "I can't do that.")


async def test_a_usage_that_is_not_told_is_unknown(openai: OpenAiCompatible, messages_server: MessagesServer) -> None:
    """Neither nothing nor $0.00; another tier's price is not known either."""
    messages_server.reply(replies.played({"content": "Hi"}))
    assert end_of(await collect(openai, ask())).usage == UNKNOWN
    messages_server.reply(replies.text())
    end = end_of(await collect(openai, ask(model="openai/other")))
    assert (end.usage.input_tokens, end.usage.cost_usd) == (replies.PROMPT_TOKENS, None)


async def test_thinking_of_two_names_is_told_once(openai: OpenAiCompatible, messages_server: MessagesServer) -> None:
    messages_server.reply(replies.played({"reasoning": "Hm.", "reasoning_content": "Hm."}, {"content": "Yes."}))
    events = await collect(openai, ask())
    assert [event.text for event in events if isinstance(event, ThinkingDelta)] == ["Hm."]
