"""A page of what a team has defined."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A page of a list, and where the next one begins.

    Attributes:
        items: In the order of the list.
        next_cursor: Where the next page begins; None at the end.
    """

    items: list[T]
    next_cursor: str | None
