"""The button that stops an execution, and the proof that it did."""

from typing import Any

import reflex as rx

from execution_hub.ui.acting import ActionState
from execution_hub.ui.components.browser import clock
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import t, t_around


def stop_button(facts: Any, class_name: str = "") -> rx.Component:
    """Show the button while there is something to stop; from the click on it says that it was asked for.

    Args:
        facts: An ExecutionView.
        class_name: More classes.
    """
    is_stopping = facts.is_stopping | ActionState.stopping.contains(facts.id)
    return rx.cond(
        facts.is_active,
        button(
            rx.cond(is_stopping, t("Stop requested"), t("Stop")),
            icon="square",
            kind="danger",
            busy=is_stopping,
            class_name=class_name,
            needs_hub=True,
            on_click=ActionState.stop(facts.id),
            custom_attrs={"data-act": "stop"},
            data_testid="execution-cancel",
        ),
    )


def stop_proof(facts: Any) -> rx.Component:
    """Say when somebody asked it to stop, and once it has, what came of that.

    Args:
        facts: An ExecutionView.
    """
    at = clock(facts.stop_requested_at)
    return rx.cond(
        facts.stop_requested_at != "",
        rx.el.div(
            rx.cond(facts.is_stopping, icon("spinner", class_name="i spin"), icon("square")),
            rx.el.span(
                rx.cond(
                    facts.is_stopping,
                    t_around("Stop requested {at}.", at),
                    rx.cond(
                        facts.stop_tools != "",
                        t_around(
                            "Stop requested {at}, the call of {tool} cancelled {time} later.",
                            at,
                            tool=facts.stop_tools,
                            time=facts.stop_closed_text,
                        ),
                        rx.cond(
                            facts.stop_closed_text != "",
                            t_around(
                                "Stop requested {at}, stream closed {time} later, {n} characters after.",
                                at,
                                time=facts.stop_closed_text,
                                n=facts.stop_characters,
                            ),
                            rx.cond(
                                facts.started_at == "",
                                t_around("Stop requested {at}, before it had started. No model was called.", at),
                                t_around("Stop requested {at}. No stream was open.", at),
                            ),
                        ),
                    ),
                ),
            ),
            class_name="notice stopped",
            role="status",
            data_testid="stop-proof",
        ),
    )
