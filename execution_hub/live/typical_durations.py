"""How long executions of the same agent or workflow usually take: what a guess of the time left stands on."""

import asyncio
import statistics
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from execution_hub.domain.execution import Execution
from execution_hub.store import history
from execution_hub.store.database import Database

# Fewer say nothing: no history, no guess.
RUNS_MIN = 3
RUNS_MAX = 50
KEPT_SECONDS = 30.0
# Where there is too little past, the next to end may be what was missing.
NONE_KEPT_SECONDS = 3.0
KEPT_MAX = 500

Key = tuple[str, int | None, int | None]


@dataclass(frozen=True, slots=True)
class TypicalDuration:
    """What past executions took, milliseconds.

    Attributes:
        median_ms: Half took no longer than this.
        p95_ms: 95 % took no longer than this; beyond it is slower than usual.
    """

    median_ms: int
    p95_ms: int

    @classmethod
    def of(cls, durations_ms: Sequence[int]) -> "TypicalDuration | None":
        """Take it from durations; None if there are too few.

        >>> TypicalDuration.of([1000, 3000, 2000])
        TypicalDuration(median_ms=2000, p95_ms=3000)
        >>> TypicalDuration.of([1000, 2000]) is None
        True
        """
        if len(durations_ms) < RUNS_MIN:
            return None
        ranked = sorted(durations_ms)
        # Nearest rank: the smallest value that at least 95 % do not exceed.
        return cls(round(statistics.median(ranked)), ranked[-(-95 * len(ranked) // 100) - 1])


class TypicalDurations:
    """Reads them when asked, and keeps them for half a minute: many pages ask for the same few."""

    def __init__(self, database: Database) -> None:
        """Read from a database."""
        self._database = database
        self._kept: OrderedDict[Key, tuple[float, TypicalDuration | None]] = OrderedDict()
        self._reading = asyncio.Lock()

    async def of(self, executions: Sequence[Execution]) -> dict[int, TypicalDuration]:
        """Return what is usual for each of some executions, by its id; those without enough past are left out."""
        # Runs of suites have nothing in common but their type.
        keys = {each.id: _key(each) for each in executions if each.suite_id is None}
        async with self._reading:
            stale = [key for key in set(keys.values()) if self._is_stale(key)]
            if stale:
                await self._read(stale)
            found = {identity: self._kept[key][1] for identity, key in keys.items()}
        return {identity: usual for identity, usual in found.items() if usual is not None}

    def _is_stale(self, key: Key) -> bool:
        kept = self._kept.get(key)
        return kept is None or kept[0] < time.monotonic()

    async def _read(self, keys: Sequence[Key]) -> None:
        durations = await self._database.aread(
            lambda connection: {key: history.past_durations(connection, *key, limit=RUNS_MAX) for key in keys}
        )
        for key, found in durations.items():
            usual = TypicalDuration.of(found)
            kept_seconds = NONE_KEPT_SECONDS if usual is None else KEPT_SECONDS
            self._kept[key] = (time.monotonic() + kept_seconds, usual)
            self._kept.move_to_end(key)
        while len(self._kept) > max(KEPT_MAX, len(keys)):
            self._kept.popitem(last=False)


def _key(execution: Execution) -> Key:
    return execution.execution_type, execution.agent_id, execution.workflow_id
