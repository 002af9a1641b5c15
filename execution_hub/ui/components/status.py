"""A status as icon, word and colour; never one of them alone."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.runners.port import ExecutionType
from execution_hub.runners.registry import execution_types
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import t, t_one_of
from execution_hub.words.by_value import PHASES, STATUSES
from execution_hub.words.of_runs import VERDICTS

CALLING, HELD = "calling ", "held "
_ICONS = {
    Status.PENDING: "clock",
    Status.RUNNING: "spinner",
    Status.WAITING: "hand",
    Status.SUCCEEDED: "check",
    Status.FAILED: "cross",
    Status.CANCELLED: "square",
}


def status_word(status: rx.Var[str]) -> rx.Var[str]:
    """Return a status in the language of the page."""
    return t_one_of(status, STATUSES, status)


def status_words() -> dict[str, rx.Var[str]]:
    """Return all statuses in the language of the page, for what the browser draws."""
    return {status.value: t(STATUSES[status.value]) for status in Status}


def phase_word(phase: rx.Var[str]) -> rx.Var[str]:
    """Return the phase of a running execution in the language of the page."""
    # Those that name something: `calling time__get_current_time`, `held 2026-11-26T18:40:05Z`.
    is_calling, tool = phase.startswith(CALLING), phase.replace(CALLING, "")
    held = PHASES["held"]
    other = rx.cond(phase.startswith(HELD), t(held), t_one_of(phase, PHASES, phase))
    called: rx.Var[str] = rx.cond(is_calling, t("Calling {tool}", tool=tool), other)
    return called


def type_word(execution_type: rx.Var[str]) -> rx.Var[str]:
    """Return the type of an execution in the language of the page."""
    return type_case(execution_type, lambda kind: kind.one)


def type_case(execution_type: rx.Var[str], words: Callable[[ExecutionType], str]) -> rx.Var[str]:
    """Return words of the type of an execution in the language of the page; of one that is gone, its name.

    Args:
        execution_type: Its name.
        words: Returns which of them.
    """
    known = ((name, type_words(words(kind))) for name, kind in execution_types().items())
    return rx.match(execution_type, *known, execution_type)


def type_words(words: str) -> rx.Var[str]:
    """Return what an execution type calls itself; words no catalogue has are the same everywhere."""
    return t(words)


def status_icon(status: rx.Var[str]) -> rx.Component:
    """Draw the icon of a status; a running one spins."""
    drawn = ((status_.value, icon(name)) for status_, name in _ICONS.items() if status_ is not Status.RUNNING)
    return rx.match(status, *drawn, icon("spinner", class_name="i spin"))


def status_tile(status: rx.Var[str], is_cut: rx.Var[bool] | bool = False) -> rx.Component:
    """Show a status as the square at the head of a row, its word as hint and for a screen reader.

    Args:
        status: The status.
        is_cut: Whether it succeeded with an answer that a limit cut.
    """
    word = ended_word(status, is_cut)
    return rx.el.span(
        ended_icon(status, is_cut),
        rx.el.span(word, class_name="sr"),
        class_name=tone_class("st", status, is_cut),
        title=word,
    )


def status_badge(
    status: rx.Var[str], detail: Any = None, is_cut: rx.Var[bool] | bool = False, **props: Any
) -> rx.Component:
    """Show a status as a pill: icon, word, and more about it.

    Args:
        status: The status.
        detail: What follows the word: a phase, a place in the queue.
        is_cut: Whether it succeeded with an answer that a limit cut.
        **props: Further props, such as `data_testid`.
    """
    more = (rx.el.span("·", aria_hidden=True), rx.el.span(detail)) if detail is not None else ()
    return rx.el.span(
        ended_icon(status, is_cut),
        rx.el.span(status_word(status)),
        *more,
        class_name=tone_class("badge", status, is_cut),
        data_status=status,
        **props,
    )


def ended_icon(status: rx.Var[str], is_cut: rx.Var[bool] | bool) -> rx.Component:
    """Draw the icon of a status; what succeeded with a cut answer does not look like a whole one."""
    return rx.cond(is_cut, icon("cut"), status_icon(status))


def ended_word(status: rx.Var[str], is_cut: rx.Var[bool] | bool) -> rx.Var[str]:
    """Return a status in the language of the page, and that the answer is cut where it is."""
    word = status_word(status)
    return rx.cond(is_cut, t("{status}, cut", status=word), word)


def ended_words(shown: Any) -> rx.Var[str]:
    """Return how an execution ended, and at which of its steps it failed or was stopped: those after it were not done.

    Args:
        shown: An ExecutionView or an ExecutionRow.
    """
    word, place = ended_word(shown.status, shown.is_cut), {"step": shown.step, "total": shown.total}
    failed = rx.cond(
        shown.error_code == "rejected",
        t("Rejected at step {step} of {total}", **place),
        t("Failed at step {step} of {total}", **place),
    )
    return rx.cond(
        shown.total > 0,
        rx.match(
            shown.status,
            (Status.FAILED.value, failed),
            (Status.CANCELLED.value, t("Stopped at step {step} of {total}", **place)),
            word,
        ),
        word,
    )


def tone_class(shape: str, status: rx.Var[str], is_cut: rx.Var[bool] | bool) -> rx.Var[str]:
    """Return the classes of a shape in the colour of a status; `is-cut` has a colour of its own."""
    return rx.cond(is_cut, f"{shape} s-{status} is-cut", f"{shape} s-{status}")


def cut_tag(reason: rx.Var[str]) -> rx.Component:
    """Say that an answer is cut, as a small tag; why stands in its hint."""
    return rx.el.span(t("cut"), class_name="tag cut", title=cut_words(reason, rx.Var.create("")), data_testid="cut-tag")


def verdict_tag(row: Any) -> rx.Component:
    """Say what a suite's run came to, as a small tag: icon, word and how many passed.

    Args:
        row: An ExecutionRow with a verdict.
    """
    return rx.el.span(
        rx.match(row.verdict, ("passed", icon("check")), ("failed", icon("cross")), icon("clock")),
        t_one_of(row.verdict, VERDICTS),
        class_name=f"tag verdict-tag of-{row.verdict}",
        title=t("{n} of {m} cells passed", n=row.passed, m=row.cells),
        data_testid="verdict-tag",
    )


def cut_words(reason: rx.Var[str], limit: rx.Var[str]) -> rx.Var[str]:
    """Say which limit cut an answer, and what would be right.

    Args:
        reason: The stop reason.
        limit: The agent's max_tokens, for a person; empty where it is not known.
    """
    return rx.match(
        reason,
        (
            "max_tokens",
            rx.cond(
                limit != "",
                t("Cut at max_tokens {n}: raise the agent's limit.", n=limit),
                t("Cut at the agent's max_tokens: raise its limit."),
            ),
        ),
        (
            "model_context_window_exceeded",
            t("Cut where the model's context window was full: shorten the input or the prompt."),
        ),
        (
            "max_output_bytes",
            t(
                "The output was cut at the most this hub keeps of one "
                "(HUB_OUTPUT_MAX_BYTES). Ask for less, or raise it."
            ),
        ),
        ("pause_turn", t("Cut because the model paused too often: ask for less.")),
        ("unknown", t("Maybe not whole: the provider did not say why it stopped.")),
        t("Maybe not whole: the provider stopped for a reason this hub does not know ({reason}).", reason=reason),
    )


def type_tag(execution_type: rx.Var[str]) -> rx.Component:
    """Show the type of an execution as a small tag."""
    return rx.el.span(type_word(execution_type), class_name="tag")


def simulated_tag() -> rx.Component:
    """Say plainly that the offline model answers."""
    return rx.el.span(t("simulated"), class_name="tag simulated", title=t("Answered by the built-in offline model"))


def version_tag(version: Any, is_unsaved: Any) -> rx.Component:
    """Tell which saved version of its agent an agent test ran, or that it ran unsaved changes.

    Args:
        version: Its number; 0 if there is none, or nobody knows.
        is_unsaved: Whether it ran what was not saved.
    """
    return rx.cond(
        version > 0,
        rx.el.span(t("version {n}", n=version), class_name="tag", data_testid="ran-version"),
        rx.cond(is_unsaved, rx.el.span(t("unsaved changes"), class_name="tag unsaved", data_testid="ran-version")),
    )
