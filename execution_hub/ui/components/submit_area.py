"""A field of several lines that submits its form with Ctrl or Cmd and Enter."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_function

_SUBMIT_ON_ENTER = browser_function("submit_on_enter.js", "submitOnEnter")


class SubmitArea(rx.el.Textarea):  # type: ignore[misc] # rx.el has no types
    """A `textarea` with that key."""

    @classmethod
    def create(cls, *children: Any, **props: Any) -> rx.Component:
        """Make one; takes the props of `rx.el.textarea`."""
        props.setdefault("dir", "auto")
        custom_attrs = props.setdefault("custom_attrs", {})
        custom_attrs["on_key_down"] = _SUBMIT_ON_ENTER
        return super().create(*children, **props)


def takes_back(state: Any) -> rx.Var[Any]:
    """Return what a field does as somebody types: it takes back the problem that was told of what it held.

    Told only while there is one: no letter is lost to a limit of how many are sent, and few are.

    Args:
        state: A State with `problem` and `note_typing`.
    """
    told: rx.Var[Any] = rx.cond(state.problem != "", state.note_typing, rx.noop())
    return told
