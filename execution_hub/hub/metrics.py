"""What Prometheus is told of the hub: how it is now, from memory, and what this process has counted."""

import asyncio
from collections import Counter
from collections.abc import Callable

from execution_hub import metrics
from execution_hub.domain.clock import now
from execution_hub.domain.status import Status
from execution_hub.hub.workers import Workers
from execution_hub.live.feed import Feed
from execution_hub.runners.host import Host
from execution_hub.runners.jobs import takes_slot
from execution_hub.settings import Settings


class Metrics:
    """Makes a scrape. The feed knows the executions already: no scrape asks the database."""

    def __init__(self, settings: Settings, feed: Feed, workers: Workers, host: Host) -> None:
        """Tell of a hub.

        Args:
            settings: Its settings.
            feed: It knows what has yet to end.
            workers: It knows the processes.
            host: It knows what runs in this one.
        """
        self._settings = settings
        self._feed = feed
        self._workers = workers
        self._host = host
        self._clients: dict[str, Callable[[], int]] = {}

    def count_clients(self, kind: str, count: Callable[[], int]) -> None:
        """Have clients counted at each scrape.

        Args:
            kind: How they are connected.
            count: Tells how many there are; called on the hub's loop.
        """
        self._clients[kind] = count

    async def scrape(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        # Taken on the loop, which changes them; written in a thread.
        return await asyncio.to_thread(metrics.exposition, self._figures())

    def _figures(self) -> metrics.Figures:
        moment = now()
        executions: Counter[tuple[str, str]] = Counter()
        length, oldest = 0, moment
        for each in self._feed.unordered:
            executions[each.execution_type, each.status.value] += 1
            if each.status is Status.PENDING and takes_slot(each.execution_type):
                length += 1
                # What went on waiting after a person had answered waits since then.
                oldest = min(oldest, each.updated_at)
        return metrics.Figures(
            self._settings.role.value,
            len(self._host.running),
            self._workers.slots,
            executions,
            length,
            (moment - oldest).total_seconds(),
            self._feed.is_queue_paused,
            Counter((each.role.value, each.status.value) for each in self._workers.known()),
            {kind: count() for kind, count in self._clients.items()},
        )
