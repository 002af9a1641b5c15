"""Why an execution failed, or why its answer is not whole, in words a person can act on."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.card import notice
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.status import cut_words
from execution_hub.ui.text import error_text, t, t_one_of
from execution_hub.words.by_value import LIMITS


def error_notice(facts: Any, error: Any) -> rx.Component:
    """Show what went wrong, the whole of it; nothing if nothing did.

    Args:
        facts: An ExecutionView.
        error: The error's own message, whole.
    """
    words = error_text(facts.error_code, error)
    return rx.cond(
        (facts.status == "failed") & (error != ""),
        rx.el.div(
            icon("warning"),
            rx.el.div(
                rx.el.p(words, dir="auto"),
                # In Chinese the words are those of the code; what exactly was said stands below.
                rx.cond(words != error, rx.el.p(error, class_name="exact", dir="auto"), rx.fragment()),
            ),
            class_name="notice bad error-text",
            role="alert",
        ),
        rx.fragment(),
    )


def limit_notice(facts: Any) -> rx.Component:
    """Say which limit had an agent that acts end; nothing if none had.

    Args:
        facts: An ExecutionView.
    """
    words = t_one_of(facts.limit, LIMITS, facts.limit)
    return rx.cond(
        facts.limit != "", notice(words, kind="limit", icon="cut", data_testid="limit-notice"), rx.fragment()
    )


def stop_notice(facts: Any) -> rx.Component:
    """Say which limit cut an answer, and what would be right; nothing if it is whole, or failed for it.

    Args:
        facts: An ExecutionView.
    """
    # That of a workflow was made of answers of which one was cut.
    words = rx.cond(
        facts.total > 0,
        t("Made from an answer that was cut: the marked step says where."),
        cut_words(facts.stop_reason, facts.max_tokens_text),
    )
    return rx.cond(facts.is_cut, notice(words, kind="warn", icon="cut", data_testid="cut-notice"), rx.fragment())
