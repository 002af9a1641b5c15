"""What a provider tells of a model, and how much of it is read."""

from dataclasses import dataclass
from typing import Any

from execution_hub.llm.prices import Price

LIST_TIMEOUT_SECONDS = 5.0
# Of each provider; a router of routers has some hundreds.
MODELS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a model.

    Attributes:
        name: What an agent names it by.
        provider: Whose it is: `anthropic`, `openai` (or a server of its kind), `hub`.
        display_name: What people call it.
        context_tokens: How many tokens it can read at once; None where nobody told.
        max_output_tokens: How many it can write; None where nobody told.
        capabilities: What it can, as far as told: `effort`, `image_input`, `pdf_input`, `structured_outputs`,
            `thinking`, `tools`.
        told: Of which of these its provider says whether it can: of no other it is known that it cannot.
        retires_at: When it will be gone, as the provider says it; empty where nobody told.
        is_listed: Whether its provider lists it; else it is known from its price alone.
        price: What it costs; None where no price is known.
    """

    name: str
    provider: str
    display_name: str
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    capabilities: frozenset[str] = frozenset()
    retires_at: str = ""
    is_listed: bool = True
    price: Price | None = None
    told: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        price = self.price
        names = ("input", "output", "cache_write", "cache_read", "is_own")
        return {
            "name": self.name,
            "provider": self.provider,
            "display_name": self.display_name,
            "context_tokens": self.context_tokens,
            "max_output_tokens": self.max_output_tokens,
            "capabilities": sorted(self.capabilities),
            "retires_at": self.retires_at or None,
            "is_listed": self.is_listed,
            "price": None if price is None else {name: getattr(price, name) for name in names},
        }


def whole_number(told: object) -> int | None:
    """Return a size as a provider tells it; None where it is none."""
    return told if isinstance(told, int) and told > 0 else None
