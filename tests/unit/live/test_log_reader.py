"""How often the logs that are followed are read."""

import asyncio
import time
from typing import Any, cast

from execution_hub.live.log_reader import REST_SECONDS, REST_SECONDS_MAX, FollowUpdate, LogReader
from tests.support.executions import make_execution

SLOW_SECONDS = 0.020


class _Reads:
    """A database in which there is always something new, and when reads of it began and ended."""

    def __init__(self, seconds: float) -> None:
        self.began: list[float] = []
        self.ended: list[float] = []
        self._seconds = seconds

    async def aread(self, _work: object) -> list[FollowUpdate]:
        self.began.append(time.monotonic())
        await asyncio.sleep(self._seconds)
        self.ended.append(time.monotonic())
        return [FollowUpdate(make_execution(), [])]


async def _rests(seconds: float) -> list[float]:
    """Follow for some rounds, each of whose reads takes so long; return the rests between them, in seconds."""
    reads = _Reads(seconds)
    reader = LogReader(cast(Any, reads))
    for _ in range(5):
        await reader.read(1, 0, None, is_old=True)
    await reader.close()
    return [after - before for before, after in zip(reads.ended, reads.began[1:], strict=False)]


async def test_what_a_follower_is_told_lies_a_rest_apart() -> None:
    assert min(await _rests(0)) >= REST_SECONDS


async def test_after_a_slow_read_more_is_told_at_once() -> None:
    assert min(await _rests(SLOW_SECONDS)) >= REST_SECONDS_MAX
