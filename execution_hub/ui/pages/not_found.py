"""What an address that leads nowhere shows."""

import reflex as rx

from execution_hub.ui.components.buttons import link_button
from execution_hub.ui.components.card import empty_state
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.views.addresses import DASHBOARD


def not_found_page() -> rx.Component:
    """Say that there is nothing, and lead back."""
    return page_frame(
        t("There is no such page"),
        empty_state(
            "search",
            t("There is no such page"),
            t("The address may be mistyped, or what it showed is gone."),
            link_button(t("Go to the dashboard"), DASHBOARD, kind="primary"),
        ),
        active="",
    )
