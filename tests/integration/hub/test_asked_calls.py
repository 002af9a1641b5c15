"""Calls of tools that people are asked about: approved, edited, rejected, and what each does to the execution."""

import json
from typing import Any

from execution_hub.domain.call import CallStatus
from execution_hub.domain.status import Status
from execution_hub.hub.actor import Actor
from execution_hub.hub.hub import Hub
from tests.support import messages_replies as replies
from tests.support.bench_tools import BenchTools, act, actor, tools_of, waits
from tests.support.hub import ended, eventually
from tests.support.messages_server import MessagesServer

CLAUDE: dict[str, Any] = {"model": "claude-sonnet-5-5"}


def asks(*words: str) -> replies.Reply:
    """Reply with a call of `count` for each word."""
    return replies.tool_calls(*((f"id_{word}", "bench__count", [json.dumps({"word": word})]) for word in words))


async def asked(hub: Hub, server: MessagesServer, *turns: replies.Reply) -> int:
    """Start a test of an agent whose model answers so, wait until a person is asked, and return its id."""
    server.reply(*turns)
    agent = await hub.agents.create(actor("bench/count", approval="ask", **CLAUDE))
    started = await act(hub, agent, "Go")
    await waits(hub, started)
    return started


def told(call: replies.Call) -> list[tuple[str, bool]]:
    """Return the last results that a request holds: text, and whether it is an error."""
    message = [each for each in call.body["messages"] if isinstance(each["content"], list)][-1]
    return [(each["content"], each.get("is_error", False)) for each in message["content"]]


