"""An agent: a model with a system prompt, tools and limits."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import NoneType
from typing import Any

from execution_hub.domain.clock import to_wire
from execution_hub.domain.kinds import check_range
from execution_hub.domain.output_schema import check_bounds
from execution_hub.domain.stop_reason import MARK, ON_CUT
from execution_hub.domain.texts import check_name, check_text
from execution_hub.domain.tool_choice import ToolChoice, read_tools, stored_tools
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
MAX_TURNS_MAX = 200
DEFAULT_MAX_TURNS = 10
MAX_TOOL_CALLS_MAX = 700
DEFAULT_MAX_TOOL_CALLS = 30
MAX_TOTAL_TOKENS_MAX = 1_000_000_000
MAX_COST_MAX_USD = 100_000
DEFAULT_TOOL_TIMEOUT_SECONDS = 60.0
TOOL_RESULT_LEAST_CHARS = 100
TOOL_RESULT_MAX_CHARS = 1_000_000
DEFAULT_TOOL_RESULT_CHARS = 20_000
EFFORTS = ("low", "medium", "high", "xhigh", "max")
THINKING = ("adaptive", "disabled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What agents did not have before they had tools; by name only, and after the other values where people read it.

    Attributes:
        tools: The tools it may use, at most 100; a list of mappings is read too.
        max_turns: How often its model may be asked in one execution, or one step of it, 1 to 200.
        max_tool_calls: How many tools it may call there, 0 to 700.
        max_total_tokens: The most tokens it may use there, in and out; None for no such limit.
        max_cost_usd: The most it may cost there, in US dollars; None for no such limit.
        tool_timeout_seconds: How long one call of a tool may take, at most a day.
        tool_result_max_chars: How much of a tool's result the model is given, 100 to 1 000 000 characters.
        effort: How much the model tries, `low` to `max`; None for the model's own.
        thinking: `adaptive`, `disabled`, or None for the model's own.
        output_schema: The JSON Schema that its answers must fit; None for free text.
    """

    tools: tuple[ToolChoice, ...] = ()
    max_turns: int = DEFAULT_MAX_TURNS
    max_tool_calls: int = DEFAULT_MAX_TOOL_CALLS
    max_total_tokens: int | None = None
    max_cost_usd: float | None = None
    tool_timeout_seconds: float = DEFAULT_TOOL_TIMEOUT_SECONDS
    tool_result_max_chars: int = DEFAULT_TOOL_RESULT_CHARS
    effort: str | None = None
    thinking: str | None = None
    output_schema: dict[str, Any] | None = None

    def definition(self) -> "AgentDefinition":
        """Return what an execution keeps of an agent with these values."""
        return AgentDefinition(**{name: getattr(self, name) for name in AgentDefinition.__dataclass_fields__})


ACTING = tuple(Acting.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class AgentDraft(Acting):
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
        tools to output_schema: See Acting.

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
        object.__setattr__(self, "tools", read_tools("tools", self.tools))
        self._check_limits()
        for name, known in (("effort", EFFORTS), ("thinking", THINKING)):
            value = getattr(self, name)
            if value is not None and value not in known:
                raise InvalidInput(name, f"{name} is {str(value)[:20]!r}. Use {', '.join(known)}, or null.")
        if self.output_schema is not None:
            check_bounds("output_schema", self.output_schema)

    def _check_limits(self) -> None:
        check_range("max_turns", self.max_turns, MAX_TURNS_MAX, least=1)
        check_range("max_tool_calls", self.max_tool_calls, MAX_TOOL_CALLS_MAX)
        if self.max_total_tokens is not None:
            check_range("max_total_tokens", self.max_total_tokens, MAX_TOTAL_TOKENS_MAX, least=1)
        if self.max_cost_usd is not None:
            check_range("max_cost_usd", self.max_cost_usd, MAX_COST_MAX_USD, is_open=True)
        check_range("tool_timeout_seconds", self.tool_timeout_seconds, TIMEOUT_MAX_SECONDS, is_open=True)
        check_range(
            "tool_result_max_chars", self.tool_result_max_chars, TOOL_RESULT_MAX_CHARS, least=TOOL_RESULT_LEAST_CHARS
        )

    def as_json(self) -> dict[str, Any]:
        """Return its values as on the wire."""
        return _as_json(self)


def _names(kind: type[Acting]) -> tuple[str, ...]:
    return (*(name for name in kind.__dataclass_fields__ if name not in ACTING), *ACTING)


DRAFT_FIELDS = _names(AgentDraft)


def _as_json(found: Acting) -> dict[str, Any]:
    values = {**asdict(found), "tools": [each.as_json() for each in found.tools]}
    return {name: values[name] for name in _names(type(found))}


_KINDS: dict[str, tuple[str, tuple[type, ...]]] = {
    **dict.fromkeys(("max_tokens", "retries", "max_turns", "max_tool_calls"), ("number", (int,))),
    "tool_result_max_chars": ("number", (int,)),
    "max_total_tokens": ("number", (int, NoneType)),
    "tool_timeout_seconds": ("number", (int, float)),
    **dict.fromkeys(("timeout_seconds", "max_cost_usd"), ("number", (int, float, NoneType))),
    "tools": ("list", (list, tuple)),
    **dict.fromkeys(("effort", "thinking"), ("text", (str, NoneType))),
    "output_schema": ("object", (dict, NoneType)),
}
_TEXT = ("text", (str,))
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
    known = ", ".join(DRAFT_FIELDS)
    if not isinstance(values, Mapping):
        raise InvalidInput(field, f"{field} is no object. Give some of {known}.")
    for name, value in values.items():
        if name not in DRAFT_FIELDS:
            raise InvalidInput(field, f"{field} has no value {str(name)[:_SHOWN_MAX]}. Give some of {known}.")
        word, kinds = _KINDS.get(name, _TEXT)
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise InvalidInput(f"{field}.{name}", f"{field}.{name} is no {word}.")
    return values


@dataclass(frozen=True, slots=True)
class Agent(Acting):
    """A stored agent.

    Attributes:
        id: Its number, never used again.
        name to output_schema: See AgentDraft.
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
        values = {name: getattr(self, name) for name in DRAFT_FIELDS}
        return AgentDraft(**{**values, **changes})

    def as_json(self) -> dict[str, Any]:
        """Return the agent as on the wire."""
        return {**_as_json(self), "created_at": to_wire(self.created_at), "updated_at": to_wire(self.updated_at)}


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
class AgentDefinition(Acting):
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
        return _as_json(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "AgentDefinition":
        """Read what `as_json` wrote, or an older hub, whose agents had no tools."""
        known = {name: value[name] for name in cls.__dataclass_fields__ if name in value}
        return cls(**{**known, "tools": stored_tools(known.get("tools", ()))})

    def differs_from(self, agent: "Agent | None") -> bool:
        """Tell whether the agent has changed, or is gone, since."""
        return agent is None or agent.definition() != self


_BEFORE_TOOLS = {name: value for name, value in AgentDefinition("", "", "", 1).as_json().items() if name in ACTING}


def with_acting(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was stored of an agent with what it does not say, since there were no tools yet.

    Args:
        content: Some or all of an agent's values, as JSON values.
    """
    return {**content, **{name: value for name, value in _BEFORE_TOOLS.items() if name not in content}}
