"""What a person says of an execution that has ended: whether it is right, and why."""

from enum import StrEnum

from execution_hub.domain.texts import check_text
from execution_hub.errors import InvalidInput

NOTE_MAX = 2_000


class Mark(StrEnum):
    """Whether what an execution gave is right, as a person sees it."""

    RIGHT = "right"
    WRONG = "wrong"


def check_mark(mark: object, note: object) -> tuple[Mark | None, str | None]:
    """Return a mark and a note as they are stored.

    Args:
        mark: `right`, `wrong`, or None for neither.
        note: What the person says to it, at most 2 000 characters; None for nothing.

    Returns:
        Both; None for a note that says nothing.

    Raises:
        InvalidInput: One does not fit.
    """
    if note is not None and not isinstance(note, str):
        raise InvalidInput("note", "note is no text. Give one, or null.")
    if mark is not None and (not isinstance(mark, str) or mark not in list(Mark)):
        raise InvalidInput("mark", f"mark is none of {', '.join(Mark)}. Use one of them, or null for neither.")
    said = check_text("note", note or "", NOTE_MAX).strip()
    return None if mark is None else Mark(mark), said or None
