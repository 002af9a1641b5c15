"""Asking while the database may be away: a runner waits for it instead of failing what it runs."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from execution_hub.errors import Unavailable
from execution_hub.store.database import Connection, Database

T = TypeVar("T")
RETRY_FOR_SECONDS = 60.0
PAUSE_SECONDS = 0.2


async def retry_read(database: Database, work: Callable[[Connection], T]) -> T:
    """Read, again and again while the database does not answer.

    Args:
        database: Where.
        work: What, within a reading transaction.

    Raises:
        Unavailable: It stayed away for a minute.
    """
    return await retry_unavailable(lambda: database.read(work))


async def retry_unavailable(work: Callable[[], T]) -> T:
    """Do something in a thread, again and again while the database does not answer.

    Args:
        work: What; it may be done twice, if the database went away in the middle.

    Raises:
        Unavailable: It stayed away for a minute.
    """
    deadline = time.monotonic() + RETRY_FOR_SECONDS
    while True:
        try:
            return await asyncio.to_thread(work)
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
