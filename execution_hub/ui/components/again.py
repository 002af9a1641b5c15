"""Running again: as it ran, or with what the agent or workflow is today."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.status import type_case
from execution_hub.ui.text import t

_MENU = "again-menu"


def again_today_words(execution_type: rx.Var[str]) -> rx.Var[str]:
    """Return what runs an execution again as things are today."""
    return type_case(execution_type, lambda kind: kind.again_today)


def again_menu(count: rx.Var[int], on_choose: Any) -> rx.Component:
    """Show a button that runs several again, and asks which of the two it is to be.

    Args:
        count: How many; it is disabled for none.
        on_choose: Called with whether as they ran.
    """
    # The browser's own popover: it closes by itself, and by Escape.
    return rx.fragment(
        button(
            rx.cond(count > 0, t("Run {n} again", n=count), t("Run again")),
            icon="again",
            class_name="small",
            disabled=count == 0,
            custom_attrs={"popoverTarget": _MENU},
            data_testid="pick-rerun",
        ),
        rx.el.div(
            _choice(t("As they ran"), "again", on_choose(True), "pick-rerun-as-ran"),
            _choice(t("With today's agents and workflows"), "again_today", on_choose(False), "pick-rerun-today"),
            id=_MENU,
            class_name="menu",
            custom_attrs={"popover": "auto"},
        ),
    )


def _choice(label: rx.Var[str], icon: str, on_click: Any, test_id: str) -> rx.Component:
    return button(
        label,
        icon=icon,
        kind="quiet",
        on_click=on_click,
        custom_attrs={"popoverTarget": _MENU, "popoverTargetAction": "hide"},
        data_testid=test_id,
    )
