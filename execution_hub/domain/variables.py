"""The variables of a case: names in its input that stand for texts."""

import re
from collections.abc import Mapping

from execution_hub.domain.execution import check_input
from execution_hub.domain.texts import check_text
from execution_hub.errors import InvalidInput

VARIABLES_MAX = 50
VARIABLE_NAME_MAX = 60
VARIABLE_MAX = 200_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_USE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_SHOWN_MAX = 40


def read_variables(field: str, values: object) -> dict[str, str]:
    """Return the variables of a case.

    Args:
        field: How the caller calls them.
        values: Texts by name, as on the wire.

    Raises:
        InvalidInput: They are none, or too many or too long; the name is told.
    """
    if not isinstance(values, Mapping):
        raise InvalidInput(field, f'{field} is no object. Give texts by name, such as {{"city": "Paris"}}.')
    if len(values) > VARIABLES_MAX:
        message = f"{field} has {len(values)} variables. Use at most {VARIABLES_MAX}."
        raise InvalidInput(field, message, limit=VARIABLES_MAX)
    for name, value in values.items():
        if not isinstance(name, str) or len(name) > VARIABLE_NAME_MAX or not _NAME.fullmatch(name):
            raise InvalidInput(
                field,
                f"{field}: {str(name)[:_SHOWN_MAX]!r} is no name. Use letters, digits and _, at most "
                f"{VARIABLE_NAME_MAX}, and no digit first.",
            )
        where = f"{field}.{name}"
        if not isinstance(value, str):
            raise InvalidInput(where, f"{where} is no text. Give one.")
        check_text(where, value, VARIABLE_MAX)
    return dict(values)


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Return a text with its variables put in; without any it is as it is, whatever braces it has.

    A value is put in as it is: names within it stand for nothing.

    Args:
        text: What has `{{ name }}` in it.
        variables: What those stand for.

    Raises:
        InvalidInput: It names one that is not there, or is too long with them.

    >>> fill("Where is {{ city }}?", {"city": "Paris"}), fill("{{ city }}", {})
    ('Where is Paris?', '{{ city }}')
    """
    if not variables:
        return text
    for name in _USE.findall(text):
        if name not in variables:
            shown = name[:_SHOWN_MAX]
            message = f"input names {shown}, which is no variable of this case. Give it a value, or take it out."
            raise InvalidInput("input", message)
    # What it will be is known before it is made.
    size = len(_USE.sub("", text)) + sum(len(variables[name]) for name in _USE.findall(text))
    if size > VARIABLE_MAX:
        message = f"input is {size} characters long with its variables. Use at most {VARIABLE_MAX}."
        raise InvalidInput("input", message, limit=VARIABLE_MAX)
    filled = _USE.sub(lambda found: variables[found[1]], text)
    check_input(filled)
    return filled
