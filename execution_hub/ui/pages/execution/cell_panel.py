"""One cell of a suite's run, over the side of the page: its checks, its answer, and what the golden one says."""

from typing import Any

import reflex as rx

from execution_hub.domain import difference
from execution_hub.ui.components.buttons import icon_button, page_link
from execution_hub.ui.components.card import notice, skeleton
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.differences import piece
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.marking import mark_buttons, pin_button
from execution_hub.ui.components.matrix import CELL_ICONS
from execution_hub.ui.pages.execution.cell_state import CellState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t, t_one_of
from execution_hub.views.cell import CheckView
from execution_hub.views.matrix import CellState as Shown
from execution_hub.words.of_runs import CELLS
from execution_hub.words.of_suites import CHECKS

_OUTCOMES = (Shown.PASSED, Shown.FAILED, Shown.ERROR)


def cell_panel() -> rx.Component:
    """Hold the panel of the cell that is open."""
    cell = CellState.cell
    return dialog(
        rx.cond(
            CellState.problem != "",
            notice(CellState.problem, kind="bad", icon="warning", role="alert"),
        ),
        rx.cond(
            (cell.number == CellState.opened) & (cell.number >= 0),
            rx.el.div(_head(), _facts(), _checks(), _texts(), class_name="cell-body"),
            rx.el.div(
                rx.el.header(rx.el.h2(skeleton("180px", "20px")), _close(), class_name="panel-head"),
                skeleton(),
                skeleton("80%"),
                skeleton("100%", "120px"),
                class_name="cell-body",
            ),
        ),
        is_open=CellState.is_open,
        on_close=CellState.close_cell,
        class_name="cell-panel",
        aria_label=t("Cell"),
        data_testid="cell-panel",
        data_number=cell.number.to_string(),
        data_outcome=cell.outcome,
    )


def _close() -> rx.Component:
    return icon_button("cross", t("Close"), on_click=CellState.close_cell, data_testid="cell-close")


def outcome_badge(outcome: rx.Var[str]) -> rx.Component:
    """Show what came of a cell: icon, word and colour."""
    return rx.el.span(
        rx.match(
            outcome,
            *((each.value, icon(CELL_ICONS[each])) for each in _OUTCOMES),
            icon("clock"),
        ),
        rx.el.span(t_one_of(outcome, CELLS, t("to come"))),
        class_name=f"badge outcome of-{outcome}",
        data_testid="cell-outcome",
        data_outcome=outcome,
    )


def _head() -> rx.Component:
    cell = CellState.cell
    return rx.el.header(
        rx.el.div(
            rx.el.h2(cell.case, dir="auto", tab_index=-1, custom_attrs={"data-begin": "true"}),
            rx.el.p(
                rx.el.span(cell.target, dir="auto"),
                rx.cond(cell.model != "", rx.fragment(" · ", rx.el.code(cell.model))),
                rx.cond(cell.repeat > 0, rx.fragment(" · ", t("repeat {n}", n=cell.repeat))),
                class_name="muted",
            ),
        ),
        outcome_badge(cell.outcome),
        _close(),
        class_name="panel-head",
    )


def _facts() -> rx.Component:
    cell = CellState.cell
    return rx.cond(
        cell.execution_id > 0,
        rx.el.div(
            page_link(
                t("Execution #{id}", id=cell.execution_id),
                href=execution_path(cell.execution_id),
                class_name="btn small",
                data_testid="cell-execution",
            ),
            rx.cond(cell.took_text != "", rx.el.span(cell.took_text, class_name="num muted")),
            rx.cond(cell.cost_text != "", rx.el.span(cell.cost_text, class_name="num muted")),
            rx.el.span(class_name="sp"),
            rx.cond(
                cell.outcome != "",
                rx.fragment(mark_buttons(cell.execution_id, cell.mark, cell.note), pin_button(cell.execution_id)),
            ),
            class_name="cell-facts",
        ),
        rx.el.p(t("This cell has not begun."), class_name="muted"),
    )


