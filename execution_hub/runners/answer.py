"""An agent's answer: asks a model, hands on what comes, and keeps it."""

import asyncio
import random
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from execution_hub import errors
from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.execution import OUTPUT_MAX_BYTES
from execution_hub.domain.retry import RetryPolicy
from execution_hub.domain.stop_reason import MARK, MAX_TOKENS, OUTPUT_FULL, PAUSE_TURN, TOOL_USE, Ending
from execution_hub.domain.texts import cut_to
from execution_hub.domain.usage import Usage
from execution_hub.engine.port import Json
from execution_hub.errors import ExecutionError
from execution_hub.llm.messages import assistant_message, user_message
from execution_hub.llm.port import (
    Finished,
    Held,
    Model,
    ModelEvent,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    UsageSoFar,
)
from execution_hub.runners.model_call import model_call

# A rough figure until the provider tells its own: about four characters a token.
CHARACTERS_PER_TOKEN = 4
# How often an answer that the model paused is gone on with; a loop of its own would not end.
CONTINUATIONS_MAX = 10


class Listener(Protocol):
    """Who hears an answer as it comes."""

    def text(self, text: str) -> None:
        """Take more text."""
        ...

    def thinking(self, text: str) -> None:
        """Take more of the model's thinking."""
        ...

    def tool_call(self, name: str, arguments: dict[str, Any]) -> None:
        """Hear that the model asks for a tool."""
        ...

    def usage(self, usage: Usage) -> None:
        """Hear what all tries have used so far."""
        ...

    def written_tokens(self, tokens: int) -> None:
        """Hear how many tokens of the present try have come, thinking too, as far as one can tell."""
        ...

    def retry(self, error: ExecutionError, seconds: float) -> None:
        """Hear that a try failed, and after how many seconds the next one begins: its text is void."""
        ...

    def held(self, until: datetime | None) -> None:
        """Hear until when the call waits for its provider's rate limit; None when it waits no more."""
        ...


@dataclass(slots=True)
class Answer:
    """What a model has answered so far.

    Attributes:
        text: Its text.
        usage: What it used.
        meta: What helps to find its call again.
        error: Why it failed, or is no answer; None while it is one.
        stop_reason: Why the model stopped; None if it did not.
        is_cut: Whether a limit ended it.
        blocks: All of it as the provider wants it back.
        calls: The tools it asked for, in order; none where a limit cut it.
    """

    text: str = ""
    usage: Usage = Usage()
    meta: dict[str, Any] = field(default_factory=dict)
    error: ExecutionError | None = None
    stop_reason: str | None = None
    is_cut: bool = False
    blocks: tuple[dict[str, Any], ...] = ()
    calls: list[ToolCall] = field(default_factory=list)

    def as_json(self) -> Json:
        """Return the answer of an agent without tools, as a durable step keeps it."""
        error = self.error
        return {
            "text": self.text,
            "usage": self.usage.as_json(),
            "meta": self.meta,
            "error": None if error is None else [type(error).__name__, error.message, error.details],
            "stop_reason": self.stop_reason,
            "is_cut": self.is_cut,
        }

    @classmethod
    def from_json(cls, value: Json) -> "Answer":
        """Read what `as_json` wrote."""
        error = None
        if value["error"] is not None:
            name, message, details = value["error"]
            error = getattr(errors, name)(message, **details)
        # What an older version kept says it in its meta.
        reason = value.get("stop_reason", value["meta"].get("stop_reason"))
        is_cut = value.get("is_cut", False)
        return cls(value["text"], Usage.from_json(value["usage"]), value["meta"], error, reason, is_cut)


def request_of(agent: AgentDefinition, text: str, seconds: float | None = None) -> ModelRequest:
    """Return what to ask for an agent's answer to a text.

    Args:
        agent: The agent.
        text: Its input.
        seconds: How long this answer may take; the agent's own limit if omitted. Whoever gave a model an hour
            knows that it may think for long without a word.
    """
    return ModelRequest(
        agent.model,
        agent.system_prompt,
        (user_message(text),),
        agent.max_tokens,
        effort=agent.effort,
        thinking=agent.thinking,
        silence_seconds=seconds or agent.timeout_seconds,
    )


async def ask(
    model: Model,
    request: ModelRequest,
    listener: Listener,
    policy: RetryPolicy,
    on_cut: str = MARK,
    output_max_bytes: int = OUTPUT_MAX_BYTES,
    *,
    may_call: bool = False,
    part: tuple[str | int, ...] = ("chat",),
) -> Answer:
    """Ask a model until it answers, or fails for good.

    A failure is part of the answer: what came before it is kept.

    Args:
        model: The provider.
        request: What to ask.
        listener: Who hears the answer as it comes.
        policy: When a failed try is followed by another.
        on_cut: What becomes of an answer that a limit cut: `mark` or `fail`.
        output_max_bytes: An answer past this is cut there, and its stream closed; so is one with more thinking.
        may_call: Whether it may ask for tools instead of answering.
        part: What this answer is called among the parts of what it is asked for, for its trace.

    Returns:
        The answer of the last try, with its error if it failed or is none, and the usage of all.
    """
    used, tries = Usage(), 0
    with model_call(request, *part) as call:
        while True:
            tries += 1
            asked = _Try(model, listener, used, output_max_bytes, may_call=may_call)
            answer = await call.tried(asked.answer(request, on_cut), asked.so_far)
            used += answer.usage
            # Chance spreads retries; nothing secret depends on it.
            wait = None if answer.error is None else policy.wait_seconds(answer.error, tries, random.random)
            if answer.error is None or wait is None:
                answer.usage = used
                call.end(answer)
                return answer
            used = replace(used, is_partial=True)
            call.again(answer.error)
            listener.retry(answer.error, wait)
            # All calls of that provider wait together, this one among them: whoever came first goes first.
            if not answer.error.details.get("is_held"):
                await asyncio.sleep(wait)


