"""The dialog that makes cases of pasted rows, with a preview of what they make."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.pasting import pasted_text, text_of_file
from execution_hub.ui.pages.suite.paste_state import PasteState
from execution_hub.ui.text import t, tn


def paste_dialog() -> rx.Component:
    """Hold the dialog, and open it when rows are pasted onto the page."""
    field = rx.el.textarea(
        id="paste-text",
        default_value=PasteState.text,
        on_change=PasteState.read.debounce(250),
        placeholder=t("Name, tab, input"),
        aria_label=t("Rows of a spreadsheet"),
        rows="8",
        dir="auto",
        spell_check=False,
        auto_focus=True,
        class_name="input area code",
        key=PasteState.text_key,
        data_testid="paste-text",
    )
    return rx.fragment(
        pasted_text(PasteState.paste),
        dialog(
            rx.el.h2(t("Paste cases")),
            rx.el.p(
                t(
                    "Copy rows in your spreadsheet and paste them: one column is the input; of more, the name, the "
                    "input, the golden answer, tags. A first row with names such as input, name, golden, tags, "
                    "variables, contains or tool_called says which column is which."
                ),
                class_name="muted",
            ),
            rx.cond(PasteState.is_open, field),
            _preview(),
            rx.el.div(
                button(
                    tn("Add {n} case", "Add {n} cases", PasteState.count),
                    icon="plus",
                    kind="primary",
                    disabled=PasteState.count == 0,
                    on_click=PasteState.take,
                    data_testid="paste-take",
                ),
                text_of_file(
                    icon("upload"),
                    rx.el.span(t("Choose a CSV file")),
                    on_text=PasteState.fill,
                    test_id="paste-file",
                ),
                button(t("Cancel"), kind="quiet", on_click=PasteState.close),
                class_name="form-actions",
            ),
            is_open=PasteState.is_open,
            on_close=PasteState.close,
            class_name="paste-dialog",
            aria_label=t("Paste cases"),
            data_testid="paste-dialog",
        ),
    )


def _preview() -> rx.Component:
    return rx.el.div(
        rx.cond(
            PasteState.count > 0,
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(t("Name"), scope="col"),
                        rx.el.th(t("Input"), scope="col"),
                        rx.el.th(t("Checks"), scope="col"),
                    )
                ),
                rx.el.tbody(rx.foreach(PasteState.rows, _row)),
                class_name="paste-rows",
            ),
        ),
        rx.cond(
            PasteState.left_out > 0,
            _told(
                tn(
                    "{n} row has no input: it is left out.",
                    "{n} rows have no input: they are left out.",
                    PasteState.left_out,
                )
            ),
        ),
        rx.cond(
            PasteState.beyond > 0,
            _told(
                tn(
                    "{n} row is more than a suite may have cases: it is left out.",
                    "{n} rows are more than a suite may have cases: they are left out.",
                    PasteState.beyond,
                )
            ),
        ),
        rx.cond(PasteState.unknown != "", _told(t("Columns that are left out: {names}", names=PasteState.unknown))),
        rx.el.p(PasteState.problem, class_name="problem", role="alert"),
        class_name="paste-preview",
        role="status",
    )


def _told(words: rx.Var[str]) -> rx.Component:
    return rx.el.p(icon("warning"), rx.el.span(words, dir="auto"), class_name="paste-told")


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.cond(row.name != "", row.name, rx.el.span(t("by its words"), class_name="faint")), dir="auto"),
        rx.el.td(row.input, dir="auto"),
        rx.el.td(row.checks),
        data_testid="paste-row",
    )
