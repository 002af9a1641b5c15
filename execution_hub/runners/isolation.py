"""Lets an execution whose process has died under it run alone in this one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

# What is told wakes at once; what was lost is found within this time.
LOOK_SECONDS = 5.0


class Isolation:
    """Whether one execution has this process for itself. Of one event loop."""

    def __init__(self, hold: Callable[[bool], None], is_empty: Callable[[], bool]) -> None:
        """Begin with none.

        Args:
            hold: Has this process claim nothing, or go on.
            is_empty: Whether nothing runs here that would die with it.
        """
        self._hold = hold
        self._is_empty = is_empty
        self._news = asyncio.Event()
        self._is_over = False
        self.is_taken = False

    def look(self) -> None:
        """Something here has ended."""
        self._news.set()

    def end(self) -> None:
        """Let nobody wait any more: this process begins nothing."""
        self._is_over = True
        self._news.set()

    @asynccontextmanager
    async def alone(self, news: asyncio.Event, is_wanted: Callable[[], Awaitable[bool]]) -> AsyncIterator[bool]:
        """Have this process alone, once all that runs here has ended; until then nothing new begins here either.

        Args:
            news: Set by whoever changes the execution that waits.
            is_wanted: Whether that is still to run: what somebody stops meanwhile holds nobody up.

        Yields:
            Whether it has it; not if another was first, this process is to end, or it is to run no more.
        """
        if self.is_taken or self._is_over:
            yield False
            return
        self.is_taken, self._news = True, news
        self._hold(True)
        try:
            is_to_run = True
            while is_to_run and not (self._is_over or self._is_empty()):
                news.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await news.wait()
                is_to_run = await is_wanted()
            yield is_to_run and not self._is_over
        finally:
            self.is_taken = False
            self._hold(False)
