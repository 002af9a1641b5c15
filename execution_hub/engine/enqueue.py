"""Puts jobs into DBOS's queues: those of one moment in one transaction."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

from dbos import DBOSClient, EnqueueOptions

from execution_hub.engine.claims import FREE_QUEUE, QUEUE
from execution_hub.engine.database import Engine
from execution_hub.engine.gathering import GatheringConnection
from execution_hub.engine.port import Job
from execution_hub.engine.workflow import WORKFLOW
from execution_hub.errors import Unavailable
from execution_hub.waiters import Waiter, answer

# Whoever starts one thing does not wait for the thousand parts of another's. Within the range of a place in DBOS's
# queue, up to 2 147 483 647, and beyond the number of any execution.
AFTER_OTHERS = 2**30
AT_ONCE = 200


class Enqueue:
    """Puts jobs into the queues from one thread.

    A transaction, its commit and the way to a thread and back cost more than a job's two rows.
    """

    def __init__(
        self,
        database: Engine,
        client: Callable[[], DBOSClient],
        workflow_id: Callable[[Job], str],
        version: str,
        tell: Callable[[Sequence[Job]], None],
    ) -> None:
        """Put nothing yet.

        Args:
            database: The engine's.
            client: Returns that of its queues, or raises Unavailable.
            workflow_id: The name of a job there.
            version: Of the application.
            tell: Called, from the thread, with what has just been put.
        """
        self._database = database
        self._client = client
        self._workflow_id = workflow_id
        self._version = version
        self._tell = tell
        self._asked: queue.SimpleQueue[tuple[Job, Waiter] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="hub-enqueue", daemon=True)
        # Nothing is asked for after the last word: nobody would answer.
        self._mutex = threading.Lock()
        self._is_closed = False

    def start(self) -> None:
        """Start putting; what was asked for before is put now."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether jobs are put."""
        return self._thread.is_alive()

    async def put(self, job: Job) -> None:
        """Return once a job is in its queue; one that is there already stays as it is.

        Raises:
            Unavailable: The hub is stopping or has not started.
            Exception: What the database raised.
        """
        waiter: Waiter = asyncio.get_running_loop().create_future()
        with self._mutex:
            if self._is_closed:
                raise Unavailable("The hub is stopping. Try again in a moment.")
            self._asked.put((job, waiter))
        await waiter

    def close(self) -> None:
        """Put no more, once what was asked for is put or refused."""
        with self._mutex:
            self._is_closed = True
            self._asked.put(None)

    def _run(self) -> None:
        while (first := self._asked.get()) is not None:
            asked, is_last = [first], False
            while len(asked) < AT_ONCE and not self._asked.empty():
                more = self._asked.get()
                if more is None:
                    is_last = True
                    break
                asked.append(more)
            self._put(asked)
            if is_last:
                return

    def _put(self, asked: Sequence[tuple[Job, Waiter]]) -> None:
        jobs = [job for job, _ in asked]
        outcomes = self._try(jobs)
        self._tell([job for job, outcome in zip(jobs, outcomes, strict=True) if outcome is None])
        answer(zip((waiter for _, waiter in asked), outcomes, strict=True))

    def _try(self, jobs: Sequence[Job]) -> list[Exception | None]:
        """Return for each job nothing, or why it is not in its queue."""
        try:
            client = self._client()
            if len(jobs) == 1:
                # This tries again by itself while the database is away.
                client.enqueue(*self._options(jobs[0]))
            else:
                with self._database.begin() as connection:
                    is_gathered = connection.dialect.name == "postgresql"
                    gathering: Any = GatheringConnection(connection) if is_gathered else connection
                    for job in jobs:
                        client.enqueue_in_transaction(gathering, *self._options(job))
                    if is_gathered:
                        gathering.send()
        except Exception as error:
            # One that cannot be put must not take the others with it.
            return [error] if len(jobs) == 1 else [each for job in jobs for each in self._try([job])]
        return [None] * len(jobs)

    def _options(self, job: Job) -> tuple[EnqueueOptions, int, int]:
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE if job.takes_slot else FREE_QUEUE,
            "workflow_id": self._workflow_id(job),
            "priority": job.queue_number + (AFTER_OTHERS if job.is_part else 0),
            "app_version": self._version,
        }
        return options, job.execution_id, job.segment
