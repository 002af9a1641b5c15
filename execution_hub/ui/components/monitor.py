"""The floating monitor: what runs, how far, and the way to it, at the bottom right of every page."""

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.components.browser import ticker
from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.row import progress_bar, progress_words
from execution_hub.ui.components.status import status_icon, status_word, type_word
from execution_hub.ui.live import LiveState, MonitorState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.rows import ExecutionRow
from execution_hub.ui.text import t


def monitor() -> rx.Component:
    """Show the monitor while anything runs, waits in the queue, or ended a moment ago."""
    is_there = (LiveState.running_count + LiveState.pending_count > 0) | (LiveState.ended.length() > 0)
    return rx.cond(
        is_there,
        rx.el.aside(
            _head(),
            rx.cond(MonitorState.is_open, _lines()),
            class_name=rx.cond(MonitorState.is_open, "mon open", "mon"),
            aria_label=t("monitor.label"),
            data_testid="monitor",
        ),
    )


def _head() -> rx.Component:
    is_idle = LiveState.running_count == 0
    return rx.el.button(
        rx.cond(is_idle, icon("check"), icon("spinner", class_name="i spin")),
        rx.el.span(
            rx.cond(is_idle, t("monitor.idle"), t("monitor.running", n=LiveState.running_count)),
            data_testid="monitor-count",
        ),
        rx.el.em(rx.cond(LiveState.pending_count > 0, t("monitor.pending", n=LiveState.pending_count), "")),
        rx.cond(MonitorState.is_open, icon("chevron_down"), icon("chevron_up")),
        type="button",
        class_name="mon-head",
        on_click=MonitorState.toggle,
        aria_expanded=MonitorState.is_open,
        aria_label=rx.cond(MonitorState.is_open, t("monitor.close"), t("monitor.open")),
    )


def _lines() -> rx.Component:
    rest = LiveState.running_count - LiveState.running.length()
    return rx.el.div(
        rx.foreach(LiveState.running, _running_line),
        rx.cond(rest > 0, rx.el.div(t("monitor.more", n=rest), class_name="mi more")),
        rx.foreach(LiveState.ended, _ended_line),
        class_name="mon-lines",
    )


def _running_line(row: rx.Var[ExecutionRow]) -> rx.Component:
    return page_link(
        rx.el.b(row.name),
        rx.el.span(ticker(row.started_at), class_name="t"),
        rx.el.span(type_word(row.execution_type), " · ", progress_words(row)),
        progress_bar(row, "pb"),
        href=execution_path(row.id),
        class_name="mi",
        key=row.id,
        data_testid="monitor-item",
        data_execution_id=row.id.to_string(),
        data_status=Status.RUNNING.value,
    )


def _ended_line(row: rx.Var[ExecutionRow]) -> rx.Component:
    return page_link(
        rx.el.b(row.name),
        rx.el.span(row.duration_text, class_name="t"),
        rx.el.span(status_icon(row.status), t("monitor.just_ended", status=status_word(row.status)), class_name="end"),
        href=execution_path(row.id),
        class_name=f"mi done s-{row.status}",
        key=row.id,
        data_testid="monitor-item",
        data_execution_id=row.id.to_string(),
        data_status=row.status,
    )
