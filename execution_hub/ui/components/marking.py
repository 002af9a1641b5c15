"""Saying of an execution whether it is right, and making a case of it: buttons, tags and the two dialogs."""

from typing import Any

import reflex as rx

from execution_hub.domain.suite import NAME_MAX
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.icons import icon
from execution_hub.ui.marking import (
    MARK_FIELD,
    NAME_FIELD,
    NOTE_FIELD,
    NOTE_MAX,
    SUITE_FIELD,
    MarkState,
    PinState,
)
from execution_hub.ui.text import t, tn
from execution_hub.views.pin import NEW, SuiteOffer


def mark_tag(mark: rx.Var[str], note: "rx.Var[str] | str" = "") -> rx.Component:
    """Show what a person said of an execution, as a small tag; nothing where nobody said anything.

    Args:
        mark: `right`, `wrong`, or empty.
        note: Why, as its hint.
    """
    return rx.cond(
        mark != "",
        rx.el.span(
            rx.cond(mark == "right", icon("check"), icon("cross")),
            rx.cond(mark == "right", t("Right"), t("Wrong")),
            class_name=f"tag mark of-{mark}",
            title=note,
            data_testid="mark-tag",
            data_mark=mark,
        ),
    )


def mark_buttons(
    execution_id: rx.Var[int], mark: rx.Var[str], note: rx.Var[str], *, is_off: "rx.Var[bool] | bool" = False
) -> rx.Component:
    """Show the two buttons that mark an execution, and what leads to a note.

    Args:
        execution_id: Which one.
        mark: How it is marked; empty for not.
        note: What was said to it.
        is_off: Whether it cannot be marked yet.
    """
    return rx.el.div(
        _toggle(execution_id, mark, "right", "check", t("Right"), is_off),
        _toggle(execution_id, mark, "wrong", "cross", t("Wrong"), is_off),
        button(
            rx.cond(note != "", t("Note"), t("Add a note")),
            icon="edit",
            kind="quiet",
            class_name="small",
            title=note,
            disabled=is_off,
            on_click=MarkState.open_dialog(execution_id),
            aria_haspopup="dialog",
            custom_attrs={"data-act": "mark"},
            data_testid="mark-open",
        ),
        class_name="mark-buttons",
        role="group",
        aria_label=t("Is it right?"),
    )


def _toggle(
    execution_id: rx.Var[int], mark: rx.Var[str], value: str, icon_name: str, label: Any, is_off: Any
) -> rx.Component:
    return button(
        label,
        icon=icon_name,
        class_name=f"small of-{value}",
        aria_pressed=mark == value,
        disabled=is_off,
        needs_hub=True,
        on_click=MarkState.toggle(execution_id, value),
        data_testid=f"mark-{value}",
    )


def pin_button(execution_id: rx.Var[int], *, is_off: "rx.Var[bool] | bool" = False) -> rx.Component:
    """Show the button that makes a case of an execution.

    Args:
        execution_id: Which one.
        is_off: Whether it has yet to end.
    """
    return button(
        t("Pin as a case"),
        icon="pin",
        class_name="small",
        disabled=is_off,
        on_click=PinState.open_dialog(execution_id),
        aria_haspopup="dialog",
        custom_attrs={"data-act": "pin"},
        data_testid="pin",
    )


def marking_dialogs() -> rx.Component:
    """Hold both dialogs, for a page with buttons that open them."""
    return rx.fragment(_mark_dialog(), _pin_dialog())


