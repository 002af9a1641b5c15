"""The output on an execution's page, in three views, with a button to copy it."""

import reflex as rx

from execution_hub.ui.components.card import card, skeleton
from execution_hub.ui.components.copying import copy_button
from execution_hub.ui.components.output import (
    JSON,
    RAW,
    RENDERED,
    OutputVars,
    json_output,
    raw_output,
    rendered_output,
    waiting_lines,
)
from execution_hub.ui.components.problem import stop_notice
from execution_hub.ui.components.waiting import held_until, waiting_words
from execution_hub.ui.pages.execution.state import ExecutionState
from execution_hub.ui.text import t
from execution_hub.ui.transcripts import TranscriptState

_BEFORE = {RENDERED: JSON, RAW: RENDERED, JSON: RAW}


def output_card() -> rx.Component:
    """Show the output."""
    facts, output = TranscriptState.facts, OutputVars.of(TranscriptState)
    return card(
        rx.el.div(
            rx.cond(
                ExecutionState.view == JSON,
                json_output(ExecutionState.json_text),
                rx.cond(
                    output.is_empty,
                    _without_output(),
                    rx.cond(
                        ExecutionState.view == RAW,
                        raw_output(output, facts.is_active),
                        rendered_output(output, facts.is_active),
                    ),
                ),
            ),
            id="output",
            class_name="output-body",
            data_testid="execution-output",
        ),
        stop_notice(facts),
        title=t("Output"),
        aside=_controls(),
        class_name=rx.cond(facts.status == "running", "output-card is-running", "output-card"),
    )


def _without_output() -> rx.Component:
    facts = TranscriptState.facts
    return rx.cond(
        facts.id == 0,
        rx.el.div(skeleton("92%"), skeleton("84%"), skeleton("60%"), class_name="skeleton-lines"),
        rx.cond(
            facts.is_active,
            waiting_lines(rx.fragment(_waiting_for(), held_until(facts))),
            rx.el.p(t("It ended without output."), class_name="muted"),
        ),
    )


def _waiting_for() -> rx.Var[str]:
    place = ExecutionState.place
    in_line = rx.cond(place == 1, t("Next in the queue"), t("Number {n} in the queue", n=place))
    return rx.cond(place > 0, in_line, waiting_words(TranscriptState.facts))


def _controls() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            _view_button(RENDERED, t("Rendered")),
            _view_button(RAW, t("Raw")),
            _view_button(JSON, t("JSON")),
            role="group",
            aria_label=t("How the output is shown"),
            class_name="chips",
        ),
        rx.cond(
            ExecutionState.view == JSON,
            copy_button(ExecutionState.json_text),
            copy_button(*OutputVars.of(TranscriptState).texts),
        ),
    )


def _view_button(view: str, word: rx.Var[str]) -> rx.Component:
    is_on = ExecutionState.view == view
    return rx.el.button(
        word,
        type="button",
        class_name=rx.cond(is_on, "chip on", "chip"),
        aria_pressed=is_on,
        on_click=ExecutionState.choose_view(view),
        # The next one after that which is shown, for the key.
        custom_attrs={"data-act": rx.cond(ExecutionState.view == _BEFORE[view], "view", "")},
    )
