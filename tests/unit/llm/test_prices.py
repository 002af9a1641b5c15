"""What tokens cost."""

import doctest
import re
from datetime import date

import pytest

from execution_hub.domain.usage import Usage
from execution_hub.llm import faults, prices
from execution_hub.llm.prices import cost_usd, price_of, price_table


def test_every_kind_of_token_has_its_own_price() -> None:
    """Input, output, cache write and cache read each count once, at their own price."""
    usage = Usage(input_tokens=1_000_000, output_tokens=100_000, cache_write_tokens=10_000, cache_read_tokens=1_000_000)
    assert cost_usd("claude-opus-5", usage) == pytest.approx(5.0 + 2.5 + 0.0625 + 0.5)


def test_a_dated_snapshot_costs_what_its_model_costs() -> None:
    """The date at the end of a snapshot's name does not change its price."""
    assert price_of("claude-haiku-4-5-20251001") is price_of("claude-haiku-4-5")
    assert price_of("claude-sonnet-4-5-20250929") is price_of("claude-sonnet-4-5")


@pytest.mark.parametrize("model", ["simulated", "claude-opus-6", "claude-mythos-preview", "claude-opus-4-5-2025", ""])
def test_a_model_without_a_verifiable_price_gets_no_figure(model: str) -> None:
    """No figure is better than an invented one; a new model never borrows the price of an older one."""
    assert cost_usd(model, Usage(input_tokens=10, output_tokens=10)) is None


def test_a_long_prompt_may_cost_more_for_every_token() -> None:
    """Past its threshold, cached tokens counted, Haiku 5.5 has another price for the whole call."""
    assert cost_usd("claude-haiku-5-5", Usage(input_tokens=100_000, output_tokens=1_000)) == pytest.approx(0.0105)
    longer = Usage(input_tokens=50_000, cache_read_tokens=50_001, output_tokens=1_000)
    assert cost_usd("claude-haiku-5-5", longer) == pytest.approx(0.025 + 0.00250005 + 0.0025)


def test_no_tokens_cost_nothing() -> None:
    """A known model that used nothing costs zero, which is a figure."""
    assert cost_usd("claude-opus-5", Usage()) == 0.0


@pytest.mark.parametrize("model", sorted(price_table()))
def test_each_price_has_its_source_and_date(model: str) -> None:
    """Whoever doubts a figure can look it up; the parts of a price stand in a plausible order."""
    price = price_table()[model]
    assert re.match(r"https://platform\.claude\.com/docs/", price.source)
    assert date(2026, 1, 1) <= date.fromisoformat(price.date)
    assert price.cache_read is not None and price.cache_write is not None
    assert 0 < price.cache_read < price.input < price.cache_write < price.output


@pytest.mark.parametrize("module", [prices, faults])
def test_the_examples_in_the_docstrings_run(module: object) -> None:
    """The documentation's examples are true."""
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
