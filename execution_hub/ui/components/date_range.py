"""A span of days, in the reader's own time zone."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.text import t

DateRange = browser_component(
    "date_range.jsx",
    "DateRange",
    since=str,
    until=str,
    label=str,
    from_label=str,
    to_label=str,
    today_label=str,
    yesterday_label=str,
    on_range=event(str, str),
)


def date_range(since: rx.Var[str] | str, until: rx.Var[str] | str, on_range: Any) -> rx.Component:
    """Let the reader choose today, yesterday, or a first and a last day; either of these may be left open.

    Args:
        since: When the span begins, ISO 8601; empty if it is open.
        until: When it ends, itself not within; empty if it is open.
        on_range: Called with both once they have been changed.
    """
    return DateRange.create(
        since=since,
        until=until,
        label=t("Dates"),
        from_label=t("From"),
        to_label=t("To"),
        today_label=t("Today"),
        yesterday_label=t("Yesterday"),
        on_range=on_range,
    )
