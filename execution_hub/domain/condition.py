"""When a step runs: a look at the output of an earlier one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args

import re2
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from execution_hub.domain.folding import fold
from execution_hub.domain.json_path import NotJson, Number, PathProblem, as_text, find, read_json, read_path
from execution_hub.domain.texts import check_text
from execution_hub.errors import InvalidInput

VALUE_MAX = 1_000
# A longer text is no number that somebody means.
NUMBER_MAX = 1_000

Operation = Literal["equals", "not_equals", "contains", "not_contains", "matches", "less", "greater"]
OPERATIONS: tuple[str, ...] = get_args(Operation)
NEGATED = {"not_equals": "equals", "not_contains": "contains"}
_NUMERIC = ("less", "greater")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,9})?", re.ASCII)

# A longer output is not looked at on an event loop. RE2 needs up to some 20 µs a character, JSON a quarter of one.
_LIGHT_MAX = 50_000
_LIGHT_REGEX_MAX = 1_000

# Why an output cannot be looked at.
NOT_JSON = "not_json"
NO_FIELD = "no_field"
NO_NUMBER = "no_number"

# What RE2 may make of one regular expression. It makes it in one go, in which every loop stands: this takes some
# milliseconds, its own default of 8 MiB hundreds, and the library keeps 128 of them.
REGEX_MAX_BYTES = 2**20
_TOO_LARGE = f"it is too large (compiled, more than {REGEX_MAX_BYTES} bytes); repeat less, as in {{1,20}}"


def _options(max_bytes: int) -> re2.Options:
    found = re2.Options()
    found.max_mem = max_bytes
    # Else it writes every mistake of a person to the server's log.
    found.log_errors = False
    return found


_SMALL = _options(REGEX_MAX_BYTES)
# For executions that were started before there was this limit.
_LARGE = _options(8 * REGEX_MAX_BYTES)


def _from_number(value: Any) -> Any:
    """Let a number stand where its text is meant: `"value": 5`."""
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at an output gave.

    Attributes:
        holds: Whether the condition holds.
        problem: Why the output could not be compared: `not_json`, `no_field` or `no_number`; empty if it was.
    """

    holds: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a condition.

    Attributes:
        code: What, for words in another language.
        message: What is wrong and what would be right, in English.
        values: What fills the words.
    """

    code: str
    message: str
    values: dict[str, str]


def look_at(when: "Condition", output: str) -> Look:
    """Compare an output: see `Condition.look`."""
    return when.look(output)


class Condition(BaseModel):
    """When a step runs: if the output of an earlier step passes.

    What cannot be compared (no JSON, no such field, no number) does not pass. `not`, `not_equals` and
    `not_contains` turn that round: of two steps, one with `not`, exactly one runs, whatever the output is.

    Attributes:
        step: The earlier step.
        op: `equals` and `contains` compare the text in its form for comparing (`fold`), without the space around
            it; `equals` compares a field that is a JSON number as a number. `matches` searches the text as it is
            with a regular expression of RE2 (https://github.com/google/re2/wiki/Syntax), which always ends.
            `less` and `greater` compare exact decimal numbers.
        value: What to compare with.
        field: What of a JSON output is looked at, as in `a.b[0]` (`json_path`); None for the whole output as text.
        is_not: Whether the step runs if it does not pass; `not` on the wire.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, serialize_by_alias=True)

    step: str
    op: Operation
    value: Annotated[str, BeforeValidator(_from_number, json_schema_input_type=str | int | float)]
    field: str | None = Field(None, exclude_if=lambda value: value is None)
    is_not: bool = Field(False, alias="not", exclude_if=lambda value: not value)

    def look(self, output: str) -> Look:
        """Compare an output.

        Args:
            output: Of the step it looks at, whole.
        """
        return self._look(lambda: output if self.field is None else find(read_json(output), read_path(self.field)))

    def compare(self, found: Any) -> Look:
        """Compare what stands at its field: as `look`, of an output that was read before."""
        return self._look(lambda: found)

    def _look(self, find_it: Callable[[], Any]) -> Look:
        try:
            passes, problem = self._passes(find_it()), ""
        except NotJson:
            passes, problem = False, NOT_JSON
        except LookupError:
            passes, problem = False, NO_FIELD
        except ValueError:
            passes, problem = False, NO_NUMBER
        return Look(passes != ((self.op in NEGATED) != self.is_not), problem)

    def holds(self, output: str) -> bool:
        """Tell whether the step runs after an output."""
        return self.look(output).holds

    def is_light(self, output: str) -> bool:
        """Tell whether a look at an output takes a few milliseconds; else it does not belong on an event loop."""
        if self.op == "matches":
            return len(output) <= _LIGHT_REGEX_MAX and _regex_problem(self.value) == ""
        return len(output) <= _LIGHT_MAX

    def complaints(self) -> list[Complaint]:
        """Return what is wrong with it, besides the step it names."""
        return [found for check in (_check_value, _check_field) if (found := check(self)) is not None]

    def _passes(self, found: Any) -> bool:
        text = as_text(found)
        if self.op == "matches":
            options = _LARGE if _regex_problem(self.value) else _SMALL
            return re2.compile(self.value, options=options).search(text) is not None
        if self.op in _NUMERIC:
            return _COMPARE[self.op](_number(text), _number(self.value))
        if self.op in ("equals", "not_equals") and isinstance(found, Number) and _is_number(self.value):
            return _number(text) == _number(self.value)
        text, value = fold(text).strip(), fold(self.value).strip()
        return text == value if NEGATED.get(self.op, self.op) == "equals" else value in text


