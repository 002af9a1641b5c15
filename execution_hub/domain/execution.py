"""An execution: one run of an agent test or a workflow."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from execution_hub.domain.call import Call
from execution_hub.domain.clock import milliseconds, now, to_wire
from execution_hub.domain.mark import Mark
from execution_hub.domain.result import Result
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.texts import check_text
from execution_hub.domain.usage import Usage
from execution_hub.errors import InvalidInput

INPUT_MAX = 200_000
# Of one answer, and of a workflow's output: what HUB_OUTPUT_MAX_BYTES is by default.
OUTPUT_MAX_BYTES = 2_000_000
ERROR_MAX = 2_000
EXCERPT_MAX = 200
KEY_MAX = 200

AGENT_TEST = "agent_test"
WORKFLOW = "workflow"


class Phase(StrEnum):
    """What a running execution is doing right now.

    On the wire `retrying` and `held` are told as `waiting`, and `calling` with the tool's name after it.
    """

    QUEUED = "queued"
    WAITING = "waiting"
    RETRYING = "retrying"
    HELD = "held"
    WRITING = "writing"
    CALLING = "calling"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an execution is.

    Attributes:
        done: Units finished: steps of a workflow, output tokens so far of an agent test.
        total: Units in all; None where nobody can know.
        phase: What it is doing.
        tool: What the phase is about, only while it is: which tool it calls, as its model names it; until when it is
            held, as on the wire.
    """

    done: int = 0
    total: int | None = None
    phase: Phase = Phase.QUEUED
    tool: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the progress as on the wire."""
        phase = Phase.WAITING.value if self.phase in (Phase.RETRYING, Phase.HELD) else self.word
        return {"done": self.done, "total": self.total, "phase": phase}

    @property
    def word(self) -> str:
        """The phase, with what it is about after it."""
        is_about = self.phase in (Phase.CALLING, Phase.HELD) and self.tool
        return f"{self.phase.value} {self.tool}" if is_about else self.phase.value


@dataclass(frozen=True, slots=True)
class NewExecution:
    """What is stored when somebody starts an execution.

    Attributes:
        execution_type: Name of a registered type, such as `agent_test`.
        name: Name of the agent or workflow at the start.
        input: What it runs on, 1 to 200 000 characters.
        definition: The copy of what it runs with, as JSON.
        agent_id, workflow_id, task_id: What it belongs to.
        timeout_seconds: How long it may run; the time it waits for a person does not count.
        steps: The steps of a workflow, all pending.
        rerun_of_id: The execution this one repeats.
        parent_id: The execution that started this one as a part of itself.
        agent_version: The saved version of the agent that runs; None for unsaved values, and for what runs no agent
            of its own.
        batch_id: What it was started together with; None if it was started alone.
        suite_id: The suite it is a run of; None for all else.
        meta: What is worth keeping of it from the start, as JSON.
        results: Of a suite's run, what is known of it already: what an earlier run has found.
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
    steps: tuple[Step, ...] = ()
    rerun_of_id: int | None = None
    parent_id: int | None = None
    agent_version: int | None = None
    batch_id: int | None = None
    suite_id: int | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    results: tuple[Result, ...] = ()
    idempotency_key: str | None = None
    request_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """A stored execution, as every door shows it.

    `input` and `output` hold the whole text, or only its first characters where `is_excerpt`
    is true: lists do not pull payloads. `definition` is empty in lists.

    `segment` counts the engine's jobs for it, `pauses` how often it waited for a person, `claims` how often a runner
    began: what tells the writes of one from those of another. What people are told is `attempt`. `crashes` counts how
    often its process died under it: see `domain.crash`.

    `stop_reason` is why the model stopped, in the words of the Messages API; `is_cut` tells that a limit ended the
    output, or an output that it was made from. `mark` and `mark_note` are what a person says of it.

    Its clock: `active_ms` is how long it ran up to the last time it stopped running, `resumed_at` when it
    began to run again. Waiting for a person, and for a slot afterwards, is not in it.
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
    claims: int
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
    active_ms: int | None = None
    resumed_at: datetime | None = None
    pauses: int = 0
    crashes: int = 0
    rerun_of_id: int | None = None
    parent_id: int | None = None
    agent_version: int | None = None
    batch_id: int | None = None
    suite_id: int | None = None
    mark: Mark | None = None
    mark_note: str | None = None
    deleted_at: datetime | None = None
    stop_reason: str | None = None
    is_cut: bool = False
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
        return is_simulated(self.model)

    @property
    def verdict(self) -> dict[str, Any] | None:
        """What came of the run of a suite that ran to its end, as on the wire; None of all else."""
        return self.meta.get("verdict") if self.suite_id is not None else None

    def duration_ms(self, at: datetime | None = None) -> int | None:
        """Return how long it ran, or has been running, in milliseconds; None if it never started."""
        if self.started_at is None:
            return None
        if self.active_ms is None and self.resumed_at is None:
            # From before there was a clock.
            return milliseconds(self.started_at, self.finished_at or at or now())
        if self.status is not Status.RUNNING or self.resumed_at is None:
            return self.active_ms or 0
        return (self.active_ms or 0) + milliseconds(self.resumed_at, at or now())

    @property
    def clock_from(self) -> datetime | None:
        """When it would have started if it had run without a pause: what a ticking clock counts from."""
        if self.resumed_at is None:
            return self.started_at
        return self.resumed_at - timedelta(milliseconds=self.active_ms or 0)

    @property
    def attempt(self) -> int:
        """How often it was begun anew: see `attempt_of`; 0 before it ran."""
        return attempt_of(self.claims, self.pauses, is_paused=self.resumed_at is None)

    @property
    def interruptions(self) -> int:
        """How often it was cut off and begun anew: its process died, or handed it over."""
        return max(0, self.attempt - 1)

    @property
    def usage_so_far(self) -> Usage:
        """What it has used as far as anybody knows.

        Of an answer that is being written, or that was cut off, nobody tells its tokens: those that were counted
        meanwhile are the least.
        """
        counted = self.progress.done if self.progress.total is None else 0
        is_open = self.usage.is_partial or not self.is_finished
        if not is_open or counted <= (self.usage.output_tokens or 0):
            return self.usage
        return replace(self.usage, output_tokens=counted, is_partial=True)

    def as_json(self, steps: Sequence[Step] = (), calls: Sequence[Call] = ()) -> dict[str, Any]:
        """Return the execution as on the wire (contract.md), with what it ran with if it is here.

        Args:
            steps: Its steps, if it has any; left out of lists.
            calls: The calls of its agents, if there are any; left out of lists.
        """
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
            "stop_reason": self.stop_reason,
            "is_cut": self.is_cut,
            "limit": self.meta.get("limit"),
            "progress": self.progress.as_json(),
            "usage": self.usage_so_far.as_json(),
            "attempt": self.attempt,
            "created_at": to_wire(self.created_at),
            "started_at": to_wire(self.started_at),
            "finished_at": to_wire(self.finished_at),
            "duration_ms": self.duration_ms(),
            "last_seq": self.last_seq,
            "changed": self.changed,
            "cancel_requested_at": to_wire(self.cancel_requested_at),
            "rerun_of_id": self.rerun_of_id,
            "parent_id": self.parent_id,
            "agent_version": self.agent_version,
            "batch_id": self.batch_id,
            "suite_id": self.suite_id,
            "verdict": self.verdict,
            "mark": self.mark,
            "mark_note": self.mark_note,
            "deleted_at": to_wire(self.deleted_at),
            "meta": self.meta,
            "is_excerpt": self.is_excerpt,
        }
        if not self.is_excerpt:
            wire["definition"] = self.definition
            wire["json"] = self._json_of(self.definition, self.output, is_done=self.status is Status.SUCCEEDED)
            wire["steps"] = [self._step_as_json(step) for step in steps]
            wire["calls"] = [call.as_json() for call in calls]
        return wire

    def _step_as_json(self, step: Step) -> dict[str, Any]:
        agent = (self.definition.get("agents") or {}).get(str(step.agent_id)) or {}
        is_done = step.status is StepStatus.SUCCEEDED and not step.is_excerpt
        return {**step.as_json(), "json": self._json_of(agent, step.output, is_done=is_done)}

    @staticmethod
    def _json_of(agent: Mapping[str, Any], output: str | None, *, is_done: bool) -> Any:
        """Return the answer of an agent whose answers are JSON; it was checked when it was given."""
        if not is_done or agent.get("output_schema") is None:
            return None
        with suppress(ValueError, RecursionError):
            return json.loads(output or "")
        return None


def is_simulated(model: object) -> bool:
    """Tell whether a model is the offline one."""
    return model == "simulated"


def attempt_of(claims: int, pauses: int, *, is_paused: bool) -> int:
    """Return which attempt an execution is at.

    Each time its process dies, or hands it over, it is begun anew, and that is another attempt; going on after a
    person's answer is not.

    Args:
        claims: How often a runner began.
        pauses: How often it has waited for a person.
        is_paused: Whether nothing has begun since the last time it did.

    >>> attempt_of(1, 0, is_paused=False), attempt_of(2, 0, is_paused=False)
    (1, 2)
    >>> attempt_of(1, 1, is_paused=True), attempt_of(2, 1, is_paused=False), attempt_of(3, 1, is_paused=False)
    (1, 1, 2)
    """
    open_pauses = 1 if is_paused and pauses else 0
    return max(claims - pauses + open_pauses, min(claims, 1))


def check_input(text: object, field_name: str = "input") -> str:
    """Check what an execution is to run on.

    Args:
        text: What the caller sent.
        field_name: How the caller calls it.

    Returns:
        The text, unchanged.

    Raises:
        InvalidInput: It is no text, empty, longer than 200 000 characters, or holds what no database can store.
    """
    if not isinstance(text, str):
        raise InvalidInput(field_name, f"{field_name} is not text. Send a string.")
    if not text.strip():
        raise InvalidInput(field_name, f"{field_name} is empty. Write what the agent should answer.")
    return check_text(field_name, text, INPUT_MAX)
