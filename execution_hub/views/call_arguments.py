"""The arguments of a call, as a page shows them and a person edits them. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.texts import one_line

# Of each argument, in characters; the rest on demand.
VALUE_SHOWN = 1_000
BRIEF_SHOWN = 160

# What a screen hides, obeys, or turns letters around with: approved is what is seen. Joiners stay, since scripts and
# emoji need them; line feeds and tabs show as what they are.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


def seen(text: str) -> str:
    r"""Return a text with the characters that show nothing, or turn others around, written out.

    >>> seen("pay \u202eevE\x1b[0m")
    'pay ⟨U+202E⟩evE⟨U+001B⟩[0m'
    """
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


@dataclass(frozen=True, slots=True)
class ArgumentRow:
    """An argument of a call.

    Attributes:
        name: Its name.
        value: Its value: a text as it is, anything else as JSON; what cannot be seen is written out.
        is_text: Whether it is a text.
        more: How many characters of it are left out, for a person; empty for none.
    """

    name: str = ""
    value: str = ""
    is_text: bool = True
    more: str = ""


def argument_row(name: str, value: Any) -> ArgumentRow:
    """Return an argument as a row of its card."""
    text = value if isinstance(value, str) else _json(value)
    more = len(text) - VALUE_SHOWN
    return ArgumentRow(
        seen(name[:VALUE_SHOWN]), seen(text[:VALUE_SHOWN]), isinstance(value, str), f"{more:,}" if more > 0 else ""
    )


def brief_arguments(arguments: Mapping[str, Any]) -> str:
    """Return the beginning of arguments, on one line."""
    parts: list[str] = []
    for name, value in arguments.items():
        # No more of it is looked at than is shown.
        text = (value if isinstance(value, str) else _json(value))[:BRIEF_SHOWN]
        parts.append(f"{name[:BRIEF_SHOWN]}: {text}")
        if sum(map(len, parts)) > BRIEF_SHOWN:
            break
    return seen(one_line(", ".join(parts)))[:BRIEF_SHOWN]


def write_arguments(arguments: Mapping[str, Any]) -> str:
    """Return arguments as JSON that a person may edit; what cannot be seen is written as its escape."""
    text = _json(arguments, indent=2)
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


class ArgumentsError(ValueError):
    """A text that is no JSON object.

    Attributes:
        line, column: Where reading it ended; 0 where it is JSON, but no object.
    """

    def __init__(self, line: int = 0, column: int = 0) -> None:
        super().__init__(f"line {line}, column {column}")
        self.line, self.column = line, column


def read_arguments(text: str) -> dict[str, Any]:
    """Read arguments that a person has edited.

    Raises:
        ArgumentsError: It is no JSON object.
    """
    try:
        value = json.loads(text)
        # Half a character, which JSON may escape.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except json.JSONDecodeError as error:
        raise ArgumentsError(error.lineno, error.colno) from None
    except (ValueError, RecursionError):
        raise ArgumentsError(1, 1) from None
    if not isinstance(value, dict):
        raise ArgumentsError
    return value


def _json(value: Any, indent: int | None = None) -> str:
    try:
        return json.dumps(value, indent=indent, ensure_ascii=False)
    except RecursionError:
        # What a model nests as deeply as reading it just allowed.
        return "…"
