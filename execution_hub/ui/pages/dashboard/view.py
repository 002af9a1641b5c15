"""What the dashboard looks like."""

from typing import Any

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.runners.registry import execution_types
from execution_hub.ui.catalogue.choice import narrowed, offered
from execution_hub.ui.catalogue.first_test import FirstTestState
from execution_hub.ui.components.browser import list_hold, list_return
from execution_hub.ui.components.buttons import button, chip_link, link_button, page_link
from execution_hub.ui.components.card import empty_state, notice
from execution_hub.ui.components.date_range import date_range
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.keyboard import HISTORY_KEYS
from execution_hub.ui.components.queue import queue_switch
from execution_hub.ui.components.row import row_headings, skeleton_row
from execution_hub.ui.components.status import type_words
from execution_hub.ui.live import LiveState
from execution_hub.ui.pages.dashboard.charts import charts_card
from execution_hub.ui.pages.dashboard.lines import history_line, pick_bar
from execution_hub.ui.pages.dashboard.row_menu import row_dialogs
from execution_hub.ui.pages.dashboard.shared import SharedFiguresState, SharedHistoryState
from execution_hub.ui.pages.dashboard.state import DATES, DashboardState
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t, tn
from execution_hub.views.addresses import AGENTS, DASHBOARD, dashboard_path
from execution_hub.views.figures import Figures
from execution_hub.views.filters import SPANS
from execution_hub.words.by_value import STATUSES
from execution_hub.words.marking import N_

_SPANS = {"1h": N_("Last hour"), "24h": N_("Last 24 hours"), "7d": N_("Last 7 days")}
_SKELETON_ROWS = 6


def dashboard_page() -> rx.Component:
    """Show the dashboard."""
    return page_frame(
        t("Dashboard"),
        rx.cond(DashboardState.failure != "", notice(DashboardState.failure, kind="bad", icon="warning", role="alert")),
        _tiles(SharedFiguresState.figures),
        charts_card(),
        rx.el.section(_filter_bar(), _new(), _history(), class_name="card history", aria_label=t("Execution history")),
        # In this order: who comes back is on a row already when it is told where they are.
        list_return(),
        list_hold(DashboardState.hold),
        row_dialogs(),
        active=DASHBOARD,
        is_full=True,
        actions=rx.fragment(
            _search(), link_button(t("Test an agent"), AGENTS, icon="play", kind="primary", class_name="lead")
        ),
        bar=pick_bar(),
        keys=[HISTORY_KEYS],
    )


def _search() -> rx.Component:
    return rx.el.label(
        icon("search"),
        rx.el.input(
            type="search",
            default_value=DashboardState.filters.q,
            placeholder=t("Search texts, or #number"),
            aria_label=t("Search inputs and outputs"),
            on_change=DashboardState.filter_by("q").debounce(250),
            key=DashboardState.is_loaded.to_string(),
            custom_attrs={"data-search": "true"},
            data_testid="search",
        ),
        rx.el.kbd("/", aria_hidden=True),
        class_name="search",
    )


def _tiles(figures: rx.Var[Figures]) -> rx.Component:
    return rx.el.section(
        _tile(
            t("Running"),
            LiveState.running_count,
            _queue_note(),
            queue_switch(data_testid="queue-pause"),
            class_name=rx.cond(LiveState.is_queue_paused, "tile run is-paused", "tile run"),
            data_testid="stat-running",
        ),
        _tile(
            t("Succeeded, 24 h"),
            figures.succeeded,
            rx.cond(
                figures.total > 0,
                t("{share} of {total}", share=figures.share_text, total=figures.total),
                t("none has ended"),
            ),
        ),
        _tile(
            t("Failed, 24 h"),
            figures.failed,
            rx.cond(
                figures.failed > 0,
                page_link(t("Show them"), href=dashboard_path(status="failed", time="24h")),
                t("none"),
            ),
        ),
        _tile(
            t("Median time"),
            rx.cond(figures.median_text, figures.median_text, "–"),
            rx.cond(figures.p95_text, t("p95 {time}", time=figures.p95_text), t("none has succeeded")),
        ),
        rx.el.div(
            rx.el.span(t("Last 24 h"), class_name="label"),
            rx.el.div(
                rx.foreach(
                    figures.bars,
                    lambda height: rx.el.i(style={"height": f"{height}%"}, class_name=rx.cond(height == 0, "none", "")),
                ),
                class_name="spark",
                role="img",
                aria_label=t("Executions in each of the last 24 hours"),
            ),
            rx.el.small(
                rx.cond(
                    figures.tokens_text,
                    tn("{n} token", "{n} tokens", figures.tokens_text),
                    rx.cond(figures.is_unknown, t("tokens unknown"), "–"),
                ),
                rx.cond(
                    figures.cost_text,
                    f" · {figures.cost_text}",
                    rx.cond(figures.is_cost_unknown, rx.fragment(" · ", t("cost unknown")), ""),
                ),
            ),
            class_name="tile",
        ),
        class_name="tiles",
        aria_label=t("Figures"),
    )


