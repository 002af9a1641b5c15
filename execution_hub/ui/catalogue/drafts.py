"""What a form holds that is not saved: what is on the screen is what a test runs."""

from collections.abc import Mapping
from typing import Any

from execution_hub.ui.conflict import plain


def texts_on_page(state: Any) -> dict[str, str]:
    """Return what the fields hold, by name, as a form would send it.

    Args:
        state: A State with EditedForm that has loaded something.
    """
    base = plain(state._base)
    stored = {name: getattr(base, name) for name in state.noun.fields}
    return {**{name: "" if value is None else str(value) for name, value in stored.items()}, **plain(state._typed)}


def draft_values(state: Any) -> dict[str, Any] | None:
    """Return which values on a page differ from the saved ones: what `AgentTest.agent` and `Catalogue.update` take.

    Args:
        state: A State with EditedForm; of another State: `await self.get_state(AgentState)`.

    Returns:
        The values by the name of the field; None if none differs.

    Raises:
        InvalidInput: What is typed into a field does not fit; the field is named.
    """
    base = plain(state._base)
    if base is None or not state._typed:
        return None
    return differing(state.noun.read_form(texts_on_page(state)), base, state.noun.fields) or None


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
