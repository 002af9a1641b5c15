"""The shapes of what the API answers, for its OpenAPI document.

The values themselves come from the domain's `as_json`; schemathesis tests that both agree.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from execution_hub.domain.agent_file import FileAgent
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import Phase
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepStatus
from execution_hub.domain.workflow import WorkflowStep
from execution_hub.domain.workflow_file import FileStep, How

Time = Annotated[
    str,
    Field(
        description="ISO 8601, UTC, with milliseconds.",
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
        examples=["2026-01-02T03:04:05.678Z"],
    ),
]
Cursor = Annotated[str | None, Field(description="Where the next page begins, for `cursor`; null at the end.")]

_STOP_REASON = "Why the model stopped, in the words of the Messages API; null if it did not."
_IS_CUT = "A limit ended the output, or an output that it was made from."
Version = Annotated[int, Field(description="1 when created, one more with every save that changed something.")]


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="One word for programs.", examples=["invalid_input"])
    message: str = Field(
        description="What happened and what to do, for people.", examples=["input is empty. Write what …"]
    )
    details: dict[str, Any] = Field(
        description="What it is about: `field`, `id`, `limit`, …", examples=[{"field": "input"}]
    )


class Error(BaseModel):
    """An error."""

    error: ErrorBody


class Usage(BaseModel):
    """Tokens and their price; null where the provider did not tell, or no price is known."""

    input_tokens: int | None
    output_tokens: int | None
    cache_write_tokens: int | None
    cache_read_tokens: int | None
    cost_usd: float | None
    is_partial: bool = Field(description="A call was interrupted or not told of, so the figures are at least these.")


class Progress(BaseModel):
    """How far an execution is."""

    done: int = Field(description="Steps ended, or output tokens so far of an agent test.")
    total: int | None = Field(description="Null where nobody can know.")
    phase: Phase


class Step(BaseModel):
    """What a step of a workflow did in one execution."""

    name: str
    type: str
    agent_id: int | None
    status: StepStatus
    input: str | None
    output: str | None
    error: str | None
    error_code: str | None
    stop_reason: str | None = Field(description=_STOP_REASON, examples=["end_turn", "max_tokens"])
    is_cut: bool = Field(description=_IS_CUT)
    usage: Usage
    ready_at: Time | None
    started_at: Time | None
    finished_at: Time | None
    duration_ms: int | None
    attempt: int
    meta: dict[str, Any]
    is_excerpt: bool = Field(
        default=False,
        description="Whether input and output are cut to 200 characters: those of all steps have over 4 MB together.",
    )


class ListedExecution(BaseModel):
    """An execution as in a list."""

    id: int
    execution_type: str = Field(examples=["agent_test", "workflow"])
    status: Status
    agent_id: int | None
    workflow_id: int | None
    task_id: int | None
    name: str = Field(description="Of the agent or workflow, as it was called then.")
    model: str | None
    input: str
    output: str | None
    error: str | None
    error_code: str | None
    stop_reason: str | None = Field(description=_STOP_REASON, examples=["end_turn", "max_tokens"])
    is_cut: bool = Field(description=_IS_CUT)
    progress: Progress
    usage: Usage
    attempt: int
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    duration_ms: int | None
    last_seq: int = Field(description="The newest number of its event log.")
    changed: int = Field(description="A number of the whole hub that grows with every change of any execution.")
    cancel_requested_at: Time | None
    rerun_of_id: int | None
    parent_id: int | None = Field(description="The execution that started this one as a part of itself.")
    agent_version: int | None = Field(
        description="The saved version of the agent that ran; null for unsaved values and for workflows."
    )
    batch_id: int | None = Field(description="The same number for all that was started together; null if alone.")
    deleted_at: Time | None
    meta: dict[str, Any]
    is_excerpt: bool = Field(description="Whether its texts are cut to 200 characters, as in lists.")


class Execution(ListedExecution):
    """An execution, whole."""

    definition: dict[str, Any] = Field(description="What it runs with: a copy, which later edits do not change.")
    steps: list[Step]


class ExecutionPage(Execution):
    """An execution, whole, with those that repeat it."""

    reruns: list[int]


class ExecutionList(BaseModel):
    """A page of executions, newest first; with `changed_after`, in the order of change."""

    items: list[ListedExecution]
    next_cursor: Cursor
    changed: int | None = Field(None, description="Only with `changed_after`: what to ask after next time.")
    is_partial: bool = Field(
        default=False, description="True where a search ran out of time: `next_cursor` goes on where it stopped."
    )


class Event(BaseModel):
    """An entry of an execution's log."""

    seq: int = Field(description="1, 2, 3 … without gaps.")
    attempt: int
    kind: EventKind
    data: dict[str, Any]
    created_at: Time


class EventPage(BaseModel):
    """Events in order, and the newest number of the log."""

    events: list[Event]
    last_seq: int


class Cancelled(BaseModel):
    """Which executions are being cancelled, and which not, with the reason."""

    class Refused(BaseModel):
        """One that cannot be cancelled."""

        id: int
        code: str
        message: str

    cancelled: list[int]
    refused: list[Refused]


class Agent(BaseModel):
    """An agent."""

    id: int
    name: str = Field(examples=["Offline helper"])
    description: str
    model: str = Field(examples=["simulated", "claude-sonnet-5"])
    system_prompt: str
    max_tokens: int
    timeout_seconds: float | None
    retries: int
    on_cut: Literal["mark", "fail"] = Field(description="What becomes of an answer that a limit cut.")
    created_at: Time
    updated_at: Time
    version: Version


class ExportedAgent(FileAgent):
    """An agent as `POST /api/agents/import` takes it."""


class AgentList(BaseModel):
    """Agents by name."""

    items: list[Agent]
    next_cursor: Cursor


class Workflow(BaseModel):
    """A workflow with its steps."""

    id: int
    name: str
    description: str
    steps: list[WorkflowStep]
    created_at: Time
    updated_at: Time
    version: Version


class Bound(BaseModel):
    """Whom an import gives a step to."""

    step: str
    agent: str | None = Field(description="Its name in this hub; for `unset` the one of the file, null without one.")
    how: How


class Imported(Workflow):
    """The workflow, and whom its steps were given to."""

    bound: list[Bound]


class ImportPlan(BaseModel):
    """What an import would do (`dry_run`): nothing is stored."""

    id: None
    name: str
    description: str
    steps: list[WorkflowStep]
    version: None
    bound: list[Bound]


class Exported(BaseModel):
    """A workflow with its agents, as `POST /api/workflows/import` takes it."""

    name: str
    description: str
    steps: list[FileStep]
    agents: list[FileAgent]


class WorkflowList(BaseModel):
    """Workflows by name."""

    items: list[Workflow]
    next_cursor: Cursor


class Task(BaseModel):
    """A task."""

    id: int
    name: str
    description: str
    input: str
    created_at: Time
    updated_at: Time
    version: Version


class TaskList(BaseModel):
    """Tasks, newest first."""

    items: list[Task]
    next_cursor: Cursor


class Queue(BaseModel):
    """How the queue is."""

    is_paused: bool
    pending: int
    running: int
    max_concurrency: int


class Removed(BaseModel):
    """How many executions were removed."""

    removed: int


class Health(BaseModel):
    """That the process is alive."""

    status: str = Field(examples=["ok"])


class Ready(BaseModel):
    """That the hub can work."""

    status: str = Field(examples=["ready"])
    database: str
    engine: str
    changed: int
