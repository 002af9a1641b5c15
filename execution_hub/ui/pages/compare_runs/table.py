"""The cases of two runs, regressions first; each opens its outputs and checks beside each other."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import card, skeleton
from execution_hub.ui.components.comparison import outputs
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.verdicts import outcome
from execution_hub.ui.pages.compare_runs.state import CompareRunsState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t, t_one_of
from execution_hub.words.by_comparison import TURNS
from execution_hub.words.of_suites import CHECKS, OUTCOMES

_TONES = {
    "regression": ("warning", "s-failed"),
    "fixed": ("check", "s-succeeded"),
    "still_failing": ("cross", "s-cancelled"),
    "still_passing": ("check", "s-pending"),
}
_COLUMNS = 6


def turns_card() -> rx.Component:
    """Show the table of cases."""
    state = CompareRunsState
    return card(
        rx.el.div(
            rx.foreach(state.counts, _chip), class_name="turn-chips", role="group", aria_label=t("How cases went")
        ),
        rx.el.div(
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(t("Case"), scope="col"),
                        rx.el.th(t("Change"), scope="col"),
                        rx.el.th("#", state.first, scope="col"),
                        rx.el.th("#", state.second, scope="col"),
                        rx.el.th(t("Cost"), scope="col", class_name="of-more"),
                        rx.el.th(t("Time"), scope="col", class_name="of-more"),
                    )
                ),
                rx.el.tbody(rx.foreach(state.rows, _row)),
                class_name="turn-table",
            ),
            class_name="table-scroll",
            tab_index=0,
            role="region",
            aria_label=t("Cases"),
        ),
        rx.cond(
            state.has_more,
            rx.el.div(button(t("Show more"), on_click=state.show_more, data_testid="turns-more"), class_name="more"),
        ),
        title=t("Cases"),
        data_testid="compare-turns",
    )


def _chip(count: Any) -> rx.Component:
    is_on = CompareRunsState.turn == count[0]
    return rx.el.button(
        t_one_of(count[0], TURNS, count[0]),
        rx.el.b(count[1], class_name="num"),
        type="button",
        class_name=rx.cond(is_on, "chip on", "chip"),
        aria_pressed=is_on,
        on_click=CompareRunsState.show(count[0]),
        data_testid="turn-chip",
        data_turn=count[0],
    )


def _turn(turn: Any) -> rx.Component:
    drawn = ((name, icon(look)) for name, (look, _) in _TONES.items())
    tones = ((name, f"outcome turn-word {tone}") for name, (_, tone) in _TONES.items())
    return rx.el.span(
        rx.match(turn, *drawn, icon("minus")),
        rx.el.span(t_one_of(turn, TURNS, turn)),
        class_name=rx.match(turn, *tones, "outcome turn-word s-pending"),
    )


def _row(row: Any) -> rx.Component:
    is_open = CompareRunsState.opened == row.key
    return rx.fragment(
        rx.el.tr(
            rx.el.th(
                rx.el.button(
                    icon("chevron_right", class_name=rx.cond(is_open, "i turned", "i")),
                    rx.el.span(row.case, dir="auto"),
                    type="button",
                    class_name="turn-open",
                    aria_expanded=is_open,
                    on_click=CompareRunsState.toggle(row.key),
                    data_testid="turn-open",
                ),
                rx.cond(row.target != "", rx.el.span(row.target, class_name="faint turn-target", dir="auto")),
                rx.cond(row.is_changed, rx.el.span(t("case changed"), class_name="tag")),
                rx.cond(row.is_flaky, rx.el.span(t("flaky"), class_name="tag cut")),
                scope="row",
            ),
            rx.el.td(_turn(row.turn)),
            rx.el.td(outcome(row.first)),
            rx.el.td(outcome(row.second)),
            rx.el.td(row.cost_more, class_name="num of-more"),
            rx.el.td(row.seconds_more, class_name="num of-more"),
            class_name=rx.cond(is_open, "is-open", ""),
            data_testid="turn-row",
            data_turn=row.turn,
        ),
        rx.cond(is_open, rx.el.tr(rx.el.td(_detail(row), col_span=_COLUMNS), class_name="turn-detail")),
        key=row.key,
    )


def _detail(row: Any) -> rx.Component:
    state = CompareRunsState
    alone = rx.cond(row.first_id > 0, row.first_id, row.second_id)
    return rx.el.div(
        rx.cond(
            state.items.length() > 0,
            rx.el.div(outputs(state), class_name="compare"),
            rx.cond(
                (row.first_id > 0) & (row.second_id > 0),
                rx.cond(
                    state.row_problem != "",
                    rx.el.p(state.row_problem, class_name="problem", role="alert"),
                    rx.el.div(skeleton("100%", "60px"), class_name="skeleton-lines"),
                ),
                rx.cond(
                    alone > 0,
                    rx.el.p(page_link(t("Open its execution"), " #", alone, href=execution_path(alone))),
                    rx.el.p(t("It was not run."), class_name="muted"),
                ),
            ),
        ),
        rx.cond(
            state.checks.length() > 0,
            rx.el.table(
                rx.el.caption(t("Checks"), class_name="sr"),
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(t("Check"), scope="col"),
                        rx.el.th("#", state.first, scope="col"),
                        rx.el.th("#", state.second, scope="col"),
                    )
                ),
                rx.el.tbody(rx.foreach(state.checks, _check)),
                class_name="turn-checks",
            ),
        ),
        data_testid="turn-detail",
    )


def _check(check: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.cond(check.is_not, rx.el.em(t("not:"), " ")),
            t_one_of(check.type, CHECKS, check.type),
            rx.cond(check.wanted != "", rx.fragment(" ", rx.el.code(check.wanted, dir="auto"))),
            rx.cond(check.is_changed, rx.el.span(t("changed"), class_name="tag cut")),
            scope="row",
        ),
        rx.el.td(_looked_at(check.first, check.first_reason)),
        rx.el.td(_looked_at(check.second, check.second_reason)),
    )


def _looked_at(value: Any, reason: Any) -> rx.Component:
    return rx.cond(
        value != "",
        rx.fragment(
            rx.el.span(
                rx.match(value, ("passed", icon("check")), ("failed", icon("cross")), icon("warning")),
                rx.el.span(t_one_of(value, OUTCOMES, value)),
                class_name=rx.match(
                    value,
                    ("passed", "outcome s-succeeded"),
                    ("failed", "outcome s-failed"),
                    "outcome s-cancelled",
                ),
            ),
            rx.el.span(reason, class_name="check-reason", dir="auto"),
        ),
        "–",
    )
