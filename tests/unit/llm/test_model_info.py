from typing import Any

import pytest

from execution_hub.llm.model_info import ModelInfo, whole_number
from execution_hub.llm.prices import Price


@pytest.mark.parametrize(("told", "size"), [(8_192, 8_192), (0, None), (-1, None), ("8192", None), (None, None)])
def test_a_size_that_a_provider_tells_is_a_whole_number_or_unknown(told: Any, size: int | None) -> None:
    assert whole_number(told) == size


def test_a_model_on_the_wire_has_its_price_and_null_for_what_nobody_told() -> None:
    wire = ModelInfo(
        "x", "openai", "X", capabilities=frozenset({"tools", "effort"}), price=Price(1, 2, None, None)
    ).as_json()
    assert wire["capabilities"] == ["effort", "tools"]
    assert (wire["context_tokens"], wire["retires_at"]) == (None, None)
    assert (wire["price"]["input"], wire["price"]["output"]) == (1, 2)
    assert ModelInfo("x", "openai", "X").as_json()["price"] is None
