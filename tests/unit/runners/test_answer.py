"""An agent's answer: what is whole, cut or none, and how a paused one goes on."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from execution_hub import errors
from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.retry import RetryPolicy
from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.llm.messages import user_message
from execution_hub.llm.port import (
    Finished,
    Held,
    ModelEvent,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    UsageSoFar,
)
from execution_hub.runners.answer import CONTINUATIONS_MAX, Answer, ask, request_of

REQUEST = ModelRequest("m", "", (user_message("Hi"),), 100)
ASKS_FOR_FIND = ({"type": "tool_use", "id": "toolu_1", "name": "find", "input": {}},)
AT_ONCE = RetryPolicy(2, first_seconds=0)


class ScriptedModel:
    """A model that plays one script per call, the last one again and again; keeps what it was asked."""

    def __init__(self, *scripts: Sequence[ModelEvent | Exception]) -> None:
        self._scripts = list(scripts)
        self.requests: list[ModelRequest] = []

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        self.requests.append(request)
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        for event in script:
            if isinstance(event, Exception):
                raise event
            yield event

    async def close(self) -> None:
        pass


class Ear:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.written = ""
        self.used: list[Usage] = []
        self.counted: list[int] = []
        self.retries = 0
        self.holds: list[datetime | None] = []

    def text(self, text: str) -> None:
        self.written += text

    def thinking(self, text: str) -> None:
        pass

    def tool_call(self, name: str, arguments: dict[str, Any]) -> None:
        pass

    def usage(self, usage: Usage) -> None:
        self.used.append(usage)

    def written_tokens(self, tokens: int) -> None:
        self.counted.append(tokens)

    def retry(self, error: errors.ExecutionError, seconds: float) -> None:
        self.written, self.retries = "", self.retries + 1

    def held(self, until: datetime | None) -> None:
        self.holds.append(until)


def paused(text: str, usage: Usage) -> list[ModelEvent]:
    """Return the script of a call that pauses after some text."""
    return [TextDelta(text), Finished("pause_turn", usage, {"request_id": text}, blocks=({"type": text},))]


async def answer(*script: ModelEvent | Exception, on_cut: str = "mark") -> Answer:
    return await ask(ScriptedModel(script), REQUEST, Ear(), AT_ONCE, on_cut)


async def test_a_cut_answer_is_kept_and_marked() -> None:
    """With its reason, and without an error."""
    found = await answer(TextDelta("Yes and"), Finished("max_tokens", Usage(3, 100)))
    assert (found.text, found.stop_reason, found.is_cut, found.error) == ("Yes and", "max_tokens", True, None)


async def test_a_cut_answer_fails_where_the_agent_says_so() -> None:
    """What came is kept, and it is not asked again: it would be cut again."""
    model = ScriptedModel([TextDelta("Yes and"), Finished("max_tokens", Usage(3, 100))])
    found = await ask(model, REQUEST, Ear(), AT_ONCE, "fail")
    assert isinstance(found.error, errors.CutOff)
    assert (found.text, found.is_cut, len(model.requests)) == ("Yes and", True, 1)


@pytest.mark.parametrize(
    "events",
    [
        [Finished("end_turn", Usage(3, 0))],
        [TextDelta(" \n"), Finished("end_turn", Usage(3, 2))],
        [ThinkingDelta("Hm."), Finished("end_turn", Usage(3, 9))],
        [ThinkingDelta("Hm."), Finished("max_tokens", Usage(3, 100))],
        [
            TextDelta("Let me look."),
            ToolCall("toolu_1", "find", {}),
            Finished("tool_use", Usage(3, 9), blocks=ASKS_FOR_FIND),
        ],
        [TextDelta("Let me look."), Finished("max_tokens", Usage(3, 9), blocks=ASKS_FOR_FIND)],
    ],
    ids=["empty", "blank", "only thinking", "thinking up to the limit", "tool", "half a tool call"],
)
async def test_what_is_no_answer_fails(events: list[ModelEvent]) -> None:
    """With its usage, which was paid for."""
    found = await answer(*events)
    assert isinstance(found.error, errors.NoAnswer)
    assert found.usage.input_tokens == 3


async def test_it_comes_back_from_a_durable_step_as_it_went() -> None:
    """Also one an older version kept, which had the reason in its meta."""
    found = await answer(TextDelta("Yes and"), Finished("max_tokens", UNKNOWN), on_cut="fail")
    again = Answer.from_json(found.as_json())
    assert isinstance(again.error, errors.CutOff)
    assert replace(again, error=None) == replace(found, error=None)
    old = Answer.from_json({"text": "A", "usage": {}, "meta": {"stop_reason": "end_turn"}, "error": None})
    assert (old.stop_reason, old.is_cut) == ("end_turn", False)


async def test_a_paused_answer_goes_on_with_what_there_is() -> None:
    """The assistant's content goes back, texts and usages add up, the limit holds for all calls together."""
    end: list[ModelEvent] = [
        TextDelta("three."),
        Finished("end_turn", Usage(5, 10, cost_usd=0.3), {"request_id": "last"}),
    ]
    model = ScriptedModel(paused("One, ", Usage(1, 20, cost_usd=0.1)), paused("two, ", Usage(3, 30, cost_usd=0.2)), end)
    ear = Ear()
    found = await ask(model, REQUEST, ear, AT_ONCE)
    assert (found.text, ear.written) == ("One, two, three.", "One, two, three.")
    assert (found.stop_reason, found.is_cut, found.error, found.meta) == (
        "end_turn",
        False,
        None,
        {"request_id": "last"},
    )
    assert found.usage == ear.used[-1] == Usage(9, 60, cost_usd=pytest.approx(0.6))  # type: ignore[arg-type]
    assert [request.max_tokens for request in model.requests] == [100, 80, 50]
    assert [len(request.messages) for request in model.requests] == [1, 2, 3]
    said = [{"role": "assistant", "content": [{"type": text}]} for text in ("One, ", "two, ")]
    assert model.requests[2].messages == (user_message("Hi"), *said)


