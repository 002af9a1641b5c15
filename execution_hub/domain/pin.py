"""A pin: what was run once becomes a case, with what came of it as the golden answer."""

from collections.abc import Iterable

from execution_hub.domain.case import name_for
from execution_hub.domain.execution import INPUT_MAX, Execution
from execution_hub.domain.status import Status
from execution_hub.domain.suite import Case
from execution_hub.errors import Conflict, InvalidInput


def pinned(execution: Execution, taken: Iterable[str]) -> Case:
    """Return the case that an execution becomes.

    Args:
        execution: It, whole.
        taken: The names of the cases there are; it gets its own, of the first words of its input.

    Raises:
        Conflict: It has not ended, did not succeed, has no output, or is the run of a suite.
        InvalidInput: Its output is longer than a golden answer may be.
    """
    if not execution.is_finished:
        raise Conflict(
            f"Execution {execution.id} has not ended: it is {execution.status.value}. Pin it once it has.",
            id=execution.id,
        )
    if execution.suite_id is not None:
        raise Conflict(
            f"Execution {execution.id} is the run of a suite, which is no case. Pin one of its parts.", id=execution.id
        )
    if execution.status is not Status.SUCCEEDED:
        raise Conflict(
            f"Execution {execution.id} is {execution.status.value}: what it wrote is no golden answer. Pin one that "
            "succeeded, or make a case of its input by hand.",
            id=execution.id,
        )
    output = execution.output or ""
    if not output.strip():
        raise Conflict(
            f"Execution {execution.id} has no output, which would be the golden answer. Pin one that has.",
            id=execution.id,
        )
    if len(output) > INPUT_MAX:
        raise InvalidInput(
            "execution_id",
            f"The output of execution {execution.id} has {len(output)} characters, a golden answer at most "
            f"{INPUT_MAX}. Make a case of its input by hand, with a shorter one.",
            limit=INPUT_MAX,
        )
    return Case(name_for(execution.input, taken), execution.input, golden=output, execution_id=execution.id)
