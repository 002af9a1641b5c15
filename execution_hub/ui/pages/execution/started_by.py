"""What started an execution where no person did."""

import reflex as rx

from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.routes import agent_path, workflow_path
from execution_hub.ui.text import t
from execution_hub.ui.transcripts import TranscriptState


def started_by() -> rx.Component:
    """Say what started it: a save, a schedule, a webhook."""
    facts = TranscriptState.facts
    saved = t("Saving {name}, version {n}", name=facts.trigger_name, n=facts.trigger_version)
    saved_path = rx.cond(
        facts.trigger_agent_id > 0, agent_path(facts.trigger_agent_id), workflow_path(facts.trigger_workflow_id)
    )
    happened = facts.trigger_event
    return rx.el.span(
        rx.match(
            facts.trigger,
            ("save", page_link(saved, href=saved_path, dir="auto")),
            ("schedule", rx.fragment(t("Its schedule"))),
            rx.cond(happened != "", rx.fragment(t("A webhook: {event}", event=happened)), rx.fragment(t("A webhook"))),
        ),
        data_testid="started-by",
    )
