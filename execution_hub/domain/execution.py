"""An execution: one run of an agent test or a workflow."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from execution_hub.domain.clock import now, to_wire
from execution_hub.domain.status import Status
from execution_hub.domain.usage import Usage
from execution_hub.errors import InvalidInput

INPUT_MAX = 5_000
ERROR_MAX = 2_000
EXCERPT_MAX = 160
KEY_MAX = 200

AGENT_TEST = "agent_test"
WORKFLOW = "workflow"


class Phase(StrEnum):
    """What a running execution is doing right now."""

    QUEUED = "queued"
    WAITING = "waiting"
    WRITING = "writing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an execution is.

    Attributes:
        done: Units finished: steps of a workflow, output tokens so far of an agent test.
        total: Units in all; None where nobody can know.
        phase: What it is doing.
    """

    done: int = 0
    total: int | None = None
    phase: Phase = Phase.QUEUED

    def as_json(self) -> dict[str, Any]:
        """Return the progress as on the wire."""
        return {"done": self.done, "total": self.total, "phase": self.phase.value}


@dataclass(frozen=True, slots=True)
class NewExecution:
    """What is stored when somebody starts an execution.

    Attributes:
        execution_type: Name of a registered type, such as `agent_test`.
        name: Name of the agent or workflow at the start.
        input: What it runs on, 1 to 5 000 characters.
        definition: The copy of what it runs with, as JSON.
        agent_id, workflow_id, task_id: What it belongs to.
        timeout_seconds: How long it may run.
        idempotency_key, request_hash: The caller's key and the hash of its request, or None.
    """

    execution_type: str
    name: str
    input: str
    definition: dict[str, Any]
    agent_id: int | None = None
    workflow_id: int | None = None
    task_id: int | None = None
    timeout_seconds: float | None = None
    idempotency_key: str | None = None
    request_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """A stored execution, as every door shows it.

    `input` and `output` hold the whole text, or only its first characters where `is_excerpt`
    is true: lists do not pull payloads. `definition` is empty in lists.
    """

    id: int
    execution_type: str
    status: Status
    name: str
    agent_id: int | None
    workflow_id: int | None
    task_id: int | None
    input: str
    output: str | None
    error: str | None
    error_code: str | None
    model: str | None
    progress: Progress
    usage: Usage
    attempt: int
    last_seq: int
    changed: int
    queue_number: int
    segment: int
    timeout_seconds: float | None
    cancel_requested_at: datetime | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    meta: dict[str, Any] = field(default_factory=dict)
    definition: dict[str, Any] = field(default_factory=dict)
    is_excerpt: bool = False

    @property
    def is_finished(self) -> bool:
        """Whether it has ended for good."""
        return self.status.is_finished

    @property
    def is_simulated(self) -> bool:
        """Whether the offline model answers."""
        return self.model == "simulated"

    def duration_ms(self, at: datetime | None = None) -> int | None:
        """Return how long it ran, or has been running, in milliseconds; None if it never started."""
        if self.started_at is None:
            return None
        end = self.finished_at or at or now()
        return max(0, round((end - self.started_at).total_seconds() * 1000))

    def as_json(self) -> dict[str, Any]:
        """Return the execution as on the wire (contract.md), with what it ran with if it is here."""
        wire: dict[str, Any] = {
            "id": self.id,
            "execution_type": self.execution_type,
            "status": self.status.value,
            "agent_id": self.agent_id,
            "workflow_id": self.workflow_id,
            "task_id": self.task_id,
            "name": self.name,
            "model": self.model,
            "input": self.input,
            "output": self.output,
            "error": self.error,
            "error_code": self.error_code,
            "progress": self.progress.as_json(),
            "usage": self.usage.as_json(),
            "attempt": self.attempt,
            "created_at": to_wire(self.created_at),
            "started_at": to_wire(self.started_at),
            "finished_at": to_wire(self.finished_at),
            "duration_ms": self.duration_ms(),
            "last_seq": self.last_seq,
            "changed": self.changed,
            "meta": self.meta,
        }
        if not self.is_excerpt:
            wire["definition"] = self.definition
            wire["steps"] = []
        return wire


def check_input(text: object, field_name: str = "input") -> str:
    """Check what an execution is to run on.

    Args:
        text: What the caller sent.
        field_name: How the caller calls it.

    Returns:
        The text, unchanged.

    Raises:
        InvalidInput: It is no text, empty, or longer than 5 000 characters.
    """
    if not isinstance(text, str):
        raise InvalidInput(field_name, f"{field_name} is not text. Send a string.")
    if not text.strip():
        raise InvalidInput(field_name, f"{field_name} is empty. Write what the agent should answer.")
    if len(text) > INPUT_MAX:
        raise InvalidInput(field_name, f"{field_name} has {len(text)} characters. Shorten it to {INPUT_MAX}.")
    if "\x00" in text:
        raise InvalidInput(field_name, f"{field_name} holds a NUL character. Remove it.")
    return text
