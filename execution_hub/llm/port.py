"""The model port: what every provider takes and gives."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Protocol

from execution_hub.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One call of a model.

    Attributes:
        model: Name of the model.
        system_prompt: What it is told before the input; empty for nothing.
        input: The person's text.
        max_tokens: The most output tokens.
        so_far: What the model has answered already, `Finished.content` of the call it goes on from; empty at first.
        silence_seconds: For how long the provider may say nothing; None for the provider's usual.
    """

    model: str
    system_prompt: str
    input: str
    max_tokens: int
    so_far: tuple[dict[str, Any], ...] = ()
    silence_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of the answer.

    Attributes:
        text: The text.
        tokens: How many tokens it is; None where the provider tells that only at the end.
    """

    text: str
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """More of the model's thinking."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model asks for a tool."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UsageSoFar:
    """What the call has used up to now; the last one of a call is final."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Finished:
    """The model has stopped; always the last event.

    Attributes:
        stop_reason: As the Messages API names it: `end_turn`, `max_tokens`, `refusal`, …; see domain.stop_reason.
        usage: What the call used in all, with its price where that is known.
        meta: What helps to find the call again: `request_id`, `message_id`, `model`.
        tools: Names of the tools it asked for, also where the call was cut off.
        words: What the provider says to a refusal; empty if nothing.
        content: After `pause_turn`, what to send back for the model to go on, as the provider wants it.
    """

    stop_reason: str
    usage: Usage
    meta: dict[str, Any] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    words: str = ""
    content: tuple[dict[str, Any], ...] = ()


ModelEvent = TextDelta | ThinkingDelta | ToolCall | UsageSoFar | Finished


class Model(Protocol):
    """A provider of models. Lives on one event loop: the one that first streams."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request, piece by piece, ending with Finished.

        Closing the iterator, or cancelling the task that reads it, closes the connection at once.

        Args:
            request: What to answer.

        Raises:
            ExecutionError: Why there is no (whole) answer, in words a person can act on.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
