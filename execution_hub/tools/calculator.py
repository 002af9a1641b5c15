"""Arithmetic that a model asks for. Pure, and done in a process with a deadline: see WorkPool."""

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

EXPRESSION_MAX = 1_000
# Python itself writes no integer with more digits.
DIGITS_MAX = 4_000
_BITS_MAX = int(DIGITS_MAX * math.log2(10))
_FACTORIAL_MAX = 1_000

Number = int | float


class CannotCalculate(Exception):
    """An expression has no value here; its message says why."""


def calculate(expression: str) -> str:
    """Return the value of an expression, as a text.

    Args:
        expression: Numbers, `+ - * / // % **`, comparisons, brackets, and the functions and constants below.

    Raises:
        CannotCalculate: It is no such expression, or its value is too large.

    >>> calculate("2 ** 10 + sqrt(2)"), calculate("0.1 + 0.2"), calculate("7 // 2 > 3")
    ('1025.41421356237', '0.3', 'False')
    """
    import simpleeval

    if len(expression) > EXPRESSION_MAX:
        raise CannotCalculate(f"The expression has more than {EXPRESSION_MAX} characters.")
    evaluator = simpleeval.SimpleEval(operators=_OPERATORS, functions=_FUNCTIONS, names=_NAMES, allowed_attrs={})
    try:
        parsed = ast.parse(expression.strip(), mode="eval")
        value = evaluator.eval(expression, parsed.body)
    except SyntaxError:
        raise CannotCalculate("It is no expression. Example: (2 + 3) * sqrt(2)") from None
    except ZeroDivisionError:
        raise CannotCalculate("It divides by zero.") from None
    except OverflowError:
        raise CannotCalculate("Its value is too large.") from None
    except (RecursionError, MemoryError):
        raise CannotCalculate("It is nested too deeply.") from None
    except (simpleeval.InvalidExpression, KeyError, TypeError, ValueError) as error:
        raise CannotCalculate(f"It cannot be calculated: {str(error)[:200]}") from None
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, int):
        return str(_bounded(value))
    raise CannotCalculate("Its value is no number.")


def _bounded(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > _BITS_MAX:
        raise CannotCalculate(f"A value has more than {DIGITS_MAX} digits.")
    return value


def _power(base: Number, exponent: Number) -> Any:
    # Asked before it is done: 9 ** 9 ** 9 would take the memory of the machine.
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * abs(exponent) > _BITS_MAX + 64:
        raise CannotCalculate(f"A power has more than {DIGITS_MAX} digits.")
    return base**exponent


def _factorial(number: int) -> int:
    if number > _FACTORIAL_MAX:
        raise CannotCalculate(f"factorial takes at most {_FACTORIAL_MAX}.")
    return math.factorial(number)


def _round(number: Number, digits: int = 0) -> Number:
    return round(number, digits) if digits else round(number)


def _of_numbers(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that takes numbers only and gives none that is too large."""

    def checked(*given: Any) -> Any:
        if not all(isinstance(each, int | float) for each in given):
            raise CannotCalculate("It holds something that is no number.")
        return _bounded(work(*given))

    return checked


_OPERATORS = {
    ast.Add: _of_numbers(operator.add),
    ast.Sub: _of_numbers(operator.sub),
    ast.Mult: _of_numbers(operator.mul),
    ast.Div: _of_numbers(operator.truediv),
    ast.FloorDiv: _of_numbers(operator.floordiv),
    ast.Mod: _of_numbers(operator.mod),
    ast.Pow: _of_numbers(_power),
    ast.USub: _of_numbers(operator.neg),
    ast.UAdd: _of_numbers(operator.pos),
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: _of_numbers(operator.lt),
    ast.LtE: _of_numbers(operator.le),
    ast.Gt: _of_numbers(operator.gt),
    ast.GtE: _of_numbers(operator.ge),
    ast.Not: operator.not_,
}
_PLAIN: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
    "factorial": _factorial,
    "gcd": math.gcd,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "degrees": math.degrees,
    "radians": math.radians,
}
FUNCTIONS = tuple(_PLAIN)
_FUNCTIONS = {name: _of_numbers(work) for name, work in _PLAIN.items()}
_NAMES = {"pi": math.pi, "e": math.e, "tau": math.tau, "True": True, "False": False}
