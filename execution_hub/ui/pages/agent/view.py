"""How an agent's page looks."""

import reflex as rx

from execution_hub.domain.agent import PROMPT_MAX
from execution_hub.ui.catalogue.edit_card import delete_zone, edit_card
from execution_hub.ui.components.agent_fields import agent_fields
from execution_hub.ui.components.buttons import link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.recent import recent_card
from execution_hub.ui.components.status import simulated_tag
from execution_hub.ui.pages.agent.state import AgentState
from execution_hub.ui.pages.agent.test_panel import test_card
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.views.addresses import AGENTS


def agent_page() -> rx.Component:
    """Show an agent."""
    return page_frame(
        rx.cond(
            AgentState.is_missing,
            t("There is no such agent"),
            rx.cond(AgentState.agent.id > 0, AgentState.agent.name, skeleton("150px", "22px")),
        ),
        rx.cond(
            AgentState.is_missing,
            _missing(),
            rx.el.div(
                rx.el.div(
                    rx.cond(
                        AgentState.failure != "",
                        notice(AgentState.failure, kind="bad", icon="warning", role="alert"),
                    ),
                    test_card(),
                    rx.el.div(
                        recent_card(AgentState, t("This agent has not been tested yet.")),
                        # Not its skeleton, which would be seen moving down.
                        key=AgentState.agent.id.to_string(),
                    ),
                    class_name="stack",
                ),
                rx.el.aside(_edit_card(), class_name="stack"),
                class_name="two agent-two",
            ),
        ),
        crumbs=rx.fragment(page_link(t("Agents"), href=AGENTS), " / ", _number()),
        beside=rx.cond(AgentState.agent.is_simulated, simulated_tag()),
        named=AgentState.agent.name,
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


def _edit_card() -> rx.Component:
    return edit_card(
        AgentState,
        t("Settings"),
        agent_fields(AgentState.agent, AgentState.problems, AgentState.suggestions),
        delete_zone(
            AgentState,
            t("Delete agent"),
            t("Delete this agent? Its executions stay in the history."),
            test_id="agent-delete",
        ),
        is_there=AgentState.agent.id > 0,
        long_field=("system_prompt", PROMPT_MAX),
        skeleton_heights=("43px", "67px", "82px", "150px", "43px"),
        test_id="agent-save",
    )
