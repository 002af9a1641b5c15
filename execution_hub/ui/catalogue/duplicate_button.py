"""The buttons that make a second one of an agent or a workflow."""

from typing import Any

import reflex as rx

from execution_hub.ui.catalogue.duplicating import DuplicateState
from execution_hub.ui.components.buttons import button, icon_button
from execution_hub.ui.text import t


def duplicate_tool(catalogue: str, item: Any) -> rx.Component:
    """Show the small button on the card of an item.

    Args:
        catalogue: Where the hub keeps it: `agents` or `workflows`.
        item: It has an `id` and a `name`.
    """
    return icon_button(
        "copy",
        t("Duplicate {name}", name=item.name),
        on_click=DuplicateState.duplicate(catalogue, item.id),
        disabled=DuplicateState.is_busy,
        data_testid="duplicate",
    )


def duplicate_button(catalogue: str, object_id: rx.Var[int], *, is_dirty: rx.Var[bool]) -> rx.Component:
    """Show the button on the page of an item; what is not saved would not come along, so it is saved first.

    Args:
        catalogue: Where the hub keeps it: `agents` or `workflows`.
        object_id: Its id.
        is_dirty: Whether the page holds changes that are not saved.
    """
    return button(
        t("Duplicate"),
        icon="copy",
        busy=DuplicateState.is_busy,
        disabled=is_dirty | (object_id == 0),
        title=rx.cond(is_dirty, t("Save your changes first"), ""),
        on_click=DuplicateState.duplicate(catalogue, object_id),
        data_testid="duplicate",
    )
