"""An agent: a model with a system prompt and limits."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import NoneType
from typing import Any

from execution_hub.domain.clock import to_wire
from execution_hub.domain.kinds import check_range
from execution_hub.domain.stop_reason import MARK, ON_CUT
from execution_hub.domain.texts import check_name, check_text
from execution_hub.errors import InvalidInput

SIMULATED = "simulated"
NAME_MAX = 120
DESCRIPTION_MAX = 2_000
MODEL_MAX = 120
PROMPT_MAX = 50_000
MAX_TOKENS_MAX = 128_000
DEFAULT_MAX_TOKENS = 4_096
TIMEOUT_MAX_SECONDS = 86_400
RETRIES_MAX = 10
DEFAULT_RETRIES = 2


@dataclass(frozen=True, slots=True)
class AgentDraft:
    """What a person says of an agent, checked.

    Attributes:
        name: What people call it; not empty, at most 120 characters.
        description: What it is for.
        model: `simulated`, or a name of the Messages API.
        system_prompt: What the model is told before the input.
        max_tokens: The most output tokens of one call, 1 to 128 000.
        timeout_seconds: How long a test may take, at most a day; None for the hub's own limit.
        retries: How often a passing fault of the provider is tried again, 0 to 10.
        on_cut: What becomes of an answer that a limit cut: `mark`, it is kept and marked, or `fail`.

    Raises:
        InvalidInput: A value does not fit; the field is named.
    """

    name: str
    description: str = ""
    model: str = SIMULATED
    system_prompt: str = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    timeout_seconds: float | None = None
    retries: int = DEFAULT_RETRIES
    on_cut: str = MARK

    def __post_init__(self) -> None:
        for name, limit in (("name", NAME_MAX), ("model", MODEL_MAX)):
            object.__setattr__(self, name, check_name(name, getattr(self, name), limit))
        check_text("description", self.description, DESCRIPTION_MAX)
        check_text("system_prompt", self.system_prompt, PROMPT_MAX)
        check_range("max_tokens", self.max_tokens, MAX_TOKENS_MAX, least=1)
        if self.timeout_seconds is not None:
            check_range("timeout_seconds", self.timeout_seconds, TIMEOUT_MAX_SECONDS, is_open=True)
        check_range("retries", self.retries, RETRIES_MAX)
        if self.on_cut not in ON_CUT:
            raise InvalidInput("on_cut", f"on_cut is {self.on_cut[:20]!r}. Use {' or '.join(ON_CUT)}.")

    def definition(self) -> "AgentDefinition":
        """Return what an execution keeps of an agent with these values."""
        return AgentDefinition(**{name: getattr(self, name) for name in AgentDefinition.__dataclass_fields__})


_KINDS: dict[str, tuple[type, ...]] = {
    "max_tokens": (int,),
    "timeout_seconds": (int, float, NoneType),
    "retries": (int,),
}
_SHOWN_MAX = 60


def check_changes(field: str, values: object) -> Mapping[str, Any]:
    """Check that values are some of those of an AgentDraft, by name, and of the right types.

    Args:
        field: How the caller calls them.
        values: What the caller sent.

    Returns:
        The values; whether each fits is seen when a draft is made of them.

    Raises:
        InvalidInput: They are no object, or one has an unknown name or a wrong type.
    """
    known = ", ".join(AgentDraft.__dataclass_fields__)
    if not isinstance(values, Mapping):
        raise InvalidInput(field, f"{field} is no object. Give some of {known}.")
    for name, value in values.items():
        if name not in AgentDraft.__dataclass_fields__:
            raise InvalidInput(field, f"{field} has no value {str(name)[:_SHOWN_MAX]}. Give some of {known}.")
        kinds = _KINDS.get(name, (str,))
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise InvalidInput(f"{field}.{name}", f"{field}.{name} is no {'text' if kinds == (str,) else 'number'}.")
    return values


@dataclass(frozen=True, slots=True)
class Agent:
    """A stored agent.

    Attributes:
        id: Its number, never used again.
        name, description, model, system_prompt, max_tokens, timeout_seconds, retries, on_cut: See AgentDraft.
        version: 1 when it was created, one more with every save that changed something.
        created_at, updated_at: Times in UTC.
    """

    id: int
    name: str
    description: str
    model: str
    system_prompt: str
    max_tokens: int
    timeout_seconds: float | None
    retries: int
    created_at: datetime
    updated_at: datetime
    on_cut: str = MARK
    version: int = 1

    @property
    def is_simulated(self) -> bool:
        """Whether the offline model answers."""
        return self.model == SIMULATED

    def draft(self, **changes: Any) -> AgentDraft:
        """Return its values as a draft, some of them changed; checks them anew."""
        values = {name: getattr(self, name) for name in AgentDraft.__dataclass_fields__}
        return AgentDraft(**{**values, **changes})

    def definition(self) -> "AgentDefinition":
        """Return what an execution keeps of the agent it ran with."""
        return AgentDefinition(**{name: getattr(self, name) for name in AgentDefinition.__dataclass_fields__})

    def as_json(self) -> dict[str, Any]:
        """Return the agent as on the wire."""
        return {**asdict(self), "created_at": to_wire(self.created_at), "updated_at": to_wire(self.updated_at)}


@dataclass(frozen=True, slots=True)
class AgentBrief:
    """What a page says of an agent where it is only named."""

    id: int
    name: str
    model: str

    @property
    def is_simulated(self) -> bool:
        """Whether the offline model answers."""
        return self.model == SIMULATED


@dataclass(frozen=True, slots=True)
class AgentDefinition:
    """What an execution ran with: a copy, so that a later edit changes no history."""

    name: str
    model: str
    system_prompt: str
    max_tokens: int
    timeout_seconds: float | None = None
    # What was stored before there were retries ran without.
    retries: int = 0
    on_cut: str = MARK

    def as_json(self) -> dict[str, Any]:
        """Return the definition as stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "AgentDefinition":
        """Read what `as_json` wrote."""
        return cls(**{name: value[name] for name in cls.__dataclass_fields__ if name in value})

    def differs_from(self, agent: "Agent | None") -> bool:
        """Tell whether the agent has changed, or is gone, since."""
        return agent is None or agent.definition() != self
