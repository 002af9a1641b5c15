"""What a file of cases was found to hold, and what of it this hub has no place for."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from execution_hub.domain.folding import fold
from execution_hub.domain.naming import base_name
from execution_hub.domain.suite import CASES_MAX, NAME_MAX, Case, read_case
from execution_hub.domain.texts import as_name, one_line, storable
from execution_hub.errors import InvalidInput
from execution_hub.words.marking import Phrase

# So many lines say what does not map; the last one says how many more there are.
UNMAPPED_MAX = 500
_PLACE_MAX = 200
_REASON_MAX = 500
_NAME_SHOWN = 60
# The names that other tools give what a case has; the first that a line has counts.
INPUTS = ("input", "prompt", "question")
GOLDENS = ("golden", "expected", "ideal", "answer", "output")


@dataclass(frozen=True, slots=True)
class Unmapped:
    """What was left out, or means something else here.

    Attributes:
        place: Where in the file.
        reason: Why, in words for people; English, which `say_phrase` says in other languages.
    """

    place: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {"place": self.place, "reason": self.reason}


class Names:
    """Names that are given out once each, in time that does not grow with how many there are."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Begin with those that are taken."""
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}

    def free(self, name: str) -> str:
        """Return a name that nobody has, and take it: this one, or with a number such as `Sum (2)`."""
        found, base = name, base_name(name)
        while found in self._taken:
            number = self._numbers[base] = self._numbers.get(base, 1) + 1
            ending = f" ({number})"
            found = f"{base[: NAME_MAX - len(ending)].rstrip()}{ending}"
        self._taken.add(found)
        return found


@dataclass(slots=True)
class FoundSuite:
    """What a file holds; a reader fills it.

    Attributes:
        cases: Its cases, each with a name of its own.
        unmapped: What it holds besides, each thing once.
        name, description: What the file calls itself; empty if it does not say.
        repeats: How often it wants each case to be run.
    """

    cases: list[Case] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    name: str = ""
    description: str = ""
    repeats: int = 1
    _told: set[tuple[str, str]] = field(default_factory=set)
    _more: int = 0
    _names: Names = field(default_factory=Names)

    def leave_out(self, place: str, reason: str) -> None:
        """Note what does not map."""
        # What a file says may hold anything; it is shown on pages and in terminals.
        told = (as_name(storable(place))[:_PLACE_MAX], _shown(reason))
        if told in self._told:
            return
        self._told.add(told)
        if len(self.unmapped) < UNMAPPED_MAX:
            self.unmapped.append(Unmapped(*told))
            return
        self._more += 1
        self.unmapped[-1] = Unmapped("…", Phrase("{n} more.", n=self._more + 1))

    def add(self, where: str, values: dict[str, Any]) -> None:
        """Add a case.

        Args:
            where: Its place in the file.
            values: The case as on the wire; without a name, or with one that another has, it gets its own.

        Raises:
            InvalidInput: It is none; its place is named.
        """
        if len(self.cases) >= CASES_MAX:
            message = Phrase(
                "{where}: a suite has at most {limit} cases. Leave some out, or make two files.",
                where=where,
                limit=CASES_MAX,
            )
            raise InvalidInput("text", message, limit=CASES_MAX)
        name = values.get("name")
        if name is None or (isinstance(name, str) and not name.strip()):
            name = name_for(values.get("input"))
        case = read_case(where, {**values, "name": name})
        self.cases.append(read_case(where, {**values, "name": self._names.free(case.name)}))

    def tell_unchecked(self) -> None:
        """Note that golden answers nothing is held against were found."""
        count = sum(each.golden is not None and not each.checks for each in self.cases)
        if count:
            words = Phrase("{n} of the cases have a golden answer and no check. Give them one: similar.", n=count)
            self.leave_out("checks", words)


def _shown(words: str) -> str:
    """Return words that fit a line, however long what a file says in them is."""
    if isinstance(words, Phrase):
        values = {name: _shown(each) if isinstance(each, str) else each for name, each in words.values.items()}
        words = Phrase(words.template, **values)
        return words if len(words) <= _REASON_MAX else words[:_REASON_MAX]
    return one_line(storable(words))[:_REASON_MAX]


def joined(before: Iterable[Case], cases: Iterable[Case]) -> list[Case]:
    """Return cases after those there were; one whose name is taken gets another."""
    own = list(before)
    names = Names(each.name for each in own)
    return [*own, *(replace(each, name=names.free(each.name)) for each in cases)]


def in_place_of(before: Iterable[Case], cases: Iterable[Case]) -> list[Case]:
    """Return cases in the place of others; one that is still there keeps where it came from."""
    origins = {(each.name, each.input): each.execution_id for each in before}
    return [replace(each, execution_id=origins.get((each.name, each.input))) for each in cases]


def line_of(number: int) -> Phrase:
    """Return what the place of a line is called."""
    return Phrase("line {n}", n=number)


def name_for(text: object) -> str:
    r"""Return a name for a case that has none: the beginning of its input.

    >>> name_for("What is\n12*7?"), name_for(None)
    ('What is 12*7?', 'Case')
    """
    line = as_name(one_line(text[: 10 * _NAME_SHOWN])) if isinstance(text, str) else ""
    cut = line if len(line) <= _NAME_SHOWN else f"{line[: _NAME_SHOWN - 1].rstrip()}…"
    return cut.strip() or "Case"


def first_of(names: Iterable[str], known: Iterable[str]) -> str | None:
    """Return the first of some names that is among others, whatever its case; None if none is."""
    among = {fold(each): each for each in reversed(list(known))}
    return next((among[each] for each in names if each in among), None)