class _Try:
    """One answer, in as many calls as the model pauses.

    Attributes:
        so_far: What has come of it.
    """

    def __init__(self, model: Model, listener: Listener, used: Usage, most: int, *, may_call: bool) -> None:
        self._model = model
        self._may_call = may_call
        self._listener = listener
        self._used = used
        # What the calls before the present one used.
        self._before = Usage()
        self._answer = self.so_far = Answer()
        self._end: Finished | None = None
        # Joined at the end: to add each to all before it takes long for a long answer.
        self._parts: list[str] = []
        self._text_room = self._thinking_room = most
        # Of the present call: what it told, and what one can tell of the rest by what has come.
        self._told = Usage()
        self._counted = 0.0

    async def answer(self, request: ModelRequest, on_cut: str) -> Answer:
        answer, limit = self._answer, request.max_tokens
        try:
            await self._call(request)
            for _ in range(CONTINUATIONS_MAX):
                following = self._following(request, limit)
                if following is None:
                    break
                request, self._before = following, answer.usage
                await self._call(request)
            self._judge(on_cut, limit)
        except ExecutionError as error:
            answer.text, answer.error = "".join(self._parts), error
        finally:
            # Failed, stopped or out of time: nobody will tell what the call wrote.
            if self._end is None:
                self._keep_least()
        return answer

    async def _call(self, request: ModelRequest) -> None:
        self._end, self._told, self._counted = None, Usage(), 0.0
        # Closed on every way out: a stream that nobody reads would keep its connection, and its price.
        async with aclosing(self._model.stream(request)) as stream:
            async for event in stream:
                self._take(event)
                if self._is_full:
                    break

    @property
    def _is_full(self) -> bool:
        """Whether the hub keeps no more of this answer; says so at its end."""
        if min(self._text_room, self._thinking_room) >= 0:
            return False
        answer = self._answer
        # What the provider wrote on, and counts, nobody here hears.
        self._told = replace(self._told, is_partial=True)
        self._keep_least()
        self._end = Finished(OUTPUT_FULL, answer.usage, answer.meta)
        return True

    def _following(self, request: ModelRequest, limit: int) -> ModelRequest | None:
        """Return how to go on with what the model paused; None if it did not, or there is nothing to go on with."""
        end = self._end
        if end is None or end.stop_reason != PAUSE_TURN or not end.blocks:
            return None
        left = limit - (self._answer.usage.output_tokens or 0)
        if left <= 0:
            # The agent's limit holds for all calls together, and it is what ends this answer.
            self._end = replace(end, stop_reason=MAX_TOKENS)
            return None
        return replace(request, max_tokens=left, messages=(*request.messages, assistant_message(end.blocks)))

    def _judge(self, on_cut: str, limit: int) -> None:
        answer, end = self._answer, self._end
        answer.text = "".join(self._parts)
        assert end is not None, "a stream ends with Finished or an error"
        # Also half a call, where a limit cut the turn.
        tools = tuple(block["name"] for block in end.blocks if block.get("type") == TOOL_USE)
        ending = Ending(end.stop_reason, answer.text, tools, end.words, may_call=self._may_call)
        answer.stop_reason, answer.is_cut = ending.reason, ending.is_cut
        answer.error = ending.fault(on_cut, limit)

    def _take(self, event: ModelEvent) -> None:
        answer, listener = self._answer, self._listener
        match event:
            case TextDelta(text, tokens):
                kept = cut_to(text, self._text_room)
                self._text_room -= len(text.encode(errors="replace"))
                self._parts.append(kept)
                listener.text(kept)
                self._grow(text, tokens)
            case ThinkingDelta(text):
                kept = cut_to(text, self._thinking_room)
                self._thinking_room -= len(text.encode(errors="replace"))
                listener.thinking(kept)
                self._grow(text)
            case ToolCall(_, name, arguments):
                answer.calls.append(event)
                listener.tool_call(name, arguments or {})
            case Held(until):
                listener.held(until)
            case UsageSoFar(usage):
                self._count(usage)
            case Finished():
                self._end, answer.meta = event, event.meta
                answer.blocks += event.blocks
                self._count(event.usage)

    def _grow(self, text: str, tokens: int | None = None) -> None:
        if text:
            self._counted += len(text) / CHARACTERS_PER_TOKEN if tokens is None else tokens
            self._listener.written_tokens((self._before.output_tokens or 0) + self._written)

    @property
    def _written(self) -> int:
        return max(int(self._counted), 1 if self._counted else 0)

    def _keep_least(self) -> None:
        """Count what has come of a call that did not tell its end: the least of what it used."""
        told, written = self._told, self._written
        if written > (told.output_tokens or 0) and (told.is_partial or told == Usage()):
            read = None if told == Usage() else told.input_tokens
            self._count(replace(told, input_tokens=read, output_tokens=written, is_partial=True))
        elif told.is_partial:
            self._count(told)

    def _count(self, usage: Usage) -> None:
        self._told = usage
        self._answer.usage = self._before + usage
        self._listener.usage(self._used + self._answer.usage)
