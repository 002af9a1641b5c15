"""The offline model `simulated`: deterministic, streams like a real one, says plainly what it is.

The same conversation and limits give the same text in the same pieces with the same usage.
An answer takes 2 to 6 seconds. Words in the input change that (`DIRECTIVES`)::

    [fail]      fails with SimulatedFailure after a few words
    [slow]      takes 20 to 30 seconds
    [fast]      takes about 0.2 seconds
    [long]      answers with some ten times as many words, in the same time
    [cut]       stops half way with `max_tokens`, as at a limit
    [bad json]  where JSON is wanted, answers something else at first
    [json {}]   where JSON is wanted, answers this JSON

They may be combined; of `[slow]` and `[fast]`, `[slow]` wins, of `[fail]` and `[cut]`, `[fail]`. With tools it takes
several turns: for each `[tool NAME {"argument": 1}]` in the input it first asks for that tool, offered or not; one a
turn. Without such marks it asks for the hub's own clock and calculator where they are offered and the input needs them.
The answer holds what the last tool said.
"""

import asyncio
import hashlib
import json
import random
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from execution_hub.domain.stop_reason import END_TURN, MAX_TOKENS, TOOL_USE
from execution_hub.domain.texts import one_line
from execution_hub.domain.usage import Usage
from execution_hub.errors import SimulatedFailure
from execution_hub.llm.arguments import as_sent_back, read
from execution_hub.llm.messages import text_of
from execution_hub.llm.port import Finished, ModelEvent, ModelRequest, TextDelta, ToolCall, UsageSoFar
from execution_hub.llm.simulated_json import fitting
from execution_hub.llm.simulated_plan import PlannedCall, Situation, situation_of
from execution_hub.llm.simulated_text import compose, count_chinese, name_call

DIRECTIVES = {
    "[fail]": "Fails after a few words.",
    "[slow]": "Takes 20 to 30 seconds.",
    "[fast]": "Takes about 0.2 seconds.",
    "[long]": "Answers with some ten times as many words.",
    "[cut]": "Stops half way, as at the limit of tokens.",
    "[bad json]": "Answers something else first where JSON is wanted.",
}

# Of `[slow]`. Short of the promised ends, as all such, for real clocks add some: every pause oversleeps a little.
SLOW_SECONDS = (20.5, 28.5)
_DIRECTIVE = re.compile("|".join(re.escape(word) for word in DIRECTIVES), re.IGNORECASE)
# A word with the space around it, or one Chinese character, or what is left: joined again they are the text.
_PIECE = re.compile(r"\s*[⺀-鿿＀-￯]|\s*[^\s⺀-鿿＀-￯]+|\s+")
_WORDS_BEFORE_FAILURE = 12
_PAUSE_MIN_SECONDS = 0.01
# A turn that asks for a tool is short.
_CALL_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Script:
    """What one turn will be, decided before its first piece.

    Attributes:
        pieces: The text, piece by piece.
        pauses: The seconds before each piece.
        usage: What the whole turn uses.
        stop_reason: `end_turn`, `tool_use`, or `max_tokens` where the limit cut it.
        is_failing: Whether it ends with a failure.
        reference: An id made from the request.
        call: The tool it asks for at its end, and the call's id; None for none.
    """

    pieces: tuple[str, ...]
    pauses: tuple[float, ...]
    usage: Usage
    stop_reason: str
    is_failing: bool
    reference: str
    call: tuple[str, PlannedCall] | None = None

    @property
    def blocks(self) -> tuple[dict[str, Any], ...]:
        """The turn as it is sent back."""
        blocks: list[dict[str, Any]] = [{"type": "text", "text": "".join(self.pieces)}] if self.pieces else []
        if self.call is not None:
            number, call = self.call
            blocks.append({"type": "tool_use", "id": number, "name": call.name, "input": as_sent_back(call.text)})
        return tuple(blocks)


