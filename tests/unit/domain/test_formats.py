"""Numbers read as the house writes them."""

import doctest

import pytest

from execution_hub.domain import formats


def test_every_example_in_the_module_is_true() -> None:
    """The docstrings' examples run, and there are some."""
    result = doctest.testmod(formats)
    assert result.attempted >= 8
    assert result.failed == 0


@pytest.mark.parametrize("seconds", [59, 60, 61, 119, 3599, 3600, 86_399])
def test_a_duration_never_shows_sixty_of_a_unit(seconds: int) -> None:
    """Rounding carries into the next unit."""
    for milliseconds in range(seconds * 1000 - 60, seconds * 1000 + 1000, 7):
        assert "60" not in formats.format_duration(milliseconds).split()


def test_a_count_stays_short_and_never_shrinks() -> None:
    """From one to a billion, at most five characters, and larger is never written as smaller."""
    numbers = sorted({round(1.07**step) for step in range(300)} | {9_999, 10_000, 999_499, 999_500, 999_999})
    written = [formats.format_count(number) for number in numbers if number < 10**9]
    assert max(map(len, written)) <= 5
    values = [_value(text) for text in written]
    assert values == sorted(values)


@pytest.mark.parametrize("dollars", [0.1, 0.099, 0.0995, 0.01, 0.0099, 0.00099999, 0.000001, 0.05])
def test_a_cost_keeps_two_digits_that_say_something(dollars: float) -> None:
    """What is written is within five percent of the price."""
    assert float(formats.format_cost(dollars).removeprefix("$")) == pytest.approx(dollars, rel=0.05)


def _value(text: str) -> float:
    number = float(text.rstrip("kMB").replace(",", ""))
    return number * {"k": 1e3, "M": 1e6, "B": 1e9}.get(text[-1], 1)
