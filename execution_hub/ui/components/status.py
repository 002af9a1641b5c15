"""A status as icon, word and colour; never one of them alone."""

from typing import Any

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import t, t_one_of

_ICONS = {
    Status.PENDING: "clock",
    Status.RUNNING: "spinner",
    Status.WAITING: "hand",
    Status.SUCCEEDED: "check",
    Status.FAILED: "cross",
    Status.CANCELLED: "square",
}
STATUS_KEYS = {status.value: f"status.{status.value}" for status in Status}
TYPE_KEYS = {"agent_test": "type.agent_test", "workflow": "type.workflow"}
PHASE_KEYS = {name: f"phase.{name}" for name in ("queued", "waiting", "writing", "done")}


def status_word(status: rx.Var[str]) -> rx.Var[str]:
    """Return a status in the language of the page."""
    return t_one_of(status, STATUS_KEYS, status)


def phase_word(phase: rx.Var[str]) -> rx.Var[str]:
    """Return the phase of a running execution in the language of the page."""
    return t_one_of(phase, PHASE_KEYS, phase)


def type_word(execution_type: rx.Var[str]) -> rx.Var[str]:
    """Return the type of an execution in the language of the page."""
    return t_one_of(execution_type, TYPE_KEYS, execution_type)


def status_icon(status: rx.Var[str]) -> rx.Component:
    """Draw the icon of a status; a running one spins."""
    drawn = ((status_.value, icon(name)) for status_, name in _ICONS.items() if status_ is not Status.RUNNING)
    return rx.match(status, *drawn, icon("spinner", class_name="i spin"))  # type: ignore[no-any-return]


def status_tile(status: rx.Var[str]) -> rx.Component:
    """Show a status as the square at the head of a row, its word as hint and for a screen reader."""
    word = status_word(status)
    return rx.el.span(status_icon(status), rx.el.span(word, class_name="sr"), class_name=f"st s-{status}", title=word)


def status_badge(status: rx.Var[str], detail: Any = None, **props: Any) -> rx.Component:
    """Show a status as a pill: icon, word, and more about it.

    Args:
        status: The status.
        detail: What follows the word: a phase, a place in the queue.
        **props: Further props, such as `data_testid`.
    """
    more = (rx.el.span("·", aria_hidden=True), rx.el.span(detail)) if detail is not None else ()
    return rx.el.span(
        status_icon(status),
        rx.el.span(status_word(status)),
        *more,
        class_name=f"badge s-{status}",
        data_status=status,
        **props,
    )


def type_tag(execution_type: rx.Var[str]) -> rx.Component:
    """Show the type of an execution as a small tag."""
    return rx.el.span(type_word(execution_type), class_name="tag")


def simulated_tag() -> rx.Component:
    """Say plainly that the offline model answers."""
    return rx.el.span(t("label.simulated"), class_name="tag simulated", title=t("label.simulated_hint"))
