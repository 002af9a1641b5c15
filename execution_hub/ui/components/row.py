"""A row of the history: one execution as a card in a list."""

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.components.browser import ago, ticker
from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.card import skeleton
from execution_hub.ui.components.connection import last_seen
from execution_hub.ui.components.marking import mark_tag
from execution_hub.ui.components.status import (
    cut_tag,
    ended_word,
    ended_words,
    phase_word,
    simulated_tag,
    status_tile,
    tone_class,
    type_tag,
    verdict_tag,
)
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import error_text, t, tn
from execution_hub.views.rows import ExecutionRow

_NONE = "–"


def queue_words(place: rx.Var[int]) -> rx.Var[str]:
    """Say where in the queue a pending execution is."""
    return rx.cond(
        place == 1, t("Next in the queue"), rx.cond(place > 1, t("Number {n} in the queue", n=place), t("Queued"))
    )


def progress_words(row: rx.Var[ExecutionRow]) -> rx.Var[str]:
    """Say how far an execution is: step n of m, its phase, or that it is stopping."""
    return rx.cond(
        row.is_stopping,
        t("Stopping"),
        rx.cond(
            (row.cells > 0) & (row.total > 0),
            t("{done} of {total} cells", done=row.done, total=row.total),
            rx.cond(row.total > 0, t("Step {done} of {total}", done=row.step, total=row.total), phase_word(row.phase)),
        ),
    )


def progress_bar(row: rx.Var[ExecutionRow], class_name: str) -> rx.Component:
    """Show how far a running execution is; without a known total the bar only says that it moves."""
    return rx.el.span(
        rx.el.i(style=rx.cond(row.total > 0, {"width": f"calc(100% * {row.done} / {row.total})"}, {})),
        class_name=rx.cond(row.total > 0, class_name, f"{class_name} indeterminate"),
        aria_hidden=True,
    )


def execution_row(row: rx.Var[ExecutionRow]) -> rx.Component:
    """Show an execution as a row, in the columns of `row_headings`; the row is a link to its page."""
    return _history_row(row=row, key=row.id)


def row_headings() -> rx.Component:
    """Name the columns of the rows below; where there is no room for columns, rows are cards and need no names."""
    headings = (
        ("st", rx.el.span(t("Status"), class_name="sr")),
        ("no", "#"),
        ("name", t("Name")),
        ("kind", t("Type")),
        ("what", t("Input")),
        ("took", t("Duration")),
        ("spent", t("Tokens, cost")),
        ("when", t("When")),
    )
    return rx.el.div(*(rx.el.span(words, class_name=name) for name, words in headings), class_name="row-heads")


# Of a list that is sent whole because one row changed, only that row is rendered: the page keeps the
# objects of the others, and a memo with the same object stays as it is.
@rx.memo
def _history_row(row: rx.Var[ExecutionRow], rest: rx.RestProp) -> rx.Component:
    is_running = row.status == Status.RUNNING.value
    return page_link(
        status_tile(row.status, row.is_cut),
        rx.el.span("#", row.id, class_name="no"),
        rx.el.span(row.name, class_name="name", dir="auto", title=row.name),
        rx.el.span(
            type_tag(row.execution_type),
            rx.cond(row.is_simulated, simulated_tag()),
            rx.cond(row.is_cut, cut_tag(row.stop_reason)),
            rx.cond(row.verdict != "", verdict_tag(row)),
            mark_tag(row.mark, row.note),
            class_name="kind",
        ),
        rx.el.div(
            rx.cond(
                row.cells > 0,
                rx.el.p(
                    rx.cond(
                        row.verdict != "",
                        t("{n} of {m} cells passed", n=row.passed, m=row.cells),
                        tn("{n} cell", "{n} cells", row.cells),
                    )
                ),
                rx.cond(row.text != "", rx.el.p(row.text, dir="auto")),
            ),
            rx.cond(_said(row) != "", rx.el.p(_said(row), class_name="said", dir="auto")),
            class_name="what",
        ),
        rx.el.div(
            rx.el.b(rx.cond(is_running, ticker(row.clock_from), rx.cond(row.duration_text, row.duration_text, _NONE))),
            rx.cond(
                is_running,
                rx.el.i(last_seen(), rx.el.span(progress_words(row))),
                rx.el.i(
                    rx.cond(
                        row.status == Status.WAITING.value,
                        rx.cond(row.total > 0, t("{done} of {total} done", done=row.done, total=row.total), ""),
                        rx.cond(row.cells > 0, ended_word(row.status, row.is_cut), ended_words(row)),
                    )
                ),
            ),
            class_name="num took",
        ),
        rx.el.div(
            rx.el.b(
                rx.cond(
                    row.tokens_text,
                    tn("{n} token", "{n} tokens", row.tokens_text),
                    rx.cond(
                        row.is_unknown,
                        rx.el.span(t("— tokens"), title=t("tokens unknown")),
                        _NONE,
                    ),
                )
            ),
            rx.cond(
                row.cost_text,
                rx.el.i(row.cost_text, rx.cond(row.is_own_price, _own_price())),
                rx.cond(row.is_cost_unknown, rx.el.i(t("cost unknown"))),
            ),
            class_name="num spent",
        ),
        rx.el.div(ago(row.created_at), class_name="num when"),
        rx.cond(is_running, progress_bar(row, "prog")),
        rest,
        href=execution_path(row.id),
        class_name=rx.cond(row.is_stopping, "row s-running is-stopping", tone_class("row", row.status, row.is_cut)),
        data_testid="history-row",
        data_execution_id=row.id.to_string(),
        data_status=row.status,
        data_type=row.execution_type,
        data_cut=row.is_cut.to_string(),
        data_verdict=row.verdict,
        data_mark=row.mark,
    )


def _own_price() -> rx.Component:
    """Mark a cost that is by prices the admin gave, as on the page of the execution."""
    said = t("By the hub's own prices, from HUB_PRICES_FILE.")
    return rx.fragment(rx.el.span("*", title=said, aria_hidden=True), rx.el.span(said, class_name="sr"))


def skeleton_row() -> rx.Component:
    """Show the place of a row before it is loaded, in its final shape."""
    return rx.el.div(
        skeleton("28px", "28px"),
        rx.el.div(skeleton("34%", "13px"), skeleton("62%", "12px"), class_name="what"),
        class_name="row skeleton-row",
        aria_hidden=True,
    )


def _said(row: rx.Var[ExecutionRow]) -> rx.Var[str]:
    """Return what a row says beneath its input: its error, its place in the queue, or what it needs."""
    return rx.match(
        row.status,
        (Status.PENDING.value, queue_words(row.place)),
        (Status.WAITING.value, t("Needs you")),
        (Status.RUNNING.value, rx.cond(row.is_stopping, t("Stopping"), "")),
        (Status.FAILED.value, error_text(row.error_code, row.error)),
        "",
    )
