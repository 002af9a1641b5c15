"""The agents: a card each, and a form for a new one."""

from collections.abc import Sequence
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.agent import DEFAULT_MAX_TOKENS, PROMPT_MAX, SIMULATED, Agent
from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.list_page import item_card, list_page, named, named_skeleton, new_button, new_form
from execution_hub.ui.catalogue.listing import Listing
from execution_hub.ui.catalogue.new_form import NewForm
from execution_hub.ui.catalogue.noun import AGENT, Noun
from execution_hub.ui.components.agent_fields import agent_fields
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, empty_state
from execution_hub.ui.components.status import simulated_tag
from execution_hub.ui.routes import agent_path
from execution_hub.ui.text import t
from execution_hub.views.addresses import AGENTS, wants_new
from execution_hub.views.agent_form import AgentView

NEW_AGENT = AgentView(model=SIMULATED, max_tokens=DEFAULT_MAX_TOKENS)


class AgentsState(Listing, NewForm, rx.State):
    """The agents, and the form of a new one."""

    catalogue: ClassVar[str] = "agents"
    path: ClassVar[str] = AGENTS
    noun: ClassVar[Noun] = AGENT

    items: list[AgentView] = []  # noqa: RUF012 - Reflex copies defaults
    new_agent: AgentView = NEW_AGENT
    suggestions: list[str] = []  # noqa: RUF012

    def _on_load(self) -> None:
        self.is_form_open, self.problems = wants_new(self.router.url.query_parameters), {}

    async def _views(self, hub: Hub, found: Sequence[Agent]) -> list[AgentView]:
        self.suggestions = hub.agents.suggested_models()
        return [AgentView.excerpt_of(agent) for agent in found]


def agents_page() -> rx.Component:
    """Show the agents."""
    return list_page(
        AgentsState,
        t("Agents"),
        _agent_card,
        active=AGENTS,
        actions=new_button(AgentsState, t("New agent")),
        skeleton_card=named_skeleton("30%"),
        empty=_empty(),
        above=new_form(
            AgentsState,
            t("New agent"),
            t("Create agent"),
            agent_fields(AgentsState.new_agent, AgentsState.problems, AgentsState.suggestions),
            long_field=("system_prompt", PROMPT_MAX),
            class_name="agent-form wide",
        ),
        is_busy=AgentsState.is_form_open,
    )


def _agent_card(agent: Any) -> rx.Component:
    return item_card(
        agent_path(agent.id),
        *named(agent, "agent"),
        rx.el.span(
            rx.cond(agent.is_simulated, simulated_tag(), rx.el.span(agent.model, class_name="tag")),
            rx.el.span(t("up to {n} tokens", n=agent.max_tokens), class_name="faint"),
            class_name="agent-foot",
        ),
        noun="agent",
        item=agent,
    )


def _empty() -> rx.Component:
    action = button(t("Create your first agent"), icon="plus", kind="primary", on_click=AgentsState.toggle_form)
    return card(
        empty_state(
            "agent",
            t("No agents yet"),
            t("An agent is a model with a prompt and limits. Create one, then test it with any input."),
            action,
        )
    )
