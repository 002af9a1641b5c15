"""How a choice looks that offers only the first of many: its options, and what narrows them."""

from typing import Any

import reflex as rx

from execution_hub.ui.text import t


def offered(state: Any) -> rx.Component:
    """Return the options of a select.

    Args:
        state: A State with Offers.
    """
    # Each under its own key: narrowed, the chosen one stays the one that the browser shows.
    return rx.foreach(
        state.offers, lambda offer: rx.el.option(offer.label, value=offer.value, dir="auto", key=offer.value)
    )


def narrowed(state: Any, select: rx.Component) -> rx.Component:
    """Show a select, and beside it what narrows its options where there are more than it offers.

    Args:
        state: A State with Offers.
        select: The select.
    """
    return rx.fragment(
        select,
        rx.cond(
            state.has_more_offers | (state.offers_word != ""),
            rx.el.input(
                type="search",
                default_value=state.offers_word,
                placeholder=t("Narrow the choice"),
                aria_label=t("Narrow the choice"),
                on_change=state.narrow_offers.debounce(250),
                class_name="input narrow",
                data_testid="narrow",
            ),
        ),
    )
