"""The floating monitor: what runs, how far, and the way to it, at the bottom right of every page.

Where it would lie over what is read or pressed (a narrow page, the dashboard) it is a pill until somebody opens it.
What the page itself is about it leaves out.
"""

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.acting import ActionState
from execution_hub.ui.components.browser import ticker
from execution_hub.ui.components.buttons import hub_button, page_link
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.monitor_questions import waiting_line
from execution_hub.ui.components.queue import queue_switch
from execution_hub.ui.components.row import progress_bar, progress_words, queue_words
from execution_hub.ui.components.status import ended_icon, ended_word, tone_class, type_word
from execution_hub.ui.components.time_left import time_bar, time_left
from execution_hub.ui.components.width import width
from execution_hub.ui.live import LiveState
from execution_hub.ui.monitor_state import MonitorState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t
from execution_hub.views.rows import ExecutionRow

# Up to here a page has one column, and the monitor lies over it: see `.two` in pages.css.
NARROW_PX = 1080


def monitor(shown: rx.Var[int] | int = 0, *, is_pill: rx.Var[bool] | bool = False) -> rx.Component:
    """Show the monitor while anything else runs, waits in the queue or for a person, or ended a moment ago.

    Args:
        shown: The execution the page itself is about: what that does and asks is told there, not twice.
        is_pill: Whether the page has no room for it, however wide it is.
    """
    seen = _Others(shown)
    is_small = rx.Var.create(is_pill) | MonitorState.is_narrow
    is_open = rx.cond(is_small, MonitorState.is_pill_open, MonitorState.is_open)
    return rx.fragment(
        width(NARROW_PX, MonitorState.note_width),
        rx.cond(
            seen.is_any,
            rx.el.aside(
                _head(seen, is_open, is_small),
                rx.cond(is_open, _lines(seen)),
                class_name=rx.cond(is_open, "mon open", "mon"),
                aria_label=t("Running executions"),
                data_testid="monitor",
            ),
        ),
    )


class _Others:
    """What there is besides the execution that the page is about.

    Attributes:
        shown: That execution; 0 for none.
        running, pending, waiting: How many others there are.
        is_any: Whether there is any, or one that ended a moment ago.
    """

    def __init__(self, shown: rx.Var[int] | int) -> None:
        self.shown = rx.Var.create(shown)
        self.running = LiveState.running_count - self._own("running")
        self.pending = LiveState.pending_count - self._own("pending")
        self.waiting = LiveState.waiting_count - self._own("waiting")
        ended = LiveState.ended.length() - self._own("ended")
        self.is_any = self.running + self.pending + self.waiting + ended > 0

    def _own(self, kind: str) -> rx.Var[int]:
        return rx.cond(LiveState.listed[kind].contains(self.shown), 1, 0)

    def line(self, row: rx.Var[ExecutionRow], drawn: rx.Component) -> rx.Component:
        return rx.cond(row.id != self.shown, drawn)


def _head(seen: _Others, is_open: rx.Var[bool], is_small: rx.Var[bool]) -> rx.Component:
    is_idle, waits, is_queued = seen.running == 0, seen.waiting > 0, seen.pending > 0
    needs_you, queued = t("{n} waiting for you", n=seen.waiting), t("{n} pending", n=seen.pending)
    soonest = LiveState.soonest
    return rx.el.button(
        rx.cond(
            is_idle,
            rx.cond(waits, icon("hand", class_name="i need"), rx.cond(is_queued, icon("clock"), icon("check"))),
            icon("spinner", class_name="i spin"),
        ),
        rx.el.span(
            rx.cond(
                is_idle,
                rx.cond(waits, needs_you, rx.cond(is_queued, queued, t("Nothing running"))),
                t("{n} running", n=seen.running),
            ),
            data_testid="monitor-count",
        ),
        rx.el.em(
            rx.cond(
                ~is_open & (soonest.id > 0) & (soonest.id != seen.shown),
                time_left(soonest.clock_from, soonest.usual_ms, soonest.slow_ms),
            ),
            rx.cond(
                LiveState.is_queue_paused,
                rx.el.span(t("Queue paused"), class_name="paused"),
                rx.cond(is_queued & (~is_idle | waits), rx.el.span(queued)),
            ),
            rx.cond(waits & ~is_idle, rx.el.span(needs_you, class_name="need")),
        ),
        rx.cond(is_open, icon("chevron_down"), icon("chevron_up")),
        # Part of the name, which must begin with what is seen.
        rx.el.span(rx.cond(is_open, t("Hide what is running"), t("Show what is running")), class_name="sr"),
        type="button",
        class_name="mon-head",
        on_click=MonitorState.toggle(is_small),
        aria_expanded=is_open,
        data_testid="monitor-toggle",
    )


def _lines(seen: _Others) -> rx.Component:
    rest = LiveState.running_count - LiveState.running.length()
    return rx.el.div(
        rx.cond(seen.waiting > 0, _waiting_lines(seen)),
        rx.foreach(LiveState.running, lambda row: seen.line(row, _running_line(row))),
        rx.cond(rest > 0, rx.el.div(t("and {n} more", n=rest), class_name="mi more")),
        rx.cond(seen.pending > 0, _queue_lines(seen)),
        rx.foreach(LiveState.ended, lambda row: seen.line(row, _ended_line(row))),
        class_name="mon-lines",
    )


def _waiting_lines(seen: _Others) -> rx.Component:
    rest = LiveState.waiting_count - LiveState.waiting.length()
    return rx.fragment(
        rx.el.h2(icon("hand"), t("Needs you"), class_name="mi-head"),
        rx.cond(MonitorState.problem != "", rx.el.p(MonitorState.problem, class_name="mi-problem", role="status")),
        rx.foreach(LiveState.waiting, lambda row: seen.line(row, waiting_line(row))),
        rx.cond(rest > 0, rx.el.div(t("and {n} more", n=rest), class_name="mi more")),
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


def _queue_lines(seen: _Others) -> rx.Component:
    rest = LiveState.pending_count - LiveState.pending.length()
    return rx.fragment(
        rx.el.h2(
            rx.cond(LiveState.is_queue_paused, icon("pause"), icon("clock")),
            rx.cond(LiveState.is_queue_paused, t("Queue paused"), t("{n} in the queue", n=seen.pending)),
            rx.cond(LiveState.is_queue_paused, queue_switch(class_name="small")),
            class_name=rx.cond(LiveState.is_queue_paused, "mi-head of-queue is-paused", "mi-head of-queue"),
            data_testid="monitor-queue",
        ),
        rx.foreach(LiveState.pending, lambda row: seen.line(row, _pending_line(row))),
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
