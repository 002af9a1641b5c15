"""What a model call used and cost."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or more model calls, and their price.

    Attributes:
        input_tokens: Tokens read at full price.
        output_tokens: Tokens written, thinking included.
        cache_write_tokens: Input tokens written to the provider's cache.
        cache_read_tokens: Input tokens read from the provider's cache.
        cost_usd: Price in US dollars; None where no verifiable price is known.
        is_partial: Whether a call was interrupted, so that the figures are "at least".
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_tokens: int = 0
    cache_read_tokens: int = 0
    cost_usd: float | None = None
    is_partial: bool = False

    def __add__(self, other: "Usage") -> "Usage":
        """Add two usages; the cost is unknown only if neither is known."""
        costs = [cost for cost in (self.cost_usd, other.cost_usd) if cost is not None]
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            sum(costs) if costs else None,
            self.is_partial or other.is_partial,
        )

    @property
    def total_tokens(self) -> int:
        """All tokens, in and out."""
        return self.input_tokens + self.cache_write_tokens + self.cache_read_tokens + self.output_tokens

    def as_json(self) -> dict[str, Any]:
        """Return the usage as on the wire."""
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cache_write_tokens": self.cache_write_tokens,
            "cache_read_tokens": self.cache_read_tokens,
            "cost_usd": self.cost_usd,
            "is_partial": self.is_partial,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Usage":
        """Read what `as_json` wrote."""
        return cls(**{name: value[name] for name in cls.__dataclass_fields__ if name in value})
