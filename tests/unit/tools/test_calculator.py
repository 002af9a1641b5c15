"""What the built-in calculator calculates, and what it does not."""

import pytest

from execution_hub.tools.calculator import CannotCalculate, calculate


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2 + 3 * 4", "14"),
        ("2 ** 64", "18446744073709551616"),
        ("0.1 + 0.2", "0.3"),
        ("7 / 2", "3.5"),
        ("-7 // 2", "-4"),
        ("round(2 / 3, 2)", "0.67"),
        ("sqrt(2) ** 2 < 2.1", "True"),
        ("max(1, 2, factorial(5))", "120"),
        (" pi ", "3.14159265358979"),
    ],
)
def test_expressions_have_the_value_that_a_person_expects(expression: str, value: str) -> None:
    """Without the rests that binary fractions leave."""
    assert calculate(expression) == value


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("9 ** 9 ** 9", "digits"),
        ("(9 ** 3000) * (9 ** 3000)", "digits"),
        ("factorial(100000)", "at most 1000"),
        ("2.0 ** 99999", "too large"),
        ("1 / 0", "zero"),
        ("(" * 400 + "1" + ")" * 400, "expression|deeply"),
        ("-" * 990 + "1", "deeply"),
        ("1 +", "no expression"),
        ("", "no expression"),
        ("'a' * 10", "no number"),
        ("[1] * 9", "cannot be calculated"),
        ("(1).__class__", "cannot be calculated"),
        ("__import__('os')", "cannot be calculated"),
        ("x", "cannot be calculated"),
        ("sqrt(-1)", "cannot be calculated"),
        ("(-8) ** 0.5", "no number"),
        ("1; 2", "no expression"),
        ("x = 1", "no expression"),
        ("1" * 1_001, "1000 characters"),
        ("1\x00", "no expression|cannot"),
    ],
)
def test_what_is_no_arithmetic_or_too_much_is_refused_with_a_reason(expression: str, why: str) -> None:
    """It is refused before it takes time or memory."""
    with pytest.raises(CannotCalculate, match=why):
        calculate(expression)
