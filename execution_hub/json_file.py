"""Reads a JSON file of the hub's admin."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

_SHOWN = 60


def read_json_object(path: Path, most_bytes: int) -> dict[str, Any]:
    """Return the object that a file holds.

    Args:
        path: The file.
        most_bytes: How large it may be; no more of it is read.

    Raises:
        ValueError: It is no file, cannot be read, is too large, is no JSON, holds something else, or names something
            twice: in words, without a full stop.
    """
    try:
        if not path.is_file():
            raise ValueError(f"{path} is no file")
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from None
    if len(content) > most_bytes:
        raise ValueError(f"{path} has more than {most_bytes} bytes")
    try:
        told = json.loads(content.decode(), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise ValueError(f"{path} is no JSON ({place})") from None
    except (UnicodeDecodeError, RecursionError):
        raise ValueError(f"{path} is no JSON") from None
    if not isinstance(told, dict):
        raise ValueError(f"{path} holds no object")  # noqa: TRY004 - the fault is the file's
    return told


def quoted(name: str) -> str:
    """Return a name of such a file as an error shows it: cut, and nothing in it that a terminal obeys."""
    return repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…")


def first_problem(error: ValidationError) -> str:
    """Return what is wrong first with an entry of such a file: its field, and why; none of its values."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part)[:_SHOWN] for part in first["loc"])
    return f"{field!r}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; of a name that comes twice, nobody could tell which is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{quoted(next(name for name in names if names.count(name) > 1))} is there twice")
    return found
