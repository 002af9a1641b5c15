"""What the page of a suite's run shows: its verdict, its matrix, and what it ran with."""

import reflex as rx

from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import card, skeleton
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.matrix import matrix
from execution_hub.ui.matrix import MatrixState
from execution_hub.ui.pages.execution.cell_panel import check_list, outcome_badge
from execution_hub.ui.pages.execution.cell_state import CellState, ChildState
from execution_hub.ui.pages.execution.suite_state import SuiteRunState
from execution_hub.ui.routes import execution_path, suite_path
from execution_hub.ui.text import t
from execution_hub.ui.transcripts import TranscriptState

_ROWS_DRAWN = 4


def matrix_card() -> rx.Component:
    """Show the live matrix of the run."""
    facts = TranscriptState.facts
    return card(
        rx.cond(
            MatrixState.execution_id == facts.id,
            matrix(opened=CellState.opened, on_open=CellState.open_cell, on_news=CellState.read_again),
            rx.el.div(*(skeleton("100%", "34px") for _ in range(_ROWS_DRAWN)), class_name="skeleton-lines"),
        ),
        title=t("Cases by targets"),
        aside=rx.cond(
            facts.is_active & (facts.total > 0),
            rx.el.span(
                t("{done} of {total} done", done=facts.done, total=facts.total),
                class_name="num",
                data_testid="matrix-progress",
            ),
        ),
        class_name="matrix-card",
    )


def rerun_failed_button() -> rx.Component:
    """Run again what did not pass; there from the start, so that the end of the run moves nothing."""
    facts, verdict = TranscriptState.facts, MatrixState.verdict
    return button(
        t("Rerun what failed"),
        icon="again",
        busy=SuiteRunState.is_starting,
        class_name="small",
        disabled=facts.is_active | (verdict.passed == verdict.total),
        needs_hub=True,
        on_click=SuiteRunState.rerun_failed(facts.id, facts.suite_id),
        data_testid="rerun-failed",
    )


def compare_link() -> rx.Component:
    """Lead to where this run stands beside the one before it."""
    facts = TranscriptState.facts
    return page_link(
        icon("compare"),
        rx.el.span(t("Compare")),
        href=f"{suite_path(facts.suite_id)}/compare?second={facts.id}",
        class_name="btn small",
        data_testid="run-compare",
    )


def report_link() -> rx.Component:
    """Lead to the report of the run, as it is now: a page by itself, to be sent around."""
    return rx.el.a(
        icon("download"),
        rx.el.span(t("Report")),
        href=f"/api/executions/{TranscriptState.facts.id}/report",
        class_name="btn small",
        target="_blank",
        rel="noopener",
        data_testid="suite-report",
    )


def suite_card() -> rx.Component:
    """Tell which suite ran, in which version, and how."""
    facts, plan = TranscriptState.facts, MatrixState.plan
    return card(
        rx.el.dl(
            rx.el.dt(t("Suite")),
            rx.el.dd(page_link(facts.name, href=suite_path(facts.suite_id), dir="auto")),
            rx.el.dt(t("Version")),
            rx.el.dd(plan.suite_version),
            rx.el.dt(t("Cases")),
            rx.el.dd(plan.cases.length()),
            rx.el.dt(t("Targets")),
            rx.el.dd(plan.targets.length()),
            rx.el.dt(t("Repeats")),
            rx.el.dd(plan.repeats),
            class_name="facts left",
        ),
        title=t("What it ran with"),
    )


def parent_crumb() -> rx.Component:
    """Lead from a part of a run to the run, and from one that runs again what failed to that which it was of."""
    parent_id, failed_of = TranscriptState.facts.parent_id, TranscriptState.facts.failed_of
    return rx.fragment(
        rx.cond(
            parent_id > 0,
            rx.el.span(
                page_link(
                    t("Part of #{id}", id=parent_id), href=execution_path(parent_id), title=ChildState.parent_name
                ),
                class_name="related",
                data_testid="part-of",
            ),
        ),
        rx.cond(
            failed_of > 0,
            rx.el.span(
                page_link(t("What failed of #{id}", id=failed_of), href=execution_path(failed_of)),
                class_name="related",
                data_testid="failed-of",
            ),
        ),
    )


def child_card() -> rx.Component:
    """Show what came of a part in its run: the outcome and the checks; what judges others is only said to be a part."""
    facts, cell = TranscriptState.facts, ChildState.cell
    is_known = (ChildState.execution_id == facts.id) & (cell.number >= 0)
    return rx.cond(
        facts.parent_id > 0,
        card(
            rx.el.p(
                rx.cond(
                    is_known,
                    rx.fragment(
                        rx.el.b(cell.case, dir="auto"),
                        rx.cond(cell.repeat > 0, rx.fragment(" · ", t("repeat {n}", n=cell.repeat))),
                        " · ",
                    ),
                ),
                t("Part of"),
                " ",
                page_link(
                    rx.cond(ChildState.parent_name != "", ChildState.parent_name, f"#{facts.parent_id}"),
                    href=execution_path(facts.parent_id),
                    dir="auto",
                ),
                class_name="child-of",
            ),
            rx.cond(is_known & (cell.checks.length() > 0), check_list(cell.checks)),
            title=t("Outcome in its run"),
            aside=rx.cond(is_known, outcome_badge(cell.outcome)),
            class_name="child-card",
            data_testid="child-outcome",
            data_outcome=rx.cond(is_known, cell.outcome, ""),
        ),
    )