def _mark_dialog() -> rx.Component:
    """Hold the dialog in which a person says whether an execution is right, and why."""
    return dialog(
        rx.el.form(
            rx.el.h2(t("Is #{id} right?", id=MarkState.execution_id)),
            rx.el.fieldset(
                rx.el.legend(t("Mark"), class_name="sr"),
                _choice("right", t("Right"), "mark-as-right"),
                _choice("wrong", t("Wrong"), "mark-as-wrong"),
                _choice("", t("No mark"), "mark-as-none"),
                class_name="choices three",
            ),
            rx.el.div(
                rx.el.label(t("Note"), html_for=NOTE_FIELD),
                rx.el.textarea(
                    id=NOTE_FIELD,
                    name=NOTE_FIELD,
                    default_value=MarkState.note,
                    rows="4",
                    max_length=NOTE_MAX,
                    placeholder=t("What is right or wrong with it?"),
                    class_name="input area",
                    aria_describedby="mark-problem",
                    data_testid="mark-note",
                ),
                rx.el.p(MarkState.problem, id="mark-problem", class_name="problem", role="alert"),
                class_name="field",
            ),
            rx.el.div(
                button(t("Save"), icon="check", kind="primary", type="submit", data_testid="mark-save"),
                button(t("Not now"), on_click=MarkState.close_dialog),
                class_name="form-actions",
            ),
            on_submit=MarkState.submit,
            no_validate=True,
            key=MarkState.turn,
        ),
        is_open=MarkState.is_open,
        on_close=MarkState.close_dialog,
        class_name="mark-dialog",
        aria_label=t("Mark"),
        data_testid="mark-dialog",
    )


def _choice(value: str, label: Any, test_id: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio", name=MARK_FIELD, value=value, default_checked=MarkState.mark == value, data_testid=test_id
        ),
        rx.el.span(rx.el.b(label)),
        class_name="choice",
    )


def _pin_dialog() -> rx.Component:
    """Hold the dialog that makes a case of an execution, in a suite that is there or a new one."""
    is_new = PinState.chosen == NEW
    return dialog(
        rx.el.form(
            rx.el.h2(t("Pin #{id} as a case", id=PinState.execution_id)),
            rx.el.p(t("Its input becomes the case's, its output the golden answer."), class_name="muted"),
            rx.el.div(
                rx.el.label(t("Suite"), html_for=SUITE_FIELD),
                rx.el.select(
                    rx.foreach(PinState.offers, _offer),
                    rx.el.option(t("A new suite"), value=NEW),
                    id=SUITE_FIELD,
                    name=SUITE_FIELD,
                    value=PinState.chosen,
                    on_change=PinState.choose,
                    class_name="input",
                    data_testid="pin-suite",
                ),
                class_name="field",
            ),
            rx.cond(
                is_new,
                rx.el.div(
                    rx.el.label(t("Its name"), html_for=NAME_FIELD),
                    rx.el.input(
                        id=NAME_FIELD,
                        name=NAME_FIELD,
                        default_value=PinState.name,
                        max_length=NAME_MAX,
                        class_name="input",
                        dir="auto",
                        aria_invalid=PinState.problem != "",
                        aria_describedby="pin-problem",
                        data_testid="pin-name",
                    ),
                    class_name="field",
                ),
            ),
            rx.el.p(PinState.problem, id="pin-problem", class_name="problem", role="alert"),
            rx.el.div(
                button(
                    t("Pin"), icon="pin", kind="primary", type="submit", busy=PinState.is_busy, data_testid="pin-submit"
                ),
                button(t("Not now"), on_click=PinState.close_dialog),
                class_name="form-actions",
            ),
            on_submit=PinState.submit,
            no_validate=True,
            key=PinState.turn,
        ),
        is_open=PinState.is_open,
        on_close=PinState.close_dialog,
        class_name="mark-dialog",
        aria_label=t("Pin as a case"),
        data_testid="pin-dialog",
    )


def _offer(offer: rx.Var[SuiteOffer]) -> rx.Component:
    count = tn("{n} case", "{n} cases", offer.cases)
    return rx.el.option(
        rx.cond(
            offer.tests_it,
            t("{name} · {count} · tests it", name=offer.name, count=count),
            t("{name} · {count}", name=offer.name, count=count),
        ),
        value=offer.value,
        key=offer.value,
    )
