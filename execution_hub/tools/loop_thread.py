"""An event loop in a thread of its own, which coroutines of other loops wait for."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from execution_hub.errors import ToolFailed

# How long one that was cancelled waits until that has reached the other loop, and the server behind it. A process that
# is told to end cancels what it runs, and has 2 s (hub/hub.py) for this and for the hand-over after it: one that is cut
# off before would be counted as crashed.
CANCEL_SECONDS = 1.0
_STOPPED = "The hub is stopping or has not started. Try again in a moment."

Result = TypeVar("Result")


class LoopThread:
    """A thread with an event loop.

    Args:
        name: What the thread is called.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(self._loop,), name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what still runs there is cancelled. Returns when the thread has ended, or does nothing if it had."""
        loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    async def run(
        self, work: Coroutine[Any, Any, Result], on_cancelled: Callable[[bool], None] = lambda _: None
    ) -> Result:
        """Run a coroutine there and return its result. Cancelled, it cancels that one too, and waits for its end.

        Args:
            work: The coroutine.
            on_cancelled: Told, when this was cancelled, whether the coroutine ended within that time.

        Raises:
            ToolFailed: The thread does not run, or stopped meanwhile.
        """
        loop = self._loop
        if loop is None:
            work.close()
            raise ToolFailed(_STOPPED)
        ended: Future[asyncio.Task[Result]] = Future()
        begun: list[asyncio.Task[Result]] = []

        def begin() -> None:
            task = loop.create_task(work)
            begun.append(task)
            task.add_done_callback(ended.set_result)

        def cancel() -> None:
            for task in begun:
                task.cancel()

        try:
            loop.call_soon_threadsafe(begin)
        except RuntimeError:
            work.close()
            raise ToolFailed(_STOPPED) from None
        waiting = asyncio.wrap_future(ended)
        try:
            task = await asyncio.shield(waiting)
        except asyncio.CancelledError:
            loop.call_soon_threadsafe(cancel)
            try:
                # Not cancelled with this one: the call has ended when the server has been told.
                await asyncio.wait({waiting}, timeout=CANCEL_SECONDS)
            finally:
                on_cancelled(waiting.done())
            raise
        if task.cancelled():
            raise ToolFailed(_STOPPED)
        return task.result()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
