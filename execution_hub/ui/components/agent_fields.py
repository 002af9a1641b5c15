"""The fields of an agent, for making and for editing one."""

from typing import Any

import reflex as rx

from execution_hub.domain.agent import MAX_TOKENS_MAX, PROMPT_MAX, RETRIES_MAX, TIMEOUT_MAX_SECONDS
from execution_hub.domain.stop_reason import FAIL, MARK
from execution_hub.ui.components.fields import problem_of, select_field, text_area, text_field
from execution_hub.ui.components.tool_fields import acting_fields, lacks
from execution_hub.ui.text import t

_SUGGESTIONS = "model-suggestions"


def agent_fields(agent: Any, problems: Any, suggestions: Any) -> rx.Component:
    """Show the fields of an agent within a form.

    Args:
        agent: The AgentView whose values they begin with.
        problems: What is wrong, by field.
        suggestions: The ModelOffers.
    """
    prompt = text_area(
        "system_prompt",
        t("System prompt"),
        error=problem_of(problems, "system_prompt"),
        default_value=agent.system_prompt,
        rows="6",
        limit=PROMPT_MAX,
    )
    return rx.fragment(*_who(agent, problems, suggestions), prompt, *_limits(agent, problems))


def agent_settings(agent: Any, problems: Any, suggestions: Any, servers: Any, tokens: Any) -> rx.Component:
    """Show the fields of an agent without its prompt, and what it may do.

    Args:
        agent, problems, suggestions: As for `agent_fields`.
        servers, tokens: As for `acting_fields`.
    """
    return rx.fragment(
        *_who(agent, problems, suggestions),
        lacks(suggestions),
        *_limits(agent, problems),
        acting_fields(agent.acting, servers, tokens, problems, suggestions),
    )


def _who(agent: Any, problems: Any, suggestions: Any) -> tuple[rx.Component, ...]:
    return (
        text_field(
            "name", t("Name"), error=problem_of(problems, "name"), default_value=agent.name, auto_complete="off"
        ),
        text_area(
            "description",
            t("Description"),
            error=problem_of(problems, "description"),
            default_value=agent.description,
            placeholder=t("What it is for"),
            rows="2",
        ),
        text_field(
            "model",
            t("Model"),
            hint=t("“simulated” answers offline, “openai/…” is an OpenAI-compatible server's model, others Claude's."),
            error=problem_of(problems, "model"),
            default_value=agent.model,
            list=_SUGGESTIONS,
            auto_complete="off",
            spell_check=False,
        ),
        rx.el.datalist(
            rx.foreach(suggestions, lambda each: rx.el.option(value=each.name, label=each.label)), id=_SUGGESTIONS
        ),
    )


def _limits(agent: Any, problems: Any) -> tuple[rx.Component, ...]:
    return (
        text_field(
            "max_tokens",
            t("Most output tokens"),
            error=problem_of(problems, "max_tokens"),
            default_value=agent.max_tokens.to_string(),
            type="number",
            min="1",
            max=str(MAX_TOKENS_MAX),
            step="1",
            input_mode="numeric",
        ),
        text_field(
            "timeout_seconds",
            t("Time limit, seconds"),
            hint=t("Empty: the hub's own limit."),
            error=problem_of(problems, "timeout_seconds"),
            default_value=agent.timeout_text,
            type="number",
            min="0",
            max=str(TIMEOUT_MAX_SECONDS),
            step="any",
            input_mode="decimal",
        ),
        text_field(
            "retries",
            t("Retries"),
            hint=t("How often a passing fault of the provider is tried again."),
            error=problem_of(problems, "retries"),
            default_value=agent.retries.to_string(),
            type="number",
            min="0",
            max=str(RETRIES_MAX),
            step="1",
            input_mode="numeric",
        ),
        select_field(
            "on_cut",
            t("Answers cut by a limit"),
            [rx.el.option(t("Keep and mark them"), value=MARK), rx.el.option(t("Fail"), value=FAIL)],
            hint=t("A marked one still feeds the next step of a workflow; a failed one never does."),
            error=problem_of(problems, "on_cut"),
            default_value=agent.on_cut,
        ),
    )
