"""The queue: that it is paused, and the switch for it."""

from typing import Any

import reflex as rx

from execution_hub.ui.acting import ActionState
from execution_hub.ui.components.icons import icon
from execution_hub.ui.live import LiveState
from execution_hub.ui.text import t


def queue_badge() -> rx.Component:
    """Say on every page that the queue is paused; nothing while it is not."""
    return rx.el.span(
        rx.cond(
            LiveState.is_queue_paused,
            rx.el.span(
                icon("pause"),
                t("Queue paused"),
                class_name="badge s-cancelled",
                title=t("Nothing new starts until the queue is resumed. What runs goes on."),
                data_testid="queue-paused",
            ),
        ),
        class_name="queue-badge",
        role="status",
    )


def queue_notice() -> rx.Component:
    """Say where executions are started that the queue is paused, with the way to resume it; nothing while it is not."""
    return rx.el.div(
        rx.cond(
            LiveState.is_queue_paused,
            rx.el.div(
                icon("pause"),
                rx.el.span(t("The queue is paused: what you start here waits until it is resumed.")),
                queue_switch(class_name="small"),
                class_name="notice warn queue-notice",
                data_testid="queue-notice",
            ),
        ),
        role="status",
    )


def started_words(is_held: rx.Var[bool], otherwise: rx.Var[str]) -> rx.Var[str]:
    """Return what to say of an execution that was started: with the queue paused, that it waits for that.

    Args:
        is_held: Whether the queue was paused when it was started.
        otherwise: What to say if not, or once the queue was resumed.
    """
    return rx.cond(is_held & LiveState.is_queue_paused, t("Stored. It starts once the queue is resumed."), otherwise)


def queue_switch(class_name: str = "", **props: Any) -> rx.Component:
    """Show the button that pauses the queue, or resumes it.

    Args:
        class_name: More classes.
        **props: Further props of the `button`.
    """
    is_paused = LiveState.is_queue_paused
    label = rx.cond(is_paused, t("Resume the queue"), t("Pause the queue"))
    return rx.el.button(
        rx.cond(is_paused, rx.fragment(icon("play"), rx.el.span(t("Resume"))), icon("pause")),
        type="button",
        class_name=f"btn quiet queue-switch {class_name}".strip(),
        aria_label=label,
        aria_pressed=is_paused,
        title=label,
        on_click=ActionState.pause_queue(~is_paused),
        **props,
    )
