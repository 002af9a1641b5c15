"""What a form holds that is not saved: what is on the screen is what a test runs."""

from collections.abc import Mapping
from typing import Any

from execution_hub.ui.handlers import plain
from execution_hub.views.field_texts import field_texts


def texts_on_page(state: Any) -> dict[str, str]:
    """Return what the fields hold, by name, as a form would send it.

    Args:
        state: A State with EditedForm that has loaded something.
    """
    base = plain(state._base)
    return {**field_texts({name: getattr(base, name) for name in state.noun.fields}), **plain(state._typed)}


def draft_values(state: Any) -> dict[str, Any] | None:
    """Return which values on a page differ from the saved ones: what `AgentTest.agent` and `Catalogue.update` take.

    Args:
        state: A State with EditedForm; of another State: `await self.get_state(AgentState)`.

    Returns:
        The values by the name of the field, as JSON values; None if none differs.

    Raises:
        InvalidInput: What is typed into a field does not fit; the field is named.
    """
    base = plain(state._base)
    if base is None or not state._typed:
        return None
    found = differing(state.noun.read_form(texts_on_page(state)), base, state.noun.fields)
    return {name: _as_json(value) for name, value in found.items()} or None


def _as_json(value: Any) -> Any:
    return [each.as_json() for each in value] if isinstance(value, tuple) else value


def differing(values: Mapping[str, Any], stored: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return those of some values that are not what is stored.

    Args:
        values: By the name of the field.
        stored: A stored object.
        fields: Which to look at.
    """
    return {name: values[name] for name in fields if not is_same(values[name], getattr(stored, name))}


def is_same(typed: Any, stored: Any) -> bool:
    r"""Tell whether a field holds what is stored: a browser ends lines its own way.

    >>> is_same("a\nb", "a\r\nb"), is_same("a", "b"), is_same(" a ", "a")
    (True, False, False)
    """
    if isinstance(typed, str) and isinstance(stored, str):
        return _lines(typed) == _lines(stored)
    return bool(typed == stored)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
