"""What a call of a provider passes before it is made: the rate limit that all processes of a hub share.

A process asks the database only where there is something to keep to: a setting, a limit the provider told of, a block.
Of those that wait in one process only the first asks; the row of the provider knows the order of the processes.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from execution_hub.domain.call_gate import BLOCK_MOST_SECONDS, BLOCK_SECONDS, LOOK_SECONDS, Budget, CallGate
from execution_hub.domain.clock import now
from execution_hub.errors import Unavailable
from execution_hub.live.bus import Bus, Topic
from execution_hub.llm.rate_headers import RateTold
from execution_hub.rate_limit import RateLimit
from execution_hub.runners.retry import retry_read, retry_unavailable
from execution_hub.store import providers
from execution_hub.store.database import Database
from execution_hub.store.providers import ProviderKey

logger = structlog.get_logger(__name__)

T = TypeVar("T")
# A shorter wait is not worth a word, nor is what a later look changes by less.
TOLD_SECONDS = 1.0


class ProviderGate:
    """The gate of one provider in this process. Lives on one event loop, but for `forget`."""

    def __init__(
        self, database: Database, bus: Bus, key: ProviderKey, setting: Callable[[], RateLimit], process: str
    ) -> None:
        """Know nothing yet: the first call looks.

        Args:
            database: What the processes share.
            bus: How they hear of each other.
            key: The provider, and its key.
            setting: Returns what the settings say of it at the moment.
            process: This process, as the others know it.
        """
        self._database = database
        self._bus = bus
        self._key = key
        self._setting = setting
        self._process = process
        self._turn = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._ahead = 0
        # Until when the first of those that wait does.
        self._first_until: datetime | None = None
        self._is_read = False
        self._requests: int | None = None
        # By the clock of this machine that nobody sets.
        self._blocked_until = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        bus.hear(Topic.PROVIDERS, self.forget)

    @property
    def counts_tokens(self) -> bool:
        """Whether anybody wants to know how many tokens a call takes."""
        return self._setting().tokens is not None

    def forget(self) -> None:
        """Look again before the next call: another process has news, or may have. From any thread."""
        self._is_read = False

    async def held(self, tokens: int) -> AsyncGenerator[datetime | None, None]:
        """Return when a call may be made; meanwhile yield until when it waits, and None in the end if it did.

        Whoever stops reading gives its place to the next.

        Args:
            tokens: How many tokens it will take, as far as one can tell.

        Raises:
            Unavailable: The database stayed away for a minute.
        """
        if not await self._is_limited():
            return
        told: datetime | None = None
        expected = self._expected()
        self._ahead += 1
        turn = asyncio.ensure_future(self._turn.acquire())
        try:
            await asyncio.wait({turn}, timeout=LOOK_SECONDS)
            if not turn.done() and self._first_until is not None:
                told = max(expected, self._first_until)
                yield told
            await turn
            while (seconds := await self._ask(tokens)) > 0:
                self._first_until = until = now() + timedelta(seconds=seconds)
                if seconds >= TOLD_SECONDS and _differs(until, told):
                    told = until
                    yield told
                await asyncio.sleep(min(seconds, LOOK_SECONDS))
            self._first_until = None
        finally:
            self._ahead -= 1
            # Its place goes to the next, also where nobody reads on.
            if not turn.cancel() and not turn.cancelled():
                self._turn.release()
        if told is not None:
            yield None

    async def block(self, seconds: float | None) -> bool:
        """Hold all calls of the provider back, in all processes: it refused one for its rate limit.

        Args:
            seconds: For how long, as it asked; None if it did not.

        Returns:
            Whether they are held for as long as it asked.
        """
        wait = seconds or BLOCK_SECONDS
        self._blocked_until = max(self._blocked_until, time.monotonic() + min(wait, BLOCK_MOST_SECONDS))
        try:
            await self._change(lambda gate, at: (gate.block(wait, at), None))
        except Unavailable as error:
            # What was refused tells so itself, and waits by itself.
            logger.warning("provider.not_blocked", provider=self._key.name, error=error.message)
            return False
        self._bus.tell(Topic.PROVIDERS)
        logger.info("provider.blocked", provider=self._key.name, seconds=round(wait, 1))
        return bool(seconds) and wait <= BLOCK_MOST_SECONDS

    def learn(self, told: RateTold) -> None:
        """Take what the headers of an answer told, without holding the answer up."""
        if told.wait_seconds is not None:
            self._begin(self._hold_back(told.wait_seconds))
        if told.requests is not None and told.requests > (self._requests or 0):
            self._requests = told.requests
            self._begin(self._learn_requests(told.requests))

    def settle(self, more: int) -> None:
        """Take how many more tokens a call took than it was thought to; fewer, if negative."""
        if more and self.counts_tokens:
            self._begin(self._settle(more))

    async def _is_limited(self) -> bool:
        if self._setting().is_known:
            return True
        # Who comes while another looks waits for what that finds: what was known before holds no more.
        async with self._looking:
            while not self._is_read:
                # Before the look: what is told while it lasts is looked at again.
                self._is_read = True
                try:
                    gate, at = await retry_read(self._database, lambda c: providers.find(c, self._key))
                except BaseException:
                    self._is_read = False
                    raise
                self._requests = gate.requests
                # What this process was refused meanwhile is newer than what it read.
                self._blocked_until = max(self._blocked_until, time.monotonic() + gate.blocked_until - at)
        return self._requests is not None or time.monotonic() < self._blocked_until

    def _expected(self) -> datetime:
        """Return until when a call that comes now waits behind the others, as far as this process knows."""
        limit = self._setting().but(self._requests).requests
        seconds = max(0.0, self._blocked_until - time.monotonic())
        if limit is not None:
            seconds += Budget(limit, 0.0).step * self._ahead
        return now() + timedelta(seconds=seconds)

    async def _ask(self, tokens: int) -> float:
        return await self._change(lambda gate, at: gate.ask(self._process, tokens, self._setting(), at))

    async def _hold_back(self, seconds: float) -> None:
        await self.block(seconds)

    async def _learn_requests(self, requests: int) -> None:
        await self._change(lambda gate, _: (gate.learn(requests), None))
        self._bus.tell(Topic.PROVIDERS)

    async def _settle(self, more: int) -> None:
        await self._change(lambda gate, at: (gate.settle(more, self._setting(), at), None))

    async def _change(self, work: Callable[[CallGate, float], tuple[CallGate, T]]) -> T:
        return await retry_unavailable(lambda: self._database.write(lambda c: providers.change(c, self._key, work)))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _differs(until: datetime, told: datetime | None) -> bool:
    return told is None or abs((until - told).total_seconds()) >= TOLD_SECONDS


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Unavailable as error:
        # Nothing is wrong with the call it is about; the provider keeps its limits itself.
        logger.warning("provider.not_stored", error=error.message)
