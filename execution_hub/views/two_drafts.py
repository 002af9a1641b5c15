"""What two have made of one draft: which fields differ, in words, and both joined. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from execution_hub.words.say import say


class Named(Protocol):
    """A part of a draft that its name tells from the others: a case, a step."""

    @property
    def name(self) -> str:
        """Return what it is called."""


_NamedT = TypeVar("_NamedT", bound=Named)


def changed_fields(before: Any, after: Any, names: Iterable[str]) -> list[str]:
    """Return which of some fields are others."""
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def say_fields(language: str, labels: Mapping[str, str], names: Iterable[str]) -> str:
    """Return the labels of fields, as one text."""
    return ", ".join(say(language, labels[name]) for name in names)


def join_named(base: Sequence[_NamedT], mine: Sequence[_NamedT], theirs: Sequence[_NamedT]) -> list[_NamedT]:
    """Return theirs with what was changed here saved over it; each part counts for itself.

    Args:
        base: What both began with.
        mine: What was made of it here.
        theirs: What somebody else has saved.
    """
    before, here, there = ({each.name: each for each in parts} for parts in (base, mine, theirs))
    joined = []
    for name, part in here.items():
        if before.get(name) != part:
            joined.append(part)
        elif name in there:
            # Left alone here: as they have it; what they have removed stays away.
            joined.append(there[name])
    return joined + [part for name, part in there.items() if name not in before and name not in here]
