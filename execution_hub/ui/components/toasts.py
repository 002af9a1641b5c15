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
    shown=list[int],
    words=dict[str, str],
)


def toasts(running: rx.Var[Any], waiting: rx.Var[Any], ended: rx.Var[Any], shown: Any) -> rx.Component:
    """Tell what changes among what runs, waits for a person and has just ended.

    Args:
        running, waiting, ended: ExecutionRows.
        shown: Ids of those that the page shows itself: of them it needs no notice.
    """
    words = {
        "running": t("started"),
        "waiting": t("needs you"),
        "succeeded": t("succeeded"),
        "failed": t("failed"),
        "cancelled": t("cancelled"),
        "cut": t("ended, its answer is cut"),
        "many": t("{n} {status}", n="{n}", status="{status}"),
        "more": t("{n} or more {status}", n="{n}", status="{status}"),
        "open": t("Open"),
        "label": t("Notices"),
    }
    return Toasts.create(running=running, waiting=waiting, ended=ended, shown=shown, words=rx.Var.create(words))
