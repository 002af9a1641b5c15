"""The executions that pages look at: each is followed once, and shown to all pages that look at it.

A follower assembles the transcript from the log and sends what changed to its pages at once (ui/shared_vars.py). What
differs from page to page (the step that is looked at, the question, the words of the graph) the pages' own States
take from `Follower.updates`, which tells of a step or a status, never of each piece of text.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

from execution_hub.domain.event import Event
from execution_hub.domain.execution import Execution
from execution_hub.domain.step import Step, StepStatus
from execution_hub.errors import HubError, InternalError
from execution_hub.hub.hub import current_hub
from execution_hub.live.log_reader import FollowUpdate
from execution_hub.ui.matrix import FollowedMatrix
from execution_hub.ui.shared_vars import SharedVars
from execution_hub.ui.step_outputs import StepOutputs
from execution_hub.ui.transcripts import TranscriptState, WholeLogState, output_vars
from execution_hub.ui.turns import FollowedTurns
from execution_hub.views.execution import ExecutionView
from execution_hub.views.output_buffer import LIGHT_SIZE
from execution_hub.views.transcript import Transcript

logger = structlog.get_logger(__name__)

# As many lines of the log as a person reads; the rest on demand.
LOG_LIMIT = 200
# A log with a hole is a fault; until it is whole again, look now and then.
HOLE_SECONDS = 1.0
# How often a page that did not take the end is looked at again.
TAKEN_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Followed:
    """An execution as it is now.

    Attributes:
        execution: It, whole.
        transcript: What its log gives so far; the same object each time.
        steps: Its steps, as excerpts.
        writing: Those of them that run and have begun to answer.
        delays: Those of them that run and whose model has yet to begin, and why: `retrying`, or `held`.
        asking: The tools that need a person, by the step whose agent called them.
        moves: Grows whenever the execution or a step changed its status, or a step began to answer.
    """

    execution: Execution
    transcript: Transcript
    steps: list[Step]
    writing: frozenset[str]
    delays: Mapping[str, str]
    asking: Mapping[str, tuple[str, ...]]
    moves: int


class Follower:
    """Follows one execution for all pages that look at it.

    Attributes:
        followed: The execution as it is now; None until it has been read.
        steps: Its steps that pages look at.
    """

    def __init__(self, execution_id: int) -> None:
        """Begin to follow an execution."""
        self.followed: Followed | None = None
        self._execution_id = execution_id
        self._transcript = Transcript()
        self.steps = StepOutputs(execution_id, self._transcript)
        self._vars = SharedVars(TranscriptState)
        self._log = SharedVars(WholeLogState)
        self._turns = FollowedTurns(execution_id)
        # Of a suite's run.
        self._matrix: FollowedMatrix | None = None
        # Set at the next move, and then another one's.
        self._moved = asyncio.Event()
        self._is_over = False
        self._failure: HubError | None = None
        self._task = asyncio.create_task(self._run(), name=f"follow-{execution_id}")
        # How many are within `following`.
        self.users = 0

    async def open(self, token: str) -> asyncio.Event:
        """Show the execution to a page from now on, as soon as it has been read: what the page has stays until then.

        Raises:
            HubError: It cannot be followed: NotFound if it is not there.
        """
        await self.known()
        # Loaded anew in the same tab, a page has nothing of what it was shown: it is sent all of it.
        self.close(token)
        if self.followed is not None and not self.followed.steps:
            self._turns.open("", token)
        if self._matrix is not None:
            self._matrix.open(token)
        return self._vars.open(token)

    async def known(self) -> None:
        """Wait until it has been read.

        Raises:
            HubError: It cannot be followed: NotFound if it is not there.
        """
        if self.followed is None and not self._is_over:
            await self._moved.wait()
        if self._failure is not None:
            raise self._failure

    def close(self, token: str, opened: asyncio.Event | None = None) -> None:
        """Show it to a page no longer, unless the page has been opened again since."""
        if self._vars.close(token, opened):
            self._turns.close(token)
            if self._matrix is not None:
                self._matrix.close(token)
            self.steps.close(token)
            self._log.close(token)

    def show_log(self, token: str) -> None:
        """Show a page every line of the log, too."""
        self._log.show(lines=list(self._transcript.lines))
        self._log.open(token)

    async def show_output(self, step: Step, token: str) -> None:
        """Show a page the output of a step and the turns of its agent, instead of another step's."""
        self._turns.open(step.name, token)
        await self.steps.open(step, token)

    def show_earlier_turns(self, step: str, token: str) -> None:
        """Show a page all turns of a step's agent, or with no step of the agent test's."""
        self._turns.open_earlier(step, token)

    async def updates(self, tick_seconds: float | None = None) -> AsyncGenerator[Followed, None]:
        """Yield the execution as it is, and again whenever `Followed.moves` grew, until it has ended.

        Args:
            tick_seconds: Yield it so often, too, while anything of it changes.

        Raises:
            HubError: It cannot be followed: NotFound if it is not there.
        """
        seen, is_due = None, False
        while True:
            # Taken before anything is looked at: what moves from here on sets it.
            moved, followed = self._moved, self.followed
            if followed is not None and (
                seen is None or followed.moves != seen.moves or (is_due and followed is not seen)
            ):
                seen = followed
                yield followed
                continue
            if self._failure is not None:
                raise self._failure
            if self._is_over:
                return
            is_due = not await _is_set(moved, tick_seconds)

    async def taken(self, token: str) -> None:
        """Wait until a page has what it was passed over for, or is not shown this any more."""
        matrix = () if self._matrix is None else (self._matrix.shared,)
        shown = (self._vars, self._log, *self.steps.shared, *self._turns.shared, *matrix)
        while any(each.lacks(token) for each in shown):  # noqa: ASYNC110 - no socket tells when it is read
            await asyncio.sleep(TAKEN_SECONDS)

    @property
    def has_failed(self) -> bool:
        """Whether it could not be followed to its end."""
        return self._failure is not None

    def end(self) -> None:
        """Stop following."""
        self._task.cancel()
        if self._matrix is not None:
            self._matrix.end()

    async def _run(self) -> None:
        try:
            await self._follow()
        except HubError as error:
            self._failure = error
        except Exception:
            # Every page that looks hangs on this: a mistake is told there, too.
            logger.exception("follow.failed", execution_id=self._execution_id)
            self._failure = InternalError()
        finally:
            self._is_over = True
            self._moved.set()

    async def _follow(self) -> None:
        transcript = self._transcript
        while True:
            is_whole = True
            async with aclosing(current_hub().history.follow(self._execution_id, after=transcript.last_seq)) as updates:
                async for update in updates:
                    is_whole = await self._apply(update.events)
                    if not is_whole:
                        break
                    if update.execution.last_seq > transcript.last_seq:
                        continue
                    if update.execution.is_finished:
                        await asyncio.to_thread(transcript.finish, update.execution.output)
                    await self._take(update)
            if is_whole:
                return
            await asyncio.sleep(HOLE_SECONDS)

    async def _apply(self, events: Sequence[Event]) -> bool:
        self._turns.note(events)
        if self._matrix is not None:
            self._matrix.note(events)
        # Nobody else looks at the transcript before `_take`.
        is_light = sum(len(event.data.get("text") or "") for event in events) <= LIGHT_SIZE
        return self._transcript.apply(events) if is_light else await asyncio.to_thread(self._transcript.apply, events)

    async def _take(self, update: FollowUpdate) -> None:
        before, execution, transcript = self.followed, update.execution, self._transcript
        steps = update.steps if update.steps is not None else before.steps if before else []
        running = frozenset(step.name for step in steps if step.status is StepStatus.RUNNING)
        writing = frozenset(name for name in running if not transcript.buffer(name).is_silent)
        delays = {name: why for name, why in transcript.delays.items() if name in running}
        await self._turns.update(execution, steps)
        if self._matrix is not None:
            self._matrix.update(execution)
        elif execution.suite_id is not None:
            self._matrix = FollowedMatrix(execution)
        asking = self._turns.asking
        is_move = before is None or (
            (execution.status, execution.cancel_requested_at, steps, writing, delays, asking)
            != (
                before.execution.status,
                before.execution.cancel_requested_at,
                before.steps,
                before.writing,
                before.delays,
                before.asking,
            )
        )
        moves = (before.moves if before else 0) + is_move
        self.followed = Followed(execution, transcript, steps, writing, delays, asking, moves)
        self._show(execution, is_new=before is None or before.execution is not execution)
        await self.steps.update(steps)
        if is_move:
            moved, self._moved = self._moved, asyncio.Event()
            moved.set()

    def _show(self, execution: Execution, *, is_new: bool) -> None:
        transcript = self._transcript
        own, lines, open_lines = transcript.own, transcript.lines, transcript.open_lines
        is_over = execution.is_finished
        self._vars.show(
            # A tab that nobody sees is told the end.
            is_urgent=is_over,
            facts=ExecutionView.of(execution) if is_new else self._vars.values["facts"],
            **output_vars(own),
            # The stored message is cut; the log has it whole.
            error=(transcript.error or execution.error or "") if is_over else "",
            worker=transcript.worker,
            thinking_parts=list(own.thinking.parts),
            thinking_tail=own.thinking.tail,
            log=lines[-LOG_LIMIT:],
            log_open=open_lines,
            log_count=len(lines) + len(open_lines),
            last_seq=transcript.last_seq,
        )
        if self._log.is_shown:
            self._log.show(is_urgent=is_over, lines=list(lines))


@asynccontextmanager
async def following(execution_id: int, token: str = "") -> AsyncIterator[Follower]:
    """Follow an execution, with whoever else does.

    Args:
        execution_id: Which one.
        token: The page to show it to for so long; empty for none.

    Raises:
        HubError: It cannot be followed: NotFound if it is not there.
    """
    follower = _followers.get(execution_id)
    if follower is None or follower.has_failed:
        follower = _followers[execution_id] = Follower(execution_id)
    follower.users += 1
    opened = None
    try:
        opened = await follower.open(token) if token else None
        yield follower
    finally:
        follower.users -= 1
        if opened is not None:
            follower.close(token, opened)
        if follower.users == 0:
            follower.end()
            if _followers.get(execution_id) is follower:
                del _followers[execution_id]


async def follow_once(execution_id: int) -> Followed | None:
    """Return an execution as it is now, with what its log gives; None if the hub stops.

    Raises:
        NotFound: There is none with this id.
    """
    async with following(execution_id) as follower, aclosing(follower.updates()) as updates:
        async for followed in updates:
            return followed
    return None


async def _is_set(event: asyncio.Event, seconds: float | None) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


_followers: dict[int, Follower] = {}
