"""What an execution is doing right now."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import clock, ticker
from execution_hub.ui.components.status import CALLING, HELD, phase_word, status_badge
from execution_hub.ui.live import LiveState
from execution_hub.ui.text import t


def execution_badge(facts: Any) -> rx.Component:
    """Show the status of an execution, with its step or its phase while it runs.

    Args:
        facts: An ExecutionView.
    """
    return rx.cond(
        facts.status == "running",
        status_badge(facts.status, doing_words(facts), data_testid="execution-status"),
        rx.cond(
            facts.is_cut,
            status_badge(facts.status, t("cut"), is_cut=True, data_testid="execution-status"),
            status_badge(facts.status, data_testid="execution-status"),
        ),
    )


def doing_words(facts: Any) -> rx.Var[str]:
    """Return what a running execution does: step n of m, or its phase.

    Args:
        facts: An ExecutionView.
    """
    return rx.cond(
        facts.suite_id > 0,
        t("{done} of {total} cells", done=facts.done, total=facts.total),
        rx.cond(
            facts.total > 0, t("Step {done} of {total}", done=facts.step, total=facts.total), phase_word(facts.phase)
        ),
    )


def waiting_words(facts: Any) -> rx.Var[str]:
    """Return what an execution without output waits for.

    Args:
        facts: An ExecutionView.
    """
    return rx.cond(
        facts.status == "pending",
        rx.cond(
            LiveState.is_queue_paused,
            t("The queue is paused: it starts once that is resumed."),
            t("It starts as soon as a slot is free."),
        ),
        rx.cond(
            facts.phase == "retrying",
            t("The provider could not answer. It is asked again in a moment."),
            rx.cond(
                facts.status == "waiting",
                t("It waits for a person's answer."),
                rx.cond(
                    facts.phase.startswith(CALLING),
                    phase_word(facts.phase),
                    rx.cond(
                        facts.phase.startswith(HELD),
                        t("Waiting for the provider's limit until"),
                        t("Waiting for the first words"),
                    ),
                ),
            ),
        ),
    )


def held_until(facts: Any) -> rx.Component:
    """Show until when an execution waits for the limit of its provider, after the words that say so.

    Args:
        facts: An ExecutionView.
    """
    until = facts.phase.replace(HELD, "")
    return rx.cond(facts.phase.startswith(HELD), rx.fragment(" ", clock(until)), rx.fragment())


def time_taken(facts: Any) -> rx.Component:
    """Show how long an execution has been running, ticking, or how long it took.

    Args:
        facts: An ExecutionView.
    """
    return rx.cond(
        facts.duration_text != "",
        rx.el.span(facts.duration_text),
        rx.cond(facts.status == "running", ticker(facts.clock_from), rx.el.span(t("–"))),
    )
