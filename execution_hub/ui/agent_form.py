"""The form of an agent: what it shows, what it sends, and what is wrong in words."""

from dataclasses import dataclass
from typing import Any

from execution_hub.domain import agent as limits
from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.errors import InvalidInput
from execution_hub.ui.text import say

FIELDS = ("name", "description", "model", "system_prompt", "max_tokens")
_LIMITS = {
    "name": limits.NAME_MAX,
    "description": limits.DESCRIPTION_MAX,
    "model": limits.MODEL_MAX,
    "system_prompt": limits.PROMPT_MAX,
    "max_tokens": limits.MAX_TOKENS_MAX,
}


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent as a page shows it.

    Attributes:
        id: Its number; 0 before one is loaded.
        name, description, model, system_prompt, max_tokens: See AgentDraft.
        is_simulated: Whether the offline model answers.
    """

    id: int = 0
    name: str = ""
    description: str = ""
    model: str = ""
    system_prompt: str = ""
    max_tokens: int = 0
    is_simulated: bool = False

    @classmethod
    def of(cls, agent: Agent) -> "AgentView":
        """Take what is shown from an agent."""
        values = {name: getattr(agent, name) for name in FIELDS}
        return cls(id=agent.id, is_simulated=agent.is_simulated, **values)


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
    try:
        values["max_tokens"] = int(values["max_tokens"])
    except ValueError:
        raise InvalidInput("max_tokens", "max_tokens is no whole number. Use 1 to 128000.") from None
    AgentDraft(**values)
    return values


def say_problem(language: str, error: InvalidInput, value: str) -> str:
    """Say what is wrong with a field, in the language of the page.

    Args:
        language: `en` or `zh`.
        error: What the hub said; its field is named.
        value: What the field held.
    """
    if "\x00" in value:
        return say(language, "problem.nul")
    if error.field not in _LIMITS:
        return error.message
    return say(language, f"problem.{error.field}", n=_LIMITS[error.field])
