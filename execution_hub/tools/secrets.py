"""Values that nobody is to read, taken out of what servers say."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

# A shorter one is no secret, and stands in half of all texts: `1`, `true`, `8000`.
SECRET_LEAST = 6
# The lines of a key, or of a file of credentials, are told one by one; shorter ones stand elsewhere too.
LINE_LEAST = 12


class Secrets:
    """The secrets of the file of servers, by the name of their variable or field.

    Args:
        values: Name and value; values with less than six characters are left alone.

    Attributes:
        longest: How many characters the longest form of any has.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        found: dict[str, str] = {}
        for name, value in (values or {}).items():
            if len(value) >= SECRET_LEAST:
                found.update(dict.fromkeys(_forms(value), f"[secret {name}]"))
        # The longest first: one may hold another.
        self._marks = sorted(found.items(), key=lambda each: -len(each[0]))
        self.longest = max(map(len, found), default=0)

    def redact(self, text: str) -> str:
        """Return a text with the name of each secret in its place.

        >>> Secrets({"TOKEN": "abc-def"}).redact("Bearer abc-def!")
        'Bearer [secret TOKEN]!'
        """
        for value, mark in self._marks:
            text = text.replace(value, mark)
        return text

    def redact_cut(self, text: str, most: int) -> str:
        """Return the first characters of a text without secrets: no part of one is left where it is cut.

        Args:
            text: The text, of any length; no more of it is looked at than is needed.
            most: How many characters to return at most.
        """
        found = self.redact(text[: most + self.longest])
        if len(text) > most + self.longest:
            # Its end may be the beginning of a secret, and moves up when others become shorter.
            found = found[: max(0, len(found) - self.longest)]
        return found[:most]

    def redact_json(self, value: Any) -> Any:
        """Return a JSON value with all texts in it redacted, the names of fields too."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, dict):
            return {self.redact_json(name): self.redact_json(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.redact_json(each) for each in value]
        return value


def _forms(value: str) -> Iterator[str]:
    """Yield the forms in which programs write a value."""
    for text in {value, *(line for line in value.splitlines() if len(line) >= LINE_LEAST)}:
        yield text
        yield json.dumps(text)[1:-1]
        yield json.dumps(text, ensure_ascii=False)[1:-1]
        yield repr(text)[1:-1]
        yield escape(text)
        yield from (quote(text), quote(text, ""), quote_plus(text))
        yield from _base64(text.encode(errors="replace"))


def _base64(value: bytes) -> Iterator[str]:
    """Yield what base64 has of a value wherever it stands: after no, one or two bytes of a group of three."""
    for before in range(3):
        written = b64encode(b"\0" * before + value).decode()
        # A letter holds six bits: those are left out in which bits of what stands around it are.
        core = written[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]
        yield core
        yield core.replace("+", "-").replace("/", "_")
