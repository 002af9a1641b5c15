"""Takes old and deleted executions away, in small batches that never hold up a writer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from execution_hub.background import end_tasks
from execution_hub.domain.clock import now
from execution_hub.engine.port import Engine, Job
from execution_hub.errors import HubError
from execution_hub.hub.actor import ActedUpon
from execution_hub.settings import Settings
from execution_hub.store import pruning
from execution_hub.store.database import Database
from execution_hub.store.pruning import Prunable, RetentionLimits

Work = Callable[[], Awaitable[object]]
logger = structlog.get_logger(__name__)

BATCH = 100
# Between two batches writers have the database to themselves.
PAUSE_SECONDS = 0.05
PERIOD_SECONDS = 3_600.0
PURGE_SECONDS = 3.0
UNDO_SECONDS = 10.0
PAGES = 200


class Elected(Protocol):
    """Which of several processes does what one of them has to.

    Attributes:
        is_leader: Whether this one removes what a person deleted.
        prunes: Whether this one removes what is past the retention, by its own settings.
    """

    @property
    def is_leader(self) -> bool: ...  # noqa: D102 - see above
    @property
    def prunes(self) -> bool: ...  # noqa: D102 - see above


class Retention(ActedUpon):
    """Prunes at the start and every hour; removes what a person deleted as soon as it cannot be undone.

    Of several processes one does so.
    """

    def __init__(self, database: Database, engine: Engine, settings: Settings, elected: Elected) -> None:
        """Prune by these settings; `start` begins.

        Args:
            database: Where the history is.
            engine: Who keeps rows of its own of what goes.
            settings: How much is kept.
            elected: Tells whether this process is the one that does.
        """
        self._elected = elected
        self._database = database
        self._engine = engine
        self._settings = settings
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Prune now and every hour from now on, and purge_deleted every few seconds."""

        async def prune() -> None:
            if self._elected.prunes:
                await self.prune()

        async def purge() -> None:
            if self._elected.is_leader:
                await self.purge_deleted()

        self._tasks = [
            asyncio.create_task(self._every(PERIOD_SECONDS, prune), name="hub-retention"),
            asyncio.create_task(self._every(PURGE_SECONDS, purge), name="hub-purge"),
        ]

    async def stop(self) -> None:
        """Stop; what is under way is finished with its batch."""
        await end_tasks(*self._tasks)

    async def prune(self) -> int:
        """Remove every finished execution past the retention; returns how many there were."""
        removed = 0
        while found := await self._database.aread(lambda c: pruning.prunable(c, limits_of(self._settings), BATCH)):
            removed += await self._remove_parts([each.id for each in found])
            removed += await self._remove(found)
            await asyncio.sleep(PAUSE_SECONDS)
        if removed:
            logger.info("history.pruned", executions=removed)
            await self._give_back_space()
        return removed

    async def purge_deleted(self) -> None:
        """Remove what was deleted so long ago that it cannot be undone."""
        moment = now() - timedelta(seconds=UNDO_SECONDS)
        while found := await self._database.aread(lambda c: pruning.deleted_before(c, moment, BATCH)):
            # Also what had not ended when it was deleted.
            removed = await self._remove_parts([each.id for each in found])
            removed += await self._remove(found, moment)
            logger.info("history.deleted", executions=removed)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _remove_parts(self, ids: list[int]) -> int:
        """Remove what these executions started as parts of themselves: it goes with them, however new it is."""
        removed = 0
        while found := await self._database.aread(lambda c: pruning.parts_of(c, ids, BATCH)):
            removed += await self._remove(found)
            await asyncio.sleep(PAUSE_SECONDS)
        return removed

    async def _remove(self, found: list[Prunable], deleted_before: datetime | None = None) -> int:
        # The engine first: an execution that is still here is found again, an orphan there never.
        jobs = [Job(each.id, segment, 0) for each in found for segment in range(each.segments)]
        await self._engine.forget(jobs)
        ids = [each.id for each in found]
        return await self._database.awrite(lambda connection: pruning.remove(connection, ids, deleted_before))

    async def _give_back_space(self) -> None:
        while await asyncio.to_thread(self._database.shrink, PAGES):  # noqa: ASYNC110 - it works, it does not wait
            await asyncio.sleep(PAUSE_SECONDS)
        await self._engine.give_back_space()

    async def _every(self, seconds: float, work: Work) -> None:
        while True:
            try:
                await work()
            except HubError as error:
                # The next round tries again.
                logger.warning("retention.failed", error=error.message)
            except Exception:
                logger.exception("retention.failed")
            await asyncio.sleep(seconds)


def limits_of(settings: Settings) -> RetentionLimits:
    """Return what the settings keep, as of now."""
    days, most = settings.retention_days, settings.retention_max
    return RetentionLimits(now() - timedelta(days=days) if days else None, most or None)
