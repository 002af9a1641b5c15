"""Executions, as values and stored."""

from dataclasses import replace
from datetime import UTC, datetime

from execution_hub.domain.clock import now
from execution_hub.domain.execution import AGENT_TEST, Execution, NewExecution, Progress
from execution_hub.domain.status import Status
from execution_hub.domain.usage import Usage
from execution_hub.live.log import EventLog
from execution_hub.store import writes
from execution_hub.store.database import Database
from execution_hub.store.intents import Change, Submit

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make_execution(**values: object) -> Execution:
    """Return an execution that has just been queued, with some values changed."""
    queued = Execution(
        id=1,
        execution_type="agent_test",
        status=Status.PENDING,
        name="Helper",
        agent_id=1,
        workflow_id=None,
        task_id=None,
        input="What is\n  it?",
        output=None,
        error=None,
        error_code=None,
        model="simulated",
        progress=Progress(),
        usage=Usage(),
        claims=0,
        last_seq=1,
        changed=1,
        queue_number=7,
        segment=0,
        timeout_seconds=600,
        cancel_requested_at=None,
        created_at=AT,
        updated_at=AT,
        started_at=None,
        finished_at=None,
    )
    return replace(queued, **values)  # type: ignore[arg-type]


NEW = NewExecution(AGENT_TEST, "x", "hello", {"model": "simulated"}, agent_id=1)


def add_execution(database: Database) -> int:
    """Store a pending execution and return its id."""
    return database.write(lambda connection: writes.write(connection, Submit(NEW), now()).execution).id


async def claim(log: EventLog, execution_id: int) -> int:
    """Set an execution running and return the attempt."""
    recorded = await log.record(Change(execution_id, Status.RUNNING))
    assert recorded is not None
    return recorded.attempt
