"""What tokens cost, from a table kept as data: `prices.json`, each price with its source and date."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from execution_hub.domain.usage import Usage

_SNAPSHOT = re.compile(r"-\d{8}$")
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """What one model costs, in USD per million tokens.

    Attributes:
        input: Input tokens read at full price.
        output: Output tokens.
        cache_write: Input tokens written to the 5 minute cache; None where nobody told.
        cache_read: Input tokens read from the cache; None where nobody told.
        source: The page that publishes the price; empty for one of the hub's own.
        date: The day on which the page was last known to say so, ISO 8601; empty for one of the hub's own.
        is_own: Whether it is from HUB_PRICES_FILE (llm/own_prices.py), not from the table kept here.
        long_prompt_above: Prompts of more tokens than this pay `long_prompt` for every token; None for one price.
        long_prompt: The price of those calls.
    """

    input: float
    output: float
    cache_write: float | None
    cache_read: float | None
    source: str = ""
    date: str = ""
    is_own: bool = False
    long_prompt_above: int | None = None
    long_prompt: "Price | None" = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Price":
        """Read an entry of the table."""
        parts = {name: value[name] for name in ("input", "output", "cache_write", "cache_read", "source", "date")}
        long = value.get("long_prompt")
        if long is None:
            return cls(**parts)
        return cls(**parts, long_prompt_above=long["above_tokens"], long_prompt=cls.from_json({**parts, **long}))

    def for_prompt(self, tokens: int) -> "Price":
        """Return the price of a call whose prompt has so many tokens, cached ones included."""
        is_long = self.long_prompt_above is not None and tokens > self.long_prompt_above
        return self.long_prompt if is_long and self.long_prompt else self


Prices = Mapping[str, Price]
"""Prices by the name of the model, without a snapshot's date."""


@cache
def price_table() -> dict[str, Price]:
    """Return all prices that are published, by the name of the model without a snapshot's date."""
    text = files("execution_hub.llm").joinpath("prices.json").read_text(encoding="utf-8")
    return {model: Price.from_json(value) for model, value in json.loads(text)["models"].items()}


def price_of(model: str, prices: Prices | None = None) -> Price | None:
    """Return the price of a model, or None where no verifiable one is known.

    A dated snapshot costs what its model costs:

    >>> price_of("claude-haiku-4-5-20251001") == price_of("claude-haiku-4-5")
    True
    >>> price_of("claude-of-tomorrow") is None
    True

    Args:
        model: Name of the model, as in an agent or in the provider's reply.
        prices: Where to look; the published ones if omitted.
    """
    table = price_table() if prices is None else prices
    return table.get(model) or table.get(_SNAPSHOT.sub("", model))


def cost_usd(model: str, usage: Usage, prices: Prices | None = None) -> float | None:
    """Return what one call cost.

    The formula of https://platform.claude.com/docs/en/about-claude/pricing, where each kind of
    token has its own price per million and none counts twice::

        (input x p_input + output x p_output + cache_write x p_cache_write + cache_read x p_cache_read) / 1 000 000

    >>> cost_usd("claude-sonnet-5", Usage(input_tokens=1_000, output_tokens=500))
    0.007
    >>> cost_usd("claude-of-tomorrow", Usage(input_tokens=1_000)) is None
    True
    >>> cost_usd("claude-sonnet-5", Usage(input_tokens=1_000, output_tokens=None)) is None
    True

    Args:
        model: Name of the model that answered.
        usage: What this one call used; of several calls, cost each, for a price may depend on the prompt's length.
        prices: Where to look; the published ones if omitted.

    Returns:
        US dollars, or None where no verifiable price is known, or not all of the tokens.
    """
    found = _for(model, usage, prices)
    if found is None:
        return None
    price, (read, written, cached, recalled) = found
    total = read * price.input + written * price.output
    total += cached * (price.cache_write or 0) + recalled * (price.cache_read or 0)
    return _dollars(total)


def saved_usd(model: str, usage: Usage, prices: Prices | None = None) -> float | None:
    """Return how much more one call would have cost had its prompt not been read from and written to the cache.

    >>> saved_usd("claude-sonnet-5", Usage(100, 50, cache_read_tokens=10_000))
    0.018
    >>> saved_usd("claude-sonnet-5", Usage(100, 50)) is None
    True

    Args:
        model: As for `cost_usd`.
        usage: As for `cost_usd`.
        prices: As for `cost_usd`.

    Returns:
        US dollars, negative where writing to the cache cost more than reading saved; None where the cache was not
        used, or no verifiable price is known.
    """
    found = _for(model, usage, prices)
    if found is None:
        return None
    price, (_, _, cached, recalled) = found
    if not cached and not recalled:
        return None
    less = recalled * (price.input - (price.cache_read or 0)) + cached * (price.input - (price.cache_write or 0))
    return _dollars(less)


def _for(model: str, usage: Usage, prices: Prices | None) -> tuple[Price, tuple[int, int, int, int]] | None:
    """Return the price that holds for a call and its tokens in, out, to and from the cache; None where one lacks."""
    price = price_of(model, prices)
    read, written, cached, recalled = (
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_write_tokens,
        usage.cache_read_tokens,
    )
    if price is None or read is None or written is None or cached is None or recalled is None:
        return None
    price = price.for_prompt(read + cached + recalled)
    if (cached and price.cache_write is None) or (recalled and price.cache_read is None):
        return None
    return price, (read, written, cached, recalled)


def _dollars(total: float) -> float:
    # Twelve digits: a millionth of the cheapest token's price; beyond is the noise of floats.
    return round(total / _MILLION, 12)
