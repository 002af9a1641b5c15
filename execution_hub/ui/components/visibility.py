"""Whether somebody sees the page: a tab in the background is told less."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event

Visibility = browser_component("visibility.js", "Visibility", on_visible=event(bool))


def visibility(on_visible: Any) -> rx.Component:
    """Tell the server whether the page is seen, whenever that changes.

    Args:
        on_visible: Called with a boolean.
    """
    return Visibility.create(on_visible=on_visible)
