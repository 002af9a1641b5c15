"""What a browser may send with an event: the types and sizes of values, held against a handler's annotations.

Reflex takes annotations as hints. Here they are rules: a handler's parameters are annotated with `bool`, `int`,
`float`, `str` (a word: a name, a key, a choice), `Text` (what a person types), `Form` (a submitted form) and lists of
these, and nothing else reaches it.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from inspect import Parameter, signature
from typing import Annotated, Any, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError
from reflex_base.constants.state import FIELD_MARKER
from reflex_base.event import EventHandler
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

# Beyond what any field takes: a text that is too long for its field is told so there, with the field's own limit.
TEXT_MAX = 1_000_000
WORD_MAX = 1_000
LIST_MAX = 1_000
FIELDS_MAX = 50
VALUES_MAX = 5_000
DEPTH_MAX = 6
# What every reader of JSON keeps exact.
NUMBER_MAX = 2**53 - 1
# What a browser keeps for us: a language, open or closed.
STORED_MAX = 100
STORED_COUNT_MAX = 100

Text = Annotated[str, Field(max_length=TEXT_MAX)]
"""What a person types; the field it belongs to has its own limit."""

_Word = Annotated[str, Field(max_length=WORD_MAX)]

Form = Annotated[dict[_Word, Text], Field(max_length=FIELDS_MAX)]
"""What a form sends: texts by the names of its fields."""

# Reflex's own handlers for what the browser keeps, whose values are checked by `stored`.
_STORED = "vars"


class Refused(Exception):
    """A value does not fit; says which and why, never the value."""


def check_payload(handler: EventHandler, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a browser sent, if it is what the handler takes.

    Args:
        handler: The handler.
        payload: Values by the names of parameters.

    Raises:
        Refused: A value is missing, is one too many, or has another type, size or range.
    """
    check_bounds(payload)
    rules = _rules(handler)
    values = {name: _unwrapped(value) for name, value in payload.items()}
    if values.keys() - rules.keys():
        raise Refused("one argument too many")
    for name, (adapter, is_needed) in rules.items():
        if name not in values:
            if is_needed:
                raise Refused(f"{name} is missing")
            continue
        if adapter is None:
            raise Refused(f"{name} is not for browsers")
        try:
            values[name] = adapter.validate_python(values[name], strict=True)
        except ValidationError as error:
            raise Refused(f"{name}: {error.errors(include_input=False, include_url=False)[0]['type']}") from None
    return values


def check_bounds(value: Any) -> None:
    """Check the size of a JSON value, and that all in it can be stored and sent on; the work is bounded too.

    Raises:
        Refused: It is too deep, too long, holds half a character or NUL, or a number that JSON does not keep.
    """
    ahead, seen = [(value, 0)], 0
    while ahead:
        each, depth = ahead.pop()
        seen += 1
        if seen > VALUES_MAX or depth > DEPTH_MAX:
            raise Refused("too deep" if depth > DEPTH_MAX else "too many values")
        if isinstance(each, Mapping | list):
            if len(each) > LIST_MAX:
                raise Refused("too many values")
            parts = [*each.keys(), *each.values()] if isinstance(each, Mapping) else each
            ahead += [(part, depth + 1) for part in parts]
        else:
            _check_leaf(each)


def stored(values: Mapping[str, Any], allowed: frozenset[str]) -> dict[str, Any]:
    """Return of what a browser kept those that are ours, and short.

    A wrong one is left out and not refused: without the others the page would not load.

    Args:
        values: By full name.
        allowed: The full names of all vars that browsers keep.
    """
    return {
        name: value
        for name, value in values.items()
        if name.removesuffix(FIELD_MARKER) in allowed and isinstance(value, str) and len(value) <= STORED_MAX
    }


def _check_leaf(value: Any) -> None:
    if isinstance(value, str):
        if len(value) > TEXT_MAX:
            raise Refused("too long")
        if "\x00" in value:
            raise Refused("a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Refused("half a character") from None
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise Refused("not a finite number")
    elif isinstance(value, int):
        if abs(value) > NUMBER_MAX:
            raise Refused("too large a number")
    elif value is not None:
        raise Refused("no JSON")


def _unwrapped(value: Any) -> Any:
    """Return a form as Reflex would give it to the handler; a name that comes twice has its last value.

    A field that is not there right now comes as null beside the others: it is left out.
    """
    if not (isinstance(value, Mapping) and FORM_DATA_ENTRIES_KEY in value):
        return value
    entries = value[FORM_DATA_ENTRIES_KEY]
    if len(value) > 1 or not isinstance(entries, list):
        raise Refused("no form")
    if not all(isinstance(each, list) and len(each) == 2 and isinstance(each[0], str) for each in entries):
        raise Refused("no form")
    return {name: text for name, text in entries if text is not None}


@lru_cache(maxsize=1_000)
def _rules(handler: EventHandler) -> dict[str, tuple[TypeAdapter[Any] | None, bool]]:
    """Return for each parameter what checks it, None where nothing can, and whether it must be there."""
    hints = get_type_hints(handler.fn, include_extras=True)
    is_own = not handler.fn.__module__.startswith("reflex")
    parameters = list(signature(handler.fn).parameters.values())[1:]
    return {
        each.name: (_adapter(hints.get(each.name, Any), each.name, is_own=is_own), each.default is Parameter.empty)
        for each in parameters
    }


def _adapter(hint: Any, name: str, *, is_own: bool) -> TypeAdapter[Any] | None:
    if not is_own and name == _STORED:
        return TypeAdapter(dict[_Word, Any] | None)
    if hint is str:
        # Reflex's own take messages and stacks.
        return TypeAdapter(_Word if is_own else Text)
    return None if is_unchecked(hint) else TypeAdapter(hint)


def is_unchecked(hint: Any) -> bool:
    """Tell whether an annotation lets any value pass."""
    return hint is Any or hint is object or any(is_unchecked(each) for each in getattr(hint, "__args__", ()))
