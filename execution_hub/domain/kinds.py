"""Checks of what a value is, for what the hub shares with everybody: annotations are no rules while it runs."""

from collections.abc import Iterable

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


def check_ids(field: str, values: Iterable[object]) -> list[int]:
    """Return values that can be ids.

    Raises:
        InvalidInput: One cannot.
    """
    return [check_id(field, each) for each in values]
