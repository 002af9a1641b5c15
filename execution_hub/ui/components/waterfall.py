"""The steps of an execution in time: one line each, placed and grown in the browser."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.components.steps import step_icons, step_words
from execution_hub.ui.text import t
from execution_hub.views.graph import WaterfallBar

Waterfall = browser_component(
    "waterfall.jsx",
    "Waterfall",
    bars=list[WaterfallBar],
    selected=str,
    words=dict[str, str],
    icons=dict[str, str],
    on_select=event(str),
)


def waterfall(bars: rx.Var[list[WaterfallBar]], *, on_select: Any, selected: rx.Var[str] | str) -> rx.Component:
    """Show when each step waited, ran and ended, as bars over one span of time; each line is a button.

    Args:
        bars: The steps, in the order of their lines.
        on_select: Called with the key of the step that was pressed.
        selected: The key of the step that is marked; empty for none.
    """
    words = {**step_words(), "label": t("When each step ran"), "person": t("waited for a person"), "cut": t("cut")}
    return Waterfall.create(bars=bars, selected=selected, on_select=on_select, words=words, icons=step_icons())
