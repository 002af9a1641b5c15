"""The address of two runs beside each other: which runs, and which targets of them. Pure."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from execution_hub.domain.case_turn import Turn
from execution_hub.domain.kinds import ID_MAX
from execution_hub.views.addresses import compare_runs_path


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for; None where it says nothing."""

    first: int | None = None
    second: int | None = None
    first_target: int | None = None
    second_target: int | None = None


def asked_in(query: str) -> Asked:
    """Read what an address asks for; what is no number is left out.

    >>> asked_in("first=3&second=x&first_target=0")
    Asked(first=3, second=None, first_target=0, second_target=None)
    """
    words = {name: word for name, word in parse_qsl(query) if name in Asked.__dataclass_fields__}
    return Asked(**{name: int(word) for name, word in words.items() if _is_number(word)})


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= len(str(ID_MAX)) - 1


def asked_path(suite_id: int, asked: Asked) -> str:
    """Return the address that asks for it.

    >>> asked_path(2, Asked(3, 5))
    '/suites/2/compare?first=3&second=5'
    """
    values = {name: getattr(asked, name) for name in Asked.__dataclass_fields__}
    query = urlencode({name: value for name, value in values.items() if value is not None})
    return f"{compare_runs_path(suite_id)}?{query}" if query else compare_runs_path(suite_id)


def is_turn(word: str) -> bool:
    """Tell whether a word is a way cases go, or none of them."""
    return word == "" or word in {each.value for each in Turn}
