"""The floating monitor: what runs, how far, and the way to it, at the bottom right of every page."""

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.acting import ActionState
from execution_hub.ui.components.browser import ticker
from execution_hub.ui.components.buttons import button, hub_button, link_button, page_link
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.queue import queue_switch
from execution_hub.ui.components.row import progress_bar, progress_words, queue_words
from execution_hub.ui.components.status import ended_icon, ended_word, tone_class, type_word
from execution_hub.ui.components.time_left import time_bar, time_left
from execution_hub.ui.live import LiveState, MonitorState, approval_key
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t
from execution_hub.views.rows import ExecutionRow


def monitor(shown: rx.Var[int] | int = 0) -> rx.Component:
    """Show the monitor while anything runs, waits in the queue or for a person, or ended a moment ago.

    Args:
        shown: The execution the page itself is about: what that asks is asked there, not twice.
    """
    count = LiveState.running_count + LiveState.pending_count + LiveState.waiting_count
    is_there = (count > 0) | (LiveState.ended.length() > 0)
    return rx.cond(
        is_there,
        rx.el.aside(
            _head(),
            rx.cond(MonitorState.is_open, _lines(shown)),
            class_name=rx.cond(MonitorState.is_open, "mon open", "mon"),
            aria_label=t("Running executions"),
            data_testid="monitor",
        ),
    )


def _head() -> rx.Component:
    is_idle, waits = LiveState.running_count == 0, LiveState.waiting_count > 0
    needs_you = t("{n} waiting for you", n=LiveState.waiting_count)
    return rx.el.button(
        rx.cond(
            is_idle,
            rx.cond(waits, icon("hand", class_name="i need"), icon("check")),
            icon("spinner", class_name="i spin"),
        ),
        rx.el.span(
            rx.cond(
                is_idle, rx.cond(waits, needs_you, t("Nothing running")), t("{n} running", n=LiveState.running_count)
            ),
            data_testid="monitor-count",
        ),
        rx.el.em(
            rx.cond(
                ~MonitorState.is_open & (LiveState.soonest.id > 0),
                time_left(LiveState.soonest.clock_from, LiveState.soonest.usual_ms, LiveState.soonest.slow_ms),
            ),
            rx.cond(
                LiveState.is_queue_paused,
                rx.el.span(t("Queue paused"), class_name="paused"),
                rx.cond(LiveState.pending_count > 0, rx.el.span(t("{n} pending", n=LiveState.pending_count))),
            ),
            rx.cond(waits & ~is_idle, rx.el.span(needs_you, class_name="need")),
        ),
        rx.cond(MonitorState.is_open, icon("chevron_down"), icon("chevron_up")),
        # Part of the name, which must begin with what is seen.
        rx.el.span(
            rx.cond(MonitorState.is_open, t("Hide what is running"), t("Show what is running")), class_name="sr"
        ),
        type="button",
        class_name="mon-head",
        on_click=MonitorState.toggle,
        aria_expanded=MonitorState.is_open,
    )


def _lines(shown: rx.Var[int] | int) -> rx.Component:
    rest = LiveState.running_count - LiveState.running.length()
    return rx.el.div(
        rx.foreach(LiveState.running, _running_line),
        rx.cond(rest > 0, rx.el.div(t("and {n} more", n=rest), class_name="mi more")),
        rx.cond(LiveState.pending_count > 0, _queue_lines()),
        rx.cond(LiveState.waiting.length() > 0, _waiting_lines(shown)),
        rx.foreach(LiveState.ended, _ended_line),
        class_name="mon-lines",
    )


def _waiting_lines(shown: rx.Var[int] | int) -> rx.Component:
    rest = LiveState.waiting_count - LiveState.waiting.length()
    return rx.fragment(
        rx.el.h2(icon("hand"), t("Needs you"), class_name="mi-head"),
        rx.cond(MonitorState.problem != "", rx.el.p(MonitorState.problem, class_name="mi-problem", role="status")),
        rx.foreach(LiveState.waiting, lambda row: _waiting_line(row, shown)),
        rx.cond(rest > 0, rx.el.div(t("and {n} more", n=rest), class_name="mi more")),
    )