async def test_pauses_without_end_end() -> None:
    """After ten the answer is cut, and says why."""
    model = ScriptedModel(paused("x", Usage(1, 1)))
    found = await ask(model, REQUEST, Ear(), AT_ONCE)
    assert len(model.requests) == CONTINUATIONS_MAX + 1
    assert (found.stop_reason, found.is_cut, found.error) == ("pause_turn", True, None)
    assert found.usage == Usage(11, 11)


async def test_pauses_do_not_stretch_the_agent_s_limit() -> None:
    """What has written as much as it may is cut by the limit of tokens, and says so."""
    model = ScriptedModel(paused("x", Usage(1, 60)))
    found = await ask(model, REQUEST, Ear(), AT_ONCE)
    assert [request.max_tokens for request in model.requests] == [100, 40]
    assert (found.stop_reason, found.is_cut, found.usage.output_tokens) == ("max_tokens", True, 120)


async def test_a_pause_without_content_is_not_asked_again() -> None:
    """There would be nothing to go on from."""
    model = ScriptedModel([TextDelta("x"), Finished("pause_turn", Usage(1, 1))])
    found = await ask(model, REQUEST, Ear(), AT_ONCE)
    assert (len(model.requests), found.is_cut) == (1, True)


async def test_a_fault_after_a_pause_begins_anew_and_counts_all() -> None:
    """The text of the failed try is void, what it used is not."""
    fault: list[ModelEvent | Exception] = [UsageSoFar(Usage(3, 1, is_partial=True)), errors.Overloaded()]
    end: list[ModelEvent] = [TextDelta("All."), Finished("end_turn", Usage(1, 2))]
    ear, model = Ear(), ScriptedModel(paused("One, ", Usage(1, 20)), fault, end)
    found = await ask(model, REQUEST, ear, AT_ONCE)
    assert (found.text, ear.written, ear.retries) == ("All.", "All.", 1)
    assert found.usage == Usage(5, 23, is_partial=True)
    assert model.requests[2] == REQUEST


TOLD = UsageSoFar(Usage(3, 1, cost_usd=0.01, is_partial=True))


async def test_a_call_that_fails_in_the_middle_has_used_what_was_counted() -> None:
    """Four characters are a token, unless the provider tells better: the least that it used."""
    ear = Ear()
    found = await ask(ScriptedModel([TOLD, TextDelta("x" * 200), errors.StreamCut()]), REQUEST, ear, RetryPolicy(0))
    assert found.usage == Usage(3, 50, cost_usd=0.01, is_partial=True)
    assert (ear.used[-1], ear.counted) == (found.usage, [50])
    found = await answer(TOLD, *[TextDelta("word ", tokens=1)] * 7, errors.StreamCut())
    assert found.usage == Usage(9, 21, cost_usd=0.03, is_partial=True)


