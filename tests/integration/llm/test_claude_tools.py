"""Claude and tools: what is offered, what it asks for, and what goes back so that it goes on."""

from dataclasses import replace
from typing import Any

import pytest

from execution_hub import errors
from execution_hub.domain.usage import Usage
from execution_hub.llm import arguments, content
from execution_hub.llm.claude import CACHED_PROMPT_MIN_CHARS, Claude
from execution_hub.llm.messages import assistant_message, tool_result, tool_results_message, user_message
from execution_hub.llm.port import Finished, ModelEvent, ModelRequest, ToolCall, ToolSpec
from tests.support import messages_replies as replies
from tests.support.claude import MODEL, ask
from tests.support.messages_server import MessagesServer
from tests.support.models import collect, fail

LOOK_UP = ToolSpec("web__look_up", "Looks a city up.", {"type": "object", "properties": {"city": {"type": "string"}}})


def calls_of(events: list[ModelEvent]) -> list[ToolCall]:
    return [event for event in events if isinstance(event, ToolCall)]


def end_of(events: list[ModelEvent]) -> Finished:
    last = events[-1]
    assert isinstance(last, Finished)
    return last


async def test_a_turn_with_tools_goes_out_whole(claude: Claude, messages_server: MessagesServer) -> None:
    """Tools, effort, thinking and schema as the API names them; the growing prefix is kept in the provider's cache."""
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    request = replace(ask(), tools=(LOOK_UP,), effort="high", thinking="adaptive", output_schema=schema)
    await collect(claude, request)
    assert messages_server.calls[0].body == {
        "model": MODEL,
        "max_tokens": 64,
        "system": "Be kind.",
        "messages": [{"role": "user", "content": "Hi"}],
        "tools": [{"name": "web__look_up", "description": "Looks a city up.", "input_schema": LOOK_UP.input_schema}],
        "cache_control": {"type": "ephemeral"},
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": schema}},
        "stream": True,
    }


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        ({"tools": (LOOK_UP,), "tool_choice": "none"}, {"tool_choice": {"type": "none"}}),
        ({"tool_choice": "none"}, {"tool_choice": None, "tools": None, "cache_control": None}),
        ({"thinking": "disabled"}, {"thinking": {"type": "disabled"}}),
        ({"effort": "low"}, {"output_config": {"effort": "low"}}),
        (
            {"system_prompt": "x" * CACHED_PROMPT_MIN_CHARS},
            {
                "system": [
                    {
                        "type": "text",
                        "text": "x" * CACHED_PROMPT_MIN_CHARS,
                        "cache_control": {"type": "ephemeral"},
                    }
                ]
            },
        ),
    ],
    ids=["last turn", "no tools", "no thinking", "effort", "long prompt"],
)
async def test_each_setting_goes_out_alone(
    claude: Claude, messages_server: MessagesServer, change: dict[str, Any], sent: dict[str, Any]
) -> None:
    """What is not set is not sent."""
    await collect(claude, replace(ask(), **change))
    body = messages_server.calls[0].body
    assert {name: body.get(name) for name in sent} == sent


async def test_a_conversation_goes_back_as_it_came(claude: Claude, messages_server: MessagesServer) -> None:
    """Thinking with its signature and every call, letter by letter, then the results of all calls in one message."""
    messages_server.reply(
        replies.tool_calls(("toolu_1", "web__look_up", ['{"city": "Zü', 'rich"}']), ("toolu_2", "web__look_up", [])),
    )
    turn = await collect(claude, replace(ask(), tools=(LOOK_UP,)))
    first, second = calls_of(turn)
    assert (first, second) == (
        ToolCall("toolu_1", "web__look_up", {"city": "Zürich"}),
        ToolCall("toolu_2", "web__look_up", {}),
    )
    assert end_of(turn).stop_reason == "tool_use"
    results = tool_results_message([tool_result("toolu_1", "Rain"), tool_result("toolu_2", "No city", is_error=True)])
    said = assistant_message(end_of(turn).blocks)
    await collect(claude, ModelRequest(MODEL, "", (user_message("Hi"), said, results), 64, (LOOK_UP,)))
    assert messages_server.calls[1].body["messages"] == [
        {"role": "user", "content": "Hi"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "I need a tool.", "signature": "c2lnbmVk"},
                {"type": "text", "text": "Let me look."},
                {"type": "tool_use", "id": "toolu_1", "name": "web__look_up", "input": {"city": "Zürich"}},
                {"type": "tool_use", "id": "toolu_2", "name": "web__look_up", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": "Rain"},
                {"type": "tool_result", "tool_use_id": "toolu_2", "content": "No city", "is_error": True},
            ],
        },
    ]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (['{"city": "Zü'], "not valid JSON"),
        (["[1, 2]"], "not a JSON object"),
        (['"Bern"'], "not a JSON object"),
        (['{"n": NaN}'], "not valid JSON"),
        (['{"a":' * 20_000], "not valid JSON"),
        (['{"a":' * 200, "1", "}" * 200], "nested more than"),
        (["{}{}"], "not valid JSON"),
    ],
    ids=["half", "list", "text", "NaN", "nested without end", "nested deep", "two"],
)
async def test_arguments_that_are_no_object_are_told_as_an_error(
    claude: Claude, messages_server: MessagesServer, parts: list[str], words: str
) -> None:
    """To the model, so that it may do better: never as arguments, and the block that goes back holds an object."""
    messages_server.reply(replies.tool_use("look_up", parts))
    events = await collect(claude, ask())
    (call,) = calls_of(events)
    assert (call.name, call.arguments) == ("look_up", None)
    assert words in call.error
    assert end_of(events).blocks[-1]["input"] == {"INVALID_JSON": "".join(parts)}


