"""The title of the browser's tab carries how many run: seen while another tab is in front."""

import reflex as rx

from execution_hub.ui.browser_code import browser_component

Title = browser_component("title.js", "Title", count=int, needs=bool)


def title_count(count: rx.Var[int], needs: rx.Var[bool]) -> rx.Component:
    """Put a count before the page's title.

    Args:
        count: How many run; 0 shows none.
        needs: Whether something waits for a person.
    """
    return Title.create(count=count, needs=needs)
