"""The processes of the hub, the same on every page Workers: put together once and sent once."""

import asyncio
from contextlib import aclosing
from typing import NoReturn

import reflex as rx
import structlog

from execution_hub.domain.worker import Worker
from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.ui.shared_vars import SharedState, SharedVars
from execution_hub.ui.watching import RETRY_SECONDS
from execution_hub.views.workers import LostRow, WorkerFigures, WorkerRow, worker_rows

logger = structlog.get_logger(__name__)


class SharedWorkersState(SharedState, rx.State):
    """The processes as they are now."""

    rows: list[WorkerRow] = []  # noqa: RUF012 - Reflex copies defaults
    lost: list[LostRow] = []  # noqa: RUF012
    figures: WorkerFigures = WorkerFigures()
    is_loaded: bool = False


class SharedWorkers:
    """Keeps the processes as the hub knows them.

    Attributes:
        vars: What every page Workers is shown.
    """

    def __init__(self) -> None:
        """Know nothing yet; `run` watches."""
        self.vars = SharedVars(SharedWorkersState)

    async def run(self) -> NoReturn:
        """Follow the hub until cancelled."""
        while True:
            try:
                async with aclosing(current_hub().workers.watch()) as found:
                    async for workers in found:
                        await self._take(workers)
            except HubError:
                pass  # The hub is starting or stopping, or its database is away.
            except Exception:
                # Every page Workers hangs on this: a mistake is told, and does not end it.
                logger.exception("watch.failed", shown="workers")
            await asyncio.sleep(RETRY_SECONDS)

    async def _take(self, workers: list[Worker]) -> None:
        hub = current_hub()
        here = next((each for each in workers if each.id == hub.workers.own_id), None)
        self.vars.show(
            rows=worker_rows(workers, here, hub.workers.late, await hub.workers.runs(), hub.tools.lacking()),
            lost=[LostRow.of(each) for each in hub.workers.lost],
            figures=WorkerFigures.of(workers, here, await hub.queue.limit()),
            is_loaded=True,
        )


shared_workers = SharedWorkers()
