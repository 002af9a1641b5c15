"""The shapes of what the API answers, for its OpenAPI document.

The values themselves come from the domain's `as_json`; schemathesis tests that both agree.
"""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from execution_hub.api.wire_calls import Call as Call
from execution_hub.api.wire_calls import Time as Time
from execution_hub.api.wire_calls import Usage as Usage
from execution_hub.api.wire_suites import Flaky, Result, Verdict
from execution_hub.domain.agent_file import FileAgent
from execution_hub.domain.event import EventKind
from execution_hub.domain.mark import Mark
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepStatus
from execution_hub.domain.workflow import WorkflowStep
from execution_hub.domain.workflow_file import FILE_EXAMPLE, FileStep, How

Cursor = Annotated[
    str | None, Field(description="Where the next page begins, for `cursor`; null at the end.", examples=[None])
]

_STOP_REASON = "Why the model stopped, in the words of the Messages API; null if it did not."
_IS_CUT = "A limit ended the output, or an output that it was made from."
_JSON = "The output as JSON, where the agent has an `output_schema`; else null."
_STEPS: list[Any] = [{"name": "answer", "type": "agent", "agent_id": 1, "input": "{{ input }}"}]
Version = Annotated[int, Field(description="1 when created, one more with every save that changed something.")]


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="One word for programs.", examples=["invalid_input"])
    message: str = Field(
        description="What happened and what to do, for people.",
        examples=["input is empty. Write what the agent should answer."],
    )
    details: dict[str, Any] = Field(
        description="What it is about: `field`, `id`, `limit`, …", examples=[{"field": "input"}]
    )


class Error(BaseModel):
    """An error."""

    error: ErrorBody


class Progress(BaseModel):
    """How far an execution is."""

    done: int = Field(description="Steps ended, or output tokens so far of an agent test.", examples=[180])
    total: int | None = Field(description="Null where nobody can know.", examples=[None])
    phase: str = Field(
        description="`queued`, `waiting` for the model, `writing`, `calling SERVER__TOOL`, or `done`.",
        examples=["done"],
    )


class Step(BaseModel):
    """What a step of a workflow did in one execution."""

    name: str = Field(examples=["answer"])
    type: str = Field(examples=["agent", "approval"])
    agent_id: int | None
    status: StepStatus = Field(examples=["succeeded"])
    input: str | None = Field(examples=["Why do bees dance?"])
    output: str | None = Field(examples=["To tell the others where the flowers are."])
    error: str | None = Field(examples=[None])
    error_code: str | None = Field(examples=[None])
    stop_reason: str | None = Field(description=_STOP_REASON, examples=["end_turn", "max_tokens"])
    is_cut: bool = Field(description=_IS_CUT)
    usage: Usage
    ready_at: Time | None
    started_at: Time | None
    finished_at: Time | None
    duration_ms: int | None
    attempt: int
    round: int = Field(description="1, and one more each time it was sent back or followed what was.")
    meta: dict[str, Any]
    is_excerpt: bool = Field(
        default=False,
        description="Whether input and output are cut to 200 characters: those of all steps have over 4 MB together.",
    )
    json_: Any = Field(alias="json", description=_JSON, examples=[None])


class CallList(BaseModel):
    """Turns and calls of tools, by number."""

    items: list[Call]
    next_cursor: Cursor


class Round(BaseModel):
    """What a step made in a round that is over."""

    round: int
    status: StepStatus = Field(description="What the step was when the round ended.")
    output: str | None = Field(examples=["Bees dance."])
    remark: str = Field(
        description="With what it was sent back; empty for a step that follows what was.", examples=["Say why."]
    )
    ended_at: Time


class RoundList(BaseModel):
    """The rounds of a step that are over."""

    items: list[Round]
    next_cursor: Cursor


class ListedExecution(BaseModel):
    """An execution as in a list."""

    id: int = Field(examples=[12])
    execution_type: str = Field(examples=["agent_test", "workflow"])
    status: Status = Field(examples=["succeeded"])
    agent_id: int | None
    workflow_id: int | None = Field(examples=[None])
    task_id: int | None = Field(examples=[None])
    name: str = Field(description="Of the agent or workflow, as it was called then.", examples=["Claude assistant"])
    model: str | None = Field(examples=["claude-sonnet-5"])
    input: str = Field(examples=["Why do bees dance?"])
    output: str | None = Field(examples=["To tell the others where the flowers are."])
    error: str | None = Field(examples=[None])
    error_code: str | None = Field(examples=[None])
    stop_reason: str | None = Field(description=_STOP_REASON, examples=["end_turn", "max_tokens"])
    is_cut: bool = Field(description=_IS_CUT)
    limit: str | None = Field(
        description="The limit that ended it: `max_turns`, `max_tool_calls`, `max_total_tokens`, `max_cost_usd` or "
        "`loop`; null if none did.",
        examples=[None],
    )
    progress: Progress
    usage: Usage
    attempt: int
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    duration_ms: int | None = Field(examples=[3120])
    last_seq: int = Field(description="The newest number of its event log.", examples=[6])
    changed: int = Field(
        description="A number of the whole hub that grows with every change of any execution.", examples=[87]
    )
    cancel_requested_at: Time | None = Field(examples=[None])
    rerun_of_id: int | None = Field(examples=[None])
    parent_id: int | None = Field(
        description="The execution that started this one as a part of itself.", examples=[None]
    )
    agent_version: int | None = Field(
        description="The saved version of the agent that ran; null for unsaved values and for workflows."
    )
    batch_id: int | None = Field(
        description="The same number for all that was started together; null if alone.", examples=[None]
    )
    suite_id: int | None = Field(description="The suite it is a run of; null for all else.", examples=[None])
    verdict: Verdict | None = Field(
        description="What came of the run of a suite; null for all else, and in lists as long as it runs.",
        examples=[None],
    )
    mark: Mark | None = Field(description="What a person says of it; null for nothing.", examples=["right"])
    mark_note: str | None = Field(description="Why.", examples=["Names the source."])
    deleted_at: Time | None = Field(examples=[None])
    meta: dict[str, Any]
    is_excerpt: bool = Field(description="Whether its texts are cut to 200 characters, as in lists.")


