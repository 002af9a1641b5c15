"""What a person says of an execution that has ended, as pages show it. Pure."""

from execution_hub.domain.execution import Execution

MARKS = ("right", "wrong")


def mark_of(execution: Execution) -> str:
    """Return what a person said of an execution: `right`, `wrong`, or nothing."""
    return str(execution.mark or "")


def note_of(execution: Execution) -> str:
    """Return why."""
    return execution.mark_note or ""
