"""How an agent's page looks."""

import reflex as rx

from execution_hub.ui.catalogue.versions_card import versions_card
from execution_hub.ui.components.buttons import link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.conflict import newer_notice
from execution_hub.ui.components.recent import recent_card
from execution_hub.ui.components.status import simulated_tag
from execution_hub.ui.pages.agent.bench import guards, prompt_card, save_actions, settings_card
from execution_hub.ui.pages.agent.cases_card import cases_card
from execution_hub.ui.pages.agent.cases_state import CasesState
from execution_hub.ui.pages.agent.head_actions import head_actions
from execution_hub.ui.pages.agent.state import AgentState
from execution_hub.ui.pages.agent.test_panel import test_card
from execution_hub.ui.pages.agent.verdicts_card import newest_verdict, verdicts_card, version_verdicts
from execution_hub.ui.pages.agent.versions_state import AgentVersions
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.ui.transcripts import TranscriptState
from execution_hub.views.addresses import AGENTS
from execution_hub.words.by_value import AGENT_FIELDS


def agent_page() -> rx.Component:
    """Show an agent."""
    return page_frame(
        rx.cond(
            AgentState.is_missing,
            t("There is no such agent"),
            rx.cond(AgentState.agent.id > 0, AgentState.agent.name, skeleton("150px", "29px")),
        ),
        rx.cond(
            AgentState.is_missing,
            _missing(),
            _bench(),
        ),
        crumbs=rx.fragment(page_link(t("Agents"), href=AGENTS), " / ", _number()),
        beside=rx.fragment(
            rx.cond(AgentState.agent.is_simulated, simulated_tag()),
            rx.cond(AgentState.is_dirty, rx.el.span(t("Unsaved changes"), class_name="tag unsaved")),
            newest_verdict(),
        ),
        named=AgentState.agent.name,
        # Its answer is on the page already.
        shown=TranscriptState.facts.id,
        also_shown=CasesState.answering,
        # The table says how far each is; opened, the monitor says it again over the settings.
        is_full=True,
        actions=rx.cond(AgentState.is_missing, rx.fragment(), rx.fragment(head_actions(), save_actions())),
    )


def _bench() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.cond(
                AgentState.failure != "",
                notice(AgentState.failure, kind="bad", icon="warning", role="alert"),
            ),
            newer_notice(AgentState),
            prompt_card(),
            test_card(),
            # Once what stands above has its height: seen before, it would be seen moving.
            rx.cond(AgentState.agent.id > 0, cases_card()),
            rx.el.div(
                recent_card(AgentState, t("This agent has not been tested yet.")),
                # Not its skeleton, which would be seen moving down.
                key=AgentState.agent.id.to_string(),
            ),
            class_name="stack",
        ),
        rx.el.aside(
            settings_card(),
            verdicts_card(),
            rx.cond(
                AgentState.agent.id > 0,
                versions_card(
                    AgentVersions,
                    AGENT_FIELDS,
                    version=AgentState.agent.version,
                    is_dirty=AgentState.is_dirty,
                    beside=version_verdicts,
                ),
            ),
            class_name="stack",
        ),
        guards(),
        class_name="two bench",
    )


def _number() -> rx.Component:
    return rx.cond(AgentState.agent.id > 0, rx.el.span("#", AgentState.agent.id))


def _missing() -> rx.Component:
    action = link_button(t("Show all agents"), AGENTS, icon="agent", kind="primary")
    return card(
        empty_state(
            "agent",
            t("There is no such agent"),
            t("It was deleted, or the address is mistyped. Its executions are still in the history."),
            action,
        )
    )
