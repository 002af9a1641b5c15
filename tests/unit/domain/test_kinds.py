"""What the hub shares with everybody takes only what it is meant to hold."""

from typing import Any

import pytest

from execution_hub.domain.kinds import ID_MAX, check_flag, check_id, check_ids
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
