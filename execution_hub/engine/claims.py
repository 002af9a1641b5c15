"""What is claimed, as DBOS has it in its rows."""

import time
from collections.abc import Mapping
from typing import Any

from dbos import DBOS, DBOSClient, WorkflowStatus

from execution_hub.engine.database import Engine, QueuePaused, QueueRounds, claimants, claiming
from execution_hub.engine.port import NO_EXECUTION, Claim
from execution_hub.engine.workflow import Current

QUEUE = "executions"
# Of what takes no slot: it begins whatever runs.
FREE_QUEUE = "coordinators"
PENDING = "PENDING"
# So long the row of a queue is known: what stands in it is how many may run at once in all processes.
KNOWN_SECONDS = 1.0


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


def take_over(engine: Engine, executor_id: str) -> None:
    """Queue again what dead processes have claimed; for a hub of one process, which holds the data lock.

    Whoever else is named as executor is dead. DBOS itself would resume only this boot's own work, and the dead one's
    would hold its queue slots for ever.

    Args:
        engine: Of its database.
        executor_id: This process.
    """
    if dead := claimants(engine) - {executor_id}:
        # Private, pinned and tested: resume_workflows restarts cancelled work and resets attempts.
        DBOS._recover_pending_workflows(sorted(dead))  # noqa: SLF001


def lighten_rounds(dbos: DBOS, rounds: Mapping[str, QueueRounds], slots: int | None) -> None:
    """Let a round of a queue cost next to nothing while nothing waits there, and claim as many as have a slot.

    DBOS reads the queue's row, the versions of the application and how many run before it looks whether anything
    waits: with several processes that look at each other's news, that was most of what they did.

    Args:
        dbos: That of this process, launched.
        rounds: Of each queue.
        slots: How many may run at once in this process; None for as many as in all. DBOS's own limit for each worker
            is one for all of them.
    """
    # Private, pinned and tested.
    system: Any = dbos._sys_db  # noqa: SLF001
    read, start = system.get_queue, system.start_queued_workflows
    known: dict[str, tuple[float, Any]] = {}

    def get_queue(name: str, **options: Any) -> Any:
        mine = rounds.get(name)
        if mine is None or not mine.is_here:
            return read(name, **options)
        mine.begin()
        if mine.is_over:
            # Without a row of its queue the thread ends: what it claimed now nobody would begin.
            return None
        read_at, queue = known.get(name, (0.0, None))
        if queue is None or time.monotonic() > read_at + KNOWN_SECONDS:
            queue = read(name, **options)
            known[name] = time.monotonic(), queue
            if queue is not None and name == QUEUE and slots is not None:
                queue._worker_concurrency = 2 * slots  # noqa: SLF001
        return queue

    def running(name: str, active: int) -> int:
        # DBOS counts what has ended until it has noted that, which takes a third as long as a short execution. So it
        # is told of twice the slots: ends may wait to be noted, as many as there are slots.
        return active if name != QUEUE or slots is None else max(active, slots + len(Current.slots))

    def start_queued_workflows(queue: Any, executor: str, version: str, key: Any, active: int, **options: Any) -> Any:
        mine = rounds.get(queue.name)
        if mine is None:
            return start(queue, executor, version, key, active, **options)
        if not mine.may_have_work:
            mine.end(0)
            return [], None
        try:
            with claiming():
                # Every job states its version: no need to know whether this one is the latest.
                options["is_latest_version"] = False
                taken, reason = start(queue, executor, version, key, running(queue.name, active), **options)
        except QueuePaused:
            mine.end(0)
            return [], None
        Current.claimed.update(taken)
        if queue.name == QUEUE:
            Current.slots.update(taken)
        mine.end(len(taken))
        return taken, reason

    for each in rounds.values():
        each.lighten()
    system.get_queue, system.start_queued_workflows = get_queue, start_queued_workflows
