"""The cells of a suite's run: numbers that follow from its plan alone. Pure."""

from collections.abc import Mapping
from itertools import product
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """One case on one target, in one repeat.

    Attributes:
        number: Its place in the run, from 0: repeats first, then cases, then targets.
        case, target, repeat: Which ones, each from 0.
    """

    number: int
    case: int
    target: int
    repeat: int


def cells_of(plan: Mapping[str, Any]) -> list[Cell]:
    """Return the cells of a run, in the order in which they are started."""
    repeats, cases, targets = range(plan["repeats"]), range(len(plan["cases"])), range(len(plan["targets"]))
    places = product(repeats, cases, targets)
    return [Cell(number, case, target, repeat) for number, (repeat, case, target) in enumerate(places)]
