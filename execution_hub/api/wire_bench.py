"""The shapes of what the API answers about trying agents: cases, versions, comparisons; see wire.py."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from execution_hub.api.wire import Cursor, ListedExecution, Time, Version
from execution_hub.domain.agent_file import FileAgent
from execution_hub.domain.step import StepStatus

AGENT_EXAMPLE: dict[str, Any] = {
    "name": "Offline helper",
    "description": "Answers without a key.",
    "model": "simulated",
    "system_prompt": "You answer in one sentence.",
    "max_tokens": 1024,
    "timeout_seconds": None,
    "retries": 2,
    "on_cut": "mark",
    "tools": [{"server": "hub", "tool": "calculate", "approval": "auto"}],
    "max_turns": 10,
    "max_tool_calls": 30,
    "max_total_tokens": None,
    "max_cost_usd": None,
    "tool_timeout_seconds": 60,
    "tool_result_max_chars": 20000,
    "effort": None,
    "thinking": None,
    "output_schema": None,
}


class AgentCase(BaseModel):
    """An input on which an agent is run again and again."""

    name: str = Field(examples=["A question"])
    input: str = Field(examples=["What is 2 + 3?"])


class AgentCases(RootModel[list[AgentCase]]):
    """The cases of an agent, in their order."""


class Batch(BaseModel):
    """What was started together: pending executions, whole texts, without what they run with."""

    batch_id: int = Field(description="For `GET /api/executions?batch_id=`.")
    items: list[ListedExecution]


class ExportedAgent(FileAgent):
    """An agent as `POST /api/agents/import` takes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [AGENT_EXAMPLE]})

    cases: list[AgentCase] = Field(default=[], description="Left out where there are none.")


class ListedVersion(BaseModel):
    """What an object was after one of its saves, as in a list."""

    version: Version
    label: str = Field(description="What somebody calls it; empty if nobody does.", examples=["Shorter"])
    created_at: Time
    changed: list[str] = Field(
        description="The fields that differ from the version before.", examples=[["system_prompt"]]
    )
    is_current: bool = Field(description="Whether it is what the object is now.")


class WholeVersion(ListedVersion):
    """What an object was after one of its saves."""

    content: dict[str, Any] = Field(
        description="All that a person says of it: the fields of a new one.",
        examples=[{"name": "Offline helper", "system_prompt": "You answer in one sentence."}],
    )


class VersionList(BaseModel):
    """Versions, newest first."""

    items: list[ListedVersion]
    next_cursor: Cursor


class DiffPiece(BaseModel):
    """A stretch of two texts: in both, or in one of them."""

    kind: Literal["same", "added", "removed"]
    text: str = Field(examples=["short"])


class ComparedText(BaseModel):
    """A text, held against that of the first execution."""

    text: str | None = Field(examples=["Be short."])
    is_whole: bool = Field(description="False where it is longer than what is compared.")
    diff: list[DiffPiece] | None = Field(
        description="To the first's: same and removed pieces are that, same and added ones are this. What is too long, "
        "or has too little in common, is removed and added whole. Null for the first itself.",
        examples=[None],
    )


class Difference(BaseModel):
    """A value that they did not all run with."""

    field: str = Field(examples=["system_prompt", "steps.draft.input"])
    values: list[Any] = Field(
        description="That of each execution; null where it has none.", examples=[["Be short.", "Be very short."]]
    )
    texts: list[ComparedText] = Field(description="Where each value is a text; else empty.")


class ComparedInput(BaseModel):
    """What each ran on."""

    is_same: bool
    texts: list[ComparedText]


class ComparedStep(BaseModel):
    """A step of workflows, in each of the executions."""

    name: str = Field(examples=["draft"])
    statuses: list[StepStatus | None] = Field(description="Null where one has no such step.")
    durations_ms: list[int | None]
    outputs: list[ComparedText]


class ComparedUsage(BaseModel):
    """Tokens and cost of one; null where nobody knows."""

    class Difference(BaseModel):
        """By how much they are more than the first's."""

        input_tokens: int | None
        output_tokens: int | None
        cost_usd: float | None

    id: int
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    is_partial: bool
    difference: Difference


class ComparedTime(BaseModel):
    """How long one took; null where it has not begun."""

    id: int
    duration_ms: int | None
    difference_ms: int | None


class Comparison(BaseModel):
    """Executions beside each other, in the order in which they were asked for."""

    items: list[ListedExecution]
    definition: list[Difference]
    input: ComparedInput
    output: list[ComparedText]
    steps: list[ComparedStep] = Field(description="Those of workflows, matched by name.")
    calls: list[ComparedText] = Field(
        description="The tools that each called, a line each; none where none called any."
    )
    usage: list[ComparedUsage]
    time: list[ComparedTime]
