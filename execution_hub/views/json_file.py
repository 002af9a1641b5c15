"""A workflow or an agent as a JSON file: writing it, and reading it with what is wrong named at its place. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from execution_hub.domain.naming import as_file_name
from execution_hub.words.by_value import FILE_PROBLEMS
from execution_hub.words.say import say

T = TypeVar("T", bound=BaseModel)
# As much as one message from the page may carry, in characters of three bytes.
TEXT_MAX = 300_000
PROBLEMS_MAX = 12


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with a file.

    Attributes:
        place: Where, as in `steps[2].retries`; empty for the whole.
        text: What, in the language of the page.
    """

    place: str = ""
    text: str = ""


class FileError(ValueError):
    """A text that is no such file.

    Attributes:
        problems: What is wrong with it, the first ones.
    """

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        super().__init__("; ".join(f"{each.place}: {each.text}" for each in problems))
        self.problems = list(problems)


def write_file(exported: dict[str, Any]) -> str:
    """Return what was exported as the text of a file: JSON, as the API gives it."""
    return json.dumps(exported, indent=2, ensure_ascii=False) + "\n"


def file_name(name: str, kind: str) -> str:
    """Return a name for a file, safe on every system.

    Args:
        name: What the thing is called.
        kind: What it is, where nothing of its name is left.

    >>> file_name("Reviewed research / v2", "workflow"), file_name("研究", "workflow"), file_name("?", "agent")
    ('Reviewed-research-v2.json', '研究.json', 'agent.json')
    """
    return f"{as_file_name(name, kind)}.json"


def read_file(model: type[T], text: str, language: str, *, other: tuple[str, str] | None = None) -> T:
    """Read a file; whether what it holds is valid, the plan of its import tells.

    Args:
        model: The shape.
        text: JSON, as `write_file` or the API wrote it.
        language: The page's, for what is wrong.
        other: A field that only files of another kind have, and the words for such a file, in English.

    Raises:
        FileError: It is no JSON, or not of the shape.
    """
    if not text.strip():
        raise FileError([FileProblem("", say(language, "Paste the JSON of an export, or choose a file."))])
    if len(text) >= TEXT_MAX:
        raise FileError(
            [FileProblem("", say(language, "Over {n} characters. Send larger files to the API.", n=f"{TEXT_MAX:,}"))]
        )
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        words = say(language, "This is no JSON: line {line}, column {column}.", line=error.lineno, column=error.colno)
        raise FileError([FileProblem("", words)]) from None
    except (ValueError, RecursionError):
        # Half a character, a number of thousands of digits, or brackets without end.
        raise FileError([FileProblem("", say(language, "This JSON cannot be read."))]) from None
    if other is not None and isinstance(value, dict) and other[0] in value:
        raise FileError([FileProblem("", say(language, other[1]))])
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise FileError([_problem(each, language) for each in error.errors()[:PROBLEMS_MAX]]) from None


def _problem(error: Any, language: str) -> FileProblem:
    kind = error["type"]
    if kind == "literal_error":
        words = say(language, "is none of {choices}", choices=error["ctx"]["expected"].replace("'", ""))
    elif kind == "too_long":
        words = say(language, "has more than {n} entries", n=error["ctx"]["max_length"])
    elif kind in FILE_PROBLEMS:
        words = say(language, FILE_PROBLEMS[kind])
    else:
        words = error["msg"]
    return FileProblem(_place(error["loc"]), words)


def _place(path: Sequence[int | str]) -> str:
    """Write a path as a person does: `steps[2].when.op`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
