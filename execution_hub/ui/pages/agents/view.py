"""How the list of agents looks: a card each, and a form for a new one."""

from typing import Any

import reflex as rx

from execution_hub.domain.agent import PROMPT_MAX
from execution_hub.ui.catalogue.duplicate_button import duplicate_tool
from execution_hub.ui.catalogue.first_test import FirstTestState
from execution_hub.ui.catalogue.import_form import import_button
from execution_hub.ui.catalogue.list_page import item_card, list_page, named, named_skeleton, new_button, new_form
from execution_hub.ui.components.agent_fields import agent_fields
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, empty_state
from execution_hub.ui.components.missing_key import key_tag, keys_notice
from execution_hub.ui.components.status import simulated_tag
from execution_hub.ui.components.verdicts import verdict_badge, verdict_dots
from execution_hub.ui.pages.agents.import_state import AgentImportState
from execution_hub.ui.pages.agents.import_view import agent_import
from execution_hub.ui.pages.agents.state import AgentsState
from execution_hub.ui.routes import agent_path
from execution_hub.ui.text import t, tn
from execution_hub.views.addresses import AGENTS


def agents_page() -> rx.Component:
    """Show the agents."""
    return list_page(
        AgentsState,
        t("Agents"),
        _agent_card,
        active=AGENTS,
        actions=rx.el.div(
            import_button(AgentImportState, "agent"),
            new_button(AgentsState, t("New agent")),
            class_name="head-actions",
        ),
        skeleton_card=named_skeleton("30%"),
        empty=_empty(),
        above=rx.fragment(
            agent_import(),
            new_form(
                AgentsState,
                t("New agent"),
                t("Create agent"),
                agent_fields(AgentsState.new_agent, AgentsState.problems, AgentsState.suggestions),
                long_field=("system_prompt", PROMPT_MAX),
                class_name="agent-form wide",
            ),
            keys_notice(AgentsState.missing_key),
        ),
        is_busy=AgentsState.is_form_open | AgentImportState.is_importing,
    )


def _agent_card(agent: Any) -> rx.Component:
    return item_card(
        agent_path(agent.id),
        *named(agent, "agent"),
        rx.el.span(
            rx.cond(agent.is_simulated, simulated_tag(), rx.el.span(agent.model, class_name="tag")),
            key_tag(agent.missing_key),
            rx.cond(
                agent.tools_count > 0,
                rx.el.span(tn("{n} tool", "{n} tools", agent.tools_count), class_name="tag"),
            ),
            rx.el.span(tn("up to {n} token", "up to {n} tokens", agent.max_tokens), class_name="faint"),
            class_name="agent-foot",
        ),
        rx.cond(
            agent.trend.newest.execution_id > 0,
            rx.el.span(
                verdict_badge(agent.trend.newest, data_testid="agent-verdict"),
                verdict_dots(agent.trend),
                class_name="agent-trend",
            ),
        ),
        noun="agent",
        item=agent,
        tools=duplicate_tool("agents", agent),
    )


def _empty() -> rx.Component:
    return card(
        empty_state(
            "agent",
            t("No agents yet"),
            t("An agent is a model with a prompt and limits. See one answer first; it needs no key."),
            rx.el.div(
                button(
                    t("Run a first test"),
                    icon="play",
                    kind="primary",
                    busy=FirstTestState.is_busy,
                    on_click=FirstTestState.begin,
                    data_testid="first-test",
                ),
                button(t("Create your first agent"), icon="plus", on_click=AgentsState.toggle_form),
                class_name="form-actions",
            ),
        )
    )
