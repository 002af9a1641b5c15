"""The word that an execution has been started, and the way to it."""

import reflex as rx

from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.queue import started_words
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t


def started_notice(execution_id: rx.Var[int], is_held: rx.Var[bool]) -> rx.Component:
    """Say that an execution goes on by itself now.

    Args:
        execution_id: Which one; 0 for none.
        is_held: Whether the queue was paused when it was started.
    """
    return rx.el.p(
        rx.cond(
            execution_id > 0,
            rx.fragment(
                icon("check"),
                rx.el.span(started_words(is_held, t("Execution started. You can leave this page."))),
                page_link(t("Open execution #{id}", id=execution_id), href=execution_path(execution_id)),
            ),
        ),
        class_name="started",
        role="status",
        data_testid="run-started",
    )