def _waiting_line(row: rx.Var[ExecutionRow], shown: rx.Var[int] | int) -> rx.Component:
    key = approval_key(row.id, row.approval)
    is_approved = MonitorState.approved.contains(key)
    return rx.el.div(
        page_link(
            rx.el.b(row.name, dir="auto"),
            rx.el.span(row.duration_text, class_name="t"),
            rx.el.span(
                type_word(row.execution_type),
                " · ",
                t("{done} of {total} done", done=row.done, total=row.total),
                class_name="far",
            ),
            href=execution_path(row.id),
            class_name="mi-link",
        ),
        rx.el.div(
            # Which of several, or what exactly is asked, is read on its page.
            rx.cond(
                (row.approval != "") & (row.id != shown),
                rx.fragment(
                    rx.el.span(row.approval, class_name="asked"),
                    button(
                        t("Approve"),
                        icon="check",
                        kind="primary",
                        busy=is_approved,
                        needs_hub=True,
                        class_name="small",
                        on_click=MonitorState.approve(row.id, row.approval),
                        aria_label=t("Approve {step} of {name}", step=row.approval, name=row.name),
                        data_testid="step-approve",
                    ),
                ),
            ),
            rx.cond(row.id != shown, link_button(t("Open"), execution_path(row.id), class_name="small")),
            class_name="mi-answer",
        ),
        class_name="mi waits",
        key=row.id,
        data_testid="monitor-item",
        data_execution_id=row.id.to_string(),
        data_status=Status.WAITING.value,
    )


def _running_line(row: rx.Var[ExecutionRow]) -> rx.Component:
    return rx.el.div(
        page_link(
            rx.el.b(row.name, dir="auto"),
            rx.el.span(ticker(row.clock_from), class_name="t"),
            rx.el.span(
                type_word(row.execution_type),
                " · ",
                progress_words(row),
                rx.cond(row.usual_ms > 0, rx.el.span(" · ", time_left(row.clock_from, row.usual_ms, row.slow_ms))),
                class_name="far",
            ),
            rx.cond(
                (row.total == 0) & (row.usual_ms > 0), time_bar(row.clock_from, row.usual_ms), progress_bar(row, "pb")
            ),
            href=execution_path(row.id),
            class_name="mi-link",
        ),
        _stop_button(row),
        class_name=rx.cond(row.is_stopping, "mi runs is-stopping", "mi runs"),
        key=row.id,
        data_testid="monitor-item",
        data_execution_id=row.id.to_string(),
        data_status=Status.RUNNING.value,
    )


def _queue_lines() -> rx.Component:
    rest = LiveState.pending_count - LiveState.pending.length()
    return rx.fragment(
        rx.el.h2(
            rx.cond(LiveState.is_queue_paused, icon("pause"), icon("clock")),
            rx.cond(LiveState.is_queue_paused, t("Queue paused"), t("{n} in the queue", n=LiveState.pending_count)),
            rx.cond(LiveState.is_queue_paused, queue_switch(class_name="small")),
            class_name=rx.cond(LiveState.is_queue_paused, "mi-head of-queue is-paused", "mi-head of-queue"),
            data_testid="monitor-queue",
        ),
        rx.foreach(LiveState.pending, _pending_line),
        rx.cond(rest > 0, rx.el.div(t("and {n} more", n=rest), class_name="mi more")),
    )


def _pending_line(row: rx.Var[ExecutionRow]) -> rx.Component:
    return rx.el.div(
        page_link(
            rx.el.b(row.name, dir="auto"),
            rx.el.span(queue_words(row.place), class_name="far"),
            href=execution_path(row.id),
            class_name="mi-link",
        ),
        _stop_button(row),
        class_name="mi runs queued",
        key=row.id,
        data_testid="monitor-pending",
        data_execution_id=row.id.to_string(),
    )


def _stop_button(row: rx.Var[ExecutionRow]) -> rx.Component:
    is_stopping = row.is_stopping | ActionState.stopping.contains(row.id)
    label = rx.cond(is_stopping, t("Stopping"), t("Stop {name}", name=row.name))
    return hub_button(
        rx.cond(is_stopping, icon("spinner", class_name="i spin"), icon("square")),
        class_name="btn square tool of-stop",
        disabled=is_stopping,
        aria_busy=is_stopping,
        aria_label=label,
        title=label,
        on_click=ActionState.stop(row.id),
        data_testid="monitor-cancel",
    )


def _ended_line(row: rx.Var[ExecutionRow]) -> rx.Component:
    return page_link(
        rx.el.b(row.name, dir="auto"),
        rx.el.span(row.duration_text, class_name="t"),
        rx.el.span(
            ended_icon(row.status, row.is_cut),
            t("{status} just now", status=ended_word(row.status, row.is_cut)),
            class_name="end",
        ),
        href=execution_path(row.id),
        class_name=tone_class("mi done", row.status, row.is_cut),
        key=row.id,
        data_testid="monitor-item",
        data_execution_id=row.id.to_string(),
        data_status=row.status,
    )
