"""The offline model `simulated`: deterministic, streams like a real one, says plainly what it is.

The same model, prompt, input and limit give the same text in the same pieces with the same usage.
An answer takes 2 to 6 seconds. Words in the input change that (`DIRECTIVES`)::

    [fail]   fails with SimulatedFailure after a few words
    [slow]   takes 20 to 30 seconds
    [fast]   takes about 0.2 seconds
    [long]   answers with some ten times as many words, in the same time
    [cut]    stops half way with `max_tokens`, as at a limit

They may be combined; of `[slow]` and `[fast]`, `[slow]` wins, of `[fail]` and `[cut]`, `[fail]`.
"""

import asyncio
import hashlib
import random
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace

from execution_hub.domain.texts import one_line
from execution_hub.domain.usage import Usage
from execution_hub.errors import SimulatedFailure
from execution_hub.llm.port import Finished, ModelEvent, ModelRequest, TextDelta, UsageSoFar
from execution_hub.llm.simulated_text import compose, count_chinese

DIRECTIVES = {
    "[fail]": "Fails after a few words.",
    "[slow]": "Takes 20 to 30 seconds.",
    "[fast]": "Takes about 0.2 seconds.",
    "[long]": "Answers with some ten times as many words.",
    "[cut]": "Stops half way, as at the limit of tokens.",
}

_DIRECTIVE = re.compile("|".join(re.escape(word) for word in DIRECTIVES), re.IGNORECASE)
# A word with the space around it, or one Chinese character, or what is left: joined again they are the text.
_PIECE = re.compile(r"\s*[⺀-鿿＀-￯]|\s*[^\s⺀-鿿＀-￯]+|\s+")
_WORDS_BEFORE_FAILURE = 12
_PAUSE_MIN_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Script:
    """What one answer will be, decided before its first piece.

    Attributes:
        pieces: The text, piece by piece.
        pauses: The seconds before each piece.
        usage: What the whole answer uses.
        stop_reason: `end_turn`, or `max_tokens` where the limit cut it.
        is_failing: Whether it ends with a failure.
        reference: An id made from the request.
    """

    pieces: tuple[str, ...]
    pauses: tuple[float, ...]
    usage: Usage
    stop_reason: str
    is_failing: bool
    reference: str


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
        yield UsageSoFar(script.usage)
        if script.is_failing:
            raise SimulatedFailure(
                "The simulated model was asked to fail, and did. Remove [fail] from the input to see it succeed."
            )
        yield Finished(script.stop_reason, script.usage, {"request_id": script.reference, "model": request.model})

    async def close(self) -> None:
        """Nothing to let go of."""


def write_script(request: ModelRequest) -> Script:
    """Decide a whole answer from its request alone.

    Args:
        request: What to answer.
    """
    words = {word.lower() for word in _DIRECTIVE.findall(request.input)}
    digest = hashlib.sha256(
        f"{request.model}\0{request.system_prompt}\0{request.input}".encode("utf-8", "surrogatepass")
    ).hexdigest()
    # Only for looks: nothing secret depends on it.
    chance = random.Random(digest)  # noqa: S311
    asked = one_line(_DIRECTIVE.sub(" ", request.input))
    text = compose(asked, request.system_prompt, chance, is_long="[long]" in words)
    pieces = tuple(_PIECE.findall(text))
    cut = pieces[: _limit(words, len(pieces), request.max_tokens)]
    # No price: nobody charges for it, and a cost of 0 would read like a measured one and pull averages down.
    usage = Usage(
        input_tokens=count_tokens(request.system_prompt) + count_tokens(request.input) + 8,
        output_tokens=len(cut),
        cost_usd=None,
        is_partial="[fail]" in words,
    )
    return Script(
        pieces=cut,
        pauses=_pauses(len(pieces), _duration(words, chance), chance)[: len(cut)],
        usage=usage,
        stop_reason="end_turn" if len(cut) == len(pieces) else "max_tokens",
        is_failing="[fail]" in words,
        reference=f"simulated-{digest[:12]}",
    )


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
    # Short of the promised ends, for real clocks add some: every pause oversleeps a little.
    if "[slow]" in words:
        return chance.uniform(20.5, 28.5)
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
