"""A check: what an answer must be to pass, as a person writes it."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from execution_hub.domain.condition import VALUE_MAX, Condition, Operation
from execution_hub.domain.json_schema import json_problem
from execution_hub.domain.kinds import check_flag, check_id, check_range
from execution_hub.domain.output_schema import check_bounds
from execution_hub.domain.texts import check_text
from execution_hub.errors import InvalidInput

CHECKS_MAX = 50
TEXT_MAX = 200_000
LIST_MAX = 100
WEIGHT_MAX = 1_000
RUBRIC_MAX = 10_000
# Of tools and stop reasons.
NAME_MAX = 200
NUMBER_MAX = 1_000_000_000
DEFAULT_AT_LEAST = 0.8
_SHOWN_MAX = 40
# What a number of JSON may be: the largest that a float holds.
_NUMBER_MAX = sys.float_info.max

# Of arguments that a tool must have been called with.
ARGUMENTS_MAX = 50_000
ARGUMENTS_DEPTH_MAX = 32


@dataclass(frozen=True, slots=True)
class Check:
    """One check, checked.

    Attributes:
        type: What is looked at: a name of `TYPES`.
        value: What it is compared with: a text, a list of texts, a number or a JSON Schema, as the type needs.
        is_not: Whether it passes where it would not; `not` on the wire.
        weight: How much it counts beside the other checks of its case, more than 0.
        field: Which field of a JSON answer, as in `a.b[0]`; only of `json_field`.
        op: How the field is compared; only of `json_field`.
        tool: Which tool, as `SERVER__TOOL`; only of `tool_called`.
        arguments: What it must have been called with, at least; None for anything. Only of `tool_called`.
        at_least: How similar, 0 to 1; only of `similar`.
        rubric: What a judge is told to look at; only of `judge`.
        agent_id: Who judges; only of `judge`.
    """

    type: str
    value: Any = None
    is_not: bool = False
    weight: float = 1.0
    field: str | None = None
    op: str | None = None
    tool: str | None = None
    arguments: dict[str, Any] | None = None
    at_least: float | None = None
    rubric: str | None = None
    agent_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the check as on the wire: what its type does not take is left out."""
        names = TYPES[self.type].needs + TYPES[self.type].takes
        values = {name: getattr(self, name) for name in names}
        return {
            "type": self.type,
            **{name: value for name, value in values.items() if value is not None},
            "not": self.is_not,
            "weight": self.weight,
        }

    @property
    def condition(self) -> Condition:
        """How a text or a field is compared, as a condition of a workflow does: of `matches` and `json_field`."""
        op = self.op if self.type == "json_field" else self.type
        return Condition.model_validate({"step": "", "op": op, "value": self.value, "field": self.field})


@dataclass(frozen=True, slots=True)
class CheckType:
    """A kind of check.

    Attributes:
        needs: The members that must be given.
        takes: Those that may be.
        look: Checks their values; raises InvalidInput with the member's name.
    """

    needs: tuple[str, ...]
    look: Callable[[Check], None]
    takes: tuple[str, ...] = ()


def read_checks(where: str, values: object) -> tuple[Check, ...]:
    """Return the checks of a case.

    Args:
        where: How the caller calls them.
        values: A list of Check, or of objects as on the wire.

    Raises:
        InvalidInput: One does not fit, or there are too many; the place is named.
    """
    if not isinstance(values, list | tuple):
        raise InvalidInput(where, f'{where} is no list. Give one, such as [{{"type": "contains", "value": "Paris"}}].')
    if len(values) > CHECKS_MAX:
        raise InvalidInput(where, f"{where} has {len(values)} checks. Use at most {CHECKS_MAX}.", limit=CHECKS_MAX)
    return tuple(
        each if isinstance(each, Check) else read_check(f"{where}[{place}]", each) for place, each in enumerate(values)
    )


