"""A runner's other ear: whether somebody has asked its execution to stop."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from execution_hub.domain.event import EventKind
from execution_hub.live.bus import Bus, Signal
from execution_hub.runners.patience import read_patiently
from execution_hub.store import events, executions
from execution_hub.store.database import Connection, Database

# The bus wakes at once; a signal that was lost is found within this time.
LOOK_SECONDS = 5.0
_READ_MAX = 10_000


class CancelWatch:
    """Waits for the request to stop one execution. The row is the truth; the bus only wakes.

    Attributes:
        requested_at: When it was asked for; None before.
    """

    def __init__(self, database: Database, bus: Bus, execution_id: int) -> None:
        """Watch one execution."""
        self._database = database
        self._bus = bus
        self._execution_id = execution_id
        self.requested_at: datetime | None = None

    async def wait(self) -> None:
        """Return when somebody has asked."""
        wake = asyncio.Event()

        def on_signals(signals: Sequence[Signal]) -> None:
            if any(each.execution_id == self._execution_id and each.is_cancel for each in signals):
                wake.set()

        stop_listening = self._bus.listen(on_signals)
        try:
            while not await self._is_requested():
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await wake.wait()
                except TimeoutError:
                    continue
        finally:
            stop_listening()

    async def _is_requested(self) -> bool:
        execution = await read_patiently(self._database, lambda c: executions.find(c, self._execution_id))
        self.requested_at = None if execution is None else execution.cancel_requested_at
        return self.requested_at is not None


def characters_after(connection: Connection, execution_id: int) -> int:
    """Return how many characters of output the log holds after the request to stop: bought after the click."""
    asked = events.last_of_kind(connection, execution_id, EventKind.CANCEL)
    found = events.after(connection, execution_id, asked, _READ_MAX)
    return sum(len(event.data.get("text", "")) for event in found if event.kind in (EventKind.TEXT, EventKind.THINKING))
