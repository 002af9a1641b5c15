"""Values that nobody is to read, taken out of what servers say."""

import json
from collections.abc import Mapping
from urllib.parse import quote

# A shorter one is no secret, and stands in half of all texts: `1`, `true`, `8000`.
SECRET_LEAST = 6


class Secrets:
    """The secrets of the file of servers, by the name of their variable or field.

    Args:
        values: Name and value; values with less than six characters are left alone.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        found: dict[str, str] = {}
        for name, value in (values or {}).items():
            if len(value) >= SECRET_LEAST:
                # As it is, as it stands in JSON, and as it stands in an address.
                forms = (value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], quote(value, ""))
                found.update(dict.fromkeys(forms, f"[secret {name}]"))
        # The longest first: one may hold another.
        self._marks = sorted(found.items(), key=lambda each: -len(each[0]))

    def redact(self, text: str) -> str:
        """Return a text with the name of each secret in its place.

        >>> Secrets({"TOKEN": "abc-def"}).redact("Bearer abc-def!")
        'Bearer [secret TOKEN]!'
        """
        for value, mark in self._marks:
            text = text.replace(value, mark)
        return text
