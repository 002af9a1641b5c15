"""The model port: what every provider takes and gives.

A conversation is told in the form of the Messages API (https://platform.claude.com/docs/en/api/messages), the hub's one
form of it: messages with `role` and `content`, a text or a list of blocks (`text`, `thinking`, `tool_use`,
`tool_result`). A provider that speaks otherwise translates. `llm/messages.py` makes them.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from execution_hub.domain.usage import Usage
from execution_hub.llm.rate_headers import RateTold

AUTO = "auto"
NONE = "none"


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as it is offered to a model.

    Attributes:
        name: What the model calls it by: letters, digits, `_` and `-`, at most 64.
        description: What it does, in words for the model.
        input_schema: The JSON schema of its arguments, an object's.
    """

    name: str
    description: str
    input_schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One call of a model: one turn of a conversation.

    Attributes:
        model: Name of the model.
        system_prompt: What it is told before the conversation; empty for nothing.
        messages: The conversation so far, in the Messages API's form; it begins with a person's text.
        max_tokens: The most output tokens.
        tools: The tools it may ask for.
        tool_choice: `auto`, or `none` where it must answer without asking for one of them.
        effort: How much it should put into the answer (`low` … `max`); None for the provider's usual.
        thinking: `adaptive` or `disabled`; None for the provider's usual.
        output_schema: The JSON schema its answer should fit; None for free text.
        silence_seconds: For how long the provider may say nothing; None for the provider's usual.
    """

    model: str
    system_prompt: str
    messages: tuple[dict[str, Any], ...]
    max_tokens: int
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: str = AUTO
    effort: str | None = None
    thinking: str | None = None
    output_schema: dict[str, Any] | None = None
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
    """The model asks for a tool.

    Attributes:
        id: The call's id, to be named by its result; no other call of the turn has it.
        name: The tool's name, as the model wrote it: it may be none that was offered.
        arguments: Its arguments; None where they are no JSON object.
        error: What is wrong with them, in words for the model; empty if nothing.
    """

    id: str
    name: str
    arguments: dict[str, Any] | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class UsageSoFar:
    """What the call has used up to now; the last one of a call is final."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Held:
    """The call is not made yet, for the sake of its provider's rate limit.

    Attributes:
        until: When it will be, as far as one can tell; None once it is.
    """

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Finished:
    """The model has stopped; always the last event.

    Attributes:
        stop_reason: As the Messages API names it: `end_turn`, `max_tokens`, `refusal`, …; see domain.stop_reason.
        usage: What the call used in all, with its price where that is known.
        meta: What helps to find the call again: `request_id`, `message_id`, `model`.
        words: What the provider says to a refusal; empty if nothing.
        blocks: The turn as the provider wants it back, block by block: `messages.assistant_message` takes it. Also of a
            turn that was cut or refused, which may hold half a tool call.
    """

    stop_reason: str
    usage: Usage
    meta: dict[str, Any] = field(default_factory=dict)
    words: str = ""
    blocks: tuple[dict[str, Any], ...] = ()


ModelEvent = TextDelta | ThinkingDelta | ToolCall | UsageSoFar | Held | RateTold | Finished


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
