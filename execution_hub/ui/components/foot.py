"""The foot of every page: what was done a moment ago, with the way to take it back, and what is selected."""

from typing import Any

import reflex as rx

from execution_hub.ui.acting import ActionState
from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.components.buttons import button, icon_button, link_button
from execution_hub.ui.components.connection import refused
from execution_hub.ui.components.icons import icon
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t

TakesFocus = browser_component("takes_focus.jsx", "TakesFocus", turn=float)
Countdown = browser_component("times.jsx", "Countdown", until=float, on_over=event(float))


def countdown(until: rx.Var[float] | float, on_over: Any, class_name: str = "countdown") -> rx.Component:
    """Show how many seconds are left.

    Args:
        until: When it is over, milliseconds since 1970 by the server's clock.
        on_over: Called with `until` once it is.
        class_name: Its style.
    """
    return Countdown.create(until=until, on_over=on_over, class_name=class_name)


def foot(*bars: rx.Component) -> rx.Component:
    """Show the lines that go by themselves, and under them what the page adds.

    Args:
        *bars: Bars of the page, each shown or not by itself.
    """
    return rx.el.div(
        # Always there, so that a screen reader announces what appears in it.
        rx.el.div(_told(), _undo(), class_name="foot-lines", role="status"),
        refused(),
        *bars,
        class_name="page-foot",
    )


def _told() -> rx.Component:
    told = ActionState.told
    return rx.cond(
        told.text != "",
        rx.el.div(
            rx.cond(told.is_problem, icon("warning"), icon("again")),
            rx.el.span(told.text),
            rx.cond(
                told.opens > 0,
                link_button(
                    t("Open #{id}", id=told.opens),
                    execution_path(told.opens),
                    class_name="small",
                    on_click=ActionState.close_told,
                    data_testid="told-open",
                ),
            ),
            icon_button("cross", t("Close"), on_click=ActionState.close_told),
            countdown(told.until, ActionState.forget_told, "sr"),
            class_name=rx.cond(told.is_problem, "footline is-problem", "footline"),
            data_testid="told",
        ),
    )


def _undo() -> rx.Component:
    undo = ActionState.undo
    return rx.cond(
        undo.text != "",
        TakesFocus.create(
            icon("trash"),
            rx.el.span(undo.text),
            button(
                rx.fragment(t("Undo"), " ", countdown(undo.until, ActionState.forget_undo)),
                icon="undo",
                class_name="small",
                on_click=ActionState.take_back,
                data_testid="undo",
            ),
            turn=undo.until,
            class_name="footline",
            custom_attrs={"data-testid": "undo-notice"},
        ),
    )
