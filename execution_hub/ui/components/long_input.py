"""The limit of a field: a count that appears as it nears, and buttons that wait while it is passed.

All of it in the browser: what is typed is not sent for every key, a long text least of all.
"""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.text import LOCALE, t

Count = browser_component("field_limit.jsx", "Count", target=str, limit=int, words=dict[str, str], locale=str)
Within = browser_component("field_limit.jsx", "Within", target=str, limit=int)


def count(target: str, limit: int) -> rx.Component:
    """Show how long the text of a field is, once its limit is near, and by how much it is over.

    It begins anew with the field only if both are mounted together. Its id is that of the field and `-count`.

    Args:
        target: The id of the field.
        limit: The most characters.
    """
    words = {
        "near": t("{n} / {limit}", n="{n}", limit="{limit}"),
        "over": t("{over} over {limit}", over="{over}", limit="{limit}"),
        "status": t("Over the limit of {limit} characters. Shorten it.", limit="{limit}"),
    }
    return Count.create(target=target, limit=limit, words=words, locale=LOCALE)


def within(target: str, limit: int, *children: Any) -> rx.Component:
    """Disable buttons while the text of a field is over its limit.

    Args:
        target: The id of the field.
        limit: The most characters.
        *children: The buttons.
    """
    return Within.create(*children, target=target, limit=limit)
