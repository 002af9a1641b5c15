"""What differs between executions."""

import pytest

from execution_hub.domain.comparison import check_compared, differing
from execution_hub.errors import InvalidInput


@pytest.mark.parametrize("ids", [[], [1], [1, 2, 3, 4, 5], [1, 1]])
def test_two_to_four_different_ones_can_be_compared(ids: list[int]) -> None:
    """Others are refused, and the field is named."""
    with pytest.raises(InvalidInput) as refused:
        check_compared(ids)
    assert refused.value.field == "id"


def test_workflows_differ_by_their_steps_and_agents() -> None:
    """Each value by its place, agents by their names; what is not in one of them is nothing there."""
    first = {
        "name": "W",
        "steps": [{"name": "draft", "input": "a"}],
        "agents": {"3": {"name": "Writer", "model": "m"}},
    }
    second = {
        "name": "W",
        "steps": [{"name": "draft", "input": "b"}, {"name": "check", "input": "c"}],
        "agents": {"4": {"name": "Writer", "model": "m"}},
    }
    assert differing([first, second]) == {
        "steps.draft.input": ("a", "b"),
        "steps.check.name": (None, "check"),
        "steps.check.input": (None, "c"),
    }


def test_what_is_no_definition_of_ours_breaks_nothing() -> None:
    """Older versions stored other things."""
    assert differing([{"steps": "x"}, {"steps": [1, {}]}]) == {"steps": ("x", None)}
