"""What only the browser can tell of rows from elsewhere: a paste onto the page, and the text of a file."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.payload import TEXT_MAX
from execution_hub.ui.text import t

PastedText = browser_component("paste.jsx", "PastedText", limit=int, too_long=str, on_text=event(str))
TextOfFile = browser_component("paste.jsx", "TextOfFile", limit=int, too_long=str, test_id=str, on_text=event(str))


def pasted_text(on_text: Any) -> rx.Component:
    """Tell what is pasted onto the page while the caret is in no field.

    Args:
        on_text: Called with the text.
    """
    return PastedText.create(limit=TEXT_MAX, too_long=_too_long(), on_text=on_text)


def text_of_file(*children: Any, on_text: Any, test_id: str, class_name: str = "btn") -> rx.Component:
    """Show a button that reads a text file of this machine.

    Args:
        *children: What the button says.
        on_text: Called with the text.
        test_id: Its hook for tests.
        class_name: Its classes.
    """
    return TextOfFile.create(
        *children, limit=TEXT_MAX, too_long=_too_long(), on_text=on_text, test_id=test_id, class_name=class_name
    )


def _too_long() -> rx.Var[str]:
    return t("This is too much at once. Take at most {n} characters, in several parts.", n=TEXT_MAX)
