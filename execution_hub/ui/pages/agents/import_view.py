"""How an agent is read from a file: the text, then what would be stored."""

import reflex as rx

from execution_hub.ui.catalogue.import_form import import_actions, import_card, import_store, import_tools
from execution_hub.ui.components.card import card, facts, notice
from execution_hub.ui.components.missing_key import key_tag
from execution_hub.ui.components.status import simulated_tag
from execution_hub.ui.pages.agents.import_state import AgentImportState
from execution_hub.ui.text import t


def agent_import() -> rx.Component:
    """Show the form that takes a file, or what its import would store."""
    return import_card(
        AgentImportState,
        t("Import an agent"),
        t("JSON of an agent"),
        _preview(),
        noun="agent",
        placeholder='{"name": "…", "model": "…", "system_prompt": "…"}',
        is_shown=AgentImportState.preview.name != "",
    )


def _preview() -> rx.Component:
    preview = AgentImportState.preview
    return card(
        rx.el.div(
            rx.el.p(
                rx.el.strong(preview.name, dir="auto"),
                rx.cond(preview.is_simulated, simulated_tag()),
                key_tag(preview.missing_key),
                class_name="import-name",
            ),
            rx.cond(
                AgentImportState.notice != "",
                notice(AgentImportState.notice, kind="bad", icon="warning", role="alert"),
            ),
            rx.cond(
                preview.name != preview.given,
                notice(t("There is an agent called {name} already: this makes a second one.", name=preview.given)),
            ),
            facts(
                (t("Model"), preview.model),
                (t("Most output tokens"), preview.max_tokens),
                (t("System prompt"), rx.el.span(rx.cond(preview.prompt != "", preview.prompt, "–"), dir="auto")),
                (t("Tools"), rx.cond(preview.tools.length() > 0, import_tools(preview.tools), "–")),
                (t("Answer"), rx.cond(preview.has_schema, t("JSON that fits a schema"), t("Free text"))),
                (t("Inputs"), preview.cases),
                class_name="left",
            ),
            import_actions(AgentImportState, import_store(AgentImportState, "agent")),
            class_name="import-form",
        ),
        title=t("What this import does"),
        class_name="below",
        data_testid="agent-import-preview",
    )
