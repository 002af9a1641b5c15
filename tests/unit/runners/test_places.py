"""Where the engine keeps the answers of a workflow's steps."""

from itertools import count
from typing import Any

from execution_hub.runners.places import Places


class Numbered:
    """Gives places as the engine does: the next number."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def reserve(self) -> int:
        """Take the next place."""
        return next(self._numbers)


def test_places_follow_from_plan_and_round_whichever_is_asked_for_first() -> None:
    """A life that begins in the third round finds what the one before it kept there."""
    order = ("a", "b", "c")
    wanted = {(name, round_): 3 * round_ - 2 + place for round_ in (1, 2, 3) for place, name in enumerate(order)}
    for asked in (sorted(wanted), sorted(wanted, reverse=True)):
        places: Any = Places(Numbered(), order)  # type: ignore[arg-type]
        assert {(name, round_): places.of(name, round_) for name, round_ in asked} == wanted
