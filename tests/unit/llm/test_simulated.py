"""The offline model."""

import doctest

import pytest

from execution_hub.errors import SimulatedFailure
from execution_hub.llm import simulated, simulated_text
from execution_hub.llm.messages import user_message
from execution_hub.llm.port import Finished, ModelEvent, ModelRequest, TextDelta, UsageSoFar
from execution_hub.llm.simulated import DIRECTIVES, SimulatedModel

INPUTS = (
    "Say hello to the team",
    "Compare PostgreSQL and SQLite for a small hub",
    "请总结这份季度报告",
    "?",
    "x" * 5_000,
)


class FakeClock:
    """Sleeps without time passing, and remembers for how long."""

    def __init__(self) -> None:
        """Start with no sleep."""
        self.naps: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Remember a sleep."""
        self.naps.append(seconds)


def ask(text: str, *, prompt: str = "You are helpful.", max_tokens: int = 4_096) -> ModelRequest:
    return ModelRequest("simulated", prompt, (user_message(text),), max_tokens)


async def run(request: ModelRequest) -> tuple[list[ModelEvent], float]:
    clock = FakeClock()
    events = [event async for event in SimulatedModel(sleep=clock.sleep).stream(request)]
    return events, sum(clock.naps)


def text_of(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.mark.parametrize("text", INPUTS)
async def test_the_same_request_gives_the_same_events_in_the_same_time(text: str) -> None:
    """Text, pieces, usage, ids and pauses depend on the request alone."""
    assert await run(ask(text)) == await run(ask(text))


async def test_different_requests_give_different_answers() -> None:
    """The answer reflects the input and the agent's prompt."""
    answers = {text_of((await run(request))[0]) for request in (*map(ask, INPUTS), ask(INPUTS[0], prompt="Be brief."))}
    assert len(answers) == len(INPUTS) + 1
    assert "> Say hello to the team" in text_of((await run(ask(INPUTS[0])))[0])


@pytest.mark.parametrize("text", INPUTS)
async def test_an_answer_takes_two_to_six_seconds_token_by_token(text: str) -> None:
    """It streams like a real model: many small pieces, over 2 to 6 seconds."""
    events, seconds = await run(ask(text))
    assert 2 <= seconds <= 6
    assert sum(isinstance(event, TextDelta) for event in events) > 50


async def test_it_says_first_that_it_is_simulated() -> None:
    """Nobody can take the answer for a real one, in either language."""
    assert text_of((await run(ask("Hello")))[0]).startswith("**Simulated answer.**")
    assert text_of((await run(ask("你好，请介绍一下你自己")))[0]).startswith("**模拟回答。**")


async def test_the_last_event_is_finished_with_the_whole_usage_and_no_price() -> None:
    """The output tokens are the pieces; nobody charges for them, so there is no cost."""
    events, _ = await run(ask("Hello"))
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.stop_reason == "end_turn"
    assert last.usage.output_tokens == sum(isinstance(event, TextDelta) for event in events)
    assert last.usage.input_tokens
    assert last.usage.cost_usd is None
    assert not last.usage.is_partial
    assert last.meta["model"] == "simulated"


async def test_the_limit_of_tokens_cuts_the_answer_and_says_so() -> None:
    """An answer cut by max_tokens is the beginning of the whole one, with its stop reason."""
    whole, _ = await run(ask("Hello"))
    events, _ = await run(ask("Hello", max_tokens=10))
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.stop_reason, last.usage.output_tokens) == ("max_tokens", 10)
    assert text_of(whole).startswith(text_of(events))


async def test_cut_stops_half_way_as_at_a_limit() -> None:
    """[cut] gives the beginning of a whole answer and `max_tokens`; with [fail] it fails."""
    whole, _ = await run(ask("Hello"))
    events, _ = await run(ask("Hello [CUT]"))
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.stop_reason == "max_tokens"
    assert 0 < len(text_of(events)) < len(text_of(whole))
    with pytest.raises(SimulatedFailure):
        await run(ask("Hello [cut] [fail]"))


async def test_fail_fails_after_a_few_words_and_keeps_the_usage() -> None:
    """[fail] gives some text, then SimulatedFailure; what was used is told before."""
    events: list[ModelEvent] = []
    with pytest.raises(SimulatedFailure, match=r"\[fail\]"):
        async for event in SimulatedModel(sleep=FakeClock().sleep).stream(ask("please [FAIL] now")):
            events.append(event)
    assert text_of(events)
    last = events[-1]
    assert isinstance(last, UsageSoFar)
    assert last.usage.is_partial
    assert last.usage.output_tokens == 12


@pytest.mark.parametrize(("word", "least", "most"), [("[slow]", 20, 30), ("[fast]", 0.1, 0.3), ("[long]", 2, 6)])
async def test_words_in_the_input_change_how_long_it_takes(word: str, least: float, most: float) -> None:
    """[slow] takes 20 to 30 s, [fast] about 0.2 s, [long] as long as usual."""
    _, seconds = await run(ask(f"{word} Hello"))
    assert least <= seconds <= most


async def test_long_answers_at_length() -> None:
    """[long] gives several times as many tokens."""
    usual, _ = await run(ask("Hello"))
    events, _ = await run(ask("[long] Hello"))
    assert len(events) > 5 * len(usual)


async def test_directives_are_not_part_of_the_question() -> None:
    """The answer quotes the input without them."""
    text = text_of((await run(ask(f"Hello {' '.join(set(DIRECTIVES) - {'[fail]'})}")))[0])
    assert "> Hello\n" in text


@pytest.mark.parametrize("module", [simulated, simulated_text])
def test_the_examples_in_the_docstrings_run(module: object) -> None:
    """The documentation's examples are true."""
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
