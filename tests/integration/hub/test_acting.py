"""Agents that act: turns and calls of tools, one after another and side by side, each a row."""

import json
from dataclasses import replace
from typing import Any

import pytest

from execution_hub.domain.call import CallKind, CallStatus
from execution_hub.domain.status import Status
from execution_hub.domain.tool_choice import ToolChoice
from execution_hub.hub.hub import Hub
from tests.support import messages_replies as replies
from tests.support.bench_tools import BenchTools, act, actor, add_tools, calls_of, tools_of
from tests.support.hub import ended, eventually
from tests.support.messages_server import MessagesServer


async def test_an_agent_calls_a_tool_and_answers_with_its_result(hub: Hub) -> None:
    """Offline, with the built-in server: a turn, its call, and the answer, each a row and told in the log."""
    agent = await hub.agents.create(actor("hub/calculate"))
    found = await ended(hub, await act(hub, agent, 'Sum [tool hub__calculate {"expression": "6*7"}] [fast]'))
    assert (found.status, found.stop_reason, found.error) == (Status.SUCCEEDED, "end_turn", None)
    assert found.output is not None and "42" in found.output
    first, call, last = await calls_of(hub, found.id)
    assert [each.number for each in (first, call, last)] == [1, 2, 3]
    assert [each.kind for each in (first, call, last)] == [CallKind.TURN, CallKind.TOOL, CallKind.TURN]
    assert {each.status for each in (first, call, last)} == {CallStatus.SUCCEEDED}
    assert (call.server, call.tool, call.arguments, call.result) == ("hub", "calculate", {"expression": "6*7"}, "42")
    assert first.stop_reason == "tool_use" and first.blocks and call.tool_use_id
    assert call.started_at is not None and call.finished_at is not None and call.attempt == 1
    assert found.usage.output_tokens == (first.usage.output_tokens or 0) + (last.usage.output_tokens or 0)
    assert found.progress.done == found.usage.output_tokens
    events = (await hub.history.events(found.id)).events
    told = [(each.kind.value, each.data["number"], each.data["status"]) for each in events if "number" in each.data]
    assert told == [
        ("turn", 1, "running"),
        ("turn", 1, "succeeded"),
        ("tool_call", 2, "pending"),
        ("tool_call", 2, "running"),
        ("tool_result", 2, "succeeded"),
        ("turn", 3, "running"),
        ("turn", 3, "succeeded"),
    ]
    (result,) = [each.data for each in events if each.kind == "tool_result"]
    assert (result["chars"], result["excerpt"]) == (2, "42")


CLAUDE = {"model": "claude-sonnet-5-5"}


def word(text: str) -> list[str]:
    return [json.dumps({"word": text})]


def results(call: replies.Call) -> list[dict[str, Any]]:
    """Return the results of tools that a request ends with."""
    (message,) = [each for each in call.body["messages"][-2:] if isinstance(each["content"], list)][-1:]
    return [block for block in message["content"] if block["type"] == "tool_result"]


async def test_calls_of_one_turn_run_side_by_side(hub: Hub, bench: BenchTools, messages_server: MessagesServer) -> None:
    """Two that hang are both under way at once; the model gets their results in its order, thinking unchanged."""
    asked = [("a", "bench__hang", word("one")), ("b", "bench__hang", word("two")), ("c", "bench__count", word("3"))]
    messages_server.reply(replies.tool_calls(*asked), replies.text(["Done."]))
    agent = await hub.agents.create(actor("bench/hang", "bench/count", **CLAUDE))
    started = await act(hub, agent, "Go")

    async def are_under_way() -> bool:
        return len(bench.made) == 3

    await eventually(are_under_way)
    running = await hub.history.get(started)
    assert running.progress.as_json()["phase"].startswith("calling bench__")
    bench.may_end.set()
    found = await ended(hub, started)
    assert (found.status, found.output) == (Status.SUCCEEDED, "Done.")
    assert sorted(each[2] for each in bench.made) == [f"{started}-{number}" for number in (2, 3, 4)]
    first, second = messages_server.calls
    assert [tool["name"] for tool in first.body["tools"]] == ["bench__hang", "bench__count"]
    said = second.body["messages"][1]["content"]
    assert said[0]["type"] == "thinking" and said[0]["signature"]
    told = [(each["tool_use_id"], each["content"]) for each in results(second)]
    assert told == [("a", "counted one"), ("b", "counted two"), ("c", "counted 3")]


