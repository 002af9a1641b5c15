"""How long it may still take: from what the like usually took, counted in the browser; no history, no guess."""

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.components.browser import Wire
from execution_hub.ui.text import t

TimeBar = browser_component("time_left.jsx", "TimeBar", clock_from=str, usual_ms=int)
TimeLeft = browser_component(
    "time_left.jsx", "TimeLeft", clock_from=str, usual_ms=int, slow_ms=int, left=str, soon=str, slow=str
)


def time_left(clock_from: Wire, usual_ms: "rx.Var[int] | int", slow_ms: "rx.Var[int] | int") -> rx.Component:
    """Show about how long something still takes, that it ends soon, or that it is slower than usual.

    Args:
        clock_from: When it would have started if it had run without a pause, ISO 8601.
        usual_ms: The median of the like, milliseconds; 0 shows nothing.
        slow_ms: Their 95th percentile, milliseconds.
    """
    return TimeLeft.create(
        clock_from=clock_from,
        usual_ms=usual_ms,
        slow_ms=slow_ms,
        left=t("about {time} left", time="{time}"),
        soon=t("ends soon"),
        slow=t("slower than usual"),
        class_name="time-left",
    )


def time_bar(clock_from: Wire, usual_ms: "rx.Var[int] | int") -> rx.Component:
    """Show how much of the usual time has passed; arguments as for `time_left`."""
    return TimeBar.create(clock_from=clock_from, usual_ms=usual_ms, class_name="pb")
