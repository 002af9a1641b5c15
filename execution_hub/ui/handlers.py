"""What handlers of many pages need: to set vars, to read an address, to speak a language."""

from typing import Any

import reflex as rx

from execution_hub.ui.text import LocaleState


def assign(state: Any, **values: Any) -> None:
    """Set the vars of a State that differ: a var that is set is sent, changed or not."""
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)


def plain(value: Any) -> Any:
    """Return what was put into a State, without the proxy around it that notes changes: pydantic refuses those."""
    return getattr(value, "__wrapped__", value)


def id_in_path(path: str) -> int | None:
    """Read the number at the end of a page's address; None if it is no id.

    >>> id_in_path("/executions/12"), id_in_path("/executions/12/"), id_in_path("/executions/x")
    (12, 12, None)
    """
    word = path.rstrip("/").rpartition("/")[2]
    # Beyond 18 digits it is no id of ours, and no integer of the database.
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 18 else None


async def language_of(state: rx.State) -> str:
    """Return the language a State's page is read in, for words that a handler says."""
    return str((await state.get_state(LocaleState)).language)