class Execution(ListedExecution):
    """An execution, whole."""

    definition: dict[str, Any] = Field(
        description="What it runs with: a copy, which later edits do not change.",
        examples=[{"name": "Claude assistant", "model": "claude-sonnet-5", "system_prompt": "", "max_tokens": 1024}],
    )
    json_: Any = Field(alias="json", description=_JSON, examples=[None])
    steps: list[Step] = Field(examples=[[]])
    calls: list[Call] = Field(
        description="The turns of its agents' models and the calls of their tools, by number, the first 1 000 of them: "
        "the others by `GET …/calls`.",
        examples=[[]],
    )


class ExecutionPage(Execution):
    """An execution, whole, with those that repeat it."""

    reruns: list[int] = Field(description="The executions that repeat it.", examples=[[13]])
    results: list[Result] | None = Field(
        default=None,
        description="Only of the run of a suite: what came of its cells, as much as one answer may hold.",
        examples=[None],
    )
    flaky: list[Flaky] | None = Field(
        default=None,
        description="Only of the run of a suite: what its repeats disagree about.",
        examples=[None],
    )
    results_cursor: str | None = Field(
        default=None, description="Where `GET …/results` goes on; null where all results are here.", examples=[None]
    )


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

    seq: int = Field(description="1, 2, 3 without gaps.")
    attempt: int
    kind: EventKind = Field(examples=["text"])
    data: dict[str, Any] = Field(
        description="What the kind needs. Of what an agent does, `step` names the workflow's step: `turn` has `number` "
        "and `status`; `tool_call` has `number`, `server`, `tool`, `status`, from the agent also `name` and "
        "`arguments` (cut to 2 kB), from a person also `comment`, `is_edited` or `resolved`; `tool_result` has "
        "`number`, `status`, `chars` and an `excerpt`. The call itself is at `GET …/calls/{number}`. Where a hub is "
        "several processes, `worker` of a `status` that is `running` names the one that runs it: host:pid.",
        examples=[{"text": "To tell the others"}],
    )
    created_at: Time


class EventPage(BaseModel):
    """Events in order, and the newest number of the log."""

    events: list[Event]
    last_seq: int = Field(description="The newest number there is: ask again after it.")


class Cancelled(BaseModel):
    """Which executions are being cancelled, and which not, with the reason."""

    class Refused(BaseModel):
        """One that cannot be cancelled."""

        id: int = Field(examples=[11])
        code: str = Field(examples=["conflict"])
        message: str = Field(examples=["Execution 11 has ended already."])

    cancelled: list[int] = Field(examples=[[12]])
    refused: list[Refused]


class Workflow(BaseModel):
    """A workflow with its steps."""

    id: int
    name: str = Field(examples=["Short answer"])
    description: str = Field(examples=["Answers in one sentence."])
    steps: list[WorkflowStep] = Field(examples=[_STEPS])
    created_at: Time
    updated_at: Time
    version: Version


class Bound(BaseModel):
    """Whom an import gives a step to."""

    step: str = Field(examples=["answer"])
    agent: str | None = Field(
        description="Its name in this hub; for `unset` the one of the file, null without one.",
        examples=["Offline helper"],
    )
    how: How


class Imported(Workflow):
    """The workflow, and whom its steps were given to."""

    bound: list[Bound]


class ImportPlan(BaseModel):
    """What an import would do (`dry_run`): nothing is stored."""

    id: None
    name: str = Field(examples=["Short answer"])
    description: str = Field(examples=["Answers in one sentence."])
    steps: list[WorkflowStep] = Field(examples=[_STEPS])
    version: None
    bound: list[Bound]


class Exported(BaseModel):
    """A workflow with its agents, as `POST /api/workflows/import` takes it."""

    name: str = Field(examples=["Short answer"])
    description: str = Field(examples=["Answers in one sentence."])
    steps: list[FileStep] = Field(examples=[FILE_EXAMPLE["steps"]])
    agents: list[FileAgent] = Field(examples=[FILE_EXAMPLE["agents"]])


class WorkflowList(BaseModel):
    """Workflows by name."""

    items: list[Workflow]
    next_cursor: Cursor


class Task(BaseModel):
    """A task."""

    id: int
    name: str = Field(examples=["Bees"])
    description: str = Field(examples=["What everybody asks."])
    input: str = Field(examples=["Why do bees dance?"])
    created_at: Time
    updated_at: Time
    version: Version


class TaskList(BaseModel):
    """Tasks, newest first."""

    items: list[Task]
    next_cursor: Cursor
