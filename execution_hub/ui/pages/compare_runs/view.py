"""How two runs of a suite look beside each other."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.buttons import icon_button, link_button, page_link
from execution_hub.ui.components.card import card, empty_state, skeleton
from execution_hub.ui.components.suite_charts import suite_charts
from execution_hub.ui.pages.compare_runs.changes import changes_card
from execution_hub.ui.pages.compare_runs.state import CompareRunsState
from execution_hub.ui.pages.compare_runs.summary import summary_card
from execution_hub.ui.pages.compare_runs.table import turns_card
from execution_hub.ui.routes import suite_path
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.views.addresses import SUITES


def compare_runs_page() -> rx.Component:
    """Show two runs of a suite beside each other."""
    state = CompareRunsState
    return page_frame(
        t("Compare runs"),
        rx.cond(
            state.is_loaded,
            rx.cond(
                state.problem != "",
                card(
                    empty_state(
                        "compare",
                        t("Nothing to compare"),
                        state.problem,
                        link_button(t("Show the suites"), SUITES, icon="tasks", kind="primary"),
                    )
                ),
                _compared(),
            ),
            card(rx.el.div(*(skeleton("100%", "34px") for _ in range(6)), class_name="skeleton-lines")),
        ),
        active=SUITES,
        crumbs=rx.fragment(
            page_link(t("Suites"), href=SUITES),
            rx.cond(
                state.name != "",
                rx.fragment(" / ", page_link(state.name, href=suite_path(state.number), dir="auto")),
            ),
        ),
    )


def _compared() -> rx.Component:
    state = CompareRunsState
    return rx.el.div(
        rx.cond(
            state.counts.length() > 0,
            rx.fragment(_choices(), summary_card(), turns_card(), changes_card()),
            card(
                empty_state(
                    "compare",
                    t("One more run is needed"),
                    t("Run the suite again after a change: here stands what got better and what broke."),
                    link_button(t("Open the suite"), suite_path(state.number), icon="play", kind="primary"),
                )
            ),
        ),
        suite_charts(state.number),
        class_name="stack compare-runs",
    )


def _choices() -> rx.Component:
    state = CompareRunsState
    return card(
        rx.el.div(
            _choice(t("First"), state.runs, state.first, state.choose_run(False), "compare-first"),
            _target(t("Target of the first"), state.first_targets, state.first_target, state.choose_target(False)),
            icon_button("compare", t("Swap them"), on_click=state.swap, data_testid="compare-swap"),
            _choice(t("Second"), state.runs, state.second, state.choose_run(True), "compare-second"),
            _target(t("Target of the second"), state.second_targets, state.second_target, state.choose_target(True)),
            class_name="run-choices",
        ),
        class_name="run-choices-card",
    )


def _choice(label: Any, choices: Any, value: Any, on_change: Any, testid: str) -> rx.Component:
    return rx.el.label(
        rx.el.span(label, class_name="field-label"),
        rx.el.select(
            rx.foreach(choices, lambda each: rx.el.option(each.words, value=each.value)),
            value=value,
            on_change=on_change,
            class_name="input select",
            data_testid=testid,
        ),
        class_name="run-choice",
    )


def _target(label: Any, choices: Any, value: Any, on_change: Any) -> rx.Component:
    return rx.cond(
        choices.length() > 0,
        rx.el.label(
            rx.el.span(label, class_name="field-label"),
            rx.el.select(
                rx.el.option(t("All targets"), value=""),
                rx.foreach(choices, lambda each: rx.el.option(each.words, value=each.value)),
                value=value,
                on_change=on_change,
                class_name="input select",
            ),
            class_name="run-choice",
        ),
    )
