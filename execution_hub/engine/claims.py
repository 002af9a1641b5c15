"""What is claimed, as DBOS has it in its rows."""

from typing import Any

from dbos import DBOS, DBOSClient, WorkflowStatus

from execution_hub.engine.port import NO_EXECUTION, Claim

QUEUE = "executions"
# Of what takes no slot: it begins whatever runs.
FREE_QUEUE = "coordinators"
PENDING = "PENDING"


def claims_of(client: DBOSClient, hub_uuid: str, executor_id: str | None = None) -> list[Claim]:
    """Return the jobs of a hub, and the times of its schedules, that are claimed and have not ended.

    Args:
        client: Of its engine's database.
        hub_uuid: Its name in every workflow id.
        executor_id: Only those of this process; None for all.
    """
    claimed = client.list_workflows(status=PENDING, executor_id=executor_id, load_input=False, load_output=False)
    return [found for status in claimed if (found := _claim(status, hub_uuid)) is not None]


def _claim(status: WorkflowStatus, hub_uuid: str) -> Claim | None:
    queue = status.queue_name or ""
    owner, execution_id, segment = (*status.workflow_id.split("-"), "", "")[:3]
    if queue in (QUEUE, FREE_QUEUE) and owner == hub_uuid and execution_id.isdigit() and segment.isdigit():
        return Claim(int(execution_id), int(segment), status.executor_id or "", queue)
    if (status.schedule_name or "").startswith(f"{hub_uuid}-"):
        return Claim(NO_EXECUTION, 0, status.executor_id or "", queue, status.workflow_id)
    return None


def limit_own(dbos: DBOS, slots: int) -> None:
    """Let this process claim no more than its own slots; DBOS's limit for each worker is one for all of them.

    Args:
        dbos: That of this process.
        slots: How many it has.
    """
    # Private, pinned and tested.
    system: Any = dbos._sys_db  # noqa: SLF001
    start = system.start_queued_workflows

    def start_limited(queue: Any, *arguments: Any, **options: Any) -> Any:
        if queue.name == QUEUE:
            queue._worker_concurrency = slots  # noqa: SLF001
        return start(queue, *arguments, **options)

    system.start_queued_workflows = start_limited
