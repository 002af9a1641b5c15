"""The fields of an agent, for making and for editing one."""

from typing import Any

import reflex as rx

from execution_hub.domain.agent import MAX_TOKENS_MAX, RETRIES_MAX, TIMEOUT_MAX_SECONDS
from execution_hub.domain.stop_reason import FAIL, MARK
from execution_hub.ui.components.fields import select_field, text_area, text_field
from execution_hub.ui.text import t

_SUGGESTIONS = "model-suggestions"


def agent_fields(agent: Any, problems: Any, suggestions: Any) -> rx.Component:
    """Show the fields of an agent within a form.

    Args:
        agent: The AgentView whose values they begin with.
        problems: What is wrong, by field.
        suggestions: Names of models to offer.
    """

    def problem(field: str) -> rx.Var[str]:
        return rx.cond(problems.contains(field), problems[field], "")

    return rx.fragment(
        text_field("name", t("agent.name"), error=problem("name"), default_value=agent.name, auto_complete="off"),
        text_area(
            "description",
            t("agent.description"),
            error=problem("description"),
            default_value=agent.description,
            placeholder=t("agent.description_hint"),
            rows="2",
        ),
        text_field(
            "model",
            t("agent.model"),
            hint=t("agent.model_hint"),
            error=problem("model"),
            default_value=agent.model,
            list=_SUGGESTIONS,
            auto_complete="off",
            spell_check=False,
        ),
        rx.el.datalist(rx.foreach(suggestions, lambda name: rx.el.option(value=name)), id=_SUGGESTIONS),
        text_area(
            "system_prompt",
            t("agent.system_prompt"),
            error=problem("system_prompt"),
            default_value=agent.system_prompt,
            rows="6",
        ),
        text_field(
            "max_tokens",
            t("agent.max_tokens"),
            error=problem("max_tokens"),
            default_value=agent.max_tokens.to_string(),
            type="number",
            min="1",
            max=str(MAX_TOKENS_MAX),
            step="1",
            input_mode="numeric",
        ),
        select_field(
            "on_cut",
            t("agent.on_cut"),
            [rx.el.option(t("agent.cut_marks"), value=MARK), rx.el.option(t("agent.cut_fails"), value=FAIL)],
            hint=t("agent.on_cut_hint"),
            error=problem("on_cut"),
            default_value=agent.on_cut,
        ),
        text_field(
            "timeout_seconds",
            t("agent.timeout"),
            hint=t("agent.timeout_hint"),
            error=problem("timeout_seconds"),
            default_value=agent.timeout_text,
            type="number",
            min="0",
            max=str(TIMEOUT_MAX_SECONDS),
            step="any",
            input_mode="decimal",
        ),
        text_field(
            "retries",
            t("agent.retries"),
            hint=t("agent.retries_hint"),
            error=problem("retries"),
            default_value=agent.retries.to_string(),
            type="number",
            min="0",
            max=str(RETRIES_MAX),
            step="1",
            input_mode="numeric",
        ),
    )
