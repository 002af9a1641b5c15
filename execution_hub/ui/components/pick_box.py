"""A box that selects a row; it shows its mark at once, whatever the way to the server takes."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event

PickBox = browser_component("pick_box.jsx", "PickBox", is_picked=bool, on_pick=event(bool, bool))


def pick_box(label: rx.Var[str] | str, *, is_picked: rx.Var[bool] | bool, on_pick: Any) -> rx.Component:
    """Show the box.

    Args:
        label: What it selects, for a screen reader.
        is_picked: Whether that is selected.
        on_pick: Called with whether it is to be, and whether with all between it and the one before (Shift).
    """
    return PickBox.create(
        is_picked=is_picked,
        on_pick=on_pick,
        class_name="pick-box",
        custom_attrs={"aria-label": label, "data-testid": "row-pick"},
    )
