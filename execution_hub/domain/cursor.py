"""Where a page of a list ends, as an opaque word."""

import base64

from execution_hub.errors import InvalidInput

_PREFIX = "id<"


def write_cursor(last_id: int) -> str:
    """Return the cursor after the item with this id.

    >>> read_cursor(write_cursor(41))
    41
    """
    return base64.urlsafe_b64encode(f"{_PREFIX}{last_id}".encode()).decode().rstrip("=")


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
        raise InvalidInput("cursor", "cursor is not one that a list gave. Begin without it.")
    return last_id
