"""How an agent's page looks."""

import reflex as rx

from execution_hub.domain.agent import PROMPT_MAX
from execution_hub.ui.components.agent_fields import agent_fields
from execution_hub.ui.components.buttons import button, link_button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.conflict import conflict_dialog, newer_notice
from execution_hub.ui.components.edits import edits, returns
from execution_hub.ui.components.long_input import within
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
            t("agent.missing_title"),
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
                    recent_card(AgentState, t("test.last_empty")),
                    class_name="stack",
                ),
                rx.el.aside(_edit_card(), class_name="stack"),
                class_name="two agent-two",
            ),
        ),
        crumbs=rx.fragment(page_link(t("agent.crumb"), href=AGENTS), " / ", _number()),
        beside=rx.cond(AgentState.agent.is_simulated, simulated_tag()),
    )


def _number() -> rx.Component:
    return rx.cond(AgentState.agent.id > 0, rx.el.span("#", AgentState.agent.id))


def _missing() -> rx.Component:
    action = link_button(t("agent.missing_action"), AGENTS, icon="agent", kind="primary")
    return card(empty_state("agent", t("agent.missing_title"), t("agent.missing_text"), action))


def _edit_card() -> rx.Component:
    return card(
        rx.cond(AgentState.agent.id > 0, rx.fragment(_edit_form(), _delete()), _skeleton_form()),
        conflict_dialog(AgentState),
        returns(AgentState.look_again),
        title=t("agent.edit"),
    )


def _edit_form() -> rx.Component:
    return rx.el.form(
        newer_notice(AgentState),
        edits(AgentState.is_dirty, AgentState.note_dirty),
        agent_fields(AgentState.agent, AgentState.problems, AgentState.suggestions),
        rx.el.div(
            within(
                "system_prompt",
                PROMPT_MAX,
                button(t("agent.save"), icon="check", type="submit", busy=AgentState.is_saving),
            ),
            rx.el.span(rx.cond(AgentState.is_saved, t("agent.saved"), ""), class_name="saved", role="status"),
            class_name="form-actions",
        ),
        on_submit=AgentState.save_agent,
        on_focus=AgentState.note_change,
        no_validate=True,
        class_name="agent-form",
        # Another agent, or another version of it, is another form: what was typed into the last one does not stay.
        key=AgentState.form_key,
    )


def _delete() -> rx.Component:
    return rx.el.div(
        rx.cond(
            AgentState.is_asking_to_delete,
            rx.fragment(
                rx.el.p(
                    rx.cond(AgentState.delete_warning != "", AgentState.delete_warning, t("agent.delete_question")),
                    role="alert",
                ),
                rx.el.div(
                    button(t("agent.delete_confirm"), icon="trash", kind="danger", on_click=AgentState.delete_agent),
                    button(t("agent.delete_keep"), on_click=AgentState.ask_to_delete(False)),
                    class_name="form-actions",
                ),
            ),
            button(t("agent.delete"), icon="trash", kind="danger", on_click=AgentState.ask_to_delete(True)),
        ),
        class_name="danger-zone",
    )


def _skeleton_form() -> rx.Component:
    heights = ("43px", "67px", "82px", "150px", "43px")
    return rx.el.div(
        *(rx.el.div(skeleton("30%", "18px"), skeleton("100%", height), class_name="field") for height in heights),
        skeleton("86px", "36px"),
        class_name="agent-form",
        aria_hidden=True,
    )
