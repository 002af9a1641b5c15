"""How an execution's page looks."""

import reflex as rx

from execution_hub.ui.components.buttons import button, link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.events import event_log
from execution_hub.ui.components.keyboard import EXECUTION_KEYS
from execution_hub.ui.components.marking import mark_buttons, marking_dialogs, pin_button
from execution_hub.ui.components.output import OutputVars
from execution_hub.ui.components.problem import error_notice, limit_notice
from execution_hub.ui.components.status import simulated_tag, version_tag
from execution_hub.ui.components.stop import stop_proof
from execution_hub.ui.components.trail import trail
from execution_hub.ui.components.waiting import execution_badge
from execution_hub.ui.pages.execution.actions import execution_actions, rerun_dialog, rerun_links
from execution_hub.ui.pages.execution.approval_panel import approval_panel
from execution_hub.ui.pages.execution.cell_panel import cell_panel
from execution_hub.ui.pages.execution.figures import figures_card, ran_with_card
from execution_hub.ui.pages.execution.output_card import output_card
from execution_hub.ui.pages.execution.state import ExecutionState
from execution_hub.ui.pages.execution.step_panel import step_panel
from execution_hub.ui.pages.execution.steps_card import calls_timeline_card, steps_card, timeline_card
from execution_hub.ui.pages.execution.suite_run import child_card, matrix_card, parent_crumb, suite_card
from execution_hub.ui.pages.execution.turns_card import turns_card
from execution_hub.ui.pages.execution.verdict_card import verdict_card
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t, t_one_of
from execution_hub.ui.transcripts import TranscriptState, WholeLogState
from execution_hub.views.addresses import DASHBOARD
from execution_hub.words.by_value import STATUSES


def execution_page() -> rx.Component:
    """Show an execution."""
    facts = TranscriptState.facts
    return page_frame(
        rx.cond(
            ExecutionState.is_missing,
            t("There is no such execution"),
            rx.cond(
                ExecutionState.is_deleted,
                t("This execution was deleted"),
                rx.cond(facts.id > 0, facts.name, skeleton("150px", "29px")),
            ),
        ),
        rx.cond(
            ExecutionState.is_missing,
            _missing(),
            rx.cond(ExecutionState.is_deleted, _deleted(), rx.cond(facts.suite_id > 0, _suite_run(), _whole())),
        ),
        rerun_dialog(),
        marking_dialogs(),
        active=DASHBOARD,
        # The matrix of a suite's run has the whole width.
        is_full=facts.suite_id > 0,
        shown=facts.id,
        crumbs=rx.fragment(
            page_link(t("Executions"), href=DASHBOARD),
            " / ",
            rx.cond(facts.id > 0, rx.el.span("#", facts.id)),
            rx.cond(facts.id > 0, rx.fragment(parent_crumb(), rerun_links())),
            trail(),
        ),
        named=rx.cond(
            (facts.id > 0) & ~ExecutionState.is_missing,
            t(
                "#{id} {name} – {status}",
                id=facts.id,
                name=facts.name,
                status=t_one_of(facts.status, STATUSES).to(str).lower(),
            ),
            "",
        ),
        keys=[EXECUTION_KEYS],
        beside=rx.cond(
            (facts.id > 0) & ~ExecutionState.is_deleted,
            rx.fragment(
                execution_badge(facts),
                rx.cond(facts.attempt > 1, rx.el.span(t("resumed, attempt {n}", n=facts.attempt), class_name="tag")),
                rx.cond(facts.is_simulated, simulated_tag()),
                version_tag(ExecutionState.ran_version.version, ExecutionState.ran_version.is_unsaved),
            ),
        ),
        actions=rx.cond((facts.id > 0) & ~ExecutionState.is_missing & ~ExecutionState.is_deleted, execution_actions()),
    )


def _missing() -> rx.Component:
    action = link_button(t("Show the history"), DASHBOARD, icon="activity", kind="primary")
    return card(
        empty_state(
            "search",
            t("There is no such execution"),
            t("Its number is mistyped, or it was pruned from the history."),
            action,
        )
    )


def _deleted() -> rx.Component:
    action = link_button(t("Show the history"), DASHBOARD, icon="activity", kind="primary")
    return card(
        empty_state(
            "trash",
            t("This execution was deleted"),
            t("It is no longer in the history."),
            action,
            data_testid="execution-deleted",
        ),
    )


