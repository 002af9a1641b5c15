"""Why an execution failed, or why its answer is not whole, in words a person can act on."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.card import notice
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import error_text, t


def error_notice(facts: Any, error: Any) -> rx.Component:
    """Show what went wrong, the whole of it; nothing if nothing did.

    Args:
        facts: An ExecutionFacts.
        error: The error's own message, whole.
    """
    words = error_text(facts.error_code, error)
    return rx.cond(
        (facts.status == "failed") & (error != ""),
        rx.el.div(
            icon("warning"),
            rx.el.div(
                rx.el.p(words),
                # In Chinese the words are those of the code; what exactly was said stands below.
                rx.cond(words != error, rx.el.p(error, class_name="exact"), rx.fragment()),
            ),
            class_name="notice bad error-text",
            role="alert",
        ),
        rx.fragment(),
    )


def stop_notice(facts: Any) -> rx.Component:
    """Say that an answer was cut by its limit, or refused; nothing if it is whole.

    Args:
        facts: An ExecutionFacts.
    """
    return rx.match(
        facts.stop_reason,
        ("max_tokens", notice(t("execution.cut", n=facts.max_tokens_text), kind="warn", icon="warning")),
        (
            "refusal",
            rx.cond(
                facts.status == "failed",
                rx.fragment(),
                notice(t("execution.refused"), kind="warn", icon="warning"),
            ),
        ),
        rx.fragment(),
    )
