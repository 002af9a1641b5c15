"""The prompt of an agent in the middle of its page, its settings beside it, and what saves both: one form."""

import reflex as rx

from execution_hub.domain.agent import PROMPT_MAX
from execution_hub.ui.catalogue.edit_card import delete_zone
from execution_hub.ui.components.agent_fields import agent_settings
from execution_hub.ui.components.bench import save_key
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, skeleton
from execution_hub.ui.components.conflict import conflict_dialog
from execution_hub.ui.components.editor import leave_guard
from execution_hub.ui.components.edits import edits, returns
from execution_hub.ui.components.fields import problem_of
from execution_hub.ui.components.long_input import count, within
from execution_hub.ui.components.submit_area import SubmitArea
from execution_hub.ui.pages.agent.cases_state import CasesState
from execution_hub.ui.pages.agent.state import AgentState
from execution_hub.ui.text import t

FORM = "agent-form"
TEST_FORM = "test-form"
_PROMPT = "system_prompt"


def save_actions() -> rx.Component:
    """Show the button that saves prompt and settings, in the page's head."""
    return rx.el.div(
        rx.el.span(rx.cond(AgentState.is_saved, t("Saved"), ""), class_name="saved", role="status"),
        within(
            _PROMPT,
            PROMPT_MAX,
            button(
                t("Save"),
                icon="check",
                type="submit",
                form=FORM,
                busy=AgentState.is_saving,
                disabled=AgentState.agent.id == 0,
                title=t("Ctrl + S"),
                class_name=rx.cond(AgentState.is_dirty, "save primary", "save"),
                data_act="save",
                data_testid="agent-save",
            ),
        ),
        class_name="head-actions",
    )


def prompt_card() -> rx.Component:
    """Show the prompt, with room to write it."""
    problem = problem_of(AgentState.problems, _PROMPT)
    editor = rx.el.div(
        rx.el.label(t("System prompt"), html_for=_PROMPT, class_name="sr"),
        SubmitArea.create(
            id=_PROMPT,
            name=_PROMPT,
            form=FORM,
            default_value=AgentState.agent.system_prompt,
            placeholder=t("What the model is told before the input"),
            spell_check=False,
            class_name="input area prompt-area",
            aria_invalid=problem != "",
            aria_describedby=f"{_PROMPT}-error {_PROMPT}-count",
            # Ctrl and Enter try what is written here.
            data_sends=TEST_FORM,
            data_testid="agent-prompt",
        ),
        rx.el.div(
            rx.el.p(problem, id=f"{_PROMPT}-error", class_name="problem", role="alert", dir="auto"),
            count(_PROMPT, PROMPT_MAX),
            class_name="prompt-foot",
        ),
        key=AgentState.form_key,
    )
    return card(
        rx.cond(
            AgentState.agent.id > 0,
            editor,
            rx.el.div(class_name="skeleton prompt-area", aria_hidden=True),
        ),
        title=t("System prompt"),
        aside=rx.el.span(
            rx.el.kbd(t("Ctrl + Enter")),
            t("Test"),
            rx.cond(
                CasesState.rows.length() > 0,
                rx.fragment(rx.el.kbd(t("Ctrl + Shift + Enter")), t("Run all {n}", n=CasesState.rows.length())),
            ),
            rx.el.kbd(t("Ctrl + S")),
            t("Save"),
            class_name="bench-keys",
        ),
        class_name="prompt-card",
    )


def settings_card() -> rx.Component:
    """Show the settings, and what deletes the agent."""
    form = rx.el.form(
        edits(AgentState.is_dirty, AgentState.note_dirty, AgentState.note_edits),
        agent_settings(
            AgentState.agent, AgentState.problems, AgentState.suggestions, AgentState.servers, AgentState.tool_tokens
        ),
        on_submit=AgentState.save,
        no_validate=True,
        id=FORM,
        class_name="agent-form bench-form",
        # Another object, or another version of it, is another form: what was typed into the last one does not stay.
        key=AgentState.form_key,
    )
    deletes = delete_zone(
        AgentState,
        t("Delete agent"),
        t("Delete this agent? Its executions stay in the history."),
        test_id="agent-delete",
    )
    return card(
        rx.cond(AgentState.agent.id > 0, rx.fragment(form, deletes), _skeleton()),
        title=t("Settings"),
    )


def guards() -> rx.Component:
    """Keep what is typed: a question before the page is left, a key that saves, and one for each save of others."""
    return rx.fragment(
        leave_guard(
            AgentState.is_dirty & ~AgentState.is_saving,
            t("Leave without saving your changes?"),
            AgentState.forget_changes,
        ),
        save_key(),
        returns(AgentState.look_again),
        conflict_dialog(AgentState),
    )


def _skeleton() -> rx.Component:
    heights = ("37px", "62px", "37px", "37px", "37px", "37px", "37px")
    return rx.el.div(
        *(rx.el.div(skeleton("30%", "18px"), skeleton("100%", height), class_name="field") for height in heights),
        class_name="agent-form",
        aria_hidden=True,
    )
