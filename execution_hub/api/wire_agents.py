"""The shapes of what the API answers about agents; see wire.py."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from execution_hub.api.wire import Cursor, Time, Version
from execution_hub.api.wire_verdicts import TargetVerdict


class ToolChoice(BaseModel):
    """A tool that an agent may use."""

    server: str = Field(description="`hub` for the built-in ones.", examples=["hub"])
    tool: str = Field(examples=["calculate"])
    approval: Literal["auto", "ask", "never"] = Field(
        description="`auto` runs by itself, `ask` asks a person before each call, `never` is not offered."
    )


class Agent(BaseModel):
    """An agent."""

    id: int
    name: str = Field(examples=["Offline helper"])
    description: str = Field(examples=["Answers without a key."])
    model: str = Field(examples=["simulated", "claude-sonnet-5"])
    system_prompt: str = Field(examples=["You answer in one sentence."])
    max_tokens: int = Field(examples=[1024])
    timeout_seconds: float | None = Field(description="Null for the hub's own limit.", examples=[None])
    retries: int = Field(description="How often a passing fault is tried again.")
    on_cut: Literal["mark", "fail"] = Field(description="What becomes of an answer that a limit cut.")
    tools: list[ToolChoice]
    max_turns: int = Field(description="How often its model may be asked in one execution.", examples=[10])
    max_tool_calls: int = Field(description="How many tools it may call in one execution.", examples=[30])
    max_total_tokens: int | None = Field(description="Of one execution, in and out; null for no limit.")
    max_cost_usd: float | None = Field(
        description="Of one execution; null for no limit. Only for a model whose price is known.", examples=[None]
    )
    tool_timeout_seconds: float = Field(description="How long one call may take.", examples=[60])
    tool_result_max_chars: int = Field(description="How much of a result the model is given.", examples=[20000])
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = Field(examples=[None])
    thinking: Literal["adaptive", "disabled"] | None = Field(examples=[None])
    output_schema: dict[str, Any] | None = Field(
        description="The JSON Schema its answers must fit; null for free text.", examples=[None]
    )
    created_at: Time
    updated_at: Time
    version: Version


class ListedAgent(Agent):
    """An agent as in a list."""

    verdict: TargetVerdict | None = Field(description="What a suite has said of it last; null before that.")


class AgentList(BaseModel):
    """Agents by name."""

    items: list[ListedAgent]
    next_cursor: Cursor
