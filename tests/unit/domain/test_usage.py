"""What calls used: what nobody told is unknown, in sums too."""

import pytest

from execution_hub.domain.usage import UNKNOWN, Usage, add_up

KNOWN = Usage(10, 5, 2, 1, 0.25)


def test_no_call_adds_nothing() -> None:
    """It is neither unknown nor free."""
    for usage in (KNOWN, UNKNOWN, Usage(3, None, 0, 0, is_partial=True)):
        assert Usage() + usage == usage + Usage() == usage


def test_what_only_one_knows_is_at_least() -> None:
    """Tokens and cost of the known one stay, and say that there is more."""
    assert KNOWN + UNKNOWN == UNKNOWN + KNOWN == Usage(10, 5, 2, 1, 0.25, is_partial=True)


def test_what_nobody_knows_stays_unknown() -> None:
    """Never 0, which would read like a measured one."""
    total = UNKNOWN + UNKNOWN
    assert (total.input_tokens, total.output_tokens, total.cost_usd) == (None, None, None)
    assert total.is_unknown
    assert total.total_tokens is total.prompt_tokens is None


def test_a_figure_that_one_call_lacks_leaves_the_others_exact() -> None:
    """What went in is told of both; what came out only of one."""
    total = Usage(10, None, 0, 0) + Usage(3, 4, 0, 0)
    assert (total.input_tokens, total.output_tokens, total.is_partial) == (13, 4, True)
    assert Usage(10, None, 0, 0).total_tokens == 10


@pytest.mark.parametrize("unpriced", [Usage(7, 7), Usage(7, None), UNKNOWN])
def test_a_cost_beside_an_unknown_one_is_at_least(unpriced: Usage) -> None:
    """A model without a price did cost something."""
    total = Usage(1, 1, 0, 0, 0.5) + unpriced
    assert (total.cost_usd, total.is_partial) == (0.5, True)


def test_two_without_a_price_have_none() -> None:
    """And their tokens are exact."""
    assert Usage(1, 1) + Usage(2, 2) == Usage(3, 3)


def test_what_nobody_charges_for_leaves_a_known_cost_exact() -> None:
    """The offline model's tokens count, its price does not; alone it has none, and is not $0.00."""
    free = [Usage(100, 50), Usage(1, 1)]
    assert add_up([KNOWN], free) == Usage(111, 56, 2, 1, 0.25)
    assert add_up([], free) == Usage(101, 51)
    assert add_up([], []) == Usage()
    assert add_up([KNOWN, UNKNOWN], free).is_partial


def test_it_comes_back_from_the_wire_as_it_went() -> None:
    """Unknown figures are null."""
    assert UNKNOWN.as_json()["input_tokens"] is None
    assert UNKNOWN.as_json()["cost_usd"] is None
    for usage in (KNOWN, UNKNOWN, KNOWN + UNKNOWN):
        assert Usage.from_json(usage.as_json()) == usage
