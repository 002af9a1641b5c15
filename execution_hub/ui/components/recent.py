"""The last executions of an agent, a workflow or a task, as a card."""

from typing import Any

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.card import card, skeleton
from execution_hub.ui.components.row import progress_words
from execution_hub.ui.components.status import cut_tag, status_tile, status_word
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import error_text, t


def recent_card(state: Any, empty: rx.Var[str], *, is_named: bool = False) -> rx.Component:
    """Show the last executions that a page's State keeps.

    Args:
        state: A State with RecentExecutions.
        empty: What to say when there are none.
        is_named: Whether a row says what ran, instead of on what: on a task's page that is always the same.
    """
    return card(
        rx.cond(
            state.is_recent_loaded,
            rx.cond(
                state.recent.length() > 0,
                rx.el.ul(rx.foreach(state.recent, lambda row: _row(row, is_named)), class_name="recent"),
                rx.el.p(empty, class_name="muted"),
            ),
            rx.el.div(*(skeleton("100%", "34px") for _ in range(4)), class_name="skeleton-lines"),
        ),
        title=t("Last executions"),
    )


def _row(row: Any, is_named: bool) -> rx.Component:
    is_failed = row.status == Status.FAILED.value
    said = error_text(row.error_code, row.error)
    words = rx.cond(is_failed, f"{row.name} · {said}", row.name) if is_named else rx.cond(is_failed, said, row.text)
    return rx.el.li(
        page_link(
            status_tile(row.status, row.is_cut),
            rx.el.span(
                "#", row.id, rx.cond(row.is_cut, rx.fragment(" ", cut_tag(row.stop_reason))), class_name="num faint"
            ),
            rx.el.span(words, class_name="words", dir="auto"),
            rx.cond(
                row.total > 0,
                rx.el.span(
                    rx.match(
                        row.status,
                        (Status.RUNNING.value, progress_words(row)),
                        (Status.WAITING.value, status_word(row.status)),
                        row.duration_text,
                    ),
                    class_name=f"num s-{row.status} so-far",
                ),
                rx.fragment(),
            ),
            rx.el.span(ago(row.created_at), class_name="num"),
            href=execution_path(row.id),
            class_name="recent-row",
            data_testid="recent-row",
            data_execution_id=row.id.to_string(),
            data_status=row.status,
        ),
        key=row.id,
    )
