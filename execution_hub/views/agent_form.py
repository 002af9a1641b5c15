"""The form of an agent: what it shows, what it sends, and what is wrong in words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from execution_hub.domain import agent as limits
from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.domain.stop_reason import MARK
from execution_hub.errors import InvalidInput
from execution_hub.views.fields import say_field_problem
from execution_hub.views.texts import excerpt

FIELDS = ("name", "description", "model", "system_prompt", "max_tokens", "timeout_seconds", "retries", "on_cut")
_LIMITS = {
    "name": limits.NAME_MAX,
    "description": limits.DESCRIPTION_MAX,
    "model": limits.MODEL_MAX,
    "system_prompt": limits.PROMPT_MAX,
    "max_tokens": limits.MAX_TOKENS_MAX,
    "timeout_seconds": f"{limits.TIMEOUT_MAX_SECONDS:,}",
    "retries": limits.RETRIES_MAX,
    "on_cut": "",
}
_SHOWN = ("name", "description", "model", "system_prompt", "max_tokens", "retries", "on_cut")


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent as a page shows it.

    Attributes:
        id: Its number; 0 before one is loaded.
        name, description, model, system_prompt, max_tokens, retries, on_cut: See AgentDraft.
        timeout_text: How many seconds a test may take; empty for the hub's own limit.
        is_simulated: Whether the offline model answers.
        version: Which version it is; 0 before one is loaded.
        missing_key: The variable that must be set before its model answers; empty for none.
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
    is_simulated: bool = False
    version: int = 0
    missing_key: str = ""

    @classmethod
    def of(cls, agent: Agent) -> "AgentView":
        """Take what is shown from an agent."""
        values = {name: getattr(agent, name) for name in _SHOWN}
        seconds = "" if agent.timeout_seconds is None else f"{agent.timeout_seconds:g}"
        return cls(id=agent.id, is_simulated=agent.is_simulated, timeout_text=seconds, version=agent.version, **values)

    @classmethod
    def excerpt_of(cls, agent: Agent) -> "AgentView":
        """Take what a list shows: without the prompt, and the first words of its description."""
        return replace(cls.of(agent), system_prompt="", description=excerpt(agent.description))


def read_form(form: dict[str, Any]) -> dict[str, Any]:
    """Read what an agent's form sent.

    Args:
        form: Texts by the name of the field.

    Returns:
        Values for AgentDraft or Hub.update_agent.

    Raises:
        InvalidInput: A value does not fit; the field is named.
    """
    values: dict[str, Any] = {name: str(form.get(name, "")) for name in FIELDS}
    values["on_cut"] = values["on_cut"] or MARK
    for name in ("max_tokens", "retries"):
        values[name] = _number(name, values[name], int)
    seconds = values["timeout_seconds"].strip()
    values["timeout_seconds"] = _number("timeout_seconds", seconds, float) if seconds else None
    AgentDraft(**values)
    return values


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
    return say_field_problem(language, error, value, _LIMITS)
