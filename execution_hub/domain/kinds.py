"""Checks of what a value is, for what the hub shares with everybody: annotations are no rules while it runs."""

from collections.abc import Iterable
from decimal import Decimal

from execution_hub.errors import InvalidInput

# What a database can hold.
ID_MAX = 2**63 - 1


def check_flag(field: str, value: object) -> bool:
    """Return a value that is yes or no.

    Args:
        field: How the caller calls it.
        value: The value.

    Raises:
        InvalidInput: It is anything else, a number or a text too.
    """
    if not isinstance(value, bool):
        raise InvalidInput(field, f"{field} is neither true nor false. Give one of them.")
    return value


def check_id(field: str, value: object) -> int:
    """Return a value that can be an id.

    Args:
        field: How the caller calls it.
        value: The value.

    Raises:
        InvalidInput: It is no whole number, or larger than any id.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(field, f"{field} is no whole number. Give an id.")
    if abs(value) > ID_MAX:
        raise InvalidInput(field, f"{field} is larger than {ID_MAX}. Give an id.", limit=ID_MAX)
    return value


def check_range(field: str, value: float, most: float, *, least: float = 0, is_open: bool = False) -> None:
    """Check that a number is within its limits.

    Args:
        field: How the caller calls it.
        value: The number.
        most: The most it may be.
        least: The least it may be.
        is_open: Whether it must be more than the least.

    Raises:
        InvalidInput: It is less or more; `details.limit` tells the most.
    """
    is_enough = value > least if is_open else value >= least
    # No number is neither.
    if isinstance(value, bool) or not (is_enough and value <= most):
        wanted = f"more than {least:g}, at most {most}" if is_open else f"{least:g} to {most}"
        # Python does not write a whole number of thousands of digits, and nobody reads one.
        is_long = isinstance(value, int) and abs(value) > ID_MAX
        shown = f"{Decimal(value):.0e}" if is_long else f"{value:g}" if isinstance(value, float) else str(value)
        raise InvalidInput(field, f"{field} is {shown}. Use {wanted}.", limit=most)


def check_ids(field: str, values: Iterable[object]) -> list[int]:
    """Return values that can be ids.

    Raises:
        InvalidInput: One cannot.
    """
    return [check_id(field, each) for each in values]
