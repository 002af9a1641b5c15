"""The steps of an execution as a live graph, and when each of them ran."""

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.components.card import card
from execution_hub.ui.components.graph import workflow_graph
from execution_hub.ui.components.status import ended_words
from execution_hub.ui.components.waterfall import waterfall
from execution_hub.ui.pages.execution.state import ExecutionState
from execution_hub.ui.text import LocaleState, t
from execution_hub.ui.transcripts import TranscriptState
from execution_hub.ui.turns import TurnsState


def steps_card() -> rx.Component:
    """Show the graph, coloured by how each step is."""
    facts = TranscriptState.facts
    return card(
        workflow_graph(
            ExecutionState.nodes,
            ExecutionState.edges,
            selected=ExecutionState.selected,
            on_select=ExecutionState.choose_step,
        ),
        # What stands on the nodes is written by the server: anew when another language is chosen.
        rx.el.span(key=LocaleState.language, on_mount=ExecutionState.speak_anew, hidden=True),
        title=t("Steps"),
        aside=rx.cond(
            (facts.status == Status.FAILED.value) | (facts.status == Status.CANCELLED.value),
            ended_words(facts),
            t("{done} of {total} done", done=facts.done, total=facts.total),
        ),
        class_name="steps-card",
    )


def timeline_card() -> rx.Component:
    """Show the steps in time."""
    return card(
        waterfall(
            ExecutionState.bars,
            on_select=ExecutionState.choose_step,
            selected=ExecutionState.selected,
            calls=rx.cond(TurnsState.acting.is_shown & (TurnsState.name != ""), TurnsState.bars, []),
            calls_of=TurnsState.name,
        ),
        title=t("Timeline"),
        class_name="timeline-card",
    )


def calls_timeline_card() -> rx.Component:
    """Show the turns and calls of an agent test in time."""
    return rx.cond(
        TurnsState.acting.is_shown & (TurnsState.name == ""),
        card(
            waterfall([], on_select=ExecutionState.choose_step, selected="", calls=TurnsState.bars),
            title=t("Timeline"),
            class_name="timeline-card",
        ),
    )
