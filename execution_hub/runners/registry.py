"""Which runner runs which type. A new type is one line here."""

from execution_hub.runners.agent_test import AgentTestRunner
from execution_hub.runners.port import Runner
from execution_hub.runners.workflow import WorkflowRunner

RUNNERS: tuple[Runner, ...] = (AgentTestRunner(), WorkflowRunner())


def runners() -> dict[str, Runner]:
    """Return the runners by the name of their execution type."""
    return {runner.execution_type: runner for runner in RUNNERS}
