"""A step of an execution: what one node of a workflow did in one run."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from execution_hub.domain.clock import Timed, to_wire
from execution_hub.domain.usage import Usage

COMMENT_MAX = 2_000
# So often a step may answer in one execution: once, and again each time it is sent back.
ROUNDS_MAX = 10


class StepStatus(StrEnum):
    """Where a step is."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"

    @property
    def is_finished(self) -> bool:
        """Whether the step has ended for good."""
        return self not in OPEN


OPEN = (StepStatus.PENDING, StepStatus.RUNNING, StepStatus.WAITING)


@dataclass(frozen=True, slots=True)
class Step(Timed):
    """A stored step of an execution.

    Attributes:
        name, type, agent_id: As in the workflow it ran with.
        position: Its place there, from 0.
        status: Where it is.
        input: What it was given, the template filled; None before it started.
        output: What it made: an agent's answer, a person's comment; None before, empty when skipped.
        error, error_code: Why it failed, or why it was skipped.
        usage: What it used, over all its attempts.
        ready_at: When all it waits for had ended.
        started_at, finished_at: When it ran, UTC.
        attempt: How often it was started in this round.
        round: 1, and one more each time it was sent back or followed what was.
        meta: What helps to find its call again.
        stop_reason: Why the model stopped; None if it did not, or none was asked.
        is_cut: Whether a limit ended its output.
        is_excerpt: Whether only the first characters of input and output are here.
    """

    name: str
    position: int
    type: str
    agent_id: int | None
    status: StepStatus = StepStatus.PENDING
    input: str | None = None
    output: str | None = None
    error: str | None = None
    error_code: str | None = None
    usage: Usage = Usage()
    ready_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempt: int = 0
    round: int = 1
    meta: dict[str, Any] = field(default_factory=dict)
    stop_reason: str | None = None
    is_cut: bool = False
    is_excerpt: bool = False

    @property
    def is_finished(self) -> bool:
        """Whether it has ended for good."""
        return self.status.is_finished

    def as_json(self) -> dict[str, Any]:
        """Return the step as on the wire."""
        return {
            "name": self.name,
            "type": self.type,
            "agent_id": self.agent_id,
            "status": self.status.value,
            "input": self.input,
            "output": self.output,
            "error": self.error,
            "error_code": self.error_code,
            "stop_reason": self.stop_reason,
            "is_cut": self.is_cut,
            "usage": self.usage.as_json(),
            "ready_at": to_wire(self.ready_at),
            "started_at": to_wire(self.started_at),
            "finished_at": to_wire(self.finished_at),
            "duration_ms": self.duration_ms(),
            "attempt": self.attempt,
            "round": self.round,
            "meta": self.meta,
            **({"is_excerpt": True} if self.is_excerpt else {}),
        }


@dataclass(frozen=True, slots=True)
class Round:
    """What a step made in a round that is over.

    Attributes:
        round: Its number, from 1.
        status: What the step was when the round ended.
        output: What it had made; None if it had not ended.
        remark: With what it was sent back; empty for a step that only follows what was.
        ended_at: When, UTC.
    """

    round: int
    status: StepStatus
    output: str | None
    remark: str
    ended_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the round as on the wire."""
        return {
            "round": self.round,
            "status": self.status.value,
            "output": self.output,
            "remark": self.remark,
            "ended_at": to_wire(self.ended_at),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person is asked.

    Attributes:
        name: The approval that waits.
        round: Its round.
        text: The first characters of what it asks about.
        asked_at: Since when it waits.
    """

    name: str
    round: int
    text: str
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepChange:
    """What a runner, or a person, changes of a step; see `store.steps.change`.

    Attributes:
        name: Which step.
        values: Columns to set.
        round: The round it must be in; None for any. What a runner says of a round that is over counts for nothing.
    """

    name: str
    values: dict[str, Any]
    round: int | None = None
