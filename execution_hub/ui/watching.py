"""Watching the hub for as long as the process lives, for what every page is shown."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import NoReturn

import structlog

from execution_hub.errors import Unavailable
from execution_hub.hub.hub import current_hub
from execution_hub.live.feed import FeedUpdate

logger = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
RETRY_SECONDS = 2.0


async def watch_hub(
    take: Callable[[FeedUpdate], Awaitable[None]], *, name: str, on_lost: Callable[[], None] | None = None
) -> NoReturn:
    """Give every change of the hub's executions to somebody, until cancelled.

    Args:
        take: Takes what changed, first everything that is open.
        name: What is shown, for the log.
        on_lost: Called when changes may be missed: the hub is stopping, or its database is away. What is taken next
            begins with everything again.
    """
    while True:
        try:
            async with aclosing(current_hub().history.watch(tick_seconds=TICK_SECONDS)) as updates:
                async for update in updates:
                    await take(update)
        except Unavailable:
            pass
        except Exception:
            # Every page hangs on this: a mistake is told, and does not end it.
            logger.exception("watch.failed", shown=name)
        if on_lost is not None:
            on_lost()
        await asyncio.sleep(RETRY_SECONDS)
