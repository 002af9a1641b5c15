"""How fresh the page is: live, polling, or stale since hh:mm. Only the browser can know."""

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.text import t

Connection = browser_component(
    "connection.jsx", "Connection", live=str, polling=str, stale=str, connecting=str, behind=str
)
ConnectionWord = browser_component("connection.jsx", "ConnectionWord", live=str, polling=str, stale=str)
LastSeen = browser_component("connection.jsx", "LastSeen", text=str)
Refused = browser_component("connection.jsx", "Refused", words=str)


def connection() -> rx.Component:
    """Show how fresh the page is; also sets `data-connection` on the document, which stops every clock when stale."""
    return Connection.create(
        live=t("Live"),
        polling=t("Polling"),
        stale=t("Stale since {time}", time="{time}"),
        connecting=t("Connecting"),
        behind=t("{n} s behind", n="{n}"),
    )


def connection_word() -> rx.Component:
    """Say by which way this page hears from the hub, as a plain word."""
    return ConnectionWord.create(live=t("Live, by websocket"), polling=t("Live, by polling"), stale=t("Not connected"))


def last_seen() -> rx.Component:
    """Say when something running was last heard of, while the page is stale; what follows it is hidden then."""
    return LastSeen.create(text=t("last seen {time}", time="{time}"), class_name="last-seen")


def refused() -> rx.Component:
    """Say for a moment that what was pressed has not reached the hub, and that it will not do so later either."""
    return Refused.create(
        words=t("The hub cannot be reached: nothing was done, and nothing starts later. Press again when it is back.")
    )