def _notices() -> rx.Component:
    return rx.fragment(
        rx.cond(
            ExecutionState.failure != "",
            notice(ExecutionState.failure, kind="bad", icon="warning", role="alert"),
        ),
        stop_proof(TranscriptState.facts),
        approval_panel(),
        error_notice(TranscriptState.facts, TranscriptState.error),
    )


def _suite_run() -> rx.Component:
    """What a suite's run shows: what came of it before what it is made of, over the whole width."""
    return rx.el.div(
        rx.el.div(
            rx.el.div(_notices(), verdict_card(), class_name="stack"),
            rx.el.aside(figures_card(), class_name="stack"),
            class_name="two",
        ),
        matrix_card(),
        rx.el.div(suite_card(), _events(), class_name="halves"),
        cell_panel(),
        class_name="stack",
        key="suite",
    )


def _whole() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            _notices(),
            limit_notice(TranscriptState.facts),
            child_card(),
            rx.cond(
                ExecutionState.nodes.length() > 0,
                _steps(),
                rx.fragment(turns_card(), output_card(), _thinking(), calls_timeline_card()),
            ),
            ran_with_card(),
            class_name="stack",
        ),
        rx.el.aside(figures_card(), _marks(), _input(), _events(), class_name="stack"),
        class_name="two",
        # Not the skeleton grown into it: its cards would be seen moving to their places.
        key=rx.cond(
            TranscriptState.facts.id > 0, rx.cond(ExecutionState.nodes.length() > 0, "steps", "plain"), "skeleton"
        ),
    )


def _marks() -> rx.Component:
    """Ask whether it is right: there from the start, so that its end moves nothing."""
    facts = TranscriptState.facts
    is_off = (facts.id == 0) | facts.is_active
    return card(
        mark_buttons(facts.id, ExecutionState.mark, ExecutionState.mark_note, is_off=is_off),
        pin_button(facts.id, is_off=is_off),
        rx.cond(
            ExecutionState.mark_note != "",
            rx.el.p(ExecutionState.mark_note, class_name="mark-said", dir="auto", data_testid="mark-said"),
        ),
        title=t("Is it right?"),
        class_name="mark-card",
    )


def _steps() -> rx.Component:
    """What an execution with steps shows; one without shows its output alone."""
    facts = TranscriptState.facts
    return rx.fragment(
        steps_card(),
        step_panel(),
        # Until all steps have ended there is none, and each shows its own; one that failed may have none at all.
        rx.cond(
            (facts.status == "succeeded") | (~facts.is_active & ~OutputVars.of(TranscriptState).is_empty),
            output_card(),
        ),
        timeline_card(),
    )


def _input() -> rx.Component:
    return card(
        rx.cond(
            ExecutionState.is_loaded,
            rx.el.p(ExecutionState.input, class_name="input-text", dir="auto"),
            rx.el.div(skeleton(), skeleton("70%"), class_name="skeleton-lines"),
        ),
        title=t("Input"),
    )


def _thinking() -> rx.Component:
    return rx.cond(
        TranscriptState.thinking_tail != "",
        card(
            rx.el.details(
                rx.el.summary(t("Thinking")),
                rx.el.pre(
                    rx.foreach(TranscriptState.thinking_parts, lambda text: text),
                    TranscriptState.thinking_tail,
                    class_name="raw faint",
                    dir="auto",
                ),
                class_name="fold",
            ),
        ),
    )


def _events() -> rx.Component:
    return card(
        rx.cond(
            ~ExecutionState.is_log_whole
            & (TranscriptState.log_count > TranscriptState.log.length() + TranscriptState.log_open.length()),
            button(
                t("Show all {n}", n=TranscriptState.log_count),
                icon="chevron_up",
                class_name="small",
                on_click=ExecutionState.show_whole_log,
            ),
        ),
        event_log(
            rx.cond(ExecutionState.is_log_whole, WholeLogState.lines, TranscriptState.log), TranscriptState.log_open
        ),
        title=t("Events"),
        aside=rx.cond(TranscriptState.facts.id > 0, rx.el.span(t("seq {n}", n=TranscriptState.last_seq))),
    )
