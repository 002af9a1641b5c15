"""What is claimed, as DBOS has it in its rows."""

from dbos import DBOSClient

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
    claimed = client.list_workflows(
        status=PENDING,
        queue_name=[QUEUE, FREE_QUEUE],
        executor_id=executor_id,
        load_input=False,
        load_output=False,
    )
    found = []
    for status in claimed:
        owner, execution_id, segment = (*status.workflow_id.split("-"), "", "")[:3]
        if owner == hub_uuid and execution_id.isdigit() and segment.isdigit():
            found.append(Claim(int(execution_id), int(segment), status.executor_id or "", status.queue_name or ""))
    return found
