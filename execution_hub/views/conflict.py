"""Two people saved the same thing: what differs, for the dialog that asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from execution_hub.domain.clock import to_wire

DIFFERENCES_MAX = 40
# What is shown of a text at each side; more of it helps nobody to choose.
SHOWN_MAX = 4_000
_LEAD = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not the same at both sides.

    Attributes:
        label: What the field is called.
        mine, theirs: What it holds at each side; a long text as the part where they begin to differ.
        is_mine, is_theirs: Who changed it since they last agreed: one of them, or both.
    """

    label: str = ""
    mine: str = ""
    theirs: str = ""
    is_mine: bool = False
    is_theirs: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the dialog asks about.

    Attributes:
        is_open: Whether it asks.
        at: When the other one saved, ISO 8601.
        version: What they saved: the version that "keep mine" saves over.
        both: The labels of the fields that both have changed, as one text.
        differences: What differs; never more than 40.
        left_out: How many more there are.
    """

    is_open: bool = False
    at: str = ""
    version: int = 0
    both: str = ""
    differences: list[Difference] = field(default_factory=list)
    left_out: int = 0


def find_conflict(
    at: datetime,
    version: int,
    *,
    base: Mapping[str, str],
    mine: Mapping[str, str],
    theirs: Mapping[str, str],
) -> Conflict:
    """Return what the dialog asks about.

    Args:
        at: When the other one saved.
        version: What they saved.
        base: What both began with: texts by the label of the field.
        mine: What this person has typed.
        theirs: What the other one has saved.
    """
    found = []
    for label in dict.fromkeys((*base, *mine, *theirs)):
        was, own, other = base.get(label, ""), mine.get(label, ""), theirs.get(label, "")
        if own != other:
            found.append(Difference(label, *_excerpts(own, other), is_mine=own != was, is_theirs=other != was))
    both = ", ".join(each.label for each in found if each.is_mine and each.is_theirs)
    left_out = max(0, len(found) - DIFFERENCES_MAX)
    return Conflict(True, to_wire(at) or "", version, both, found[:DIFFERENCES_MAX], left_out)


def _excerpts(mine: str, theirs: str) -> tuple[str, str]:
    """Return both texts, cut to the part where they begin to differ if they are long.

    >>> _excerpts("a", "b")
    ('a', 'b')
    >>> [len(text) for text in _excerpts("x" * 9_000 + "a", "x" * 9_000 + "b")]
    [162, 162]
    """
    if max(len(mine), len(theirs)) <= SHOWN_MAX:
        return mine, theirs
    pairs = zip(mine, theirs, strict=False)
    common = next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(mine), len(theirs)))
    start = max(0, common - _LEAD)

    def cut(text: str) -> str:
        end = start + SHOWN_MAX
        return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"

    return cut(mine), cut(theirs)
