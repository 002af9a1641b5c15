"""The form in which a person tries a tool: a field for each simple argument, JSON for all others. Pure.

What is sent names its fields by their places, not by the names of arguments, which are a server's words.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.texts import one_line
from execution_hub.views.call_arguments import read_arguments, seen
from execution_hub.views.schema_rows import (
    NAME_SHOWN,
    Schema,
    description_of,
    listed_values,
    properties_of,
    required_of,
    resolved,
    shown_value,
    without_null,
)

# A form may send fifty: these, the JSON, and the schema's mark.
FIELDS_MAX = 40
OPTIONS_MAX = 100
HINT_SHOWN = 200
JSON_FIELD = "arguments"
DIGEST_FIELD = "digest"
_NUMBERS = ("integer", "number")
_ABOUT = re.compile(r"\$\.([^.:\[\s]+)|'([^']+)' is a required property")


@dataclass(frozen=True, slots=True)
class FormField:
    """A field for an argument.

    Attributes:
        id: What the form calls it.
        name: The argument, as the schema calls it.
        label: That name, as a person reads it.
        kind: `text`, `number`, `boolean` or `choice`.
        is_required: Whether the argument must be given.
        hint: The first words of what its server says of it.
        default: What it is if it is left out; empty where nobody says.
        options: Of a choice, what may be chosen, in the schema's order.
    """

    id: str = ""
    name: str = ""
    label: str = ""
    kind: str = ""
    is_required: bool = False
    hint: str = ""
    default: str = ""
    options: tuple[str, ...] = ()


class FieldError(ValueError):
    """A field holds what cannot be read.

    Attributes:
        field: Its id.
    """

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def form_fields(schema: Schema) -> tuple[list[FormField], bool]:
    """Return the fields of a form, those that must be filled first, and whether an argument has none and needs JSON."""
    required, found, needs_json = required_of(schema), list[FormField](), False
    for place, (name, told) in enumerate(properties_of(schema).items()):
        if len(found) == FIELDS_MAX:
            needs_json = True
            break
        part = without_null(schema, resolved(schema, told))
        kind = _kind(part)
        if kind is None:
            needs_json = True
            continue
        default = part.get("default")
        found.append(
            FormField(
                id=f"argument-{place}",
                name=name,
                label=seen(one_line(name[:NAME_SHOWN])) or "–",
                kind=kind,
                is_required=name in required,
                hint=one_line(description_of(part))[:HINT_SHOWN],
                default="" if default is None else shown_value(default),
                options=tuple(shown_value(each) for each in listed_values(part)) if kind == "choice" else (),
            )
        )
    return sorted(found, key=lambda each: not each.is_required), needs_json


def read_form(schema: Schema, form: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments that a form sent: what is left empty is left out, what the JSON says counts.

    Args:
        schema: Of the tool the form was made for.
        form: Texts by the names of fields.

    Raises:
        FieldError: A field holds no number, or none of its choices.
        ArgumentsError: The JSON is no object.
    """
    found: dict[str, Any] = {}
    for field in form_fields(schema)[0]:
        text = form.get(field.id, "")
        if text.strip():
            found[field.name] = _value(schema, field, text)
    text = form.get(JSON_FIELD, "")
    return {**found, **read_arguments(text)} if text.strip() else found


def fields_about(schema: Schema, problem: str) -> list[str]:
    """Return the ids of the fields that a problem of the arguments is about.

    >>> fields_about({"properties": {"a": {"type": "string"}}}, "$: 'a' is a required property")
    ['argument-0']
    """
    named = {name for match in _ABOUT.finditer(problem[:4_000]) for name in match.groups() if name}
    return [each.id for each in form_fields(schema)[0] if each.name in named]


def _kind(part: Schema) -> str | None:
    """Return which field a value needs; None where it needs JSON."""
    listed = listed_values(part)
    if listed:
        return "choice" if len(listed) <= OPTIONS_MAX else None
    told = part.get("type")
    if isinstance(told, list):
        kinds = [each for each in told if each != "null"]
        told = kinds[0] if len(kinds) == 1 else None
    if told == "string":
        return "text"
    if told == "boolean":
        return "boolean"
    return "number" if told in _NUMBERS else None


def _value(schema: Schema, field: FormField, text: str) -> Any:
    if field.kind == "text":
        # A browser sends line breaks in the form of mail.
        return text.replace("\r\n", "\n")
    if field.kind == "number":
        return _number(field.id, text)
    if field.kind == "boolean":
        if text not in ("true", "false"):
            raise FieldError(field.id)
        return text == "true"
    part = without_null(schema, resolved(schema, properties_of(schema)[field.name]))
    listed = listed_values(part)
    if not (text.isascii() and text.isdigit() and int(text) < len(listed)):
        raise FieldError(field.id)
    return listed[int(text)]


def _number(field: str, text: str) -> int | float:
    try:
        value = json.loads(text.strip())
    except (ValueError, RecursionError):
        raise FieldError(field) from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise FieldError(field)
    return value