def _queue_note() -> rx.Component:
    pending = t("{n} pending", n=LiveState.pending_count)
    return rx.fragment(
        rx.cond(LiveState.is_queue_paused, rx.fragment(rx.el.span(t("Queue paused"), class_name="paused"), " · ")),
        rx.cond(
            LiveState.waiting_count > 0,
            rx.fragment(
                rx.cond(LiveState.pending_count > 0, rx.fragment(pending, " · ")),
                rx.el.span(t("{n} waiting for you", n=LiveState.waiting_count), class_name="need"),
            ),
            pending,
        ),
    )


def _tile(label: rx.Var[str], figure: rx.Var[Any], note: object, *more: rx.Component, **props: Any) -> rx.Component:
    props.setdefault("class_name", "tile")
    return rx.el.div(rx.el.span(label, class_name="label"), rx.el.strong(figure), rx.el.small(note), *more, **props)


def _filter_bar() -> rx.Component:
    filters = DashboardState.filters
    return rx.el.header(
        rx.el.h2(t("Execution history")),
        rx.el.div(
            *(
                button(
                    label,
                    class_name=rx.cond(filters.type == name, "chip on", "chip"),
                    aria_pressed=filters.type == name,
                    on_click=DashboardState.filter_by("type", name),
                )
                for name, label in _types()
            ),
            _select(
                t("Status"),
                filters.status,
                "status",
                rx.el.option(t("Any status"), value=""),
                *(rx.el.option(t(STATUSES[status.value]), value=status.value) for status in Status),
            ),
            narrowed(
                DashboardState,
                _select(
                    t("Agent"),
                    filters.agent_id,
                    "agent_id",
                    rx.el.option(t("Any agent"), value=""),
                    offered(DashboardState),
                ),
            ),
            rx.cond(
                DashboardState.workflow_name != "",
                rx.el.button(
                    rx.el.span(DashboardState.workflow_name, class_name="chip-name", dir="auto"),
                    icon("cross"),
                    type="button",
                    class_name="chip on",
                    title=t("Show all workflows, not only {name}", name=DashboardState.workflow_name),
                    aria_label=t("Show all workflows, not only {name}", name=DashboardState.workflow_name),
                    on_click=DashboardState.filter_by("workflow_id", ""),
                    data_testid="workflow-filter",
                ),
            ),
            _select(
                t("Time"),
                rx.cond(DashboardState.is_dated, DATES, filters.time),
                "time",
                rx.el.option(t("Any time"), value=""),
                *(rx.el.option(t(_SPANS[span]), value=span) for span in SPANS),
                rx.el.option(t("From – to"), value=DATES),
            ),
            rx.cond(DashboardState.is_dated, date_range(filters.since, filters.until, DashboardState.filter_by_dates)),
            rx.cond(
                DashboardState.is_filtered,
                chip_link(t("Clear the filters"), DASHBOARD, is_on=False),
            ),
            button(
                t("Select"),
                class_name=rx.cond(DashboardState.is_selecting, "chip on", "chip"),
                aria_pressed=DashboardState.is_selecting,
                on_click=DashboardState.toggle_selecting,
                data_testid="pick-mode",
            ),
            class_name="filters",
            role="group",
            aria_label=t("Filters"),
        ),
        class_name="bar",
    )


