"""What no server can know: the time that passes, and where somebody reads.

All times read the same clock, the server's, and stand still while the connection is stale: nothing pretends to go on.
"""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.text import LOCALE

Wire = rx.Var[str] | str

Ticker = browser_component("times.jsx", "Ticker", started_at=str, finished_at=str)
Ago = browser_component("times.jsx", "Ago", at=str, locale=str)
Clock = browser_component("times.jsx", "Clock", at=str, locale=str)
Moment = browser_component("times.jsx", "Moment", at=str, locale=str)
DayHeading = browser_component("times.jsx", "DayHeading", at=str, above=str, locale=str)
ServerClock = browser_component("server_clock.js", "ServerClock", server_time=float)
ListHold = browser_component("list_hold.js", "ListHold", on_hold=event(bool))
ListReturn = browser_component("list_return.js", "ListReturn")
OneBeat = browser_component("one_beat.js", "OneBeat")


def ticker(started_at: Wire, finished_at: Wire = "") -> rx.Component:
    """Show how long something has been running, counted in the browser: 0:42, 1:02:03.

    Args:
        started_at: When it began, ISO 8601.
        finished_at: When it ended; empty while it goes on.
    """
    return Ticker.create(started_at=started_at, finished_at=finished_at, class_name="ticker")


def ago(at: Wire) -> rx.Component:
    """Show how long ago something was, with the exact time on hover.

    Args:
        at: When, ISO 8601.
    """
    return Ago.create(at=at, locale=LOCALE, class_name="ago")


def clock(at: Wire) -> rx.Component:
    """Show a time of day in the reader's zone, with the date on hover.

    Args:
        at: When, ISO 8601.
    """
    return Clock.create(at=at, locale=LOCALE, class_name="clock")


def moment(at: Wire) -> rx.Component:
    """Show a day and a time in the reader's zone: Today, 14:03:22.

    Args:
        at: When, ISO 8601.
    """
    return Moment.create(at=at, locale=LOCALE, class_name="clock")


def day_heading(at: Wire, above: Wire) -> rx.Component:
    """Name the day of a row in the reader's zone, if the row above it is of another day: Today, Yesterday, a date.

    Args:
        at: When the row is, ISO 8601.
        above: When the row above it is; empty if there is none.
    """
    return DayHeading.create(at=at, above=above, locale=LOCALE, class_name="day")


def server_clock(server_time: rx.Var[float]) -> rx.Component:
    """Set the page's clock by the server's, so that a wrong clock of this machine shows nowhere.

    Args:
        server_time: The server's time when it was sent, milliseconds since 1970.
    """
    return ServerClock.create(server_time=server_time)


def list_hold(on_hold: Any) -> rx.Component:
    """Tell the server when the pointer or the focus is on the list or it is scrolled, and when no longer.

    Args:
        on_hold: Called with a boolean, when the page opens and when it changes.
    """
    return ListHold.create(on_hold=on_hold)


def list_return() -> rx.Component:
    """Bring who comes back to a list to the row they had opened, at the place where it was."""
    return ListReturn.create()


def one_beat() -> rx.Component:
    """Keep all that moves without end in step: one picture then shows the change of all."""
    return OneBeat.create()
