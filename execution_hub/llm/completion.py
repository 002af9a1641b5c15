"""A stream of chat completions turned into the port's events. Knows no SDK: it takes chunks by shape."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from execution_hub.domain.stop_reason import END_TURN, MAX_TOKENS, REFUSAL, TOOL_USE, readable
from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.errors import MalformedReply, StreamCut
from execution_hub.llm.arguments import Pieces, as_sent_back, read, storable_text
from execution_hub.llm.content import BLOCKS_MAX
from execution_hub.llm.faults import redact
from execution_hub.llm.port import Finished, ModelEvent, TextDelta, ThinkingDelta, ToolCall, UsageSoFar
from execution_hub.llm.prices import Prices, cost_usd, price_of, saved_usd

# Their words for why it stopped, in those of the Messages API.
REASONS = {
    "stop": END_TURN,
    "length": MAX_TOKENS,
    "tool_calls": TOOL_USE,
    "function_call": TOOL_USE,
    "content_filter": REFUSAL,
}
# Where servers put what the model thinks; OpenAI itself tells nothing of it.
_THINKING = ("reasoning_content", "reasoning")
_LIST_TIERS = (None, "default", "auto", "standard")


@dataclass(slots=True)
class _Call:
    """A tool call as it comes."""

    id: str
    name: str
    own_id: str
    arguments: Pieces = field(default_factory=Pieces)


class Completion:
    """What has arrived of one answer.

    Attributes:
        is_started: Whether the answer has begun.
        usage: What the provider has told of it so far.
    """

    def __init__(self, model: str, request_id: str | None, prices: Prices) -> None:
        """Start an empty answer of a model, named as an agent names it, with what tokens cost."""
        self._model = model
        self._prices = prices
        self._meta: dict[str, Any] = {"request_id": request_id, "model": model}
        self.is_started = False
        self.usage = replace(UNKNOWN, is_partial=True)
        self._reason: str | None = None
        self._refusal: list[str] = []
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._thinking_field = ""
        self._calls: list[_Call] = []
        self._at_index: dict[Any, _Call] = {}
        self._has_list_price = True

    def take(self, chunk: Any) -> Iterator[ModelEvent]:
        """Take in the next chunk of the stream and yield what it means.

        Args:
            chunk: A chunk as the SDK parses it; what of it is unknown means nothing.

        Raises:
            MalformedReply: It lacks what it must have, or has it in another shape.
        """
        try:
            yield from self._take(chunk)
        except (AttributeError, TypeError, ValueError, LookupError, RecursionError):
            raise MalformedReply from None

    def end(self) -> Iterator[ModelEvent]:
        """Yield the last events of the answer, now that the stream has ended.

        Raises:
            StreamCut: The stream ended before the answer did.
        """
        if self._reason is None:
            raise StreamCut(request_id=self._meta["request_id"])
        for call in self._calls:
            yield ToolCall(call.own_id, call.name, *read(call.arguments.text))
        # It has ended, and no more will be told.
        self.usage = replace(self.usage, is_partial=False)
        yield UsageSoFar(self.usage)
        reason = REASONS.get(self._reason, self._reason)
        if self._refusal and reason == END_TURN:
            reason = REFUSAL
        elif self._calls and reason == END_TURN:
            # Some say of a turn with calls only that it stopped.
            reason = TOOL_USE
        words = redact("".join(self._refusal))
        yield Finished(readable(reason), self.usage, self._meta, words, tuple(self._blocks()))

    def _take(self, chunk: Any) -> Iterator[ModelEvent]:
        choices = chunk.choices or []
        self._meta |= {"message_id": chunk.id, "model": getattr(chunk, "model", None) or self._meta["model"]}
        if choices:
            self.is_started = True
            yield from self._grow(choices[0].delta)
            self._reason = getattr(choices[0], "finish_reason", None) or self._reason
        self._has_list_price = self._has_list_price and getattr(chunk, "service_tier", None) in _LIST_TIERS
        if getattr(chunk, "usage", None) is not None:
            self._count(chunk.usage)
            yield UsageSoFar(self.usage)

    def _grow(self, delta: Any) -> Iterator[ModelEvent]:
        if delta is None:
            return
        for name in _THINKING:
            if thought := getattr(delta, name, None):
                self._thinking_field = self._thinking_field or name
                # Some say the same under both names.
                if name == self._thinking_field:
                    self._thinking.append(storable_text(thought))
                    yield ThinkingDelta(self._thinking[-1])
        if text := getattr(delta, "content", None):
            self._text.append(storable_text(text))
            yield TextDelta(self._text[-1])
        if words := getattr(delta, "refusal", None):
            self._refusal.append(storable_text(words))
        for piece in getattr(delta, "tool_calls", None) or ():
            self._grow_call(piece)

    def _grow_call(self, piece: Any) -> None:
        function = getattr(piece, "function", None)
        name, arguments = getattr(function, "name", None), getattr(function, "arguments", None)
        told, index = getattr(piece, "id", None) or "", getattr(piece, "index", None)
        call = self._at_index.get(index)
        # Some number every call 0, or none; a name with another id is another call.
        if call is None or (name and (index is None or told not in ("", call.id))):
            if len(self._calls) >= BLOCKS_MAX:
                raise MalformedReply(f"The provider's answer had more than {BLOCKS_MAX:,} tool calls.")
            call = _Call(told, "", self._own_id(storable_text(told)))
            self._calls.append(call)
            self._at_index[index] = call
        # Told with the first piece; some tell it with each.
        call.name = call.name or storable_text(name or "")
        if arguments:
            call.arguments.add(arguments if isinstance(arguments, str) else json.dumps(arguments))

    def _own_id(self, told: str) -> str:
        """Return an id that no other call of the answer has: results are told apart by it."""
        is_free = told and all(call.own_id != told for call in self._calls)
        return told if is_free else f"{told or 'call'}_{len(self._calls)}"

    def _count(self, usage: Any) -> None:
        """Take over the provider's figures. Theirs of the prompt hold those of the cache, ours do not."""
        details = getattr(usage, "prompt_tokens_details", None)
        prompt, written = _figure(usage, "prompt_tokens"), _figure(usage, "completion_tokens")
        recalled, cached = _figure(details, "cached_tokens") or 0, _figure(details, "cache_write_tokens") or 0
        is_told = prompt is not None
        counted = Usage(
            input_tokens=None if prompt is None else max(prompt - recalled - cached, 0),
            output_tokens=written,
            cache_write_tokens=cached if is_told else None,
            cache_read_tokens=recalled if is_told else None,
        )
        # By the agent's name for it: the same model may cost another price elsewhere.
        price = price_of(self._model, self._prices) if self._has_list_price else None
        cost = None if price is None else cost_usd(self._model, counted, self._prices)
        is_own = cost is not None and price is not None and price.is_own
        saved = None if cost is None else saved_usd(self._model, counted, self._prices)
        is_partial = self._reason is None
        self.usage = replace(counted, cost_usd=cost, is_partial=is_partial, is_own_price=is_own, saved_usd=saved)

    def _blocks(self) -> Iterator[dict[str, Any]]:
        if self._thinking:
            yield {"type": "thinking", "thinking": "".join(self._thinking), "field": self._thinking_field}
        text = "".join(self._text)
        if text.strip():
            yield {"type": "text", "text": text}
        for call in self._calls:
            sent_back = as_sent_back(call.arguments.text)
            yield {"type": "tool_use", "id": call.own_id, "name": call.name, "input": sent_back}


def _figure(told: Any, name: str) -> int | None:
    value = getattr(told, name, None)
    return None if value is None else int(value)
