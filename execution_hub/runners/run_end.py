"""How a run ended, for those who watch the hub from outside: a line of the log, and the execution's span."""

import structlog

from execution_hub import traces
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status

logger = structlog.get_logger(__name__)


def tell_end(execution: Execution, status: Status, code: str | None) -> None:
    """Tell that a run has ended for good; called at its place.

    Args:
        execution: The execution as it was claimed.
        status: How it ended.
        code: The code of its error; None for none.
    """
    logger.info("execution.ended", execution_id=execution.id, status=status.value, code=code)
    attributes = {
        "hub.execution.id": execution.id,
        "hub.execution.type": execution.execution_type,
        "hub.execution.name": execution.name,
        "hub.execution.attempt": execution.attempt,
        "hub.status": status.value,
    }
    error = traces.CANCELLED if status is Status.CANCELLED else code or ""
    # From its first start on, in whichever process that was.
    began = traces.nanoseconds(execution.started_at)
    traces.tell(f"execution {execution.execution_type}", traces.current(), None, began, attributes, error)
