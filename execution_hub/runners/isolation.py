"""Lets an execution whose process has died under it run alone in this one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


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
    async def alone(self) -> AsyncIterator[bool]:
        """Have this process alone, once all that runs here has ended; until then nothing new begins here either.

        Yields:
            Whether it has it; not if another was first, or this process is to end.
        """
        if self.is_taken or self._is_over:
            yield False
            return
        self.is_taken = True
        self._hold(True)
        try:
            while not (self._is_over or self._is_empty()):
                self._news.clear()
                await self._news.wait()
            yield not self._is_over
        finally:
            self.is_taken = False
            self._hold(False)
