"""How far apart a follower's news lie."""

import asyncio
import time
from typing import Any, cast

from execution_hub.live.log_reader import FOLLOW_SPACING_SECONDS, FOLLOW_SPACING_SECONDS_MAX, FollowUpdate, LogReader
from tests.support.executions import make_execution

# Longer than the least distance and shorter than the longest: by itself it would give one in between.
BUSY_SECONDS = 0.020


class _Reads:
    """A database in which there is always something new, and when it was asked.

    After each read the event loop is held up for some seconds.
    """

    def __init__(self, busy_seconds: float) -> None:
        self.at: list[float] = []
        self._busy_seconds = busy_seconds

    async def aread(self, _work: object) -> list[FollowUpdate]:
        self.at.append(time.monotonic())
        asyncio.get_running_loop().call_later(0.001, time.sleep, self._busy_seconds)
        return [FollowUpdate(make_execution(), [])]


async def _distances(*, busy_seconds: float = 0) -> list[float]:
    """Follow for some rounds; return how far apart the reads were, in seconds."""
    reads = _Reads(busy_seconds)
    reader = LogReader(cast(Any, reads))
    for _ in range(6):
        await reader.read(1, 0, None, is_old=True)
    await reader.close()
    return [after - before for before, after in zip(reads.at, reads.at[1:], strict=False)]


async def test_news_lie_as_far_apart_as_said() -> None:
    assert min(await _distances()) >= FOLLOW_SPACING_SECONDS


async def test_while_the_event_loop_is_late_more_is_told_at_once() -> None:
    # The first rest cannot know it yet.
    assert min((await _distances(busy_seconds=BUSY_SECONDS))[1:]) >= FOLLOW_SPACING_SECONDS_MAX
