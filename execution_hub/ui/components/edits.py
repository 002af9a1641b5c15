"""What only the browser knows of a form: whether somebody has typed into it, and when they come back to it."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event

Edits = browser_component("edits.jsx", "Edits", is_dirty=bool, on_dirty=event(bool), on_edits=event(dict))
Returns = browser_component("edits.jsx", "Returns", on_return=event())


def edits(is_dirty: rx.Var[bool], on_dirty: Any, on_edits: Any = None) -> rx.Component:
    """Tell whether the form around it holds something else than it began with, whenever that becomes another answer.

    Args:
        is_dirty: What the server believes.
        on_dirty: Called with the answer.
        on_edits: Called with what the edited fields hold, by name: a moment after a key, and before anything is
            pressed or sent; None to send texts only with the form.
    """
    told = {} if on_edits is None else {"on_edits": on_edits}
    return Edits.create(is_dirty=is_dirty, on_dirty=on_dirty, **told)


def returns(on_return: Any) -> rx.Component:
    """Call the server when somebody comes back to this window or tab.

    Args:
        on_return: Called each time.
    """
    return Returns.create(on_return=on_return)
