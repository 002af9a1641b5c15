"""What the page Settings shows, as values."""

import doctest
from pathlib import Path

from execution_hub.llm.prices import Price
from execution_hub.views import settings
from execution_hub.views.settings import PriceView, ToolsView, price_views, tools_view


def test_the_hub_s_own_prices_come_first() -> None:
    """What nobody told is empty; no price loses a digit."""
    prices = {"a": Price(2.0, 10.0, 2.5, 0.125), "b": Price(1.5, 6.0, None, None, is_own=True)}
    assert price_views(prices) == [
        PriceView("b", "1.50", "6.00", "", "", is_own=True),
        PriceView("a", "2.00", "10.00", "2.50", "0.125", is_own=False),
    ]


def test_servers_are_counted_without_the_built_in_one() -> None:
    """The file is named, and nothing of what it holds."""
    statuses = {"hub": "ready", "time": "ready", "git": "failed", "docs": "starting"}
    assert tools_view(Path("/etc/mcp.json"), statuses) == ToolsView("/etc/mcp.json", servers=3, ready=1, failed=1)


def test_the_examples_in_the_docstrings_run() -> None:
    assert doctest.testmod(settings).failed == 0
