"""Names that nobody has yet: for a second one of what is there already. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import count

from execution_hub.domain.agent import NAME_MAX

# What tells two of one name apart: `Writer (2)`.
_NUMBERED = re.compile(r"(.*\S) \((\d{1,6})\)", re.DOTALL)
# A number at the end, as in `Writer copy 2`.
_COUNTED = re.compile(r"(.*\S) (\d{1,6})", re.DOTALL)


def as_file_name(name: str, instead: str) -> str:
    """Return a name for a file, safe on every system, without its ending.

    Args:
        name: What the thing is called.
        instead: What it is, where nothing of its name is left.

    >>> as_file_name("Reviewed research / v2", "workflow"), as_file_name("研究", "workflow"), as_file_name("?", "agent")
    ('Reviewed-research-v2', '研究', 'agent')
    """
    return re.sub(r"[^\w]+", "-", name).strip("-")[:60] or instead


def base_name(name: str) -> str:
    """Return a name without the number that tells it from others.

    >>> base_name("Writer (2)"), base_name("Writer"), base_name("(2)")
    ('Writer', 'Writer', '(2)')
    """
    numbered = _NUMBERED.fullmatch(name)
    return numbered[1] if numbered else name


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name that is not taken, with a number if need be, of at most 120 characters.

    >>> free_name("Writer", ["Writer", "Writer (2)"])
    'Writer (3)'
    """
    others = set(taken)
    if name not in others:
        return name
    return _first_free(base_name(name), (f" ({number})" for number in count(2)), others)


def copy_name(name: str, taken: Iterable[str], word: str = "copy") -> str:
    """Return the name of a copy that is not taken, of at most 120 characters.

    Args:
        name: The name of what is copied; a copy of a copy is another copy of the first.
        taken: The names there are.
        word: What says that it is a copy, in the language of who makes it.

    >>> copy_name("Writer", ["Writer"]), copy_name("Writer copy", ["Writer", "Writer copy"])
    ('Writer copy', 'Writer copy 2')
    """
    counted = _COUNTED.fullmatch(name)
    first = (counted[1] if counted and counted[1].endswith(f" {word}") else name).removesuffix(f" {word}")
    return _first_free(first, _endings(f" {word}"), set(taken))


def _endings(word: str) -> Iterator[str]:
    yield word
    yield from (f"{word} {number}" for number in count(2))


def _first_free(name: str, endings: Iterator[str], taken: set[str]) -> str:
    made = (f"{name[: NAME_MAX - len(ending)].rstrip()}{ending}" for ending in endings)
    return next(each for each in made if each not in taken)
