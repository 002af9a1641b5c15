"""What only the browser can tell of texts from elsewhere: a paste onto the page, and the text of a file."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.payload import TEXT_MAX
from execution_hub.ui.text import t

PastedText = browser_component(
    "paste.jsx", "PastedText", limit=int, too_long=str, on_text=event(str), on_file=event(str, str)
)
TextOfFile = browser_component(
    "paste.jsx", "TextOfFile", limit=int, too_long=str, test_id=str, kinds=str, on_file=event(str, str)
)


def pasted_text(on_text: Any, on_file: Any) -> rx.Component:
    """Tell what is pasted onto the page while the caret is in no field, and which file is dropped there.

    Args:
        on_text: Called with the text.
        on_file: Called with the text of the file and its name.
    """
    return PastedText.create(limit=TEXT_MAX, too_long=_too_long(), on_text=on_text, on_file=on_file)


def text_of_file(*children: Any, on_file: Any, kinds: str, test_id: str, class_name: str = "btn") -> rx.Component:
    """Show a button that reads a text file of this machine.

    Args:
        *children: What the button says.
        on_file: Called with the text and the name of the file.
        kinds: Which files are offered: endings and media types, between commas.
        test_id: Its hook for tests.
        class_name: Its classes.
    """
    return TextOfFile.create(
        *children,
        limit=TEXT_MAX,
        too_long=_too_long(),
        on_file=on_file,
        kinds=kinds,
        test_id=test_id,
        class_name=class_name,
    )


def _too_long() -> rx.Var[str]:
    return t("This is too much at once. Take at most {n} characters, in several parts.", n=TEXT_MAX)
