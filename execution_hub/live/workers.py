"""Follows the processes that have joined, and takes the lease of a silent one away: nobody else would."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import structlog

from execution_hub.domain.worker import Worker
from execution_hub.live.bus import Bus, Topic
from execution_hub.store import workers
from execution_hub.store.database import Database

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
# A process ends itself after 4 s without its database: see store/lease.py.
SILENT_SECONDS = 6.0


class Workers:
    """What runs where: the rows of all processes of this hub, read every second.

    How long one is silent is told by the clock of this process alone, from when it saw the last beat.
    """

    def __init__(self, database: Database, bus: Bus, clock: Callable[[], float] = time.monotonic) -> None:
        """Follow a table; nothing is read yet.

        Args:
            database: Where the processes say that they live.
            bus: Whom to tell that one is gone.
            clock: Seconds, from whenever.
        """
        self._database = database
        self._bus = bus
        self._clock = clock
        # The last beat of each, and when it was seen first.
        self._beats: dict[str, tuple[int, float]] = {}
        self._known: list[Worker] = []
        self._watchers: dict[asyncio.Event, None] = {}

    @property
    def known(self) -> list[Worker]:
        """The processes at the last look, those that joined first before the others."""
        return list(self._known)

    async def look(self) -> set[str]:
        """Read who has joined, and take the leases of the silent away.

        Returns:
            The ids of those that hold a lease afterwards.
        """
        found = await self._database.aread(workers.all_of)
        moment = self._clock()
        beats = {}
        for each in found:
            beat, since = self._beats.get(each.id, (None, moment))
            beats[each.id] = (each.beat, since if beat == each.beat else moment)
        self._beats = beats
        # Only whose lease is taken away is gone: another one may have renewed it since it was read.
        living = [each for each in found if not await self._is_removed(each, moment - beats[each.id][1])]
        if _facts(living) != _facts(self._known):
            for wake in self._watchers:
                wake.set()
        self._known = living
        return {each.id for each in living}

    async def _is_removed(self, worker: Worker, silent_seconds: float) -> bool:
        if silent_seconds < SILENT_SECONDS:
            return False
        if not await self._database.awrite(partial(workers.remove, worker_id=worker.id, beat=worker.beat)):
            return False
        logger.warning("worker.lost", worker=worker.name, id=worker.id, role=worker.role.value)
        self._bus.tell(Topic.WORKERS)
        return True

    async def changes(self) -> None:
        """Return once something about the processes has changed; their beats do not count."""
        wake = asyncio.Event()
        self._watchers[wake] = None
        try:
            await wake.wait()
        finally:
            with suppress(KeyError):
                del self._watchers[wake]


def _facts(found: list[Worker]) -> list[Worker]:
    return [replace(each, beat=0, last_beat_at=each.started_at) for each in found]
