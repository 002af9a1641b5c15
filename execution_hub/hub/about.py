"""What this hub is and how it is set up: without anything secret, whatever the settings hold."""

import asyncio
import time
from dataclasses import asdict
from typing import Any

from execution_hub.domain.about import DatabaseSize, HubFacts, Sizes
from execution_hub.domain.agent import PROMPT_MAX
from execution_hub.domain.clock import now, to_wire
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.workflow import STEPS_MAX
from execution_hub.hub.actor import ActedUpon
from execution_hub.hub.queue import Queue
from execution_hub.llm.prices import Prices
from execution_hub.llm.providers import providers
from execution_hub.settings import Settings
from execution_hub.store import sizes
from execution_hub.store.database import Connection, Database
from execution_hub.store.sizes import FolderSize
from execution_hub.store.urls import app_url, engine_url, sqlite_file
from execution_hub.version import VERSION

# What is measured is kept for so long: to look at a page again and again costs nothing.
MEASURED_SECONDS = 60.0


class About(ActedUpon):
    """What this hub is."""

    def __init__(self, settings: Settings, database: Database, queue: Queue, prices: Prices, revision: str) -> None:
        """Look at the settings and the databases."""
        self._settings = settings
        self._queue = queue
        self._measure = _Measure(settings, database)
        self._revision = revision
        self.prices = prices

    def facts(self) -> HubFacts:
        """Return how it is set up."""
        given = self._settings
        return HubFacts(
            version=VERSION,
            address=given.address,
            data_dir=str(given.data_dir),
            database="sqlite" if given.is_embedded else "postgresql",
            revision=self._revision,
            transport=given.transport,
            providers=providers(given),
            execution_timeout_seconds=given.execution_timeout_seconds,
            output_max_bytes=given.output_max_bytes,
            input_max=INPUT_MAX,
            prompt_max=PROMPT_MAX,
            steps_max=STEPS_MAX,
            retention_days=given.retention_days,
            retention_max=given.retention_max,
            takes_webhooks=given.webhook_secret is not None,
        )

    async def sizes(self) -> Sizes:
        """Return how much it keeps, measured at most once a minute.

        Raises:
            Unavailable: The database does not answer.
        """
        return await self._measure.sizes()

    async def as_json(self) -> dict[str, Any]:
        """Return all of it as on the wire.

        Raises:
            Unavailable: The database does not answer.
        """
        facts, queue = asdict(self.facts()), await self._queue.facts()
        prices = [
            {
                "model": model,
                **{name: getattr(price, name) for name in ("input", "output", "cache_write", "cache_read", "is_own")},
            }
            for model, price in self.prices.items()
        ]
        limit = {"max_concurrency": queue["max_concurrency"]}
        return {**facts, **limit, "queue": queue, "sizes": asdict(await self.sizes()), "prices": prices}


class _Measure:
    """Measures, and keeps what it found for a while: one for all actors."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._lock = asyncio.Lock()
        self._found: Sizes | None = None
        self._found_at = 0.0

    async def sizes(self) -> Sizes:
        # Whoever asks meanwhile waits for the same answer.
        async with self._lock:
            if self._found is None or time.monotonic() - self._found_at > MEASURED_SECONDS:
                # Apart: a reading transaction that stays open keeps SQLite from tidying its journal.
                folder = await asyncio.to_thread(sizes.folder_size, self._settings.data_dir)
                self._found = await self._database.aread(lambda connection: self._look(connection, folder))
                self._found_at = time.monotonic()
            return self._found

    def _look(self, connection: Connection, folder: FolderSize) -> Sizes:
        count = sizes.count_executions(connection)
        return Sizes(
            folder.bytes,
            folder.is_partial,
            self._databases(connection),
            count,
            count >= sizes.COUNT_MAX,
            to_wire(now()) or "",
        )

    def _databases(self, connection: Connection) -> tuple[DatabaseSize, ...]:
        files = [path for url in (app_url(self._settings), engine_url(self._settings)) if (path := sqlite_file(url))]
        if files:
            return tuple(DatabaseSize(path.name, sizes.file_size(path)) for path in files)
        return (DatabaseSize(app_url(self._settings).database or "", sizes.server_size(connection)),)
