"""What an execution is doing right now."""

import reflex as rx

from execution_hub.ui.components.status import phase_word, status_badge
from execution_hub.ui.text import t


def execution_badge(facts: rx.Var) -> rx.Component:
    """Show the status of an execution, with its phase while it runs.

    Args:
        facts: An ExecutionFacts.
    """
    return rx.cond(
        facts.status == "running",
        status_badge(facts.status, phase_word(facts.phase), data_testid="execution-status"),
        status_badge(facts.status, data_testid="execution-status"),
    )


def waiting_words(facts: rx.Var) -> rx.Var[str]:
    """Return what an execution without output waits for.

    Args:
        facts: An ExecutionFacts.
    """
    return rx.cond(facts.status == "pending", t("execution.queued"), t("execution.waiting"))