def read_check(where: str, value: object) -> Check:
    """Return a check.

    Args:
        where: How the caller calls it.
        value: An object as on the wire.

    Raises:
        InvalidInput: It is none; the member is named.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(where, f'{where} is no object. Give one, such as {{"type": "is_json"}}.')
    name = value.get("type")
    if not isinstance(name, str) or name not in TYPES:
        raise InvalidInput(f"{where}.type", f"{where}.type is no check. Use {', '.join(TYPES)}.")
    kind = TYPES[name]
    for member in value:
        if member not in ("type", "not", "weight", *kind.needs, *kind.takes):
            known = ", ".join(("not", "weight", *kind.needs, *kind.takes))
            shown = str(member)[:_SHOWN_MAX]
            raise InvalidInput(f"{where}.{shown}", f"{where}: {name} takes no {shown}. Give {known}.")
    for member in kind.needs:
        if value.get(member) is None:
            raise InvalidInput(f"{where}.{member}", f"{where}: {name} needs a {member}.")
    try:
        check_flag("not", value.get("not", False))
        weight = value.get("weight", 1.0)
        check_number("weight", weight, WEIGHT_MAX, is_open=True)
        found = Check(
            name,
            is_not=value.get("not", False),
            weight=float(weight),
            **{member: value[member] for member in (*kind.needs, *kind.takes) if member in value},
        )
        kind.look(found)
    except InvalidInput as error:
        raise error.within(where) from None
    return found


def stored_check(value: Mapping[str, Any]) -> Check:
    """Return a check that was read when it was stored: it is not looked at again."""
    values = {name: value[name] for name in Check.__dataclass_fields__ if name in value}
    return Check(**values, is_not=value.get("not", False))


def check_number(field: str, value: object, most: float, *, is_open: bool = False, is_whole: bool = False) -> None:
    """Check that a value is a number from 0 to a limit.

    Raises:
        InvalidInput: It is none, or outside.
    """
    kinds = int if is_whole else int | float
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise InvalidInput(field, f"{field} is no {'whole ' if is_whole else ''}number. Give one.")
    check_range(field, value, most, is_open=is_open)


def _text(check: Check) -> None:
    check_text("value", check.value, TEXT_MAX)


def _words(check: Check) -> None:
    _text(check)
    _look_for_words("value", check.value)


def _look_for_words(field: str, value: str) -> None:
    # It is compared without the space around it: every text holds what is left of this one.
    if not value.strip():
        raise InvalidInput(field, f"{field} is empty: every answer would hold it. Give some words.")


def _regex(check: Check) -> None:
    check_text("value", check.value, VALUE_MAX)
    if not check.value:
        raise InvalidInput("value", "value is empty: every answer would match it. Give a regular expression.")
    _as_condition(check)


def _as_condition(check: Check) -> None:
    for complaint in check.condition.complaints():
        member = "field" if complaint.code.startswith("field") else "value"
        raise InvalidInput(member, complaint.message)


def _name(check: Check) -> None:
    check_text("value", check.value, NAME_MAX, is_needed=True)


def _texts(check: Check) -> None:
    values = check.value
    if not isinstance(values, list) or not values or not all(isinstance(each, str) for each in values):
        raise InvalidInput("value", 'value is no list of texts. Give one, such as ["yes", "no"].')
    if len(values) > LIST_MAX:
        raise InvalidInput("value", f"value has {len(values)} texts. Use at most {LIST_MAX}.", limit=LIST_MAX)
    for place, each in enumerate(values):
        check_text(f"value[{place}]", each, VALUE_MAX)
        _look_for_words(f"value[{place}]", each)


def _nothing(_check: Check) -> None:
    pass


def _schema(check: Check) -> None:
    check_bounds("value", check.value)


def _json_field(check: Check) -> None:
    if check.op not in get_args(Operation):
        raise InvalidInput("op", f"op is no comparison. Use {', '.join(get_args(Operation))}.")
    if not isinstance(check.field, str):
        raise InvalidInput("field", "field is no text. Give a path, such as a.b[0].")
    if isinstance(check.value, bool) or not isinstance(check.value, str | int | float):
        raise InvalidInput("value", "value is neither text nor number. Give one of them.")
    if not isinstance(check.value, str) and not abs(check.value) <= _NUMBER_MAX:
        raise InvalidInput("value", "value is no number that JSON and this hub can keep. Give it as a text.")
    _as_condition(check)


def _count(check: Check) -> None:
    check_number("value", check.value, NUMBER_MAX, is_whole=True)


def _measure(check: Check) -> None:
    check_number("value", check.value, NUMBER_MAX, is_open=True)


def _tool(check: Check) -> None:
    if not isinstance(check.tool, str):
        raise InvalidInput("tool", "tool is no text. Give SERVER__TOOL.")
    check_text("tool", check.tool, NAME_MAX, is_needed=True)
    if check.arguments is None:
        return
    if not isinstance(check.arguments, dict):
        raise InvalidInput("arguments", 'arguments is no object. Give one, such as {"city": "Paris"}.')
    if problem := json_problem(check.arguments, ARGUMENTS_MAX, ARGUMENTS_DEPTH_MAX):
        limit = {} if problem.limit is None else {"limit": problem.limit}
        raise InvalidInput("arguments", f"arguments: {problem}.", **limit)


def _similar(check: Check) -> None:
    if check.at_least is not None:
        check_number("at_least", check.at_least, 1)
    if check.value is not None:
        _text(check)


def _judge(check: Check) -> None:
    if not isinstance(check.rubric, str):
        raise InvalidInput("rubric", "rubric is no text. Say what the judge is to look at.")
    check_text("rubric", check.rubric, RUBRIC_MAX, is_needed=True)
    check_id("agent_id", check.agent_id)


TYPES: dict[str, CheckType] = {
    "equals": CheckType(("value",), _text),
    "contains": CheckType(("value",), _words),
    "contains_any": CheckType(("value",), _texts),
    "contains_all": CheckType(("value",), _texts),
    "matches": CheckType(("value",), _regex),
    "is_json": CheckType((), _nothing),
    "json_schema": CheckType(("value",), _schema),
    "json_field": CheckType(("field", "op", "value"), _json_field),
    "max_chars": CheckType(("value",), _count),
    "min_chars": CheckType(("value",), _count),
    "max_seconds": CheckType(("value",), _measure),
    "max_cost_usd": CheckType(("value",), _measure),
    "max_tokens": CheckType(("value",), _count),
    "stop_reason": CheckType(("value",), _name),
    "tool_called": CheckType(("tool",), _tool, ("arguments",)),
    "similar": CheckType((), _similar, ("value", "at_least")),
    "judge": CheckType(("rubric", "agent_id"), _judge),
}