async def test_half_a_call_at_the_limit_is_told_with_its_turn(claude: Claude, messages_server: MessagesServer) -> None:
    """Also where the provider refused: the blocks are those of a whole turn, and can go back."""
    messages_server.reply(replies.tool_use("look_up", ['{"city": "Zü'], "max_tokens"), replies.refusal(["I can"]))
    cut = end_of(await collect(claude, ask()))
    assert (cut.stop_reason, [block["type"] for block in cut.blocks]) == ("max_tokens", ["text", "tool_use"])
    refused = end_of(await collect(claude, ask()))
    assert (refused.stop_reason, refused.blocks) == ("refusal", ({"type": "text", "text": "I can"},))


async def test_calls_of_one_id_get_ids_of_their_own(claude: Claude, messages_server: MessagesServer) -> None:
    """Some servers give the same or none; the results could not be told apart."""
    messages_server.reply(replies.tool_calls(("a", "one", []), ("a", "two", []), ("", "three", [])))
    events = await collect(claude, ask())
    ids = [call.id for call in calls_of(events)]
    assert (ids[0], len(set(ids)), all(ids)) == ("a", 3, True)
    assert [block["id"] for block in end_of(events).blocks if block["type"] == "tool_use"] == ids


async def test_what_no_database_can_store_is_marked(claude: Claude, messages_server: MessagesServer) -> None:
    """Within arguments and blocks, as in a text."""
    messages_server.reply(replies.tool_use("look\x00up", ['{"a\\u0000": ["\\ud83d"]}']))
    events = await collect(claude, ask())
    (call,) = calls_of(events)
    assert (call.name, call.arguments) == ("look\ufffdup", {"a\ufffd": ["\ufffd"]})
    assert end_of(events).blocks[-1]["input"] == call.arguments


async def test_arguments_and_blocks_without_end_are_malformed(
    claude: Claude, messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider that has lost its way fills no memory."""
    monkeypatch.setattr(arguments, "MAX_CHARS", 100)
    monkeypatch.setattr(content, "BLOCKS_MAX", 3)
    messages_server.reply(replies.tool_use("look_up", ['{"a": "', *["x" * 50] * 3, '"}']))
    assert isinstance((await fail(claude, ask()))[1], errors.MalformedReply)
    messages_server.reply(replies.tool_calls(*[(str(each), "look_up", []) for each in range(5)]))
    assert isinstance((await fail(claude, ask()))[1], errors.MalformedReply)


async def test_a_paused_answer_tells_what_to_send_back(claude: Claude, messages_server: MessagesServer) -> None:
    """Its content block by block, as the API takes it: no space at the end, no blank text, signatures kept."""
    messages_server.reply(replies.paused(), replies.text(["  \n"], stop_reason="pause_turn"))
    events = await collect(claude, ask())
    thought, text, call = end_of(events).blocks
    assert (thought["thinking"], thought["signature"]) == ("I must search.", "c2lnbmVk")
    assert text["text"] == "Let me search. "
    assert (call["type"], call["name"], call["input"]) == ("server_tool_use", "web_search", {"query": "rain"})
    assert calls_of(events) == [], "the provider's own tools are none of ours"
    assert end_of(await collect(claude, ask())).blocks == ()


async def test_what_the_cache_spares_is_in_the_price(claude: Claude, messages_server: MessagesServer) -> None:
    """A second turn reads the first from the cache, at a tenth of the price."""
    told = {"input_tokens": 10, "cache_read_input_tokens": 9_000, "cache_creation_input_tokens": 0}
    messages_server.reply(replies.text(usage=told, output_tokens=0))
    usage = end_of(await collect(claude, replace(ask(), tools=(LOOK_UP,)))).usage
    cost, saved = pytest.approx(10 * 2e-6 + 9_000 * 0.1e-6), pytest.approx(9_000 * 1.9e-6)
    assert usage == Usage(10, 0, 0, 9_000, cost, saved_usd=saved)  # type: ignore[arg-type]