def _checks() -> rx.Component:
    cell = CellState.cell
    return rx.fragment(
        rx.cond(
            cell.error != "",
            rx.el.p(icon("warning"), rx.el.span(cell.error, dir="auto"), class_name="call-error cell-error"),
        ),
        rx.cond(cell.checks.length() > 0, check_list(cell.checks)),
        rx.cond(
            (cell.checks.length() == 0) & (cell.outcome == "passed"),
            rx.el.p(t("It has no checks: its execution succeeded, and that is enough."), class_name="muted"),
        ),
        rx.cond(
            cell.note != "",
            rx.el.p(icon("edit"), rx.el.span(cell.note, dir="auto"), class_name="cell-note", data_testid="mark-said"),
        ),
    )


def check_list(checks: Any) -> rx.Component:
    """Show what came of each check, and why.

    Args:
        checks: A list of CheckView.
    """
    return rx.el.ul(rx.foreach(checks, _check), class_name="check-list", aria_label=t("Checks"))


def _check(check: rx.Var[CheckView]) -> rx.Component:
    word = rx.cond(check.outcome == "error", t("could not be looked at"), t_one_of(check.outcome, CELLS))
    return rx.el.li(
        rx.match(
            check.outcome,
            *((each.value, icon(CELL_ICONS[each])) for each in _OUTCOMES),
            icon("clock"),
        ),
        rx.el.div(
            rx.el.p(
                rx.cond(check.is_not, rx.el.em(t("not:"), " ")),
                rx.el.b(t_one_of(check.type, CHECKS, check.type)),
                rx.cond(check.wanted != "", rx.el.code(check.wanted, class_name="check-wanted", dir="auto")),
                rx.el.span(word, class_name="check-word"),
                rx.cond(
                    check.weight_text != "", rx.el.span(t("weight {n}", n=check.weight_text), class_name="tag num")
                ),
            ),
            rx.el.p(check.reason, class_name="muted", dir="auto"),
            rx.cond(
                check.judge_id > 0,
                page_link(
                    t("What the judge said: #{id}", id=check.judge_id),
                    href=execution_path(check.judge_id),
                    data_testid="cell-judge",
                ),
            ),
        ),
        class_name=f"check of-{check.outcome}",
        data_testid="cell-check",
        data_outcome=check.outcome,
    )


def _texts() -> rx.Component:
    cell = CellState.cell
    return rx.fragment(
        rx.cond(
            cell.pieces.length() > 0,
            rx.el.section(
                rx.el.h3(t("Beside the golden answer")),
                rx.el.p(rx.el.del_(t("only golden")), " ", rx.el.ins(t("only this answer")), class_name="diff-legend"),
                rx.el.pre(
                    rx.foreach(cell.pieces, _piece),
                    class_name="raw diff",
                    dir="auto",
                    tab_index=0,
                    role="group",
                    aria_label=t("Beside the golden answer"),
                    data_testid="cell-diff",
                ),
            ),
        ),
        rx.cond(
            (cell.execution_id > 0) & (cell.output != ""),
            _text(t("Output"), cell.output, "cell-output", cell.is_output_cut),
        ),
        rx.cond(
            cell.has_golden,
            rx.cond(
                (cell.pieces.length() == 0) & (cell.output != ""),
                rx.el.p(icon("check"), t("It is the golden answer, word by word."), class_name="cell-same"),
                rx.el.details(
                    rx.el.summary(t("Golden answer")),
                    rx.el.pre(cell.golden, class_name="raw", dir="auto", tab_index=0, role="region"),
                    class_name="fold",
                ),
            ),
        ),
        _text(t("Input"), cell.input, "cell-input", cell.is_input_cut),
    )


def _piece(each: rx.Var[difference.Piece]) -> rx.Component:
    return piece(each.kind, each.text, each.text)


def _text(title: rx.Var[str], text: rx.Var[str], test_id: str, is_cut: rx.Var[bool]) -> rx.Component:
    return rx.el.section(
        rx.el.h3(title),
        rx.el.pre(
            text,
            class_name="raw",
            dir="auto",
            tab_index=0,
            role="region",
            aria_label=title,
            data_testid=test_id,
        ),
        rx.cond(is_cut, rx.el.p(t("Cut here. The whole is on the page of its execution."), class_name="muted")),
    )
