"""The newest runs of a suite, as a card."""

from typing import Any

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.components.browser import ago, ticker
from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.card import card, skeleton
from execution_hub.ui.components.suite_marks import run_class, run_icon, run_words
from execution_hub.ui.pages.suite.runs_state import SuiteRunsState
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.ui.routes import execution_path, suite_path
from execution_hub.ui.text import t


def runs_card() -> rx.Component:
    """Show the runs."""
    return card(
        rx.cond(
            SuiteRunsState.are_loaded,
            rx.cond(
                SuiteRunsState.runs.length() > 0,
                rx.el.ul(rx.foreach(SuiteRunsState.runs, _run), class_name="recent"),
                rx.el.p(t("This suite has not run yet."), class_name="muted"),
            ),
            rx.el.div(*(skeleton("100%", "34px") for _ in range(3)), class_name="skeleton-lines"),
        ),
        title=t("Last runs"),
        aside=rx.cond(
            SuiteRunsState.runs.length() > 1,
            page_link(t("Compare"), href=f"{suite_path(SuiteState.suite_id)}/compare", data_testid="suite-compare"),
        ),
        class_name="suite-runs-card",
    )


def _run(run: Any) -> rx.Component:
    counted = rx.cond(run.verdict != "", t("{passed} of {total}", passed=run.passed, total=run.total), "")
    return rx.el.li(
        page_link(
            rx.el.span(run_icon(run), class_name=run_class("st", run)),
            rx.el.span("#", run.id, class_name="num faint"),
            rx.el.span(
                rx.el.b(run_words(run)), rx.cond(counted != "", rx.fragment(" · ", counted)), class_name="words"
            ),
            rx.el.span(
                rx.cond(run.status == Status.RUNNING.value, ticker(run.clock_from), run.took),
                rx.cond(run.cost != "", rx.fragment(" · ", run.cost)),
                class_name="num so-far",
            ),
            rx.el.span(ago(run.at), class_name="num"),
            href=execution_path(run.id),
            class_name="recent-row",
            data_testid="suite-run-row",
            data_execution_id=run.id.to_string(),
            data_status=run.status,
            data_verdict=run.verdict,
        ),
        key=run.id,
    )
