"""Cases as JSON Lines: an object a line, as on the wire."""

import json
from collections.abc import Iterable
from typing import Any

from execution_hub.domain.suite import Case
from execution_hub.errors import InvalidInput
from execution_hub.suite_files.found import GOLDENS, INPUTS, FoundSuite, first_of, line_of
from execution_hub.words.marking import Phrase

# What a case has in a file. Which execution it came from means nothing in another hub.
FIELDS = ("name", "input", "variables", "tags", "golden", "checks", "min_score")
_ORIGIN = "execution_id"
_SHOWN = 60


def read_jsonl(text: str) -> FoundSuite:
    """Read cases.

    `prompt` and `question` are read as the input, `expected`, `ideal`, `answer` and `output` as the golden answer; a
    case without a name gets the beginning of its input for one. Other fields are left out, and told.

    Args:
        text: An object a line; empty lines are passed over.

    Raises:
        InvalidInput: A line holds no case; it is named.
    """
    found = FoundSuite()
    # Not `splitlines`, which also parts at what JSON allows within a text.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            add_object(found, line_of(number), _read(line_of(number), line))
    found.tell_unchecked()
    return found


def add_object(found: FoundSuite, where: str, given: dict[str, Any]) -> None:
    """Add the case that an object is, under our names or those of others.

    Raises:
        InvalidInput: It is none; its place is named.
    """
    values = {name: given[name] for name in FIELDS if given.get(name) is not None}
    taken = {*FIELDS, _ORIGIN}
    for ours, names in (("input", INPUTS), ("golden", GOLDENS)):
        name = first_of(names, (each for each in given if given[each] is not None))
        if name is not None:
            values[ours] = given[name]
            taken.add(name)
    for name in given:
        if name not in taken:
            found.leave_out(str(name)[:_SHOWN], Phrase("No field of a case: left out."))
    if "input" not in values:
        raise InvalidInput(
            f"{where}.input",
            Phrase("{where} has no input. Give it one: {names}.", where=where, names=", ".join(INPUTS)),
        )
    found.add(where, values)


def write_jsonl(cases: Iterable[Case]) -> str:
    """Return cases as a file that `read_jsonl` reads as the same ones."""
    return "".join(f"{json.dumps(_written(each), ensure_ascii=False)}\n" for each in cases)


def _written(case: Case) -> dict[str, Any]:
    values = case.as_json()
    return {name: values[name] for name in FIELDS}


def _read(where: str, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            "text",
            Phrase(
                "{where}, column {column}: no JSON ({problem}). Give one object.",
                where=where,
                column=error.colno,
                problem=error.msg,
            ),
        ) from None
    except (ValueError, RecursionError):
        raise InvalidInput("text", Phrase("{where}: this JSON cannot be read. Give one object.", where=where)) from None
    if not isinstance(value, dict):
        raise InvalidInput("text", Phrase('{where}: no object. Give one, such as {{"input": "…"}}.', where=where))
    return value
