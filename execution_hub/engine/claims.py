"""What is claimed, as DBOS has it in its rows."""

from typing import Any

from dbos import DBOS, DBOSClient

from execution_hub.engine.port import Claim

QUEUE = "executions"
# Of what takes no slot: it begins whatever runs.
FREE_QUEUE = "coordinators"
PENDING = "PENDING"


def claims_of(client: DBOSClient, hub_uuid: str, executor_id: str | None = None) -> list[Claim]:
    """Return the jobs of a hub that are claimed and have not ended.

    Args:
        client: Of its engine's database.
        hub_uuid: Its name in every workflow id.
        executor_id: Only those of this process; None for all.
    """
    found = []
    for queue in (QUEUE, FREE_QUEUE):
        claimed = client.list_workflows(
            status=PENDING, queue_name=queue, executor_id=executor_id, load_input=False, load_output=False
        )
        for status in claimed:
            owner, execution_id, segment = (*status.workflow_id.split("-"), "", "")[:3]
            if owner == hub_uuid and execution_id.isdigit() and segment.isdigit():
                found.append(Claim(int(execution_id), int(segment), status.executor_id or "", queue))
    return found


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
