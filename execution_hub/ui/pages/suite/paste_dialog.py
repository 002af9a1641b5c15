"""The dialog that makes cases of pasted rows and of files, with a preview of what they make."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.pasting import pasted_text, text_of_file
from execution_hub.ui.pages.suite.paste_state import PasteState
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.ui.text import t, tn

_KINDS = ".csv,.tsv,.txt,.jsonl,.ndjson,.json,.yaml,.yml,text/csv,text/tab-separated-values,text/plain"


def paste_dialog() -> rx.Component:
    """Hold the dialog, and open it when rows are pasted onto the page, or a file is dropped there."""
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
        pasted_text(PasteState.paste, PasteState.fill),
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
            rx.el.p(
                t("Or drop a file, or choose one: CSV, JSON Lines, or a configuration of promptfoo."),
                class_name="muted",
            ),
            rx.cond(PasteState.file_name != "", rx.el.p(icon("upload"), " ", PasteState.file_name, dir="auto")),
            rx.cond(PasteState.is_open, field),
            rx.cond(PasteState.is_configuration, _judge()),
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
                    rx.el.span(t("Choose a file")),
                    on_file=PasteState.fill,
                    kinds=_KINDS,
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


def _judge() -> rx.Component:
    """Choose who judges: a configuration names a model, and here that is an agent."""
    return rx.el.label(
        rx.el.span(t("Who judges what a model is to grade"), class_name="field-label"),
        rx.el.select(
            rx.el.option(t("Nobody: such checks are left out"), value=""),
            rx.foreach(SuiteState.judges, lambda each: rx.el.option(each.label, value=each.value, dir="auto")),
            value=PasteState.judge,
            on_change=PasteState.choose_judge,
            class_name="input select",
            data_testid="paste-judge",
        ),
        class_name="run-choice",
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
        rx.cond(PasteState.unmapped_count > 0, _unmapped()),
        rx.el.p(PasteState.problem, class_name="problem", role="alert"),
        class_name="paste-preview",
        role="status",
    )


def _unmapped() -> rx.Component:
    """List what of a file makes nothing, or means something else here."""
    return rx.el.section(
        _told(
            tn(
                "{n} thing of the file has no place here, or means something else:",
                "{n} things of the file have no place here, or mean something else:",
                PasteState.unmapped_count,
            )
        ),
        rx.el.div(
            rx.el.ul(
                rx.foreach(
                    PasteState.unmapped,
                    lambda each: rx.el.li(
                        rx.el.code(each[0], dir="auto"),
                        " ",
                        rx.el.span(each[1], dir="auto"),
                        data_testid="paste-unmapped",
                    ),
                )
            ),
            class_name="paste-unmapped",
            tab_index=0,
            role="region",
            aria_label=t("What has no place here"),
        ),
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
