"""Which execution types there are. A new type is one line here."""

from execution_hub.errors import InvalidInput
from execution_hub.runners.agent_test import AgentTestType
from execution_hub.runners.port import ExecutionType
from execution_hub.runners.suite_runner import SuiteRunType
from execution_hub.runners.workflow import WorkflowType

TYPES: tuple[ExecutionType, ...] = (AgentTestType(), WorkflowType(), SuiteRunType())


def execution_types() -> dict[str, ExecutionType]:
    """Return the execution types by name."""
    return {each.name: each for each in TYPES}


def find_type(name: str) -> ExecutionType:
    """Return an execution type by name.

    Raises:
        InvalidInput: There is none of this name.
    """
    known = execution_types()
    if name not in known:
        raise InvalidInput("execution_type", f"execution_type names no type of this hub. Give {' or '.join(known)}.")
    return known[name]
