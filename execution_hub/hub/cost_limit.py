"""A limit on cost holds only where what a model costs is known: an unknown cost is not zero."""

from collections.abc import Iterator, Mapping
from typing import Any

from execution_hub.domain.agent import SIMULATED
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


def check_suite_limit(plan: Mapping[str, Any], prices: Prices) -> None:
    """Refuse a limit on the cost of a suite's run where nobody has told the price of one of its models.

    Args:
        plan: What the run is made of.
        prices: Those that are known.

    Raises:
        InvalidInput: A price is not known.
    """
    for model in _models_of(plan):
        # The offline one costs nothing.
        if model != SIMULATED:
            check_cost_limit(model, plan["max_cost_usd"], prices)


def _models_of(plan: Mapping[str, Any]) -> Iterator[str]:
    for definition in (*(each["definition"] for each in plan["targets"]), *plan["judges"].values()):
        # A workflow has those of its agents.
        for agent in (definition.get("agents") or {"": definition}).values():
            yield agent["model"]
