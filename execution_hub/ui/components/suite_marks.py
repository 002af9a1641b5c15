"""How a run of a suite stands, in one line: icon, word and colour."""

from typing import Any

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.status import status_icon, status_word
from execution_hub.ui.text import t


def run_class(shape: str, run: Any) -> rx.Var[str]:
    """Return the classes of a shape in the colour of a run: its verdict's, or while it has none its status's.

    Args:
        shape: The class of the shape.
        run: A RunMark.
    """
    return rx.match(
        run.verdict,
        ("passed", f"{shape} s-succeeded"),
        ("failed", f"{shape} s-failed"),
        rx.cond((run.id == 0) | (run.status == Status.SUCCEEDED.value), shape, f"{shape} s-{run.status}"),
    )


def run_icon(run: Any) -> rx.Component:
    """Draw the icon of a run."""
    return rx.match(run.verdict, ("passed", icon("check")), ("failed", icon("cross")), status_icon(run.status))


def run_words(run: Any) -> rx.Var[str]:
    """Say how a run stands: its pass rate, how far it is, or its status."""
    is_running = (run.status == Status.RUNNING.value) & (run.cells > 0)
    return rx.cond(
        run.verdict != "",
        t("{rate} % passed", rate=run.rate),
        rx.cond(is_running, t("{done} of {total} done", done=run.done, total=run.cells), status_word(run.status)),
    )


def run_mark(run: Any) -> rx.Component:
    """Show how the last run of a suite stands.

    Args:
        run: A RunMark; that of none says so.
    """
    return rx.cond(
        run.id > 0,
        rx.el.span(
            run_icon(run),
            rx.el.span(run_words(run)),
            ago(run.at),
            class_name=run_class("last-run", run),
            data_testid="suite-last-run",
        ),
        rx.el.span(t("not run yet"), class_name="last-run faint"),
    )


def outcome_mark(outcome: Any, words: Any) -> rx.Component:
    """Show what came of a case.

    Args:
        outcome: `passed`, `failed` or `error`.
        words: What stands beside the icon.
    """
    return rx.el.span(
        rx.match(outcome, ("passed", icon("check")), ("failed", icon("cross")), icon("warning")),
        rx.el.span(words),
        class_name=rx.match(
            outcome, ("passed", "outcome s-succeeded"), ("failed", "outcome s-failed"), "outcome s-cancelled"
        ),
    )
