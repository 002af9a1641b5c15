"""The shapes of what agents do: the turns of their models and the calls of their tools."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from execution_hub.domain.call import CallKind, CallStatus, Resolution

Time = Annotated[
    str,
    Field(
        description="ISO 8601, UTC, with milliseconds.",
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
        examples=["2026-01-02T03:04:05.678Z"],
    ),
]


class Usage(BaseModel):
    """Tokens and their price; null where the provider did not tell, or no price is known."""

    input_tokens: int | None = Field(examples=[42])
    output_tokens: int | None = Field(examples=[180])
    cache_write_tokens: int | None = Field(examples=[0])
    cache_read_tokens: int | None = Field(examples=[0])
    cost_usd: float | None = Field(examples=[0.001884])
    is_partial: bool = Field(description="A call was interrupted or not told of, so the figures are at least these.")
    is_own_price: bool = Field(
        default=False, description="A price is one of the hub's own (`HUB_PRICES_FILE`), not a published one."
    )
    saved_usd: float | None = Field(
        default=None,
        description="What the provider's cache saved of the cost, less than nothing where writing to it cost more; "
        "null where it was not used, or no price is known.",
        examples=[None],
    )


class Call(BaseModel):
    """A turn of an agent's model, or a call of a tool."""

    number: int = Field(description="Unique in the execution, with gaps.", examples=[2])
    kind: CallKind = Field(examples=["tool"])
    step: str | None = Field(description="Of a workflow; null in an agent test.", examples=[None])
    round: int = Field(description="The step's round.")
    status: CallStatus = Field(examples=["succeeded"])
    server: str | None = Field(description="Whose tool; null for a turn.", examples=["hub"])
    tool: str | None = Field(description="Its name there; null for a turn.", examples=["calculate"])
    arguments: dict[str, Any] | None = Field(
        description="What it is called with, a person's edits included; null for a turn, and where what the model "
        "wrote is no JSON object.",
        examples=[{"expression": "6 * 7"}],
    )
    asked_arguments: dict[str, Any] | None = Field(
        description="What the model asked for, where a person has edited it.", examples=[None]
    )
    output: str = Field(description="A turn's text; empty for a tool.", examples=[""])
    result: str | None = Field(description="The tool's result, or the error the model was given.", examples=["42"])
    result_chars: int | None = Field(description="How many characters the whole result had.", examples=[2])
    is_cut: bool = Field(description="Whether the model was given less, or a limit cut the turn.")
    error: str | None = Field(examples=[None])
    stop_reason: str | None = Field(description="Why the model stopped; null for a tool.", examples=[None])
    usage: Usage | None = Field(description="What a turn used; null for a tool.", examples=[None])
    comment: str = Field(description="What a person said to it.", examples=[""])
    is_for_execution: bool = Field(description="Whether a person approved the tool for the rest of this execution.")
    resolved: Resolution | None = Field(
        description="What a person decided about a call that was running when its process died.", examples=[None]
    )
    asked_at: Time | None = Field(description="Since when it waits, or has waited, for a person; null for never.")
    answered_by: str | None = Field(
        description="Who answered it, or decided what becomes of it; `local` is the person at the hub's machine.",
        examples=["local"],
    )
    attempt: int = Field(description="How often it was begun.")
    started_at: Time | None
    finished_at: Time | None
    duration_ms: int | None = Field(examples=[12])
    is_excerpt: bool = Field(
        default=False,
        description="Whether output and result are cut to 200 characters, and long arguments left out: those of all "
        "calls have over 4 MB together. `GET …/calls/{number}` gives one whole.",
    )
