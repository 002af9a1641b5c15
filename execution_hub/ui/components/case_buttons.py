"""The buttons under a field of inputs: as one case, or each line as one of its own."""

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.text import t

EACH_FIELD = "each_line"
EACH = "yes"

CaseButtons = browser_component(
    "case_buttons.jsx", "CaseButtons", target=str, name=str, busy=bool, words=dict[str, str]
)


def case_buttons(target: str, busy: rx.Var[bool]) -> rx.Component:
    """Show the buttons that send the form around them; with several lines in the field there are two.

    The form gets a field `each_line`, which holds `yes` if each line is to be a case of its own.

    Args:
        target: The id of the field.
        busy: Whether what they have sent is being stored.
    """
    words = {
        "add": t("Add input"),
        "one": t("Add as one input"),
        "each": t("Add {n} lines as {n} inputs", n="{n}"),
    }
    return CaseButtons.create(target=target, name=EACH_FIELD, busy=busy, words=words)
