"""The last executions of an agent, on its page."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.card import card, skeleton
from execution_hub.ui.components.status import status_tile
from execution_hub.ui.pages.agent.state import AgentState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import error_text, t


def recent_card() -> rx.Component:
    """Show the agent's last executions."""
    return card(
        rx.cond(
            AgentState.is_loaded,
            rx.cond(
                AgentState.recent.length() > 0,
                rx.el.ul(rx.foreach(AgentState.recent, _row), class_name="recent"),
                rx.el.p(t("test.last_empty"), class_name="muted"),
            ),
            rx.el.div(*(skeleton("100%", "34px") for _ in range(4)), class_name="skeleton-lines"),
        ),
        title=t("test.last"),
    )


def _row(row: Any) -> rx.Component:
    return rx.el.li(
        page_link(
            status_tile(row.status),
            rx.el.span("#", row.id, class_name="num faint"),
            rx.el.span(error_text(row.error_code, row.text), class_name="words"),
            rx.el.span(ago(row.created_at), class_name="num"),
            href=execution_path(row.id),
            class_name="recent-row",
        ),
        key=row.id,
    )
