"""A call of an agent that acts: a turn of its model, or a call of a tool that a turn asked for."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from execution_hub.domain.clock import Timed, to_wire
from execution_hub.domain.step import ROUNDS_MAX
from execution_hub.domain.usage import Usage
from execution_hub.errors import InvalidInput

# The numbers of one round of one step: more than an agent may have turns and calls.
NUMBERS_PER_ROUND = 1_000
COMMENT_MAX = 2_000
# What is kept of a tool's result, in characters.
RESULT_MAX = 1_000_000
# What a person may put in the place of a tool's arguments, written as JSON, in characters.
ARGUMENTS_MAX = 200_000
ARGUMENTS_DEPTH_MAX = 64


class CallKind(StrEnum):
    """What a call is."""

    TURN = "turn"
    TOOL = "tool"


class CallStatus(StrEnum):
    """Where a call is."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DENIED = "denied"
    # It ran when its process died: whether it had its effect, nobody knows. `resolved` says what a person decided.
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"

    @property
    def is_finished(self) -> bool:
        """Whether the call has ended for good; an unknown one has once a person said what to do."""
        return self in (CallStatus.SUCCEEDED, CallStatus.FAILED, CallStatus.DENIED, CallStatus.CANCELLED)


OPEN = (CallStatus.PENDING, CallStatus.RUNNING, CallStatus.WAITING, CallStatus.UNKNOWN)


class Resolution(StrEnum):
    """What a person decides about a call of which nobody knows whether it had its effect."""

    RUN_AGAIN = "run_again"
    TELL_AGENT = "tell_agent"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Call(Timed):
    """A stored call.

    Attributes:
        number: Its number, unique in the execution: see `first_number`.
        kind: A turn or a tool.
        step: The workflow's step whose agent it belongs to; None in an agent test.
        round: The step's round.
        status: Where it is.
        tool_use_id: The model's id of the request for a tool; empty for a turn.
        server, tool: Whose tool; empty for a turn. An unknown tool has no server, and the model's word as its name.
        digest: Of the tool's description and schema when the model was offered it: see `tools.port.Tool`.
        arguments: What the tool is called with, a person's edits included; None for a turn, or where what the model
            wrote is no JSON object.
        asked_arguments: What the model asked for, where a person has edited it.
        note: What the hub told the model before a turn: that this is the last one, or what did not fit.
        blocks: The turn's blocks as the provider wants them back; empty for a tool.
        output: The turn's text, for people; empty for a tool.
        result: The tool's result, or the error that the model was given; at most a million characters.
        result_chars: How many characters the whole result had.
        is_cut: Whether the model was given less than that, or the turn was cut by a limit.
        error: Why it failed.
        stop_reason: Why the model stopped; None for a tool.
        usage: What a turn used.
        comment: What a person said to it.
        is_for_execution: Whether a person approved this tool for the rest of this execution.
        resolved: What a person decided about an unknown one.
        attempt: How often it was begun.
        started_at, finished_at: When it ran, UTC.
        asked_at: Since when it waits, or has waited, for a person, UTC; None if nobody was asked.
        answered_by: Who answered it, or decided what becomes of it; empty for nobody.
        meta: What else its runner keeps: `is_idempotent` of a tool that may be called twice, and the model's ids.
        is_excerpt: Whether only the first characters of its texts are here, and of its arguments those that are short.
    """

    number: int
    kind: CallKind
    step: str | None = None
    round: int = 1
    status: CallStatus = CallStatus.PENDING
    tool_use_id: str = ""
    server: str = ""
    tool: str = ""
    digest: str = ""
    arguments: dict[str, Any] | None = None
    asked_arguments: dict[str, Any] | None = None
    note: str = ""
    blocks: tuple[dict[str, Any], ...] = ()
    output: str = ""
    result: str | None = None
    result_chars: int | None = None
    is_cut: bool = False
    error: str | None = None
    stop_reason: str | None = None
    usage: Usage = Usage()
    comment: str = ""
    is_for_execution: bool = False
    resolved: Resolution | None = None
    attempt: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    asked_at: datetime | None = None
    answered_by: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    is_excerpt: bool = False

    @property
    def needs_person(self) -> bool:
        """Whether it waits for a person: to be approved, or to be told what to do about it."""
        return self.status is CallStatus.WAITING or (self.status is CallStatus.UNKNOWN and self.resolved is None)

    def as_json(self) -> dict[str, Any]:
        """Return the call as on the wire, without its raw blocks."""
        return {
            "number": self.number,
            "kind": self.kind.value,
            "step": self.step,
            "round": self.round,
            "status": self.status.value,
            "server": self.server or None,
            "tool": self.tool or None,
            "arguments": self.arguments,
            "asked_arguments": self.asked_arguments,
            "output": self.output,
            "result": self.result,
            "result_chars": self.result_chars,
            "is_cut": self.is_cut,
            "error": self.error,
            "stop_reason": self.stop_reason,
            "usage": self.usage.as_json() if self.kind is CallKind.TURN else None,
            "comment": self.comment,
            "is_for_execution": self.is_for_execution,
            "resolved": None if self.resolved is None else self.resolved.value,
            "asked_at": to_wire(self.asked_at),
            "answered_by": self.answered_by or None,
            "attempt": self.attempt,
            "started_at": to_wire(self.started_at),
            "finished_at": to_wire(self.finished_at),
            "duration_ms": self.duration_ms(),
            **({"is_excerpt": True} if self.is_excerpt else {}),
        }