async def test_a_call_that_is_stopped_tells_what_was_counted() -> None:
    """Whoever stops it hears it from the listener, with what calls before it used."""
    ear, ahead = Ear(), asyncio.Event()

    class Hanging(ScriptedModel):
        async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
            async for event in super().stream(request):
                yield event
                if isinstance(event, ThinkingDelta):
                    ahead.set()
                    await asyncio.Event().wait()

    model = Hanging(paused("One, ", Usage(1, 20)), [TOLD, ThinkingDelta("h" * 40), TextDelta("never")])
    asking = asyncio.create_task(ask(model, REQUEST, ear, AT_ONCE))
    await ahead.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert ear.used[-1] == Usage(4, 30, cost_usd=0.01, is_partial=True)
    assert ear.counted[-1] == 30


async def test_a_call_that_told_its_end_is_not_counted_again() -> None:
    """What the provider told last is exact, also where the stream broke after it."""
    found = await answer(TOLD, TextDelta("x" * 900), UsageSoFar(Usage(3, 60)), errors.InternalError())
    assert found.usage == Usage(3, 60)


async def test_an_agent_that_was_stored_before_marks() -> None:
    """What ran before agents had a say keeps its cut answers."""
    old = {"name": "A", "model": "m", "system_prompt": "", "max_tokens": 5}
    assert AgentDefinition.from_json(old).on_cut == "mark"
    assert request_of(AgentDefinition.from_json(old), "Hi").max_tokens == 5


class EndlessModel:
    """A model that writes on for ever, and knows whether it was stopped."""

    def __init__(self, piece: ModelEvent) -> None:
        self._piece = piece
        self.is_closed = False

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        try:
            yield UsageSoFar(Usage(3, 1))
            while True:
                yield self._piece
        finally:
            self.is_closed = True

    async def close(self) -> None:
        pass


async def test_an_answer_past_the_most_bytes_is_cut_and_its_stream_closed() -> None:
    """Kept to the byte without a halved character, marked with a reason of its own; its usage is a part."""
    model, ear = EndlessModel(TextDelta("é" * 30)), Ear()
    answer = await ask(model, REQUEST, ear, AT_ONCE, output_max_bytes=1_001)
    assert (answer.text, ear.written) == ("é" * 500, "é" * 500)
    assert (answer.stop_reason, answer.is_cut, answer.error) == ("max_output_bytes", True, None)
    assert answer.usage.is_partial
    assert model.is_closed


async def test_an_agent_that_wants_whole_answers_fails_at_the_most_bytes() -> None:
    """The error names the limit."""
    answer = await ask(EndlessModel(TextDelta("x")), REQUEST, Ear(), AT_ONCE, "fail", 1_000)
    assert isinstance(answer.error, errors.CutOff)
    assert "HUB_OUTPUT_MAX_BYTES" in answer.error.message


async def test_thinking_without_end_is_ended_too() -> None:
    """There is no text then, so it is no answer."""
    model = EndlessModel(ThinkingDelta("hm " * 10))
    answer = await ask(model, REQUEST, Ear(), AT_ONCE, output_max_bytes=1_000)
    assert isinstance(answer.error, errors.NoAnswer)
    assert "HUB_OUTPUT_MAX_BYTES" in answer.error.message
    assert model.is_closed


async def test_an_answer_of_just_the_most_bytes_is_whole() -> None:
    """The limit itself is not past it."""
    model = ScriptedModel([TextDelta("x" * 1_000), Finished("end_turn", Usage(1, 1))])
    answer = await ask(model, REQUEST, Ear(), AT_ONCE, output_max_bytes=1_000)
    assert (answer.text, answer.stop_reason, answer.is_cut) == ("x" * 1_000, "end_turn", False)


async def test_a_refusal_for_which_all_calls_are_held_is_not_waited_for_twice() -> None:
    """The next try begins at once: what holds it back is the gate of its provider, which tells until when."""
    refused = errors.RateLimited("Later.", retry_after_seconds=50, is_held=True)
    until = datetime(2026, 1, 2, tzinfo=UTC)
    ear, model = (
        Ear(),
        ScriptedModel([refused], [Held(until), Held(None), TextDelta("x"), Finished("end_turn", Usage())]),
    )
    async with asyncio.timeout(20):
        found = await ask(model, REQUEST, ear, RetryPolicy(1))
    assert (found.text, found.error, ear.retries, ear.holds) == ("x", None, 1, [until, None])
