"""A case: an input on which an agent is run again and again, under a name."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from execution_hub.domain.agent import NAME_MAX
from execution_hub.domain.execution import check_input
from execution_hub.domain.texts import check_name, one_line
from execution_hub.errors import InvalidInput

CASES_MAX = 100
# Of all inputs of an agent together, in UTF-8.
CASES_MAX_BYTES = 2_000_000
# So much of an input names its case, if nobody has.
_WORDS_MAX = 40


@dataclass(frozen=True, slots=True)
class AgentCase:
    """A case.

    What is stored may be older than a limit: it is read all the same, so only what is to be stored is checked.

    Attributes:
        name: What people call it; not empty, at most 120 characters.
        input: What the agent is to answer, 1 to 200 000 characters.
    """

    name: str
    input: str

    @classmethod
    def checked(cls, name: str, text: str) -> "AgentCase":
        """Return a case that may be stored.

        Raises:
            InvalidInput: A value does not fit; the field is named.
        """
        name = check_name("name", name, NAME_MAX)
        check_input(text)
        return cls(name, text)

    def as_json(self) -> dict[str, str]:
        """Return the case as on the wire."""
        return {"name": self.name, "input": self.input}


def read_cases(given: Iterable[tuple[str, str]]) -> list[AgentCase]:
    """Return the cases of an agent, checked each and together.

    Args:
        given: Names and inputs, in their order.

    Raises:
        InvalidInput: One does not fit, two have the same name, or there are too many or too much of them; the field is
            named.
    """
    found: list[AgentCase] = []
    names: dict[str, int] = {}
    size = 0
    for place, (name, text) in enumerate(given):
        where = f"cases[{place}]"
        if place == CASES_MAX:
            raise InvalidInput("cases", f"An agent has at most {CASES_MAX} cases. Leave some out.", limit=CASES_MAX)
        try:
            case = AgentCase.checked(name, text)
        except InvalidInput as error:
            raise error.within(where) from None
        if case.name in names:
            raise InvalidInput(
                f"{where}.name", f"{where}.name is that of cases[{names[case.name]}], too. Give each its own."
            )
        names[case.name] = place
        size += len(text.encode())
        if size > CASES_MAX_BYTES:
            raise InvalidInput(
                f"{where}.input",
                f"All inputs of an agent's cases have at most {CASES_MAX_BYTES} bytes together, and these {size} up to "
                f"{where}. Shorten some, or leave some out.",
                limit=CASES_MAX_BYTES,
            )
        found.append(case)
    return found


def name_for(text: str, taken: Iterable[str]) -> str:
    """Return a name for a case of an input: its first words, and a number where others have these already.

    >>> name_for("Why do bees dance?", []), name_for("Why do bees dance?", ["Why do bees dance?"])
    ('Why do bees dance?', 'Why do bees dance? (2)')
    >>> name_for("x" * 50, [])[-3:]
    'xx…'
    """
    others = set(taken)
    words = "".join(each if each.isprintable() else " " for each in one_line(text[: 4 * _WORDS_MAX])).strip()
    base = words if len(words) <= _WORDS_MAX else words[:_WORDS_MAX].rstrip() + "…"
    base = base or "…"
    name, number = base, 1
    while name in others:
        number += 1
        name = f"{base} ({number})"
    return name


def mark_of(text: str) -> str:
    """Return what an input is known by where the whole of it is not needed: the same for the same input only."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