@dataclass(frozen=True, slots=True)
class AskedCall:
    """A call that a person is asked about: to be approved, or unknown.

    Attributes:
        number: Which call.
        step: Whose agent it belongs to; None in an agent test.
        status: Waiting or unknown.
        server, tool: Whose tool.
        text: The first characters of its arguments, as JSON.
        attempt: How often it was begun: an unknown one that is run again may become unknown again.
        asked_at: Since when, UTC; None of one that was asked before that was kept.
    """

    number: int
    step: str | None
    status: CallStatus
    server: str
    tool: str
    text: str
    attempt: int = 0
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallChange:
    """What a runner, or a person, changes of a call.

    Attributes:
        number: Which call.
        values: Columns to set.
        new: The call to store before; None for one that is stored.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    new: Call | None = None


def first_number(position: int = 0, round_: int = 1) -> int:
    """Return the first number of the calls of a step's round.

    Each round of each step has numbers of its own, so that branches which run side by side take none of each other's,
    whatever comes first: 1 to 999 for an agent test, and for the first round of a workflow's first step.

    Args:
        position: The step's place in the workflow, from 0.
        round_: Its round, from 1.

    >>> first_number(), first_number(0, 2), first_number(1)
    (1, 1001, 10001)
    """
    return (position * ROUNDS_MAX + round_ - 1) * NUMBERS_PER_ROUND + 1


def check_arguments(value: object) -> dict[str, Any]:
    """Return what a person wants a tool to be called with.

    Raises:
        InvalidInput: It is no JSON object, too deep or too long.
    """
    if not isinstance(value, dict):
        raise InvalidInput("arguments", 'arguments is no JSON object. Give one, such as {"city": "Paris"}.')
    if _is_deeper(value, ARGUMENTS_DEPTH_MAX):
        message = f"arguments is nested more than {ARGUMENTS_DEPTH_MAX} levels deep. Make it flatter."
        raise InvalidInput("arguments", message, limit=ARGUMENTS_DEPTH_MAX)
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except (TypeError, ValueError):
        raise InvalidInput("arguments", "arguments holds what JSON does not: half a character, or no number.") from None
    if len(text) > ARGUMENTS_MAX:
        message = f"arguments has {len(text)} characters as JSON. Shorten it to {ARGUMENTS_MAX}."
        raise InvalidInput("arguments", message, limit=ARGUMENTS_MAX)
    return value


def _is_deeper(value: object, most: int) -> bool:
    # Level by level: what calls itself ends at a depth of its own.
    level = [value]
    for _ in range(most):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return any(isinstance(each, dict | list) for each in level)
