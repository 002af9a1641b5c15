"""Whether the page is narrow: what is drawn on the server must know what has no room."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event

Width = browser_component("width.js", "Width", most=int, on_narrow=event(bool))


def width(most: int, on_narrow: Any) -> rx.Component:
    """Tell the server whether the page is narrow, whenever that changes.

    Args:
        most: Up to how many pixels it is.
        on_narrow: Called with a boolean.
    """
    return Width.create(most=most, on_narrow=on_narrow)
