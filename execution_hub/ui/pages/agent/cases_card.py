"""The cases of an agent: a table of inputs by batches, what adds and changes them, and what runs them all."""

from typing import Any

import reflex as rx

from execution_hub.domain.agent import NAME_MAX
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.status import Status
from execution_hub.ui.components.browser import ago, ticker
from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import card, notice, skeleton
from execution_hub.ui.components.case_buttons import case_buttons
from execution_hub.ui.components.comparison import comparison, marking
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.long_input import count, within
from execution_hub.ui.components.status import phase_word, status_tile, tone_class
from execution_hub.ui.components.submit_area import SubmitArea
from execution_hub.ui.pages.agent.cases_state import INPUT_FIELD, NAME_FIELD, TEXT_FIELD, CasesState
from execution_hub.ui.pages.agent.state import AgentState
from execution_hub.ui.pages.compare.state import CompareState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import error_text, t, tn
from execution_hub.views.cases import BatchColumn, CaseRow, Cell


def cases_card() -> rx.Component:
    """Show the inputs of an agent beside the answers of its last batches."""
    has_cases = CasesState.rows.length() > 0
    return card(
        rx.cond(CasesState.problem != "", notice(CasesState.problem, kind="bad", icon="warning", role="alert")),
        rx.cond(
            CasesState.is_loaded,
            rx.cond(has_cases, _table(), rx.el.p(_teaching(), class_name="muted cases-none")),
            rx.el.div(*(skeleton("100%", "34px") for _ in range(3)), class_name="skeleton-lines"),
        ),
        _add_form(),
        _case_dialog(),
        _compare_dialog(),
        title=t("Inputs side by side"),
        aside=rx.cond(has_cases, _actions()),
        class_name="cases-card",
    )


def _teaching() -> rx.Var[str]:
    return t(
        "Add the inputs you try again and again. One click answers them all; after a change of the prompt, the new "
        "answers stand beside these."
    )


def _actions() -> rx.Component:
    rows, newest = CasesState.rows, CasesState.newest
    return rx.el.div(
        rx.cond(
            newest.stoppable.length() > 0,
            button(
                t("Stop all"),
                icon="square",
                kind="danger",
                class_name="small",
                on_click=CasesState.stop_all,
                data_testid="cases-stop",
            ),
        ),
        button(
            t("Run all {n}", n=rows.length()),
            icon="play",
            kind="primary",
            class_name="small",
            busy=CasesState.submitting,
            on_click=CasesState.run_all,
            title=t("Ctrl + Shift + Enter"),
            data_act="run-all",
            data_testid="cases-run",
        ),
        class_name="cases-actions",
    )


def _table() -> rx.Component:
    newest = CasesState.newest
    return rx.el.div(
        rx.el.table(
            rx.el.caption(t("Inputs, and what each batch answered"), class_name="sr"),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th(t("Input"), scope="col", class_name="case-name"),
                    rx.cond(newest.id > 0, _head(newest)),
                    rx.foreach(CasesState.older, _head),
                )
            ),
            rx.el.tbody(rx.foreach(CasesState.rows, _row)),
            class_name="cases",
        ),
        class_name="cases-scroll",
        tab_index=0,
        role="region",
        aria_label=t("Inputs, and what each batch answered"),
    )


def _head(column: rx.Var[BatchColumn]) -> rx.Component:
    return rx.el.th(
        rx.el.div(
            rx.cond(
                column.version > 0,
                rx.el.b(t("Version {n}", n=column.version)),
                rx.el.b(t("Unsaved"), title=t("Values that were on screen and not saved."), class_name="unsaved"),
            ),
            rx.el.span(ago(column.created_at), class_name="faint"),
            class_name="batch-name",
        ),
        rx.el.div(
            rx.el.span(
                t("{n} of {total} succeeded", n=column.succeeded, total=column.total),
                class_name=rx.cond(column.ended > column.succeeded, "some-bad", ""),
            ),
            rx.cond(column.duration_text, rx.el.span(column.duration_text)),
            rx.cond(column.tokens_text, rx.el.span(tn("{n} token", "{n} tokens", column.tokens_text))),
            rx.cond(column.cost_text, rx.el.span(column.cost_text)),
            class_name="batch-figures num",
        ),
        scope="col",
        key=column.id,
        data_testid="batch-head",
        data_batch_id=column.id.to_string(),
    )


def _row(case: rx.Var[CaseRow], place: rx.Var[int]) -> rx.Component:
    newest: Any = CasesState.newest
    return rx.el.tr(
        rx.el.th(
            rx.el.button(
                rx.cond(case.is_named, rx.el.b(case.name, dir="auto")),
                rx.el.span(case.input, class_name=rx.cond(case.is_named, "faint", "case-input"), dir="auto"),
                type="button",
                title=t("Change {name}", name=case.name),
                class_name="case-open",
                on_click=CasesState.edit(place + 1),
                aria_haspopup="dialog",
                data_testid="case-edit",
            ),
            _compare(newest.cells[place]),
            scope="row",
            class_name="case-name",
        ),
        rx.cond(newest.id > 0, _cell(newest.cells[place])),
        rx.foreach(CasesState.older, lambda column: _cell(column.cells[place])),
        key=case.name,
        data_testid="case-row",
    )


