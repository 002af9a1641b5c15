"""The answers of an agent's last batches, as they come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from types import TracebackType
from typing import Self

from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import HubError
from execution_hub.hub.cases import Batch
from execution_hub.hub.hub import current_hub
from execution_hub.live.feed import FeedUpdate
from execution_hub.ui.follower import following
from execution_hub.ui.watching import RETRY_SECONDS
from execution_hub.views.cases import ANSWER_MAX, BATCHES_MAX
from execution_hub.views.output_buffer import OutputBuffer

# How often an answer that is written is looked at, until it has as many words as are shown.
LOOK_SECONDS = 0.3


class Answers:
    """Follows the batches of an agent for as long as its block runs.

    The status of each execution comes from the feed, which tells of no text; what is written is read from its log, as
    far as a table shows it.

    Attributes:
        batches: The newest ones, newest first.
        written: The first words of answers that are not finished, by the id of the execution.
    """

    def __init__(self, agent_id: int) -> None:
        """Know none yet."""
        self.batches: list[Batch] = []
        self.written: dict[int, str] = {}
        self._agent_id = agent_id
        self._news = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._reading: dict[int, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        """Begin to follow."""
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Follow no longer."""
        tasks = [*self._reading.values(), *([self._watching] if self._watching else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def news(self) -> AsyncIterator[None]:
        """Yield whenever there is something new; what comes while nobody waits comes together."""
        while True:
            await self._news.wait()
            self._news.clear()
            yield

    async def _watch(self) -> None:
        while True:
            try:
                async with aclosing(current_hub().history.watch()) as updates:
                    async for update in updates:
                        await self._apply(update)
            except HubError:
                # The hub is stopping, or its database is away: the next watch begins with a snapshot.
                pass
            await asyncio.sleep(RETRY_SECONDS)

    async def _apply(self, update: FeedUpdate) -> None:
        mine = {
            each.id: each for each in update.executions if each.agent_id == self._agent_id and each.batch_id is not None
        }
        if not mine and not update.is_snapshot:
            return
        known = {each.id for batch in self.batches for each in batch.executions}
        # One that is new, or was brought back, has an input that is not known yet.
        is_other = any(each.id not in known and each.deleted_at is None for each in mine.values())
        if update.is_snapshot or is_other:
            self.batches = await current_hub().cases.batches(self._agent_id, BATCHES_MAX)
        else:
            self.batches = [kept for each in self.batches if (kept := _merged(each, mine)).executions]
        self._read_running()
        self._news.set()

    def _read_running(self) -> None:
        running = {each.id for batch in self.batches for each in batch.executions if each.status is Status.RUNNING}
        for gone in self._reading.keys() - running:
            self._reading.pop(gone).cancel()
            self.written.pop(gone, None)
        for fresh in running - self._reading.keys():
            self._reading[fresh] = asyncio.create_task(self._read(fresh))

    async def _read(self, execution_id: int) -> None:
        # What was deleted meanwhile, or a hub that stops: the feed tells.
        try:
            async with following(execution_id) as follower, aclosing(follower.updates(LOOK_SECONDS)) as updates:
                async for followed in updates:
                    text = _first_words(followed.transcript.own)
                    if text != self.written.get(execution_id, ""):
                        self.written = {**self.written, execution_id: text}
                        self._news.set()
                    if len(text) >= ANSWER_MAX:
                        return
        except HubError:
            return


def _merged(batch: Batch, changed: dict[int, Execution]) -> Batch:
    latest = [changed.get(each.id, each) for each in batch.executions]
    return replace(batch, executions=[each for each in latest if each.deleted_at is None])


def _first_words(output: OutputBuffer) -> str:
    text = ""
    for part in (*output.settled, *output.blocks, *output.open_parts, output.tail):
        if len(text) >= ANSWER_MAX:
            break
        text += part[:ANSWER_MAX]
    return text[:ANSWER_MAX]