class SimulatedModel:
    """The model port without a provider."""

    def __init__(self, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        """Keep the clock.

        Args:
            sleep: How to wait; tests pass one that only counts.
        """
        self._sleep = sleep

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request; see `port.Model.stream`."""
        script = write_script(request)
        yield UsageSoFar(replace(script.usage, output_tokens=0, is_partial=True))
        for piece, pause in zip(script.pieces, script.pauses, strict=True):
            await self._sleep(pause)
            yield TextDelta(piece, tokens=1)
        if script.call is not None:
            call_id, call = script.call
            yield ToolCall(call_id, call.name, *read(call.text))
        yield UsageSoFar(script.usage)
        if script.is_failing:
            raise SimulatedFailure(
                "The simulated model was asked to fail, and did. Remove [fail] from the input to see it succeed."
            )
        meta = {"request_id": script.reference, "model": request.model}
        yield Finished(script.stop_reason, script.usage, meta, blocks=script.blocks)

    async def close(self) -> None:
        """Nothing to let go of."""


def write_script(request: ModelRequest) -> Script:
    """Decide a whole turn from its request alone.

    Args:
        request: What to answer.
    """
    now = situation_of(request)
    words = {word.lower() for word in _DIRECTIVE.findall(now.input)}
    digest = hashlib.sha256(_told(request).encode("utf-8", "surrogatepass")).hexdigest()
    # Only for looks: nothing secret depends on it.
    chance = random.Random(digest)  # noqa: S311
    if now.call is not None:
        # What is to fail or to be cut is the answer.
        words -= {"[fail]", "[cut]"}
    pieces = tuple(_PIECE.findall(_text(request, now, words, chance)))
    cut = pieces[: _limit(words, len(pieces), request.max_tokens)]
    is_cut = len(cut) < len(pieces)
    call = None if now.call is None or is_cut else (f"toolu_{digest[:12]}_{now.number + 1}", now.call)
    # No price: nobody charges for it, and a cost of 0 would read like a measured one and pull averages down.
    usage = Usage(
        input_tokens=_count_input(request),
        output_tokens=len(cut) + (count_tokens(call[1].name + call[1].text) if call else 0),
        cost_usd=None,
        is_partial="[fail]" in words,
    )
    seconds = _duration(words, chance) * (1 if now.call is None else _CALL_SHARE)
    return Script(
        pieces=cut,
        pauses=_pauses(len(pieces), seconds, chance)[: len(cut)],
        usage=usage,
        stop_reason=MAX_TOKENS if is_cut else TOOL_USE if call else END_TURN,
        is_failing="[fail]" in words,
        reference=f"simulated-{digest[:12]}",
        call=call,
    )


def _text(request: ModelRequest, now: Situation, words: set[str], chance: random.Random) -> str:
    asked = one_line(_DIRECTIVE.sub(" ", now.input))
    if now.call is not None:
        return name_call(asked, now.call.name)
    if request.output_schema is not None:
        is_bad = "[bad json]" in words and not now.is_repair
        return "This is not JSON, as [bad json] asks." if is_bad else now.json or fitting(request.output_schema)
    return compose(asked, request.system_prompt, chance, is_long="[long]" in words, result=now.result)


def _told(request: ModelRequest) -> str:
    """Return what a turn depends on, as one text."""
    first, *rest = request.messages
    told = f"{request.model}\0{request.system_prompt}\0{text_of(first['content'])}"
    return f"{told}\0{json.dumps(rest)}" if rest else told


def _count_input(request: ModelRequest) -> int:
    first, *rest = request.messages
    more = [json.dumps(each, ensure_ascii=False) for each in (*rest, *map(asdict, request.tools))]
    texts = (request.system_prompt, text_of(first["content"]), *more)
    return sum(map(count_tokens, texts)) + 8


def count_tokens(text: str) -> int:
    """Estimate tokens: a Chinese character is one, of other text four characters are.

    >>> count_tokens("four letters")
    3
    >>> count_tokens("你好")
    2
    """
    wide = count_chinese(text)
    return wide + -(-(len(text) - wide) // 4)


def _limit(words: set[str], count: int, max_tokens: int) -> int:
    if "[fail]" in words:
        return min(max_tokens, _WORDS_BEFORE_FAILURE)
    return min(max_tokens, count // 2) if "[cut]" in words else max_tokens


def _duration(words: set[str], chance: random.Random) -> float:
    if "[slow]" in words:
        return chance.uniform(*SLOW_SECONDS)
    return 0.2 if "[fast]" in words else chance.uniform(2.2, 5.2)


def _pauses(count: int, seconds: float, chance: random.Random) -> tuple[float, ...]:
    """Share a duration among pieces: unevenly, as tokens come, the first later than the rest."""
    weights = [chance.uniform(0.5, 1.5) for _ in range(count)]
    weights[0] += count / 10
    scale = seconds / sum(weights)
    due, pauses = 0.0, []
    for weight in weights:
        due += weight * scale
        # Tiny sleeps cost more than they last: those pieces come in bursts, with the next long enough pause.
        pauses.append(due if due >= _PAUSE_MIN_SECONDS else 0.0)
        due = 0.0 if due >= _PAUSE_MIN_SECONDS else due
    return tuple(pauses)
