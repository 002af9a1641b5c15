"""Who waits on an event loop for what a thread does for many at once."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

Waiter = asyncio.Future[Any]


def answer(answers: Iterable[tuple[Waiter, object]]) -> None:
    """Give waiters their answers, from any thread; one that was cancelled gets none.

    Each loop is told once, not each waiter: waking a loop costs more than what it is told.

    Args:
        answers: Each waiter with its result, or with the exception it is to raise.
    """
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Waiter, object]]] = {}
    for waiter, each in answers:
        by_loop.setdefault(waiter.get_loop(), []).append((waiter, each))
    for loop, mine in by_loop.items():
        # A loop that has closed has nobody waiting.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, mine)


def _settle(answers: list[tuple[Waiter, object]]) -> None:
    for waiter, each in answers:
        if waiter.done():
            continue
        if isinstance(each, Exception):
            waiter.set_exception(each)
        else:
            waiter.set_result(each)
