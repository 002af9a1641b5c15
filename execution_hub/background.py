"""Tasks that a part of the hub keeps at work on its event loop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress


async def end_tasks(*tasks: asyncio.Task[None] | None) -> None:
    """Cancel tasks and wait until they have ended; None stands for one that was never begun."""
    for task in tasks:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def set_from_any_thread(event: asyncio.Event) -> Callable[[], None]:
    """Return what sets an event of the running event loop, from any thread."""
    loop = asyncio.get_running_loop()

    def tell() -> None:
        # A loop that has closed serves nobody.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(event.set)

    return tell
