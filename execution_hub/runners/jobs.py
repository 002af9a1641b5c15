"""The engine's job of an execution, by the execution's type."""

from execution_hub.domain.execution import Execution
from execution_hub.engine.port import Job
from execution_hub.runners.registry import execution_types


def job_of(execution: Execution) -> Job:
    """Return the engine's job of an execution."""
    is_part = execution.parent_id is not None
    return Job(execution.id, execution.segment, execution.queue_number, takes_slot(execution.execution_type), is_part)


def takes_slot(execution_type: str) -> bool:
    """Return whether executions of a type take a slot; one that this hub does not know does."""
    known = execution_types().get(execution_type)
    return known is None or known.takes_slot
