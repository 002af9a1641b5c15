"""A dialog that the State opens and closes."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event

Dialog = browser_component("dialog.jsx", "Dialog", is_open=bool, on_close=event())


def dialog(
    *children: Any, is_open: rx.Var[bool], on_close: Any, class_name: rx.Var[str] | str = "", **props: Any
) -> rx.Component:
    """Show a dialog above the page while it is open.

    Args:
        *children: Its content.
        is_open: Whether it is.
        on_close: Called when the person or the page has closed it.
        class_name: More classes.
        **props: Further props of the `dialog`, such as `aria_label`.
    """
    # Props that are none of its own go through as attributes.
    attributes = props.pop("custom_attrs", {}) | {
        name.replace("_", "-"): props.pop(name) for name in list(props) if name.startswith(("aria_", "data_"))
    }
    return Dialog.create(
        *children,
        is_open=is_open,
        on_close=on_close,
        class_name=f"dialog {class_name}".strip(),
        custom_attrs=attributes,
        **props,
    )
