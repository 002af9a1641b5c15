"""A limit on cost holds only where what a model costs is known: an unknown cost is not zero."""

from execution_hub.errors import InvalidInput
from execution_hub.llm.prices import Prices, price_of

_FIELD = "max_cost_usd"


def check_cost_limit(model: str, max_cost_usd: float | None, prices: Prices) -> None:
    """Refuse a limit on the cost of a model whose price nobody has told.

    Args:
        model: The agent's model.
        max_cost_usd: Its limit; None for none.
        prices: Those that are known: the published ones, and those of HUB_PRICES_FILE.

    Raises:
        InvalidInput: The price is not known.
    """
    if max_cost_usd is None or price_of(model, prices) is not None:
        return
    raise InvalidInput(
        _FIELD,
        f"{_FIELD}: nobody has told what {model} costs, so a limit on it cannot be held. Leave {_FIELD} out, take a "
        "model with a known price, or tell its price in HUB_PRICES_FILE.",
        model=model,
    )
