"""The title of the browser's tab: what the page shows, and how many run, seen while another tab is in front."""

import reflex as rx

from execution_hub.ui.browser_code import browser_component

Title = browser_component("title.js", "Title", name=str, count=int, needs=bool)


def tab_title(name: rx.Var[str] | str, count: rx.Var[int], needs: rx.Var[bool]) -> rx.Component:
    """Set the title of the tab, with a count before it.

    Args:
        name: What the page shows; empty while nobody knows that.
        count: How many run; 0 shows none.
        needs: Whether something waits for a person.
    """
    return Title.create(name=name, count=count, needs=needs)