async def test_an_asked_call_waits_without_a_slot_and_goes_on_when_approved(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """Nothing is called before; then with just the arguments that were asked for."""
    started = await asked(hub, messages_server, asks("bees"), replies.text(["Done."]))
    (call,) = await tools_of(hub, started)
    assert (call.status, call.arguments, bench.made) == (CallStatus.WAITING, {"word": "bees"}, [])
    assert call.asked_at is not None and call.answered_by == ""
    await hub.as_(Actor("ada")).executions.approve_call(started, call.number)
    found = await ended(hub, started)
    (made,) = await tools_of(hub, started)
    assert (made.asked_at, made.answered_by) == (call.asked_at, "ada")
    assert (found.status, found.output, found.attempt) == (Status.SUCCEEDED, "Done.", 1)
    assert [each[1] for each in bench.made] == ["bees"]
    assert told(messages_server.calls[1]) == [("counted bees", False)]


async def test_edited_arguments_are_called_and_the_model_hears_of_it(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """What the model asked for is kept beside what was called."""
    started = await asked(hub, messages_server, asks("bees"), replies.text(["Done."]))
    await hub.executions.approve_call(started, 2, arguments={"word": "wasps"})
    await ended(hub, started)
    (call,) = await tools_of(hub, started)
    assert (call.arguments, call.asked_arguments) == ({"word": "wasps"}, {"word": "bees"})
    assert [each[1] for each in bench.made] == ["wasps"]
    ((text, is_error),) = told(messages_server.calls[1])
    assert "wasps" in text and "changed the arguments" in text and not is_error


async def test_a_rejection_is_told_with_its_reason(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """The agent goes on with it; nothing was called."""
    started = await asked(hub, messages_server, asks("bees"), replies.text(["Then not."]))
    await hub.executions.reject_call(started, 2, comment="They sting.")
    found = await ended(hub, started)
    assert (found.status, found.output, bench.made) == (Status.SUCCEEDED, "Then not.", [])
    ((text, is_error),) = told(messages_server.calls[1])
    assert is_error and "They sting." in text


async def test_what_needs_nobody_runs_first_and_each_answer_is_taken_by_itself(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """One of two approved: it is called while the other waits on; the turn ends once both are answered."""
    mixed = replies.tool_calls(
        ("id_free", "bench__fail", ['{"word": "free"}']),
        ("id_a", "bench__count", ['{"word": "a"}']),
        ("id_b", "bench__count", ['{"word": "b"}']),
    )
    messages_server.reply(mixed, replies.text(["Done."]))
    draft = actor("bench/fail", "bench/count", **CLAUDE)
    tools = [choice.as_json() | {"approval": "ask" if choice.tool == "count" else "auto"} for choice in draft.tools]
    agent = await hub.agents.create(actor(tools=tools, **CLAUDE))
    started = await act(hub, agent, "Go")
    await waits(hub, started)
    assert [each[1] for each in bench.made] == ["free"]
    await hub.executions.approve_call(started, 4)

    async def b_was_made() -> bool:
        return [each[1] for each in bench.made] == ["free", "b"]

    await eventually(b_was_made)
    await waits(hub, started)
    assert len(messages_server.calls) == 1
    await hub.executions.approve_call(started, 3)
    found = await ended(hub, started)
    assert found.status is Status.SUCCEEDED
    assert [text for text, _ in told(messages_server.calls[1])] == ["cannot do free", "counted a", "counted b"]


async def test_an_answer_that_comes_while_others_run_is_taken(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """The execution never waits: when the other has ended, the approved one is called."""
    mixed = replies.tool_calls(
        ("id_h", "bench__hang", ['{"word": "slow"}']), ("id_a", "bench__count", ['{"word": "a"}'])
    )
    messages_server.reply(mixed, replies.text(["Done."]))
    tools = [
        {"server": "bench", "tool": "hang", "approval": "auto"},
        {"server": "bench", "tool": "count", "approval": "ask"},
    ]
    agent = await hub.agents.create(actor(tools=tools, **CLAUDE))
    started = await act(hub, agent, "Go")

    async def is_asked() -> bool:
        rows = await tools_of(hub, started)
        return [call.status for call in rows] == [CallStatus.RUNNING, CallStatus.WAITING]

    await eventually(is_asked)
    await hub.executions.approve_call(started, 3)
    bench.may_end.set()
    found = await ended(hub, started)
    assert (found.status, found.pauses) == (Status.SUCCEEDED, 0)


async def test_a_tool_approved_for_the_execution_is_not_asked_about_again(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """Neither for the calls that wait with it, nor for those of later turns."""
    started = await asked(hub, messages_server, asks("a", "b"), asks("c"), replies.text(["Done."]))
    await hub.executions.approve_call(started, 2, is_for_execution=True)
    found = await ended(hub, started)
    assert (found.status, found.pauses) == (Status.SUCCEEDED, 1)
    assert sorted(each[1] for each in bench.made) == ["a", "b", "c"]
    # What was never asked about nobody has answered.
    rows = await tools_of(hub, started)
    assert [(each.asked_at is not None, each.answered_by) for each in rows] == [
        (True, "local"),
        (True, "local"),
        (False, ""),
    ]


async def test_a_tool_that_changed_meanwhile_is_not_called(
    hub: Hub, bench: BenchTools, messages_server: MessagesServer
) -> None:
    """Its description is another one than the person who approved, and the model, have seen."""
    started = await asked(hub, messages_server, asks("bees"), replies.text(["Then not."]))
    bench.description = "Deletes everything."
    await hub.executions.approve_call(started, 2)
    found = await ended(hub, started)
    assert (found.status, bench.made) == (Status.SUCCEEDED, [])
    ((text, is_error),) = told(messages_server.calls[1])
    assert is_error and "has changed since" in text


async def test_a_waiting_call_ends_with_its_execution(hub: Hub, bench: BenchTools) -> None:
    """A stop ends what waits at once; nothing is called."""
    agent = await hub.agents.create(actor("bench/count", approval="ask"))
    started = await act(hub, agent, '[tool bench__count {"word": "x"}] [fast]')
    await waits(hub, started)
    await hub.executions.cancel(started)
    found = await ended(hub, started)
    (call,) = await tools_of(hub, started)
    assert (found.status, call.status, bench.made) == (Status.CANCELLED, CallStatus.CANCELLED, [])
