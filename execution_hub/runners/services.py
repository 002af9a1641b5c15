"""What every run of this process needs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from execution_hub.domain.execution import OUTPUT_MAX_BYTES
from execution_hub.live.bus import Bus
from execution_hub.live.log import EventLog
from execution_hub.pool import WorkPool
from execution_hub.runners.children import SubmitJob
from execution_hub.runners.port import ExecutionType, Fence, ModelSource
from execution_hub.store.database import Database
from execution_hub.tools.port import ToolBox


class ToolsElsewhere(Protocol):
    """The servers of tools that other processes have: see hub/shared_tools.py."""

    @property
    def lacks_some(self) -> bool:
        """Whether another process has one ready which this one has not."""
        ...

    def are_elsewhere(self, names: frozenset[str]) -> bool:
        """Tell whether this process lacks some of these servers, and another has all of them ready."""
        ...


@dataclass(frozen=True, slots=True)
class RunnerServices:
    """What every run needs.

    Attributes:
        database: Where executions are read.
        log: Where all of them are written.
        bus: What wakes a runner.
        models: Where runners find models.
        types: The execution types by name.
        pool: Where long work on texts is done.
        tools: The tools that agents call.
        submit: Hands a job to the engine.
        hold: Has this process claim nothing for a reason, which is its first argument, or go on.
        elsewhere: Which tools other processes have.
        fence: Returns if this process may still act for the hub.
        limit: Reads how many executions may run at once in all processes.
        child_timeout_seconds: How long a part of an execution may run that has no limit of its own.
        output_max_bytes: What is kept of an output.
    """

    database: Database
    log: EventLog
    bus: Bus
    models: ModelSource
    types: Mapping[str, ExecutionType]
    pool: WorkPool
    tools: ToolBox
    submit: SubmitJob
    hold: Callable[[str, bool], None]
    elsewhere: ToolsElsewhere
    fence: Fence
    limit: Callable[[], Awaitable[int]]
    child_timeout_seconds: float
    output_max_bytes: int = OUTPUT_MAX_BYTES
