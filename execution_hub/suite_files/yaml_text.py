"""Reads YAML and JSON that others wrote: plain values only, and bounded before any is made."""

import json
from contextlib import suppress
from typing import Any

import yaml

from execution_hub.errors import InvalidInput
from execution_hub.words.marking import Phrase

# The parser takes about a second for so much.
YAML_MAX_BYTES = 2_000_000
DEPTH_MAX = 50
# Values with what their aliases stand for, counted as often as they stand there.
VALUES_MAX = 200_000
# The one of libyaml is a hundred times faster; it is part of the wheels, not of every build.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """Return the value that a YAML text holds; JSON is YAML.

    Args:
        text: One document.

    Raises:
        InvalidInput: It is none, holds what is no plain value, or is too large, too deep or, by its aliases, endless.
    """
    size = len(text.encode(errors="replace"))
    if size > YAML_MAX_BYTES:
        raise InvalidInput(
            "text",
            Phrase("The file has {n} bytes. Use at most {limit}.", n=size, limit=YAML_MAX_BYTES),
            limit=YAML_MAX_BYTES,
        )
    try:
        if text.lstrip().startswith(("{", "[")):
            # Faster, and some JSON is no YAML: indented by tabs, say.
            with suppress(ValueError, RecursionError):
                return json.loads(text)
        _check_depth(text)
        found = yaml.load(text, _LOADER)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or Phrase("it cannot be read")
        if mark is None:
            raise InvalidInput("text", Phrase("The file is no YAML: {problem}.", problem=problem)) from None
        told = Phrase(
            "The file is no YAML: line {line}, column {column}: {problem}.",
            line=mark.line + 1,
            column=mark.column + 1,
            problem=problem,
        )
        raise InvalidInput("text", told) from None
    except (ValueError, RecursionError):
        # A date that is none, a number of thousands of digits.
        raise InvalidInput("text", Phrase("The file is no YAML: it holds a value that cannot be read.")) from None
    _check_size(found)
    return found


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_MAX:
                message = Phrase(
                    "line {n}: values are more than {limit} levels deep. Use fewer.",
                    n=event.start_mark.line + 1,
                    limit=DEPTH_MAX,
                )
                raise InvalidInput("text", message, limit=DEPTH_MAX)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check_size(value: Any) -> None:
    """Count values without following an alias twice: a few lines may stand for billions."""
    sizes: dict[int, int] = {}
    around: set[int] = set()

    def size_of(each: Any) -> int:
        if not isinstance(each, dict | list):
            return 1
        if id(each) in around or len(around) > DEPTH_MAX:
            raise InvalidInput(
                "text", Phrase("An alias of the file holds itself, or too many others. Write out what it means.")
            )
        if id(each) not in sizes:
            around.add(id(each))
            parts = each.values() if isinstance(each, dict) else each
            sizes[id(each)] = 1 + sum(map(size_of, parts))
            around.discard(id(each))
        return sizes[id(each)]

    if size_of(value) > VALUES_MAX:
        message = Phrase(
            "The file has more than {limit} values with those its aliases stand for. Use fewer.", limit=VALUES_MAX
        )
        raise InvalidInput("text", message, limit=VALUES_MAX)
