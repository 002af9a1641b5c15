"""How long an event loop stands while something goes on."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from execution_hub.engine.workflow import Current

PROBE_SECONDS = 0.005


class Stall:
    """The longest time in which a loop did nothing else, at most what the process has computed meanwhile.

    On a busy machine a process waits for its turn, which is nobody's stall.

    Attributes:
        seconds: That time so far.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    async def watch(self) -> None:
        """Look at the loop this runs on until cancelled."""
        before, spent = time.perf_counter(), time.process_time()
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            now, used = time.perf_counter(), time.process_time()
            self.seconds = max(self.seconds, min(now - before - PROBE_SECONDS, used - spent))
            before, spent = now, used


@contextmanager
def stalls() -> Iterator[tuple[Stall, Stall]]:
    """Watch the loop of the test, which is the web's, and the engine's, which has run something before."""
    assert Current.loop is not None, "nothing has run yet"
    web, engine = Stall(), Stall()
    watching = [
        asyncio.ensure_future(web.watch()),
        asyncio.run_coroutine_threadsafe(engine.watch(), Current.loop),
    ]
    try:
        yield web, engine
    finally:
        for each in watching:
            each.cancel()
