"""The part of promptfoo's templates (Nunjucks) that maps: a name between braces."""

import json
import re
from collections.abc import Mapping
from typing import Any

from execution_hub.words.marking import Phrase

_USE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_MARKS = ("{{", "{%", "{#")
_SHOWN = 60


class NotMapped(Exception):
    """Something this hub has no place for; `reason` says why."""

    def __init__(self, reason: str) -> None:
        """Keep why: words that can be said in other languages."""
        super().__init__(reason)
        self.reason = reason


def names_in(template: str) -> list[str]:
    """Return the names a template uses, each once.

    Raises:
        NotMapped: It uses more than names.

    >>> names_in("{{ a }} and {{b}}")
    ['a', 'b']
    """
    rest = _USE.sub("", template)
    place = min((rest.find(mark) for mark in _MARKS if mark in rest), default=-1)
    if place >= 0:
        raise NotMapped(
            Phrase(
                "Of Nunjucks only {{{{ name }}}} is known here, and it has {found}.",
                found=repr(rest[place : place + _SHOWN]),
            )
        )
    return list(dict.fromkeys(_USE.findall(template)))


def rendered(template: str, variables: Mapping[str, str]) -> str:
    """Return a template with its names put in; one that is not there is empty, as with promptfoo.

    Raises:
        NotMapped: It uses more than names.
    """
    names_in(template)
    return _USE.sub(lambda found: variables.get(found[1], ""), template)


def as_text(value: Any) -> str:
    """Return a value of a variable as promptfoo writes it into a prompt.

    >>> as_text(True), as_text(1.5), as_text({"a": 1}), as_text(None)
    ('true', '1.5', '{"a": 1}', '')
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
