"""A check as it is typed, and as a few words. Pure."""

import json
import re
from dataclasses import dataclass
from typing import Any, Self

from execution_hub.domain.check import TYPES, Check
from execution_hub.domain.texts import one_line
from execution_hub.errors import InvalidInput
from execution_hub.words.of_suites import CHECK_WORDS, CHECKS, NOT_CHECKS
from execution_hub.words.say import say

# How the value of a check is typed, by its type.
LINES = ("contains_any", "contains_all")
NUMBERS = ("max_chars", "min_chars", "max_tokens", "max_seconds", "max_cost_usd")
_WORDS_MAX = 40
# No longer one is meant, and what is infinite is none.
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{0,18})?([eE][+-]?\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class CheckForm:
    """A check as it is typed: texts, as the fields hold them.

    Attributes:
        key: What tells it from all others of its suite.
        type: As on the wire.
        value: As typed; of several texts each on a line.
        is_not: Whether it passes where it would not.
        weight, at_least: As typed.
        field, op: Of `json_field`.
        tool, arguments: Of `tool_called`; the arguments as JSON.
        rubric, agent_id: Of `judge`; the agent is empty for none yet.
    """

    key: str = ""
    type: str = "contains"
    value: str = ""
    is_not: bool = False
    weight: str = "1"
    field: str = ""
    op: str = "equals"
    tool: str = ""
    arguments: str = ""
    at_least: str = ""
    rubric: str = ""
    agent_id: str = ""

    @classmethod
    def of(cls, check: Check, key: str) -> Self:
        """Take what is typed from a check."""
        return cls(
            key=key,
            type=check.type,
            value=_value_text(check),
            is_not=check.is_not,
            weight=number_text(check.weight),
            field=check.field or "",
            op=check.op or "equals",
            tool=check.tool or "",
            arguments="" if check.arguments is None else json.dumps(check.arguments, ensure_ascii=False, indent=2),
            at_least=number_text(check.at_least),
            rubric=check.rubric or "",
            agent_id="" if check.agent_id is None else str(check.agent_id),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the check as on the wire; what is left empty is left out, what is no number stays a text.

        Raises:
            InvalidInput: What is to be JSON is none.
        """
        kind = TYPES[self.type]
        values = {name: self._read(name) for name in (*kind.needs, *kind.takes)}
        given = {name: value for name, value in values.items() if value is not None}
        return {"type": self.type, **given, "not": self.is_not, "weight": read_number(self.weight, 1.0)}

    def _read(self, name: str) -> Any:
        if name == "value":
            return self._read_value()
        if name == "arguments":
            return _read_json(name, self.arguments)
        if name == "at_least":
            return read_number(self.at_least, None)
        if name == "agent_id":
            return int(self.agent_id) if self.agent_id else None
        return getattr(self, name).strip() or None

    def _read_value(self) -> Any:
        if self.type in LINES:
            return [line for line in self.value.splitlines() if line.strip()] or None
        if self.type == "json_schema":
            return _read_json("value", self.value)
        if self.type in NUMBERS:
            return read_number(self.value, None)
        if self.type == "json_field":
            return read_number(self.value, "")
        # Empty is a text too: an answer may have to be, or to hold, nothing else than that.
        return self.value or ("" if self.type == "equals" else None)

    def words(self, language: str) -> str:
        """Return what it looks at, in a few words."""
        shown = one_line(self.field if self.type == "json_field" else self.value or self.tool)
        if len(shown) > _WORDS_MAX:
            shown = f"{shown[:_WORDS_MAX].rstrip()}…"
        if shown and self.type in CHECK_WORDS:
            text = say(language, CHECK_WORDS[self.type], value=shown)
            return say(language, "not: {check}", check=text) if self.is_not else text
        return say(language, (NOT_CHECKS if self.is_not else CHECKS)[self.type])


def number_text(number: float | None) -> str:
    """Return a number as a person would type it; empty for none.

    >>> number_text(1.0), number_text(0.85), number_text(12345678), number_text(None)
    ('1', '0.85', '12345678', '')
    """
    if number is None:
        return ""
    return str(int(number)) if float(number).is_integer() else repr(number)


def read_number(text: str, none: Any) -> Any:
    """Return the number of a text, the text itself where it is none, or what stands for an empty one.

    >>> read_number(" 7 ", None), read_number("0.5", None), read_number("nan", None), read_number("", 1.0)
    (7, 0.5, 'nan', 1.0)
    """
    word = text.strip()
    if not word:
        return none
    if not _NUMBER.fullmatch(word):
        return text
    return float(word) if any(sign in word for sign in ".eE") else int(word)


def _value_text(check: Check) -> str:
    if check.value is None:
        return ""
    if check.type in LINES:
        return "\n".join(check.value)
    if check.type == "json_schema":
        return json.dumps(check.value, ensure_ascii=False, indent=2)
    return check.value if isinstance(check.value, str) else number_text(check.value)


def _read_json(field: str, text: str) -> Any:
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except RecursionError:
        raise InvalidInput(field, f"{field} is too deep. Use fewer levels.") from None
    except ValueError as error:
        place = {"line": getattr(error, "lineno", 1), "column": getattr(error, "colno", 1)}
        message = f"This is no JSON: line {place['line']}, column {place['column']}."
        raise InvalidInput(field, message, json=True, **place) from None
