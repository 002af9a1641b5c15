"""The rows of the page Settings: what is set, to what, and by which variable."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.card import skeleton
from execution_hub.ui.pages.settings.state import SettingsState


def row(label: Any, value: Any, *variables: str, **props: Any) -> rx.Component:
    """Show a setting: what it is, its value, and the variables that change it."""
    names = [rx.el.code(name, class_name="variable") for name in variables]
    return rx.el.div(rx.el.dt(label, *names), rx.el.dd(value, dir="auto"), class_name="setting", **props)


def known(value: Any, width: str = "60px", when: Any = None) -> rx.Component:
    """Show a value once it is known, and until then its place, about as wide: its label may have two lines.

    Args:
        value: The value.
        width: As in CSS.
        when: Whether it is known; that the hub is, if omitted.
    """
    return rx.cond(SettingsState.hub.version != "" if when is None else when, value, skeleton(width))


def rows(*shown: rx.Component) -> rx.Component:
    """Show rows as one list."""
    return rx.el.dl(*shown, class_name="settings")