async def test_what_cannot_be_called_is_told_to_the_model(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """An unknown tool, one that is never to be called, no JSON, what does not fit, and a tool's own error."""
    messages_server.reply(
        replies.tool_calls(
            ("a", "nobody__knows", word("x")),
            ("b", "bench__hang", word("x")),
            ("c", "bench__count", ['{"word": ']),
            ("d", "bench__count", ['{"word": 7}']),
            ("e", "bench__fail", word("it")),
        ),
        replies.text(["So be it."]),
    )
    draft = actor("bench/count", "bench/fail", **CLAUDE)
    agent = await hub.agents.create(replace(draft, tools=(*draft.tools, ToolChoice("bench", "hang", "never"))))
    found = await ended(hub, await act(hub, agent, "Go"))
    assert (found.status, found.output) == (Status.SUCCEEDED, "So be it.")
    assert [each[0] for each in bench.made] == ["fail"]
    rows = await tools_of(hub, found.id)
    assert {call.status for call in rows} == {CallStatus.FAILED}
    told = results(messages_server.calls[1])
    assert all(each["is_error"] for each in told)
    words = ["no tool nobody__knows", "never be called", "do not fit", "$.word", "cannot do it"]
    for each, call, wanted in zip(told, rows, words, strict=True):
        assert wanted in each["content"]
        assert call.result == each["content"] and call.error


async def test_a_long_result_is_cut_head_and_tail_and_kept_whole(hub: Hub, messages_server: MessagesServer) -> None:
    """The model is told what is missing; the row keeps all of it."""
    source = BenchTools(answers=lambda word, _: "a" * 3_000 + word)
    add_tools(hub, source)
    messages_server.reply(replies.tool_calls(("a", "bench__count", word("end"))), replies.text(["Long."]))
    agent = await hub.agents.create(actor("bench/count", tool_result_max_chars=300, **CLAUDE))
    found = await ended(hub, await act(hub, agent, "Go"))
    (call,) = await tools_of(hub, found.id)
    assert (len(call.result or ""), call.result_chars, call.is_cut) == (3_003, 3_003, True)
    (told,) = results(messages_server.calls[1])
    assert told["content"].endswith("end") and "2703 of 3003 characters are left out" in told["content"]
    assert len(told["content"]) < 500


@pytest.mark.parametrize(
    ("values", "limit", "made"),
    [
        ({"max_turns": 2}, "max_turns", 2),
        ({"max_tool_calls": 1}, "max_tool_calls", 1),
        ({"max_total_tokens": 10}, "max_total_tokens", 0),
    ],
    ids=["turns", "calls", "tokens"],
)
async def test_a_limit_leaves_one_last_turn_without_tools(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer, values: dict[str, Any], limit: str, made: int
) -> None:
    """The model is told why, may not call any more, and what it says then is the answer; `limit` says which."""
    calls = [replies.tool_calls((f"t{n}", "bench__count", word(f"w{n}"))) for n in range(5)]
    turns = {"max_turns": 2, "max_tool_calls": 2, "max_total_tokens": 1}[limit]
    messages_server.reply(*calls[:turns], replies.text(["As far as I got."]))
    agent = await hub.agents.create(actor("bench/count", **CLAUDE, **values))
    found = await ended(hub, await act(hub, agent, "Go"))
    assert (found.status, found.output, found.meta["limit"]) == (Status.SUCCEEDED, "As far as I got.", limit)
    assert len(bench.made) == made
    last = messages_server.calls[-1].body
    assert last["tool_choice"]["type"] == "none"
    assert "last turn" in json.dumps(last["messages"][-1])
    assert len(messages_server.calls) == turns + 1


async def test_the_same_call_with_the_same_result_is_answered_with_an_error_then_stopped(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """Twice it gets the result, twice an error, and after the fifth there is one last turn."""
    same = [replies.tool_calls((f"t{n}", "bench__count", word("again"))) for n in range(5)]
    messages_server.reply(*same, replies.text(["I stop."]))
    agent = await hub.agents.create(actor("bench/count", max_turns=50, **CLAUDE))
    found = await ended(hub, await act(hub, agent, "Go"))
    assert (found.status, found.output, found.meta["limit"]) == (Status.SUCCEEDED, "I stop.", "loop")
    assert len(bench.made) == 5
    errors = [each.get("is_error", False) for call in messages_server.calls[1:] for each in results(call)[-1:]]
    assert errors == [False, False, True, True, True]


async def test_a_tool_that_is_not_there_fails_the_execution_at_once(hub: Hub) -> None:
    """Nothing is asked, so nothing is made up: the error names the tool and where it would come from."""
    agent = await hub.agents.create(actor("elsewhere/thing"))
    found = await ended(hub, await act(hub, agent, "Go [fast]"))
    assert (found.status, found.error_code) == (Status.FAILED, "tool_missing")
    assert "elsewhere" in (found.error or "") and "HUB_MCP_FILE" in (found.error or "")
    assert await calls_of(hub, found.id) == []


async def test_a_stop_reaches_the_running_call(hub: Hub, bench: BenchTools) -> None:
    """It is cancelled at its server, and its row says that nobody knows what it did."""
    agent = await hub.agents.create(actor("bench/hang"))
    started = await act(hub, agent, '[tool bench__hang {"word": "long"}] [fast]')

    async def runs() -> bool:
        return bool(bench.made)

    await eventually(runs)
    await hub.executions.cancel(started)
    found = await ended(hub, started)
    assert found.status is Status.CANCELLED
    assert bench.cancelled == ["long"]
    (call,) = await tools_of(hub, started)
    assert (call.status, bool(call.error)) == (CallStatus.CANCELLED, True)


async def test_retries_repeat_a_turn_and_never_a_call(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """The provider fails between two turns: the turn is asked again, the call before it was made once."""
    messages_server.reply(
        replies.tool_calls(("a", "bench__count", word("once"))), replies.overloaded(), replies.text(["Fine."])
    )
    agent = await hub.agents.create(actor("bench/count", retries=2, **CLAUDE))
    found = await ended(hub, await act(hub, agent, "Go"))
    assert (found.status, found.output) == (Status.SUCCEEDED, "Fine.")
    assert len(bench.made) == 1 and len(messages_server.calls) == 3
    assert [call.number for call in await calls_of(hub, found.id)] == [1, 2, 3]


async def test_an_agent_without_tools_has_no_calls(hub: Hub) -> None:
    """It keeps the path, and what is stored, of before."""
    agent = await hub.agents.create(actor("hub/calculate", approval="never"))
    found = await ended(hub, await act(hub, agent, "1 + 1 [fast]"))
    assert found.status is Status.SUCCEEDED
    assert await calls_of(hub, found.id) == []
