"""An agent's answer: asks a model, hands on what comes, and keeps it."""

import asyncio
import random
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from execution_hub import errors
from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.retry import RetryPolicy
from execution_hub.domain.usage import Usage
from execution_hub.engine.port import Json
from execution_hub.errors import ExecutionError
from execution_hub.llm.port import (
    Finished,
    Model,
    ModelEvent,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    UsageSoFar,
)


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

    def retry(self, error: ExecutionError, seconds: float) -> None:
        """Hear that a try failed, and after how many seconds the next one begins: its text is void."""
        ...


@dataclass(slots=True)
class Answer:
    """What a model has answered so far."""

    text: str = ""
    usage: Usage = Usage()
    meta: dict[str, Any] = field(default_factory=dict)
    error: ExecutionError | None = None

    def as_json(self) -> Json:
        """Return the answer as a durable step keeps it."""
        error = self.error
        return {
            "text": self.text,
            "usage": self.usage.as_json(),
            "meta": self.meta,
            "error": None if error is None else [type(error).__name__, error.message, error.details],
        }

    @classmethod
    def from_json(cls, value: Json) -> "Answer":
        """Read what `as_json` wrote."""
        error = None
        if value["error"] is not None:
            name, message, details = value["error"]
            error = getattr(errors, name)(message, **details)
        return cls(value["text"], Usage.from_json(value["usage"]), value["meta"], error)


def request_of(agent: AgentDefinition, text: str, seconds: float | None = None) -> ModelRequest:
    """Return what to ask for an agent's answer to a text.

    Args:
        agent: The agent.
        text: Its input.
        seconds: How long this answer may take; the agent's own limit if omitted. Whoever gave a model an hour
            knows that it may think for long without a word.
    """
    silence_seconds = seconds or agent.timeout_seconds
    return ModelRequest(agent.model, agent.system_prompt, text, agent.max_tokens, silence_seconds)


async def ask(model: Model, request: ModelRequest, listener: Listener, policy: RetryPolicy) -> Answer:
    """Ask a model until it answers, or fails for good.

    A failure is part of the answer: what came before it is kept.

    Args:
        model: The provider.
        request: What to ask.
        listener: Who hears the answer as it comes.
        policy: When a failed try is followed by another.

    Returns:
        The answer of the last try, with its error if it failed, and the usage of all.
    """
    used, tries = Usage(), 0
    while True:
        tries += 1
        answer = await _try(model, request, listener, used)
        used += answer.usage
        # Chance spreads retries; nothing secret depends on it.
        wait = None if answer.error is None else policy.wait_seconds(answer.error, tries, random.random)
        if answer.error is None or wait is None:
            answer.usage = used
            return answer
        used = replace(used, is_partial=True)
        listener.retry(answer.error, wait)
        await asyncio.sleep(wait)


async def _try(model: Model, request: ModelRequest, listener: Listener, used: Usage) -> Answer:
    answer = Answer()
    try:
        # Closed on every way out: a stream that nobody reads would keep its connection, and its price.
        async with aclosing(model.stream(request)) as stream:
            async for event in stream:
                _take(event, answer, listener, used)
    except ExecutionError as error:
        answer.error = error
    return answer


def _take(event: ModelEvent, answer: Answer, listener: Listener, used: Usage) -> None:
    match event:
        case TextDelta(text):
            answer.text += text
            listener.text(text)
        case ThinkingDelta(text):
            listener.thinking(text)
        case ToolCall(name, arguments):
            listener.tool_call(name, arguments)
        case UsageSoFar(usage):
            answer.usage = usage
            listener.usage(used + usage)
        case Finished(stop_reason, usage, meta):
            answer.usage = usage
            listener.usage(used + usage)
            answer.meta = {**meta, "stop_reason": stop_reason}
