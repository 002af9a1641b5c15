"""What can be done to a row where there is no room beside it: on a phone, and wherever nothing hovers."""

from typing import Any

import reflex as rx

from execution_hub.ui.acting import ActionState
from execution_hub.ui.components.again import again_today_words
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.marking import marking_dialogs
from execution_hub.ui.marking import MarkState, PinState
from execution_hub.ui.pages.dashboard.parts_state import PartsState
from execution_hub.ui.pages.dashboard.row_menu_state import RowMenuState
from execution_hub.ui.text import t


def row_dialogs() -> rx.Component:
    """Hold the dialogs that ask what is to be done to a row."""
    return rx.fragment(marking_dialogs(), _menu())


def _menu() -> rx.Component:
    state = RowMenuState
    number = state.execution_id
    is_unfolded = PartsState.opened.contains(number.to_string())
    return dialog(
        rx.el.h2("#", number, " ", rx.el.span(state.named, dir="auto")),
        rx.cond(
            state.is_run,
            _choice(
                "layers",
                rx.cond(is_unfolded, t("Hide what it has run"), t("Show what it has run")),
                PartsState.toggle(number),
                "menu-unfold",
            ),
        ),
        rx.cond(
            ~state.is_active,
            rx.fragment(
                rx.cond(
                    ~state.is_run,
                    rx.fragment(
                        _choice("mark", t("Mark it right or wrong"), MarkState.open_dialog(number), "menu-mark"),
                        _choice("pin", t("Pin as a case"), PinState.open_dialog(number), "menu-pin"),
                    ),
                ),
                _choice(
                    "again_today",
                    again_today_words(state.execution_type),
                    ActionState.run_again(number, False),
                    "menu-rerun-today",
                    needs_hub=True,
                ),
                _choice("trash", t("Delete"), ActionState.delete(number), "menu-delete", needs_hub=True),
            ),
        ),
        button(t("Not now"), kind="quiet", on_click=state.close),
        is_open=state.is_open,
        on_close=state.close,
        class_name="row-menu",
        aria_label=t("What can be done to #{id}", id=number),
        data_testid="row-menu",
    )


def _choice(icon: str, label: Any, on_click: Any, test_id: str, **props: Any) -> rx.Component:
    return button(label, icon=icon, on_click=[RowMenuState.close, on_click], data_testid=test_id, **props)
