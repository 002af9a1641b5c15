"""The way through a list of executions without going back to it."""

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.components.icons import icon_path
from execution_hub.ui.text import t

Trail = browser_component("trail.jsx", "Trail", words=dict[str, str], icons=dict[str, str])
TrailNotes = browser_component("trail.jsx", "TrailNotes")


def trail() -> rx.Component:
    """Show the way to what comes before and after in the list that this execution was opened from, if any."""
    words = {
        "before": t("Previous of the list"),
        "after": t("Next of the list"),
        "place": t("{number} of {count}", number="{number}", count="{count}"),
        "list": t("In the list it was opened from"),
    }
    icons = {name: icon_path(name) for name in ("chevron_left", "chevron_right")}
    return Trail.create(words=rx.Var.create(words), icons=icons)


def trail_notes() -> rx.Component:
    """Note which list an execution is opened from."""
    return TrailNotes.create()
