"""Prices that the hub's own admin tells."""

import json
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.usage import Usage
from execution_hub.errors import SettingsError
from execution_hub.llm.own_prices import EXAMPLE, FILE_MAX_BYTES, MODELS_MAX, read_prices
from execution_hub.llm.prices import cost_usd, price_of, price_table

GOOD = {"input": 1.5, "output": 6, "cache_write": 1.9, "cache_read": 0.15}


def written(tmp_path: Path, content: Any) -> Path:
    """Return a file with this content: a text as it is, anything else as JSON."""
    file = tmp_path / "prices.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def test_without_a_file_the_published_prices_are_all_there_are() -> None:
    assert read_prices(None) is price_table()


def test_a_model_of_the_file_has_its_price_and_a_published_one_keeps_its_own(tmp_path: Path) -> None:
    """Its dated snapshots cost the same; each is marked as the hub's own."""
    prices = read_prices(written(tmp_path, {"openai/gpt-x": GOOD}))
    used = Usage(1_000_000, 1_000_000, 1_000_000, 1_000_000)
    assert cost_usd("openai/gpt-x", used, prices) == cost_usd("openai/gpt-x-20260101", used, prices) == 9.55
    assert cost_usd("openai/gpt-x", used) is None
    found = price_of("openai/gpt-x", prices)
    assert found is not None and found.is_own and not found.source
    assert prices["claude-opus-5"] is price_table()["claude-opus-5"]


def test_a_published_price_gives_way_only_where_that_is_said(tmp_path: Path) -> None:
    prices = read_prices(written(tmp_path, {"claude-opus-5": {**GOOD, "override": True}}))
    assert prices["claude-opus-5"].is_own and prices["claude-opus-5"].input == 1.5
    for model in ("claude-opus-5", "claude-haiku-4-5-20251001"):
        with pytest.raises(SettingsError, match=r'has a published price; add "override": true'):
            read_prices(written(tmp_path, {model: GOOD}))


def test_a_cache_without_a_price_leaves_the_cost_unknown(tmp_path: Path) -> None:
    """Only where it was used."""
    prices = read_prices(written(tmp_path, {"m": {"input": 1, "output": 2}}))
    assert cost_usd("m", Usage(1_000_000, 0), prices) == 1.0
    assert cost_usd("m", Usage(1, 1, cache_read_tokens=1), prices) is None
    assert cost_usd("m", Usage(1, 1, cache_write_tokens=1), prices) is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("\xff", "is no JSON"),
        ([], "holds no object"),
        (f'{{"m": {json.dumps(GOOD)}, "m": {json.dumps(GOOD)}}}', "'m' is there twice"),
        ('{"m": {"input": 1, "input": 2, "output": 3}}', "'input' is there twice"),
        ({"m": 5}, "'m' is no object with prices"),
        ({"m": {"input": 1}}, "'m': 'output': field required"),
        ({"m": {**GOOD, "tax": 1}}, "'m': 'tax': extra inputs are not permitted"),
        ({"m": {**GOOD, "input": "1.5"}}, "'m': 'input': input should be a valid number"),
        ({"m": {**GOOD, "input": True}}, "'m': 'input': input should be a valid number"),
        ({"m": {**GOOD, "output": -1}}, "'m': 'output': input should be greater than or equal to 0"),
        ('{"m": {"input": NaN, "output": 1}}', "'m': 'input': input should be"),
        ('{"m": {"input": Infinity, "output": 1}}', "'m': 'input': input should be"),
        ({"m": {**GOOD, "output": 10_000_000}}, "'m': 'output': input should be less than or equal to 1000000"),
        ({"": GOOD}, "'': "),
        ({" m": GOOD}, "remove the space around the name"),
        ({"m\u202etxt": GOOD}, "turns text around"),
        ({"m\n": GOOD}, "'m\\n': "),
        ({"x" * 121: GOOD}, "'xxx"),
        ({"simulated": GOOD}, "the simulated model costs nothing"),
        ({f"m{n}": GOOD for n in range(MODELS_MAX + 1)}, f"models are more than {MODELS_MAX}"),
        (" " * (FILE_MAX_BYTES + 1), f"has more than {FILE_MAX_BYTES} bytes"),
    ],
)
def test_what_does_not_fit_is_one_line_with_variable_entry_problem_and_example(
    tmp_path: Path, content: Any, problem: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_prices(written(tmp_path, content))
    message = caught.value.message
    assert message.startswith("HUB_PRICES_FILE: ") and message.endswith(f"Example: {EXAMPLE}")
    assert problem in message and "\n" not in message and len(message) < 600
    assert caught.value.details["field"] == "HUB_PRICES_FILE"
    assert read_prices(written(tmp_path, EXAMPLE))["my-model"].is_own


@pytest.mark.parametrize("name", ["nothing", "."])
def test_a_file_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is no file"):
        read_prices(tmp_path / name)
