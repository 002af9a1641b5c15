"""Charts of how many were started, how long they took and what they used, drawn in the browser by recharts."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event

# The version that Reflex's own charts use.
RECHARTS = "recharts@3.10.1"

TrendCharts = browser_component(
    "charts/card.jsx",
    "TrendCharts",
    packages=[RECHARTS],
    charts=Any,
    opened=str,
    span=str,
    is_failed=bool,
    words=dict[str, str],
    locale=str,
    on_look=event(str, int),
    on_look_away=event(),
    on_toggle=event(bool),
    on_span=event(str),
)


def trend_charts(**props: Any) -> rx.Component:
    """Show the charts of a span; what draws them is loaded once they are open.

    Args:
        **props: `charts` (see views/charts.py), `opened` and `span` as the browser keeps them, `is_failed`, `words`,
            `locale`, and what is called when somebody looks, looks away, opens or closes them, or chooses a span.
    """
    return TrendCharts.create(**props)
