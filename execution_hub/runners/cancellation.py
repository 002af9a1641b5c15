"""A runner's other ear: whether somebody has asked its execution to stop."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import Execution
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
        self._wake = asyncio.Event()
        self.requested_at: datetime | None = None

    @contextmanager
    def listen(self) -> Iterator[None]:
        """Hear requests from here on; the execution is to be read after this began, so that none falls between."""

        def on_signals(signals: Sequence[Signal]) -> None:
            if any(each.execution_id == self._execution_id and each.is_cancel for each in signals):
                self._wake.set()

        stop_listening = self._bus.listen(on_signals)
        try:
            yield
        finally:
            stop_listening()

    async def wait(self, execution: Execution) -> None:
        """Return when somebody has asked.

        Args:
            execution: As it was read since this listens.
        """
        self.requested_at = execution.cancel_requested_at
        while self.requested_at is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            await self._look()

    async def _look(self) -> None:
        execution = await read_patiently(self._database, lambda c: executions.find(c, self._execution_id))
        self.requested_at = None if execution is None else execution.cancel_requested_at


def characters_after(connection: Connection, execution_id: int) -> int:
    """Return how many characters of output the log holds after the request to stop: bought after the click."""
    asked = events.last_of_kind(connection, execution_id, EventKind.CANCEL)
    found = events.after(connection, execution_id, asked, _READ_MAX)
    return sum(len(event.data.get("text", "")) for event in found if event.kind in (EventKind.TEXT, EventKind.THINKING))
