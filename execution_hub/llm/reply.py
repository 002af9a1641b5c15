"""A Messages API stream, event by event, turned into the port's events. Knows no SDK: it takes events by shape."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from execution_hub.domain.stop_reason import readable
from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.errors import MalformedReply, StreamCut
from execution_hub.llm.arguments import storable_text
from execution_hub.llm.content import Content
from execution_hub.llm.faults import redact
from execution_hub.llm.port import Finished, ModelEvent, TextDelta, ThinkingDelta, UsageSoFar
from execution_hub.llm.prices import Prices, cost_usd, price_of, saved_usd


class Reply:
    """What has arrived of one answer.

    Attributes:
        is_started: Whether the answer has begun.
        is_stopped: Whether the provider said that it ended.
        usage: What the provider has told of it so far.
    """

    def __init__(self, model: str, request_id: str | None, prices: Prices) -> None:
        """Start an empty answer of a model, with what tokens cost."""
        self._prices = prices
        self.is_started = False
        self.is_stopped = False
        self._meta: dict[str, Any] = {"request_id": request_id, "model": model}
        self.usage = replace(UNKNOWN, is_partial=True)
        self._has_list_price = True
        self._stop_reason: str | None = None
        self._refusal = ""
        self._content = Content()

    def take(self, event: Any) -> Iterator[ModelEvent]:
        """Take in the next event of the stream and yield what it means.

        Args:
            event: An event as the SDK parses it; unknown kinds mean nothing, as the API's versioning rules ask.

        Raises:
            MalformedReply: The event lacks what its kind must have, or has it in another shape.
        """
        try:
            yield from self._take(event)
        except (AttributeError, TypeError, ValueError, LookupError, RecursionError):
            raise MalformedReply from None

    def _take(self, event: Any) -> Iterator[ModelEvent]:
        match event.type:
            case "message_start":
                self.is_started = True
                self._meta |= {"message_id": event.message.id, "model": event.message.model or self._meta["model"]}
                self._count(getattr(event.message, "usage", None))
                yield UsageSoFar(self.usage)
            case "content_block_start":
                yield from _opening(event.content_block)
                self._content.begin(event.index, event.content_block)
            case "content_block_delta":
                yield from _growth(event.delta)
                self._content.grow(event.index, event.delta)
            case "content_block_stop":
                yield from self._content.finish(event.index)
            case "message_delta":
                self._stop_reason = event.delta.stop_reason or self._stop_reason
                self._refusal = getattr(getattr(event.delta, "stop_details", None), "explanation", None) or ""
                self._count(getattr(event, "usage", None))
                yield UsageSoFar(self.usage)
            case "message_stop":
                self.is_stopped = True
                # Some do not say where a block ends.
                yield from self._content.finish()

    def end(self) -> Iterator[ModelEvent]:
        """Yield the last event of the answer, now that the stream has ended.

        Raises:
            StreamCut: The stream ended before the answer did.
        """
        if not self.is_stopped:
            raise StreamCut(request_id=self._meta["request_id"])
        # Not partial because a reason is missing: it has ended, and no more will be told.
        usage = replace(self.usage, is_partial=_misses_some(self.usage))
        words = redact(self._refusal)
        yield Finished(readable(self._stop_reason), usage, self._meta, words, self._content.as_json())

    def _count(self, usage: Any) -> None:
        """Take over the provider's figures; they are cumulative, and a missing one stays as it was."""
        self._has_list_price = self._has_list_price and _is_list_price(usage)
        before = self.usage
        # Figures of the cache are left out where it was not used, but only by a provider that counts the input.
        cached = None if _figure(usage, "input_tokens", before.input_tokens) is None else 0
        counted = Usage(
            input_tokens=_figure(usage, "input_tokens", before.input_tokens),
            output_tokens=_figure(usage, "output_tokens", before.output_tokens),
            cache_write_tokens=_figure(usage, "cache_creation_input_tokens", before.cache_write_tokens or cached),
            cache_read_tokens=_figure(usage, "cache_read_input_tokens", before.cache_read_tokens or cached),
        )
        cost = cost_usd(self._meta["model"], counted, self._prices) if self._has_list_price else None
        price = None if cost is None else price_of(self._meta["model"], self._prices)
        self.usage = replace(
            counted,
            cost_usd=cost,
            is_partial=self._stop_reason is None or _misses_some(counted),
            is_own_price=price is not None and price.is_own,
            saved_usd=None if price is None else saved_usd(self._meta["model"], counted, self._prices),
        )


def _misses_some(usage: Usage) -> bool:
    """Tell whether the provider told some figures and not others: what there is is "at least"."""
    return not usage.is_unknown and None in (usage.input_tokens, usage.output_tokens)


def _opening(block: Any) -> Iterator[ModelEvent]:
    """Yield what a block holds where it begins; mostly nothing."""
    kind = getattr(block, "type", None)
    if kind == "text" and block.text:
        yield TextDelta(storable_text(block.text))
    elif kind == "thinking" and block.thinking:
        yield ThinkingDelta(storable_text(block.thinking))


def _growth(delta: Any) -> Iterator[ModelEvent]:
    kind = getattr(delta, "type", None)
    if kind == "text_delta":
        yield TextDelta(storable_text(delta.text))
    elif kind == "thinking_delta" and delta.thinking:
        yield ThinkingDelta(storable_text(delta.thinking))


def _figure(usage: Any, name: str, before: int | None) -> int | None:
    value = getattr(usage, name, None)
    return before if value is None else int(value)


def _is_list_price(usage: Any) -> bool:
    """Tell whether the table's prices hold: other tiers, speeds and regions have their own."""
    return (
        getattr(usage, "service_tier", None) in (None, "standard")
        and getattr(usage, "speed", None) in (None, "standard")
        and getattr(usage, "inference_geo", None) in (None, "global", "not_available")
        and not getattr(getattr(usage, "cache_creation", None), "ephemeral_1h_input_tokens", 0)
    )
