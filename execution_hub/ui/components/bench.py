"""What a page on which something is tried while it is written needs of the browser: a key and a button."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event

SaveKey = browser_component("bench.jsx", "SaveKey")
SendForm = browser_component(
    "bench.jsx", "SendForm", target=str, test_id=str, title=str, is_disabled=bool, on_send=event(dict)
)


def save_key() -> rx.Component:
    """Let Ctrl or Cmd and S press the page's button with `data-act` `save`, and with Shift and Enter `run-all`."""
    return SaveKey.create()


def send_form(
    *children: Any,
    target: str,
    on_send: Any,
    test_id: str,
    title: "rx.Var[str] | str" = "",
    is_disabled: "rx.Var[bool] | bool" = False,
    class_name: str = "btn",
) -> rx.Component:
    """Show a button that sends a form to another handler than the form's own.

    Args:
        *children: What the button says.
        target: The id of the form.
        on_send: Called with texts by the names of the fields.
        test_id: Its hook for tests.
        title: Its hint.
        is_disabled: Whether it cannot be pressed now.
        class_name: Its classes.
    """
    return SendForm.create(
        *children,
        target=target,
        on_send=on_send,
        test_id=test_id,
        title=title,
        is_disabled=is_disabled,
        class_name=class_name,
    )
