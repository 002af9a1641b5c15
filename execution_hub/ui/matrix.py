"""The matrix of a followed run of a suite: the same on every page that follows it.

What came of a cell is told by the run's log, how far one is by the feed, which hears of the executions that the run has
started. Both come often: pages are shown what changed a few times a second, by the blocks that changed.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing, suppress

import reflex as rx

from execution_hub.domain.event import Event, EventKind
from execution_hub.domain.execution import Execution
from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.live.feed import FeedUpdate
from execution_hub.ui.shared_vars import SharedState, SharedVars
from execution_hub.ui.watching import RETRY_SECONDS, TICK_SECONDS
from execution_hub.views.matrix import Matrix, MatrixPlan, VerdictView

# Beside a push, how long the next one waits.
SPACING_SECONDS = 0.03


class MatrixState(SharedState, rx.State):
    """The cells of the run that a page follows, and its verdict so far.

    A var is sent whole whenever it changes: so the cells are spread over blocks (views/matrix.py).
    """

    # Whose; 0 while the page is shown none.
    execution_id: int = 0
    plan: MatrixPlan = MatrixPlan()
    verdict: VerdictView = VerdictView()
    block_0: str = ""
    block_1: str = ""
    block_2: str = ""
    block_3: str = ""
    block_4: str = ""
    block_5: str = ""
    block_6: str = ""
    block_7: str = ""
    block_8: str = ""
    block_9: str = ""
    block_10: str = ""
    block_11: str = ""
    block_12: str = ""
    block_13: str = ""
    block_14: str = ""
    block_15: str = ""
    block_16: str = ""
    block_17: str = ""
    block_18: str = ""
    block_19: str = ""


class FollowedMatrix:
    """Follows the cells of one run, for all pages that look at it."""

    def __init__(self, execution: Execution) -> None:
        """Begin to follow them.

        Args:
            execution: The run, whole.
        """
        self._execution = execution
        self.matrix = Matrix(execution.definition)
        self.shared = SharedVars(MatrixState)
        # Children of which it is not known yet which cells they are, as they were heard of last.
        self._unknown: dict[int, Execution] = {}
        self._news = asyncio.Event()
        self._tasks = [asyncio.create_task(each) for each in (self._watch(), self._show_on())]

    def note(self, events: Sequence[Event]) -> None:
        """Take what the log tells of results."""
        for event in events:
            if event.kind is EventKind.RESULT:
                self.matrix.take_outcome(event.data.get("number"), event.data.get("outcome"))
                self._news.set()

    def update(self, execution: Execution) -> None:
        """Take how the run itself is."""
        if execution is not self._execution:
            self._execution = execution
            self._news.set()

    def open(self, token: str) -> None:
        """Show it to a page from now on."""
        self.shared.open(token)

    def close(self, token: str) -> None:
        """Show it to a page no longer."""
        self.shared.close(token)

    def end(self) -> None:
        """Follow no longer."""
        for task in self._tasks:
            task.cancel()

    async def _watch(self) -> None:
        """Hear of the children: also after the end, for they may be marked then."""
        while True:
            # A hub that stops, or whose database is away: the next watch begins with everything.
            with suppress(HubError):
                async with aclosing(current_hub().history.watch(TICK_SECONDS)) as updates:
                    async for update in updates:
                        await self._take(update)
            await asyncio.sleep(RETRY_SECONDS)

    async def _take(self, update: FeedUpdate) -> None:
        if update.is_snapshot:
            self.matrix.take(await current_hub().results.outlines(self._execution.id))
            self._news.set()
        for each in update.executions:
            self._unknown.pop(each.id, None)
            # What an earlier run took over is a part of that one.
            if self.matrix.take_child(each):
                self._news.set()
            elif each.parent_id == self._execution.id and not each.is_finished:
                self._unknown[each.id] = each
        if self._unknown:
            await self._find_unknown()

    async def _find_unknown(self) -> None:
        """Read which cells have begun since; what is none of them judges one, or is looked for again."""
        self.matrix.take(await current_hub().results.outlines(self._execution.id, self.matrix.begun))
        self._unknown = {each.id: each for each in self._unknown.values() if not self.matrix.take_child(each)}
        self._news.set()

    async def _show_on(self) -> None:
        """Show the pages what there is now, whenever there is news."""
        is_over = False
        while True:
            await self._news.wait()
            self._news.clear()
            execution = self._execution
            if execution.is_finished and not is_over:
                # What was missed is put right before it is said that nothing came of it.
                with suppress(HubError):
                    self.matrix.take(await current_hub().results.outlines(execution.id))
                self.matrix.end()
                is_over = True
            # Of this thread's processor: what others take meanwhile would make it wait four times as long again.
            began = time.thread_time()
            self.shared.show(
                is_urgent=execution.is_finished,
                execution_id=execution.id,
                plan=self.matrix.plan,
                verdict=self.matrix.verdict(execution),
                **self.matrix.blocks(),
            )
            # A large one takes its time: it must not take all of it.
            await asyncio.sleep(SPACING_SECONDS + 4 * (time.thread_time() - began))


# What a page is shown that looks at no run.
no_matrix = SharedVars(MatrixState)
