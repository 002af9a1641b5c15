"""What runs an execution of one type."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from execution_hub.domain.execution import OUTPUT_MAX_BYTES, Execution, Progress
from execution_hub.domain.step import Step
from execution_hub.domain.usage import Usage
from execution_hub.engine.port import Steps
from execution_hub.errors import ExecutionError
from execution_hub.live.journal import Journal
from execution_hub.llm.port import Model
from execution_hub.pool import WorkPool
from execution_hub.runners.approvals import Approvals


class ModelSource(Protocol):
    """Finds the provider of a model."""

    def get(self, name: str) -> Model:
        """Return the provider of a model by the model's name."""
        ...


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a runner has to work with.

    Attributes:
        execution: The execution as it was claimed, whole: its definition is all a runner may read of
            agents and workflows.
        journal: Where it writes what happens.
        steps: What it may do durably.
        models: Where it finds models.
        read_steps: Reads the steps of the execution as they are recorded, in order; an agent test has none.
        approvals: What people answer meanwhile.
        pause: Ends the segment until a person has answered one of these approvals; returns false, and ends
            nothing, if one was answered meanwhile.
        pool: Where long work on texts is done.
        output_max_bytes: An answer past this is cut, and its stream closed; the same for the whole output.
    """

    execution: Execution
    journal: Journal
    steps: Steps
    models: ModelSource
    read_steps: Callable[[], Awaitable[list[Step]]]
    approvals: Approvals
    pause: Callable[[frozenset[str]], Awaitable[bool]]
    pool: WorkPool
    output_max_bytes: int = OUTPUT_MAX_BYTES


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes:
        output: What it made; partial if it failed.
        usage: What it used over all attempts; None where only what was told meanwhile is known.
        meta: What else is worth keeping, as JSON: request id, message id.
        error: Why it failed; None if it succeeded.
        progress: How far it came; its output tokens where that says it.
        stop_reason: Why the model stopped, in the words of the Messages API; None if that is not known.
        is_cut: Whether a limit ended what it made, or part of it.
    """

    output: str
    usage: Usage | None = Usage()
    meta: dict[str, Any] = field(default_factory=dict)
    error: ExecutionError | None = None
    progress: Progress | None = None
    stop_reason: str | None = None
    is_cut: bool = False


class Runner(Protocol):
    """Runs executions of one type. A new type is one file with one of these, and one line in registry.py."""

    @property
    def execution_type(self) -> str:
        """The type's name, at most 20 characters."""
        ...

    async def run(self, context: RunContext) -> Outcome | None:
        """Run an execution to its end, or until it waits for a person: then it has paused, and returns None.

        May be called again for the same execution after a crash: everything that must not be done
        twice goes through `context.steps`.

        Raises:
            ExecutionError: It failed without any output.
            Fenced: Another attempt has it.
        """
        ...
