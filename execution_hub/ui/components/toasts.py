"""Short notices of what began, ended or needs a person, each with the way to it."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.text import t

# The version that Reflex's own toasts use.
SONNER = "sonner@2.0.8"


Toasts = browser_component(
    "toasts.jsx",
    "Toasts",
    packages=[SONNER],
    running=list[Any],
    waiting=list[Any],
    ended=list[Any],
    words=dict[str, str],
)


def toasts(running: rx.Var[Any], waiting: rx.Var[Any], ended: rx.Var[Any]) -> rx.Component:
    """Tell what changes among what runs, waits for a person and has just ended.

    Args:
        running, waiting, ended: ExecutionRows.
    """
    words = {
        "running": t("toast.running"),
        "waiting": t("toast.waiting"),
        "succeeded": t("toast.succeeded"),
        "failed": t("toast.failed"),
        "cancelled": t("toast.cancelled"),
        "cut": t("toast.cut"),
        "many": t("toast.many", n="{n}", status="{status}"),
        "open": t("toast.open"),
        "label": t("toast.label"),
    }
    return Toasts.create(running=running, waiting=waiting, ended=ended, words=rx.Var.create(words))