def _compare(cell: rx.Var[Cell]) -> rx.Component:
    return rx.cond(
        (CasesState.newest.id > 0) & (cell.before_id > 0),
        button(
            t("Compare"),
            icon="compare",
            kind="quiet",
            class_name="case-compare",
            on_click=CompareState.open([cell.before_id, cell.id]),
            aria_haspopup="dialog",
            data_testid="case-compare",
        ),
    )


def _cell(cell: rx.Var[Cell]) -> rx.Component:
    is_running = cell.status == Status.RUNNING.value
    return rx.el.td(
        rx.cond(
            cell.id > 0,
            page_link(
                rx.el.span(
                    status_tile(cell.status, cell.is_cut),
                    rx.el.span("#", cell.id),
                    rx.cond(is_running, ticker(cell.clock_from), rx.el.span(cell.duration_text)),
                    rx.cond(cell.tokens_text, rx.el.span(tn("{n} token", "{n} tokens", cell.tokens_text))),
                    class_name="cell-head num",
                ),
                rx.el.span(
                    rx.cond(
                        cell.text,
                        rx.cond(cell.status == Status.FAILED.value, error_text(cell.error_code, cell.text), cell.text),
                        rx.cond(is_running, phase_word(cell.phase), ""),
                    ),
                    rx.cond(is_running & (cell.text != ""), rx.el.span(class_name="caret", aria_hidden=True)),
                    class_name="cell-text",
                    dir="auto",
                ),
                href=execution_path(cell.id),
                # What is not saved is not to be left for a look at an answer.
                target=rx.cond(AgentState.is_dirty, "_blank", "_self"),
                class_name=tone_class("cell", cell.status, cell.is_cut),
                data_testid="case-cell",
                data_status=cell.status,
                data_execution_id=cell.id.to_string(),
            ),
            rx.el.span("–", class_name="faint", title=t("Not run in this batch.")),
        ),
        key=cell.id,
    )


def _add_form() -> rx.Component:
    return rx.el.form(
        rx.el.label(t("Inputs to add"), html_for=INPUT_FIELD, class_name="sr"),
        SubmitArea.create(
            id=INPUT_FIELD,
            name=INPUT_FIELD,
            placeholder=t("Type an input, or paste several lines"),
            rows="2",
            class_name="input area",
            aria_invalid=CasesState.add_problem != "",
            aria_describedby=f"cases-problem {INPUT_FIELD}-count",
            data_testid=INPUT_FIELD,
        ),
        rx.el.div(
            rx.el.p(CasesState.add_problem, id="cases-problem", class_name="problem", role="alert"),
            count(INPUT_FIELD, INPUT_MAX),
            case_buttons(INPUT_FIELD, CasesState.is_storing),
            class_name="form-actions",
        ),
        on_submit=CasesState.add,
        no_validate=True,
        class_name="cases-add",
    )


def _case_dialog() -> rx.Component:
    return dialog(
        rx.el.form(
            rx.el.h2(t("Input {n}", n=CasesState.editing)),
            _field(
                NAME_FIELD,
                t("Name"),
                rx.el.input(
                    id=NAME_FIELD,
                    name=NAME_FIELD,
                    default_value=CasesState.edited_name,
                    max_length=NAME_MAX,
                    auto_complete="off",
                    class_name="input",
                    data_testid=NAME_FIELD,
                ),
            ),
            _field(
                TEXT_FIELD,
                t("Input"),
                SubmitArea.create(
                    id=TEXT_FIELD,
                    name=TEXT_FIELD,
                    default_value=CasesState.edited_input,
                    rows="8",
                    class_name="input area",
                    data_testid=TEXT_FIELD,
                ),
                count(TEXT_FIELD, INPUT_MAX),
            ),
            rx.el.p(CasesState.case_problem, class_name="problem", role="alert"),
            rx.el.div(
                within(TEXT_FIELD, INPUT_MAX, button(t("Save"), icon="check", kind="primary", type="submit")),
                button(t("Not now"), on_click=CasesState.close),
                rx.el.span(class_name="sp"),
                button(
                    t("Take out"),
                    icon="trash",
                    kind="danger",
                    on_click=CasesState.take_out,
                    data_testid="case-remove",
                ),
                class_name="form-actions",
            ),
            on_submit=CasesState.save,
            no_validate=True,
            key=CasesState.editing,
        ),
        is_open=CasesState.editing > 0,
        on_close=CasesState.close,
        class_name="rerun-dialog",
        aria_label=t("Change an input"),
        data_testid="case-dialog",
    )


def _compare_dialog() -> rx.Component:
    return dialog(
        rx.el.header(
            rx.el.h2(t("Compare")),
            rx.el.span(class_name="sp"),
            marking(CompareState),
            page_link(t("Open as a page"), href=CompareState.path, target="_blank", class_name="btn quiet"),
            button(t("Close"), on_click=CompareState.close, data_testid="compare-close"),
            class_name="compare-head",
        ),
        rx.cond(CompareState.problem != "", notice(CompareState.problem, kind="bad", icon="warning", role="alert")),
        rx.cond(CompareState.items.length() > 0, comparison(CompareState)),
        is_open=CompareState.is_open,
        on_close=CompareState.close,
        class_name="compare-dialog",
        aria_label=t("Compare"),
        data_testid="compare-dialog",
    )


def _field(name: str, label: rx.Var[str], *children: Any) -> rx.Component:
    return rx.el.div(rx.el.label(label, html_for=name), *children, class_name="field")
