"""Follows the processes that have joined, and takes the lease of a silent one away: nobody else would."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from execution_hub.domain.clock import now
from execution_hub.domain.crash import was_database_away
from execution_hub.domain.worker import Worker, WorkerStatus
from execution_hub.live.bus import Bus, Topic
from execution_hub.rate_limit import RateLimit
from execution_hub.store import workers
from execution_hub.store.database import Database

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
# A process ends itself after 4 s without its database: see store/lease.py.
SILENT_SECONDS = 6.0
# One that has missed so many of its beats is shown to be in trouble; one that vanishes after that did not leave.
LATE_SECONDS = 3.0
# How long, and how many, one tells of those that are lost.
LOST_SECONDS = 600.0
LOST_MAX = 5
# Of so many processes it is remembered when they were heard last.
LAST_BEATS_MAX = 2 * workers.READ_MAX


@dataclass(frozen=True, slots=True)
class Lost:
    """A process that vanished without leaving.

    Attributes:
        worker: It, as it was last seen.
        at: When it was last heard, by this process's clock.
    """

    worker: Worker
    at: datetime


class Workers:
    """What runs where: the rows of all processes of this hub, read every second.

    How long one is silent is told by the clock of this process alone, from when it saw the last beat.
    """

    def __init__(
        self, database: Database, bus: Bus, clock: Callable[[], float] = time.monotonic, own_id: str = ""
    ) -> None:
        """Follow a table; nothing is read yet.

        Args:
            database: Where the processes say that they live.
            bus: Whom to tell that one is gone.
            clock: Seconds, from whenever.
            own_id: The id of this process among them.
        """
        self._own_id = own_id
        self._database = database
        self._bus = bus
        self._clock = clock
        # The last beat of each, and when it was seen first.
        self._beats: dict[str, tuple[int, float]] = {}
        self._known: list[Worker] = []
        # The last beat of each by the database's clock, also of those that are gone; the oldest are forgotten.
        self._last_beats: dict[str, datetime] = {}
        # Since when nothing is heard of those that are late, and those that are gone since.
        self._late: dict[str, datetime] = {}
        self._lost: list[tuple[float, Lost]] = []
        # Set at the next change, and then another one's.
        self._changed = asyncio.Event()

    @property
    def known(self) -> list[Worker]:
        """The processes at the last look, those that joined first before the others."""
        return list(self._known)

    @property
    def is_leader(self) -> bool:
        """Whether this process is the one that does what one of them has to: all but a few moments, exactly one is.

        The one that joined first, of those that are heard, and of those that stay; where executions run sooner than
        where pages are served. Nothing is agreed on: two that have looked at different moments may both take
        themselves for it, or neither, so that whatever it does must be right when done twice, or a little later.
        """
        return self._is_first(lambda each: (not each.role.executes,), self._known)

    @property
    def prunes(self) -> bool:
        """Whether this process is the one that takes old executions away: the first of those that serve pages.

        How much is kept is theirs to say: a worker that somebody starts beside them for an hour knows nothing of it.
        """
        return self._is_first(lambda _: (), [each for each in self._known if each.role.serves])

    def _is_first(self, preferred: Callable[[Worker], tuple[bool, ...]], among: Sequence[Worker]) -> bool:
        order = [(each.id in self._late, _goes(each), *preferred(each), each.started_at, each.id) for each in among]
        return bool(order) and min(order)[-1] == self._own_id

    def takes(self, worker: Worker) -> bool:
        """Tell whether a process takes new work, as far as one can tell from here.

        Args:
            worker: One of those that are known.
        """
        return worker.role.executes and not _goes(worker) and worker.id not in self._late

    @property
    def late(self) -> dict[str, datetime]:
        """When those that have missed beats were last heard, by this process's clock, by their ids."""
        return dict(self._late)

    @property
    def lost(self) -> list[Lost]:
        """Those that vanished in the last ten minutes without leaving, the newest first; at most 5."""
        return [each for _, each in self._lost]

    def limit_of(self, provider_key: str) -> RateLimit:
        """Return the limit of a provider and key that keeps to what all processes' settings say.

        Args:
            provider_key: By `str(ProviderKey)`.
        """
        limit = RateLimit()
        for each in self._known:
            if (told := each.provider_limits.get(provider_key)) is not None:
                limit = limit.and_also(RateLimit(*told))
        return limit

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
        self._last_beats |= {each.id: each.last_beat_at for each in found}
        for key in list(self._last_beats)[:-LAST_BEATS_MAX]:
            del self._last_beats[key]
        living = []
        for each in found:
            is_silent = moment - beats[each.id][1] >= SILENT_SECONDS
            # One that has beaten since it was read lives on.
            if is_silent and await self._database.awrite(partial(workers.remove, worker_id=each.id, beat=each.beat)):
                logger.warning("worker.lost", worker=each.name, id=each.id, role=each.role.value)
                self._bus.tell(Topic.WORKERS)
            else:
                living.append(each)
        self._take(living, {each.id for each in found} - {each.id for each in living}, moment)
        return {each.id for each in living}

    async def ended_with_the_database(self, heard: Mapping[str, datetime]) -> set[str]:
        """Return those of some processes that are gone which ended because their database was away.

        A process without a database for 4 s ends itself, and what ran in it had no part in that: see domain/crash.py.
        Call it after a look.

        Args:
            heard: When each last changed what it ran: all that is known of one whose lease was taken away before this
                process had joined.
        """
        if not heard:
            return set()
        started_at = await self._database.aread(workers.server_started_at)
        living = [each for each in self._known if each.id not in self._late]
        last = {each: self._last_beats.get(each, at) for each, at in heard.items()}
        return {each for each, at in last.items() if was_database_away(at, started_at, living)}

    def _take(self, living: list[Worker], silent: set[str], moment: float) -> None:
        """Know these from now on, and wake those who watch if they are told anything new by it."""
        before = _facts(self._known), self._late, self.lost
        silences = {each: moment - since for each, (_, since) in self._beats.items()}
        late = {each: silence for each, silence in silences.items() if silence >= LATE_SECONDS}
        heard = {each: now() - timedelta(seconds=silence) for each, silence in late.items()} | self._late
        # Whoever took the lease away: a process that leaves was heard until then.
        gone_ids = (self._late.keys() | silent) - {each.id for each in living}
        gone = [(moment, Lost(each, heard[each.id])) for each in self._known if each.id in gone_ids]
        self._lost = [each for each in [*gone, *self._lost] if moment - each[0] < LOST_SECONDS][:LOST_MAX]
        self._late = {each.id: heard[each.id] for each in living if each.id in late}
        self._known = living
        if (_facts(living), self._late, self.lost) != before:
            self.wake()

    def wake(self) -> None:
        """Something about the processes has changed: wake those who watch."""
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def changed(self) -> asyncio.Event:
        """Set once something about the processes has changed since now; their beats do not count."""
        return self._changed


def _goes(worker: Worker) -> bool:
    return worker.status is WorkerStatus.DRAINING


def _facts(found: list[Worker]) -> list[Worker]:
    return [replace(each, beat=0, last_beat_at=each.started_at) for each in found]
