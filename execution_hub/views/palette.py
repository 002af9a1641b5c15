"""What the palette finds: small values of whatever kind, and how a word finds them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from execution_hub.domain.folding import fold
from execution_hub.views.rows import ExecutionRow
from execution_hub.words.catalogue import CATALOGUES
from execution_hub.words.marking import N_
from execution_hub.words.say import say

# With a name after it: what a person types who wants something done with it.
STARTS = {"agent": N_("Test {name}"), "workflow": N_("Run {name}")}


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """Something of the hub that can be opened.

    Attributes:
        kind: `agent`, `workflow`, `task`, `suite` or `execution`.
        id, name: As on the wire.
        text: Of an execution, the first words of its input or error.
        status: Of an execution.
    """

    kind: str
    id: int
    name: str
    text: str = ""
    status: str = ""

    @classmethod
    def of(cls, row: ExecutionRow) -> "PaletteEntry":
        """Take an execution from a row."""
        return cls("execution", row.id, row.name, row.text, row.status)


def execution_number(typed: str) -> int | None:
    """Return which execution a person means by its number alone; None if they mean none.

    >>> execution_number("#56"), execution_number(" 56 "), execution_number("５6"), execution_number("56a")
    (56, 56, None, None)
    """
    digits = typed.strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def fitting(entries: Iterable[PaletteEntry], typed: str, limit: int) -> list[PaletteEntry]:
    """Return the first entries that hold all words, in any order and whatever their case.

    Args:
        entries: Executions.
        typed: The words.
        limit: How many at most.
    """
    words = fold(typed).split()
    found: list[PaletteEntry] = []
    for each in entries:
        text = fold(f"#{each.id} {each.name} {each.text}")
        if all(word in text for word in words):
            found.append(each)
        if len(found) == limit:
            break
    return found


def without_verb(typed: str, kind: str) -> str:
    """Return what is typed without the word for starting something of a kind, in whatever language.

    >>> without_verb("test Writer", "agent"), without_verb("测试 Writer", "agent"), without_verb("Writer", "agent")
    ('writer', 'writer', 'writer')
    """
    words = fold(typed).split()
    for verb in [fold(say(language, STARTS[kind], name="")).strip() for language in CATALOGUES if kind in STARTS]:
        if verb in words:
            words.remove(verb)
            break
        # Chinese is written without spaces.
        if words and not verb.isascii() and words[0].startswith(verb):
            words[0] = words[0].removeprefix(verb)
            break
    return " ".join(words)
