"""A path into a JSON text: `a.b[0]`, and what stands there, with every number as it was written.

A path is names between dots and places between brackets, from 0; a name that holds a dot or a bracket is written as
JSON in brackets: `["a.b"][0]`. Names are compared letter by letter.
"""

import json
import re
from functools import lru_cache
from typing import Any

PATH_MAX = 200
PARTS_MAX = 20
# Reading takes about 20 ms a million characters, and memory several times the text's.
TEXT_MAX = 1_000_000

_PART = re.compile(
    r"""(?P<dot>\.?)(?P<name>[^.\[\]"\s][^.\[\]"]*)"""
    r"""|\[(?:(?P<place>\d{1,7})|(?P<quoted>"(?:[^"\\]|\\.)*"))\]"""
)
# Models like to put JSON into a block of Markdown.
_FENCE = re.compile(r"```[\w-]*[ \t]*\r?\n(.*?)\r?\n?```", re.DOTALL)


class PathProblem(ValueError):
    """A path that cannot be read; its text says why and what would be right.

    Attributes:
        code: What is wrong: `long`, `deep` or `syntax`.
        limit: Which limit it is over; 0 for none.
    """

    def __init__(self, code: str, message: str, limit: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.limit = limit


class NotJson(ValueError):
    """A text that is no JSON, or too long for it."""


class TooMuch(NotJson):
    """A text that is too long, or too deep, to be read: nobody knows whether it is JSON."""


class Number(str):
    """A number as it was written: nothing of it is lost."""

    __slots__ = ()


@lru_cache(maxsize=1024)
def read_path(path: str) -> tuple[str | int, ...]:
    """Read a path.

    Args:
        path: As a person wrote it, at most 200 characters and 20 parts.

    Returns:
        Names and places, from the outside in.

    Raises:
        PathProblem: It is none.

    >>> read_path("a.b[0]"), read_path('[2]["x.y"].z')
    (('a', 'b', 0), (2, 'x.y', 'z'))
    """
    if len(path) > PATH_MAX:
        raise PathProblem("long", f"The field has {len(path)} characters. Shorten it to {PATH_MAX}.", PATH_MAX)
    parts: list[str | int] = []
    at = 0
    while at < len(path):
        found = _PART.match(path, at)
        # The first name has no dot before it, all others have one.
        if found is None or (found["name"] is not None and bool(found["dot"]) != bool(parts)):
            raise PathProblem("syntax", f"The field cannot be read from character {at + 1} on. Example: a.b[0].")
        parts.append(_part(found, at))
        at = found.end()
    if not parts:
        raise PathProblem("syntax", "The field is empty. Leave it out, or write a path. Example: a.b[0].")
    if len(parts) > PARTS_MAX:
        raise PathProblem("deep", f"The field has {len(parts)} parts. Use at most {PARTS_MAX}.", PARTS_MAX)
    return tuple(parts)


def read_json(text: str) -> Any:
    """Read a JSON text, alone or as one block of Markdown code.

    Returns:
        Its value; numbers are `Number`.

    Raises:
        NotJson: It is none.
        TooMuch: It is longer than 1 000 000 characters, or nested without end.
    """
    if len(text) > TEXT_MAX:
        raise TooMuch
    try:
        return _DECODER.decode(unfenced(text))
    except RecursionError:
        raise TooMuch from None
    except ValueError:
        raise NotJson from None


def unfenced(text: str) -> str:
    r"""Return a text without the space, and the block of Markdown code, around it.

    >>> unfenced('```json\n{"a": 1}\n```')
    '{"a": 1}'
    """
    text = text.strip().removeprefix("\ufeff")
    fence = _FENCE.fullmatch(text) if text.startswith("```") else None
    return fence[1].strip() if fence else text


def find(value: Any, parts: tuple[str | int, ...]) -> Any:
    """Return what stands at a path.

    Raises:
        LookupError: Nothing does.
    """
    for part in parts:
        if not isinstance(value, list if isinstance(part, int) else dict):
            raise LookupError(part)  # noqa: TRY004 - nothing is there
        value = value[part]  # type: ignore[index]
    return value


def as_text(value: Any) -> str:
    """Return a value as text: a text as it is, a number as it was written, all else as JSON without spaces.

    Raises:
        TooMuch: It is nested without end.
    """
    try:
        return value if isinstance(value, str) else _written(value)
    except RecursionError:
        raise TooMuch from None


def _written(value: Any) -> str:
    if isinstance(value, Number):
        return value
    if isinstance(value, dict):
        return "{" + ",".join(f"{_written(name)}:{_written(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _part(found: re.Match[str], at: int) -> str | int:
    if found["place"] is not None:
        return int(found["place"])
    if found["name"] is not None:
        return found["name"]
    try:
        return str(json.loads(found["quoted"]))
    except ValueError:
        raise PathProblem("syntax", f"The name at character {at + 1} of the field is no JSON text.") from None


def _refuse(name: str) -> Any:
    # NaN and Infinity, which Python's reader takes and JSON does not have.
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number, parse_constant=_refuse)
