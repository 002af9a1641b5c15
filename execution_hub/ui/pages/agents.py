"""The agents: a card each, and a form for a new one."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from execution_hub.domain.agent import DEFAULT_MAX_TOKENS, PROMPT_MAX, SIMULATED, AgentDraft
from execution_hub.errors import HubError, InvalidInput
from execution_hub.hub.hub import current_hub
from execution_hub.ui.components.agent_fields import agent_fields
from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import card, empty_state, notice, skeleton
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.long_input import within
from execution_hub.ui.components.status import simulated_tag
from execution_hub.ui.follow import language_of
from execution_hub.ui.payload import Form
from execution_hub.ui.routes import agent_path
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t
from execution_hub.views.agent_form import AgentView, read_form, say_problem
from execution_hub.words.say import say_error

NEW_AGENT = AgentView(model=SIMULATED, max_tokens=DEFAULT_MAX_TOKENS)


class AgentsState(rx.State):
    """The agents, and the form of a new one."""

    agents: list[AgentView] = []  # noqa: RUF012 - Reflex copies defaults
    is_loaded: bool = False
    failure: str = ""
    new_agent: AgentView = NEW_AGENT
    is_form_open: bool = False
    is_saving: bool = False
    problems: dict[str, str] = {}  # noqa: RUF012
    suggestions: list[str] = []  # noqa: RUF012

    @rx.event
    async def load_agents(self) -> None:
        """Read all agents."""
        self.failure, self.is_form_open, self.problems = "", False, {}
        try:
            hub = current_hub()
            self.agents = [AgentView.of(agent) for agent in await hub.agents.every()]
            self.suggestions = hub.agents.suggested_models()
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        self.is_loaded = True

    @rx.event
    def toggle_form(self) -> None:
        """Open the form of a new agent, or close it."""
        self.is_form_open, self.problems = not self.is_form_open, {}

    @rx.event
    async def create_agent(self, form: Form) -> AsyncIterator[Any]:
        """Store a new agent and go to its page; else say what is wrong at its field."""
        self.problems, self.is_saving = {}, True
        yield
        try:
            agent = await current_hub().agents.create(AgentDraft(**read_form(form)))
        except InvalidInput as error:
            value = str(form.get(error.field, ""))
            self.problems = {error.field: say_problem(await language_of(self), error, value)}
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        else:
            self.is_form_open = False
            yield rx.redirect(agent_path(agent.id))
        self.is_saving = False


def agents_page() -> rx.Component:
    """Show the agents."""
    return page_frame(
        t("agents.title"),
        rx.cond(AgentsState.failure != "", notice(AgentsState.failure, kind="bad", icon="warning", role="alert")),
        rx.cond(AgentsState.is_form_open, _form()),
        rx.cond(
            AgentsState.is_loaded,
            rx.cond(
                AgentsState.agents.length() > 0,
                rx.el.ul(rx.foreach(AgentsState.agents, _agent_card), class_name="agent-grid"),
                rx.cond(AgentsState.is_form_open | (AgentsState.failure != ""), rx.fragment(), _empty()),
            ),
            rx.el.div(*(_skeleton_card() for _ in range(3)), class_name="agent-grid", aria_hidden=True),
        ),
        actions=rx.cond(
            AgentsState.is_form_open,
            rx.fragment(),
            button(t("agents.new"), icon="plus", kind="primary", on_click=AgentsState.toggle_form),
        ),
    )


def _agent_card(agent: Any) -> rx.Component:
    return rx.el.li(
        page_link(
            rx.el.span(icon("agent"), class_name="agent-mark"),
            rx.el.span(
                rx.el.strong(agent.name, dir="auto"),
                rx.cond(
                    agent.description != "",
                    rx.el.span(agent.description, class_name="agent-about", dir="auto"),
                    rx.el.span(t("agents.no_description"), class_name="agent-about faint"),
                ),
                class_name="agent-words",
            ),
            rx.el.span(
                rx.cond(agent.is_simulated, simulated_tag(), rx.el.span(agent.model, class_name="tag")),
                rx.el.span(t("agents.limit", n=agent.max_tokens), class_name="faint"),
                class_name="agent-foot",
            ),
            href=agent_path(agent.id),
            class_name="agent-card card",
            data_testid="agent-card",
            data_agent_id=agent.id,
        ),
        key=agent.id,
    )


def _skeleton_card() -> rx.Component:
    return rx.el.div(
        skeleton("34px", "34px"),
        rx.el.span(skeleton("45%", "15px"), skeleton("90%"), class_name="agent-words"),
        rx.el.span(skeleton("30%", "12px"), class_name="agent-foot"),
        class_name="agent-card card",
    )


def _empty() -> rx.Component:
    action = button(t("agents.empty_action"), icon="plus", kind="primary", on_click=AgentsState.toggle_form)
    return card(empty_state("agent", t("agents.empty_title"), t("agents.empty_text"), action))


def _form() -> rx.Component:
    return card(
        rx.el.form(
            agent_fields(AgentsState.new_agent, AgentsState.problems, AgentsState.suggestions),
            rx.el.div(
                within(
                    "system_prompt",
                    PROMPT_MAX,
                    button(t("agents.create"), icon="check", kind="primary", type="submit", busy=AgentsState.is_saving),
                ),
                button(t("agents.cancel"), on_click=AgentsState.toggle_form),
                class_name="form-actions",
            ),
            on_submit=AgentsState.create_agent,
            no_validate=True,
            class_name="agent-form wide",
        ),
        title=t("agents.new"),
        class_name="below",
    )
