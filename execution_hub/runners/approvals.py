"""A runner's ear for people: which of an execution's approvals have been answered."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from execution_hub.domain.step import Step
from execution_hub.live.bus import Bus, Signal
from execution_hub.runners.retry_read import retry_read
from execution_hub.store import steps
from execution_hub.store.database import Database


class Approvals:
    """What people answered in one execution. An answer is read from its step; the bus only wakes."""

    def __init__(self, database: Database, bus: Bus, execution_id: int) -> None:
        """Listen for one execution."""
        self._database = database
        self._bus = bus
        self._execution_id = execution_id

    @contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever lists hear of the execution: a step may have been answered."""
        wake = asyncio.Event()

        def on_signals(signals: Sequence[Signal]) -> None:
            if any(each.execution_id == self._execution_id and each.changed is not None for each in signals):
                wake.set()

        stop = self._bus.listen(on_signals)
        try:
            yield wake
        finally:
            stop()

    async def read(self, names: Sequence[str]) -> list[Step]:
        """Return those of some steps that have ended, whole."""
        found = await retry_read(self._database, lambda connection: steps.of(connection, self._execution_id))
        return [step for step in found if step.name in names and step.is_finished]
