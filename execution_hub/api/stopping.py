"""The moment the hub is told to stop: what waits for news is sent home.

A server lets requests finish before it ends the app's lifespan, so a long poll would hold up the stop
for as long as it may wait, and sockets would be cut before the lifespan could close them.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from execution_hub.api.socket import sockets

T = TypeVar("T")
_waiting: set[asyncio.Task[Any]] = set()


async def until_stop(work: Coroutine[Any, Any, T]) -> T | None:
    """Run something that may wait long.

    Args:
        work: What may be cancelled without harm.

    Returns:
        Its result, or None if the hub was told to stop meanwhile.
    """
    task = asyncio.create_task(work)
    _waiting.add(task)
    try:
        await asyncio.wait({task})
        return None if task.cancelled() else task.result()
    finally:
        _waiting.discard(task)
        task.cancel()


async def begin_stop() -> None:
    """Answer every long poll with what there is, and close every socket with 1001."""
    for task in list(_waiting):
        task.cancel()
    await sockets.close()
