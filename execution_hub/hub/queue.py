"""The queue: whether anything starts, what waits and runs."""

import asyncio
from contextlib import suppress
from typing import Any

import structlog

from execution_hub.background import end_tasks, set_from_any_thread
from execution_hub.domain.kinds import check_flag
from execution_hub.domain.status import Status
from execution_hub.engine.port import Engine
from execution_hub.errors import Unavailable
from execution_hub.hub.actor import ActedUpon
from execution_hub.live.bus import Bus, Topic
from execution_hub.live.feed import Feed
from execution_hub.store import counters
from execution_hub.store.database import Database

logger = structlog.get_logger(__name__)

# The bus tells at once; what a process stored that died before it could tell is found within this time.
LOOK_SECONDS = 5.0


class Queue(ActedUpon):
    """What has yet to start, in the order in which it will."""

    def __init__(self, database: Database, feed: Feed, engine: Engine, bus: Bus, *, is_shared: bool) -> None:
        """Look at a feed, and let an engine hold its queue or go on.

        Args:
            database: Where it is kept whether the queue is paused.
            feed: What knows what waits and runs.
            engine: What claims in this process.
            bus: How the processes hear of each other.
            is_shared: Whether there are others.
        """
        self._is_shared = is_shared
        self._database = database
        self._feed = feed
        self._engine = engine
        self._bus = bus
        self._task: asyncio.Task[None] | None = None
        # A look that has read what was there before a pause must not undo it afterwards.
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Be paused if it was when the hub closed, and whenever another process pauses it."""
        await self._look()
        if self._is_shared:
            self._task = asyncio.create_task(self._follow(), name="hub-queue")

    async def close(self) -> None:
        """Follow the other processes no more."""
        await end_tasks(self._task)

    async def _follow(self) -> None:
        news = asyncio.Event()
        self._bus.hear(Topic.QUEUE, set_from_any_thread(news))
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await news.wait()
            news.clear()
            try:
                await self._look()
            except Unavailable as error:
                # The next look tells.
                logger.warning("queue.not_read", error=error.message)

    async def _look(self) -> None:
        async with self._turn:
            self._set(await self._database.aread(counters.is_queue_paused))

    @property
    def is_paused(self) -> bool:
        """Whether nothing starts until the queue is resumed."""
        return self._feed.is_queue_paused

    async def pause(self, is_paused: bool) -> None:
        """Start nothing until the queue is resumed, or start again; what runs goes on. A restart changes nothing."""
        check_flag("is_paused", is_paused)
        async with self._turn:
            await self._database.awrite(lambda connection: counters.pause_queue(connection, is_paused))
            self._set(is_paused)
        self._bus.tell(Topic.QUEUE)
        self._note("queue.paused" if is_paused else "queue.resumed")
        if is_paused:
            # A look that had begun, here or elsewhere, could take what is put into the queue after the answer.
            await self._engine.until_paused()

    def _set(self, is_paused: bool) -> None:
        self._engine.hold("paused", is_paused)
        self._feed.tell_queue(is_paused)

    def numbers(self) -> list[int]:
        """Return the queue numbers of what is pending, ascending, as the feed knows them.

        Parts of others are not among them: they start after all that is none.
        """
        pending = (each for each in self._feed.active if each.status is Status.PENDING)
        return [each.queue_number for each in pending if each.parent_id is None]

    async def limit(self) -> int:
        """Return how many may run at once in all processes: as the database says, not as this process was set up.

        Raises:
            Unavailable: The database does not answer.
        """
        return await self._engine.limit()

    async def facts(self) -> dict[str, Any]:
        """Return how the queue is: paused or not, how many wait and run, how many may run at once.

        Raises:
            Unavailable: The database does not answer.
        """
        statuses = [execution.status for execution in self._feed.unordered]
        return {
            "is_paused": self.is_paused,
            "pending": statuses.count(Status.PENDING),
            "running": statuses.count(Status.RUNNING),
            "max_concurrency": await self.limit(),
        }
