"""Jobs that this process has claimed and could not begin: something failed right after the claim."""

import asyncio
from collections.abc import Callable, Iterable

from dbos import DBOS, DBOSClient

from execution_hub.engine.claims import claims_of
from execution_hub.engine.database import QueueRounds
from execution_hub.engine.workflow import Current


class Stranded:
    """Finds them, and gives them back.

    No clock tells that a job is lost: on a busy machine one may be on its way for long. But the thread of a queue hands
    over all it has claimed before it looks again, or waits, and the loop begins all it was handed before this. So what
    is claimed and which DBOS is not at, not even to note its end, at two looks with a round of each queue between them,
    is lost.
    """

    def __init__(self, *rounds: QueueRounds) -> None:
        """Know the rounds of all queues."""
        self._rounds = rounds
        self._active: Callable[[], Iterable[str]] = list
        # What was claimed and was not active at the last look, and which rounds those were.
        self._suspects, self._seen = set[str](), [0 for _ in rounds]

    def follow(self, dbos: DBOS) -> None:
        """Know what is active in this process by DBOS's own list.

        Args:
            dbos: That of this process.
        """
        # Private, pinned and tested.
        self._active = dbos._active_workflows_set.activeList  # noqa: SLF001

    def give_back(self, client: DBOSClient, hub_uuid: str, executor_id: str) -> int:
        """Queue again what is lost, with its place and its recorded steps; call it now and then, from a thread.

        Args:
            client: Of the engine's database.
            hub_uuid: The hub's name in every workflow id.
            executor_id: This process.

        Returns:
            How many there were.
        """
        is_standing = any(each.is_standing_since(count) for each, count in zip(self._rounds, self._seen, strict=True))
        for each in self._rounds:
            each.wake()
        if Current.loop is not None:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), Current.loop).result()
        known = Current.claimed | Current.slots
        found = claims_of(client, hub_uuid, executor_id)
        own = {f"{hub_uuid}-{each.execution_id}-{each.segment}": each for each in found if not each.schedule_id}
        not_active = own.keys() - set(self._active())
        # DBOS begins nothing that somebody has stopped between the claim and the handing over.
        Current.forget(known - own.keys() - Current.begun)
        if self._suspects and is_standing:
            return 0
        lost, self._suspects = not_active & self._suspects, not_active
        self._seen = [each.count for each in self._rounds]
        # Before they can be claimed anew.
        Current.forget(lost)
        # Private, pinned and tested: it keeps the job with its place and its steps.
        requeue = client._sys_db.reenqueue_for_recovery  # noqa: SLF001
        return sum(requeue(workflow_id, [executor_id], own[workflow_id].queue) for workflow_id in lost)