def _new() -> rx.Component:
    """Say how many rows wait, over the list: it must not move what is below."""
    return rx.el.div(
        rx.cond(
            DashboardState.new_count > 0,
            rx.el.button(
                icon("chevron_up"),
                t("{n} new", n=DashboardState.new_count),
                type="button",
                class_name="new",
                aria_label=tn("Show {n} new execution", "Show {n} new executions", DashboardState.new_count),
                on_click=[DashboardState.show_new, rx.scroll_to("content")],
                data_testid="history-new",
            ),
        ),
        class_name="new-place",
    )


def _types() -> list[tuple[str, rx.Var[str]]]:
    """All types that can be run, each with its words."""
    return [("", t("All")), *((name, type_words(kind.many)) for name, kind in execution_types().items())]


def _select(label: rx.Var[str], value: rx.Var[str], name: str, *options: rx.Component) -> rx.Component:
    return rx.el.select(
        *options,
        value=value,
        aria_label=label,
        class_name=rx.cond(value != "", "select on", "select"),
        on_change=DashboardState.filter_by(name),
    )


def _history() -> rx.Component:
    is_own = DashboardState.is_own | (SharedHistoryState.version < DashboardState.shared_from)
    rows = rx.cond(is_own, DashboardState.rows, SharedHistoryState.rows)
    has_more = rx.cond(is_own, DashboardState.has_more, SharedHistoryState.has_more)
    return rx.cond(
        DashboardState.is_loaded & (is_own | SharedHistoryState.is_loaded),
        rx.cond(
            rows.length() > 0,
            rx.fragment(
                row_headings(),
                rx.el.div(
                    rx.foreach(
                        rows,
                        lambda row, index: history_line(row, rx.cond(index > 0, rows[index - 1].created_at, "")),
                    ),
                    class_name=_rows_class(),
                ),
                rx.cond(
                    has_more,
                    rx.el.div(
                        rx.cond(
                            DashboardState.is_partial,
                            rx.el.p(t("Older executions have not been searched yet."), role="status"),
                        ),
                        _more(),
                        class_name="more",
                    ),
                ),
            ),
            rx.cond(
                DashboardState.is_partial,
                empty_state(
                    "search", t("Nothing found so far"), t("Older executions have not been searched yet."), _more()
                ),
                # What is shown was deleted or fits no more: the next ones are on their way.
                rx.cond(has_more, _skeleton(), rx.cond(DashboardState.is_filtered, _no_match(), _empty())),
            ),
        ),
        _skeleton(),
    )


def _skeleton() -> rx.Component:
    return rx.fragment(
        row_headings(),
        rx.el.div(*(skeleton_row() for _ in range(_SKELETON_ROWS)), class_name="rows", aria_busy=True),
    )


def _more() -> rx.Component:
    label = rx.cond(DashboardState.is_partial, t("Search further"), t("Show more"))
    return button(label, on_click=DashboardState.load_more, data_testid="history-more")


def _rows_class() -> rx.Var[str]:
    is_selecting = DashboardState.is_selecting | (DashboardState.selection.ids.length() > 0)
    return rx.cond(is_selecting, "rows selecting", "rows")


def _empty() -> rx.Component:
    return empty_state(
        "play",
        t("Nothing has run yet"),
        t("Pick an agent, type an input and press Test. Or see one answer now: it needs no key."),
        button(
            t("Run a first test"),
            icon="play",
            kind="primary",
            busy=FirstTestState.is_busy,
            on_click=FirstTestState.begin,
            data_testid="first-test",
        ),
        data_testid="history-empty",
    )


def _no_match() -> rx.Component:
    return empty_state(
        "search",
        t("Nothing matches"),
        t("No execution fits these filters."),
        link_button(t("Clear the filters"), DASHBOARD),
        data_testid="history-empty",
    )