_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "less": lambda one, other: one < other,
    "greater": lambda one, other: one > other,
}


def _is_number(text: str) -> bool:
    return len(text) <= NUMBER_MAX and _NUMBER.fullmatch(text.strip()) is not None


def _number(text: str) -> Decimal:
    """Read a number exactly.

    Raises:
        ValueError: It is none.
    """
    if not _is_number(text):
        raise ValueError(text[:40])
    return Decimal(text.strip())


def _check_value(when: Condition) -> Complaint | None:
    if len(when.value) > VALUE_MAX:
        message = f"The value has {len(when.value)} characters. Shorten it to {VALUE_MAX}."
        return Complaint("value_long", message, {"limit": str(VALUE_MAX)})
    try:
        check_text("value", when.value, VALUE_MAX)
    except InvalidInput as error:
        return Complaint("value_bad", error.message, {})
    if when.op in _NUMERIC and not _is_number(when.value):
        message = f"{when.op} compares numbers, and the value is none. Write one. Example: 0.75."
        return Complaint("value_number", message, {})
    if when.op == "matches" and (reason := _regex_problem(when.value)):
        values = {"reason": reason, **({"limit": str(REGEX_MAX_BYTES)} if reason == _TOO_LARGE else {})}
        return Complaint("value_regex", f"This is no regular expression of RE2: {reason}.", values)
    return None


# Told of many more than the library keeps compiled: a workflow's are checked at every save and start.
@lru_cache(maxsize=4_096)
def _regex_problem(value: str) -> str:
    """Return why a text is no regular expression that may be used; empty if it is one."""
    try:
        re2.compile(value, options=_SMALL)
    except re2.error as error:
        # The library hands its words on as bytes.
        reason = bytes(error.args[0]).decode(errors="replace")
        return _TOO_LARGE if "too large" in reason else reason
    return ""


def _check_field(when: Condition) -> Complaint | None:
    if when.field is None:
        return None
    try:
        check_text("field", when.field, len(when.field))
        read_path(when.field)
    except InvalidInput as error:
        return Complaint("field_bad", error.message, {})
    except PathProblem as error:
        return Complaint(f"field_{error.code}", str(error), {"limit": str(error.limit)} if error.limit else {})
    return None
