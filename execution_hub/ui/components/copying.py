"""The one button that copies: it says "Copied" only when something was."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import t

Copy = browser_component("copy.jsx", "Copy", parts=list[Any], words=dict[str, str])


def copy_button(*parts: Any) -> rx.Component:
    """Show the button that copies a text which is in the page.

    Args:
        *parts: The text in pieces: texts, and lists of texts.
    """
    words = {
        "action": t("copy.action"),
        "done": t("copy.done"),
        "failed": t("copy.failed"),
        "failed_hint": t("copy.failed_hint"),
    }
    return Copy.create(icon("copy"), parts=rx.Var.create(list(parts)), words=words, class_name="btn small")
