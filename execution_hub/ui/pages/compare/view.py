"""How the page of a comparison looks."""

import reflex as rx

from execution_hub.ui.components.buttons import link_button, page_link
from execution_hub.ui.components.card import card, empty_state, skeleton
from execution_hub.ui.components.comparison import comparison, marking
from execution_hub.ui.pages.compare.state import CompareState
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.views.addresses import DASHBOARD


def compare_page() -> rx.Component:
    """Show the executions that the address names beside each other."""
    return page_frame(
        t("Compare"),
        rx.cond(
            CompareState.problem != "",
            card(
                empty_state(
                    "compare",
                    t("Nothing to compare"),
                    CompareState.problem,
                    link_button(t("Show the history"), DASHBOARD, icon="activity", kind="primary"),
                )
            ),
            rx.cond(
                CompareState.items.length() > 0,
                comparison(CompareState),
                card(rx.el.div(*(skeleton("100%", "34px") for _ in range(6)), class_name="skeleton-lines")),
            ),
        ),
        active=DASHBOARD,
        crumbs=page_link(t("Executions"), href=DASHBOARD),
        actions=rx.cond(CompareState.items.length() > 0, marking(CompareState)),
    )
