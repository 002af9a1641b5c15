"""The one button that copies: it says "Copied" only when something was."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import t

Copy = browser_component("copy.jsx", "Copy", parts=list[Any], words=dict[str, str], test_id=str)


def copy_button(*parts: Any) -> rx.Component:
    """Show the button that copies a text which is in the page.

    Args:
        *parts: The text in pieces: texts, and lists of texts.
    """
    words = {
        "action": t("Copy"),
        "done": t("Copied"),
        "failed": t("Not copied"),
        "failed_hint": t("This browser did not let the page copy. Select the text and copy it by hand."),
    }
    return Copy.create(
        icon("copy"), parts=rx.Var.create(list(parts)), words=words, test_id="copy", class_name="btn small"
    )
