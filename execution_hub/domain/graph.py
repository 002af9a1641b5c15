"""Graphs of steps: what must end before what. Pure."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet


class Cycle(ValueError):
    """Steps wait for each other in a circle.

    Attributes:
        names: The circle, each step once; each waits for the next, the last for the first.
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(" → ".join((*names, names[0])))
        self.names = tuple(names)


def topological_order(dependencies: Mapping[str, AbstractSet[str]]) -> tuple[str, ...]:
    """Return the names so that each comes after all it depends on; otherwise in the order given.

    Kahn's algorithm (A. B. Kahn, 1962), always taking the first name that can go next.

    Args:
        dependencies: For each name, the names it waits for; those that are no key are ignored.

    Raises:
        Cycle: Some wait for each other.
    """
    left = {name: {each for each in before if each in dependencies} for name, before in dependencies.items()}
    order: list[str] = []
    while left:
        ready = next((name for name, before in left.items() if not before), None)
        if ready is None:
            raise Cycle(_circle(left))
        order.append(ready)
        del left[ready]
        for before in left.values():
            before.discard(ready)
    return tuple(order)


def ends(dependencies: Mapping[str, AbstractSet[str]]) -> tuple[str, ...]:
    """Return the names nothing depends on, in the order given."""
    needed = set().union(*dependencies.values()) if dependencies else set()
    return tuple(name for name in dependencies if name not in needed)


def _circle(left: Mapping[str, AbstractSet[str]]) -> list[str]:
    # Everything left waits for something left: following that ends in a circle.
    seen: list[str] = []
    name = next(iter(left))
    while name not in seen:
        seen.append(name)
        name = min(left[name])
    return seen[seen.index(name) :]
