"""Where a page of a list ends, as an opaque word."""

import base64

from execution_hub.errors import InvalidInput

_PREFIX = "id<"
_NAMED = "name>"
# An id has at most 19 digits, a name 120 characters of up to four bytes.
_NAMED_MAX = 1_000


def write_cursor(last_id: int) -> str:
    """Return the cursor after the item with this id.

    >>> read_cursor(write_cursor(41))
    41
    """
    return base64.urlsafe_b64encode(f"{_PREFIX}{last_id}".encode()).decode().rstrip("=")


def write_name_cursor(name: str, last_id: int) -> str:
    """Return the cursor after the item with this name and id.

    >>> read_name_cursor(write_name_cursor("Ä:b", 41))
    ('Ä:b', 41)
    """
    return base64.urlsafe_b64encode(f"{_NAMED}{last_id}:{name}".encode()).decode().rstrip("=")


def read_name_cursor(cursor: str) -> tuple[str, int]:
    """Return what `write_name_cursor` was given.

    Raises:
        InvalidInput: No list by name ever gave this cursor.
    """
    try:
        text = base64.urlsafe_b64decode(cursor[:_NAMED_MAX] + "=" * (-len(cursor) % 4)).decode()
        digits, _, name = text.removeprefix(_NAMED).partition(":")
        last_id = int(digits)
    except ValueError:
        name, last_id = "", -1
    if not 0 <= last_id < 2**63 or write_name_cursor(name, last_id) != cursor:
        raise _unknown()
    return name, last_id


def read_cursor(cursor: str) -> int:
    """Return the id that `write_cursor` was given.

    Raises:
        InvalidInput: No list ever gave this cursor.
    """
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        last_id = int(text.removeprefix(_PREFIX))
    except ValueError:
        last_id = -1
    # Beyond it, no database has an id.
    if not 0 <= last_id < 2**63 or write_cursor(last_id) != cursor:
        raise _unknown()
    return last_id


def _unknown() -> InvalidInput:
    return InvalidInput("cursor", "cursor is not one that this list gave. Begin without it.")
