"""The form of an agent: what it shows, what it sends, and what is wrong in words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from execution_hub.domain import agent as limits
from execution_hub.domain.agent import ACTING, Agent, AgentDraft
from execution_hub.domain.output_schema import DEPTH_MAX, SCHEMA_MAX
from execution_hub.domain.stop_reason import MARK
from execution_hub.domain.tool_choice import NEVER, TOOLS_MAX
from execution_hub.errors import InvalidInput
from execution_hub.views.field_texts import field_text, field_texts, read_json_text, read_tools_text
from execution_hub.views.fields import say_field_problem
from execution_hub.views.suite_trend import Trend
from execution_hub.views.texts import excerpt
from execution_hub.words.say import say

FIELDS = (
    "name",
    "description",
    "model",
    "system_prompt",
    "max_tokens",
    "timeout_seconds",
    "retries",
    "on_cut",
    *ACTING,
)
_LIMITS = {
    "name": limits.NAME_MAX,
    "description": limits.DESCRIPTION_MAX,
    "model": limits.MODEL_MAX,
    "system_prompt": limits.PROMPT_MAX,
    "max_tokens": limits.MAX_TOKENS_MAX,
    "timeout_seconds": f"{limits.TIMEOUT_MAX_SECONDS:,}",
    "retries": limits.RETRIES_MAX,
    "on_cut": "",
    "tools": TOOLS_MAX,
    "max_turns": limits.MAX_TURNS_MAX,
    "max_tool_calls": limits.MAX_TOOL_CALLS_MAX,
    "max_total_tokens": f"{limits.MAX_TOTAL_TOKENS_MAX:,}",
    "max_cost_usd": f"{limits.MAX_COST_MAX_USD:,}",
    "tool_timeout_seconds": f"{limits.TIMEOUT_MAX_SECONDS:,}",
    "tool_result_max_chars": f"{limits.TOOL_RESULT_MAX_CHARS:,}",
    "effort": "",
    "thinking": "",
}
_SHOWN = ("name", "description", "model", "system_prompt", "max_tokens", "retries", "on_cut")
_WHOLE = ("max_tokens", "retries", "max_turns", "max_tool_calls", "max_total_tokens", "tool_result_max_chars")
_FRACTIONS = ("timeout_seconds", "max_cost_usd", "tool_timeout_seconds")
# Empty: no such limit, or whatever the model does by itself.
_MAY_BE_EMPTY = ("timeout_seconds", "max_total_tokens", "max_cost_usd")
_CHOICES = ("effort", "thinking")
# What a form without these fields means.
_PLAIN = field_texts({name: getattr(AgentDraft("x"), name) for name in ACTING})


@dataclass(frozen=True, slots=True)
class ActingView:
    """What an agent may do, as the fields of its form hold it.

    Attributes:
        tools: A line each: see `tools_text`.
        max_turns to output_schema: See AgentDraft; empty for None.
    """

    tools: str = ""
    max_turns: str = ""
    max_tool_calls: str = ""
    max_total_tokens: str = ""
    max_cost_usd: str = ""
    tool_timeout_seconds: str = ""
    tool_result_max_chars: str = ""
    effort: str = ""
    thinking: str = ""
    output_schema: str = ""

    @classmethod
    def of(cls, agent: Agent) -> "ActingView":
        """Take what is shown from an agent."""
        return cls(**field_texts({name: getattr(agent, name) for name in ACTING}))


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent as a page shows it.

    Attributes:
        id: Its number; 0 before one is loaded.
        name, description, model, system_prompt, max_tokens, retries, on_cut: See AgentDraft.
        timeout_text: How many seconds a test may take; empty for the hub's own limit.
        acting: What it may do.
        tools_count: How many tools it is given.
        is_simulated: Whether the offline model answers.
        version: Which version it is; 0 before one is loaded.
        missing_key: The variable that must be set before its model answers; empty for none.
        trend: How it fared in its tests, in lists.
    """

    id: int = 0
    name: str = ""
    description: str = ""
    model: str = ""
    system_prompt: str = ""
    max_tokens: int = 0
    timeout_text: str = ""
    retries: int = limits.DEFAULT_RETRIES
    on_cut: str = MARK
    acting: ActingView = ActingView()
    tools_count: int = 0
    is_simulated: bool = False
    version: int = 0
    missing_key: str = ""
    trend: Trend = Trend()

    @classmethod
    def of(cls, agent: Agent) -> "AgentView":
        """Take what is shown from an agent."""
        values = {name: getattr(agent, name) for name in _SHOWN}
        return cls(
            id=agent.id,
            is_simulated=agent.is_simulated,
            timeout_text=field_text(agent.timeout_seconds),
            acting=ActingView.of(agent),
            tools_count=sum(each.approval != NEVER for each in agent.tools),
            version=agent.version,
            **values,
        )

    @classmethod
    def excerpt_of(cls, agent: Agent) -> "AgentView":
        """Take what a list shows: without the prompt and what it may do, and the first words of its description."""
        return replace(cls.of(agent), system_prompt="", acting=ActingView(), description=excerpt(agent.description))


def read_form(form: dict[str, Any]) -> dict[str, Any]:
    """Read what an agent's form sent.

    Args:
        form: Texts by the name of the field; without what an agent may do, it does nothing but answer.

    Returns:
        Values for AgentDraft or Hub.update_agent.

    Raises:
        InvalidInput: A value does not fit; the field is named.
    """
    values: dict[str, Any] = {name: str(form.get(name, _PLAIN.get(name, ""))) for name in FIELDS}
    values["on_cut"] = values["on_cut"] or MARK
    for name in (*_WHOLE, *_FRACTIONS):
        text = values[name].strip() if name in _MAY_BE_EMPTY else values[name]
        is_none = name in _MAY_BE_EMPTY and not text
        values[name] = None if is_none else _number(name, text, int if name in _WHOLE else float)
    values |= {name: values[name] or None for name in _CHOICES}
    values["output_schema"] = read_json_text("output_schema", values["output_schema"])
    draft = AgentDraft(**{**values, "tools": read_tools_text(values["tools"])})
    return {**values, "tools": draft.tools}


def _number(name: str, text: str, kind: Callable[[str], Any]) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise InvalidInput(name, f"{name} is no number.") from None


def say_problem(language: str, error: InvalidInput, value: str) -> str:
    """Say what is wrong with a field, in the language of the page.

    Args:
        language: The page's.
        error: What the hub said; its field is named.
        value: What the field held.
    """
    details = error.details
    if error.field == "max_cost_usd" and "model" in details:
        return say(
            language,
            "Nobody has told what {model} costs. Leave this empty, or tell its price in HUB_PRICES_FILE.",
            model=details["model"],
        )
    if error.field == "output_schema":
        return _say_schema_problem(language, details)
    return say_field_problem(language, error, value, _LIMITS)


def _say_schema_problem(language: str, details: dict[str, Any]) -> str:
    if "line" in details:
        return say(
            language, "This is no JSON: line {line}, column {column}.", line=details["line"], column=details["column"]
        )
    if details.get("path"):
        return say(language, "This is no JSON Schema: look at {path}.", path=details["path"])
    return say(
        language,
        "Give a JSON Schema: an object of at most {n} characters, {depth} levels deep.",
        n=SCHEMA_MAX,
        depth=DEPTH_MAX,
    )
