"""What model calls used and cost. What nobody told is unknown, never nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or more model calls, and their price; `Usage()` is that of no call.

    Attributes:
        input_tokens: Tokens read at full price; None where nobody told.
        output_tokens: Tokens written, thinking included; None where nobody told.
        cache_write_tokens: Input tokens written to the provider's cache; None where nobody told.
        cache_read_tokens: Input tokens read from the provider's cache; None where nobody told.
        cost_usd: Price in US dollars; None where the tokens or a verifiable price are not known.
        is_partial: Whether a call was interrupted or not told of, so that what is known is "at least".
        is_own_price: Whether the price of some of it is one of the hub's own (HUB_PRICES_FILE), not a published one.
        saved_usd: How much more it would have cost without the provider's cache, less where writing to it cost more
            than was read back; None where no price is known, or the cache was not used.
    """

    input_tokens: int | None = 0
    output_tokens: int | None = 0
    cache_write_tokens: int | None = 0
    cache_read_tokens: int | None = 0
    cost_usd: float | None = None
    is_partial: bool = False
    is_own_price: bool = False
    saved_usd: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        """Add two usages: what only one of them knows is "at least"; what neither knows stays unknown."""
        pairs = list(zip(self._tokens, other._tokens, strict=True))
        read, written, cached, recalled = (_add(*pair) for pair in pairs)
        costs = [cost for cost in (self.cost_usd, other.cost_usd) if cost is not None]
        misses_some = any(None in pair and any(pair) for pair in pairs)
        misses_cost = bool(costs) and (self.is_unpriced or other.is_unpriced)
        is_partial = self.is_partial or other.is_partial or misses_some or misses_cost
        is_own = self.is_own_price or other.is_own_price
        saved = [each for each in (self.saved_usd, other.saved_usd) if each is not None]
        cost, less = (sum(figures) if figures else None for figures in (costs, saved))
        return Usage(read, written, cached, recalled, cost, is_partial, is_own, less)

    @property
    def by_kind(self) -> tuple[tuple[str, int | None], ...]:
        """Its tokens by their kind: `input`, `output`, `cache_write`, `cache_read`."""
        return tuple(zip(("input", "output", "cache_write", "cache_read"), self._tokens, strict=True))

    @property
    def prompt_tokens(self) -> int | None:
        """All tokens that went in, cached ones included: the known ones; None if none is."""
        return _sum(self.input_tokens, self.cache_write_tokens, self.cache_read_tokens)

    @property
    def total_tokens(self) -> int | None:
        """All tokens, in and out: the known ones; None if none is."""
        return _sum(*self._tokens)

    @property
    def is_unknown(self) -> bool:
        """Whether nobody told any of its tokens."""
        return self.total_tokens is None

    @property
    def _tokens(self) -> tuple[int | None, ...]:
        return self.input_tokens, self.output_tokens, self.cache_write_tokens, self.cache_read_tokens

    @property
    def is_unpriced(self) -> bool:
        """Whether something was used, or may have been, whose price is not known."""
        return self.cost_usd is None and any(count != 0 for count in self._tokens)

    def as_json(self) -> dict[str, Any]:
        """Return the usage as on the wire."""
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cache_write_tokens": self.cache_write_tokens,
            "cache_read_tokens": self.cache_read_tokens,
            "cost_usd": self.cost_usd,
            "is_partial": self.is_partial,
            "is_own_price": self.is_own_price,
            "saved_usd": self.saved_usd,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Usage":
        """Read what `as_json` wrote."""
        return cls(**{name: value[name] for name in cls.__dataclass_fields__ if name in value})


UNKNOWN = Usage(None, None, None, None)
"""The usage of a call of which nobody has told anything."""


def add_up(paid: Iterable[Usage], free: Iterable[Usage]) -> Usage:
    """Add usages of which some are of a model that nobody charges for: those leave a known cost exact.

    Args:
        paid: What has a price, known or not.
        free: What has none.
    """
    total = sum(paid, Usage())
    # A cost of 0, not an unknown one; but alone it must not read like a measured one.
    return total + replace(sum(free, Usage()), cost_usd=None if total.cost_usd is None else 0.0)


def _add(a: int | None, b: int | None) -> int | None:
    # "At least nothing" says no more than "unknown".
    return a + b if a is not None and b is not None else a or b or None


def _sum(*counts: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
