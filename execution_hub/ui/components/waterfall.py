"""The steps of an execution in time: one line each, placed and grown in the browser."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.components.steps import step_icons, step_words
from execution_hub.ui.text import t
from execution_hub.views.graph import WaterfallBar
from execution_hub.words.by_value import CALL_STATUSES

Waterfall = browser_component(
    "waterfall.jsx",
    "Waterfall",
    bars=list[WaterfallBar],
    calls=list[WaterfallBar],
    calls_of=str,
    selected=str,
    words=dict[str, str],
    icons=dict[str, str],
    on_select=event(str),
)


def waterfall(
    bars: rx.Var[list[WaterfallBar]] | list[WaterfallBar],
    *,
    on_select: Any,
    selected: rx.Var[str] | str,
    calls: rx.Var[list[WaterfallBar]] | list[WaterfallBar],
    calls_of: rx.Var[str] | str = "",
) -> rx.Component:
    """Show when each step waited, ran and ended, as bars over one span of time; each line is a button.

    Args:
        bars: The steps, in the order of their lines.
        on_select: Called with the key of the step that was pressed.
        selected: The key of the step that is marked; empty for none.
        calls: The turns and calls of one agent, which are no buttons.
        calls_of: The step under which they stand; empty where they stand alone.
    """
    words = {
        **step_words(),
        **{name: t(CALL_STATUSES[name]) for name in ("denied", "unknown")},
        "label": t("When each step ran"),
        "person": t("waited for a person"),
        "cut": t("cut"),
        "turn": t("Turn {n}", n="{n}"),
    }
    return Waterfall.create(
        bars=bars,
        calls=calls,
        calls_of=calls_of,
        selected=selected,
        on_select=on_select,
        words=words,
        icons=step_icons(),
    )
