"""What the hub shares with everybody takes only what it is meant to hold."""

from typing import Any

import pytest

from execution_hub.domain.kinds import ID_MAX, check_flag, check_id, check_ids, check_range
from execution_hub.errors import InvalidInput


@pytest.mark.parametrize("value", ["\ud800", "true", 1, 0, None, [], 1.0])
def test_only_true_and_false_are_a_flag(value: Any) -> None:
    with pytest.raises(InvalidInput, match="is_paused is neither"):
        check_flag("is_paused", value)
    assert (check_flag("is_paused", True), check_flag("is_paused", False)) == (True, False)


@pytest.mark.parametrize("value", ["1", True, 1.0, None, [1], float("nan"), ID_MAX + 1, -ID_MAX - 1, 10**400])
def test_only_a_whole_number_of_the_databases_is_an_id(value: Any) -> None:
    with pytest.raises(InvalidInput):
        check_id("execution_id", value)
    with pytest.raises(InvalidInput):
        check_ids("execution_ids", [1, value])
    assert check_ids("execution_ids", [0, -1, ID_MAX]) == [0, -1, ID_MAX]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (101, "101"),
        (100.5, "100.5"),
        (1e30, "1e+30"),
        pytest.param(10**5_000, "1e+5000", id="huge"),
        (float("nan"), "nan"),
        (-0.5, "-0.5"),
    ],
)
def test_a_number_that_is_refused_is_shown_in_a_few_characters(value: float, shown: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_range("n", value, 100)
    assert caught.value.message == f"n is {shown}. Use 0 to 100."
