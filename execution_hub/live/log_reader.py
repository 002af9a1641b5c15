"""Reads the logs that are followed: what is asked for at one time, in one transaction."""

import asyncio
import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass

from execution_hub.domain.event import Event, EventKind
from execution_hub.domain.execution import Execution
from execution_hub.domain.step import Step
from execution_hub.duty_cycle import rest_after
from execution_hub.errors import NotFound
from execution_hub.store import events, executions, steps
from execution_hub.store.database import Connection, Database

# Between two reads; what all followers ask meanwhile is read together.
REST_SECONDS = 0.010
# After a slow one, as where many follow or the machine is busy: about as often as a person sees it.
REST_SECONDS_MAX = 0.030
EVENTS_LIMIT = 1_000
_MOVES_STEPS = (EventKind.STATUS, EventKind.STEP, EventKind.USAGE)
_TEXTS = (EventKind.TEXT, EventKind.THINKING)


@dataclass(frozen=True, slots=True)
class FollowUpdate:
    """News for a follower of one execution.

    Attributes:
        execution: It, whole; while nothing but text comes, as it was up to 200 ms ago.
        events: What came, in order.
        steps: All its steps as they are now, as excerpts; None if none of them has moved.
    """

    execution: Execution
    events: list[Event]
    steps: list[Step] | None = None


@dataclass(slots=True)
class _Question:
    """What a follower asks of its execution's log.

    Attributes:
        execution_id: Which one.
        after: The last number that the follower has.
        known: The execution as it was last read; None for who knows nothing yet.
        is_old: Whether it is to be read again though only text came.
        answer: What came of it.
    """

    execution_id: int
    after: int
    known: Execution | None
    is_old: bool
    answer: asyncio.Future[FollowUpdate]


class LogReader:
    """Reads the logs of all followed executions: what is asked for at one time is read in one transaction.

    A transaction, and the way to a thread and back, cost more than what most of them read.
    """

    def __init__(self, database: Database) -> None:
        """Read from a database, nothing yet."""
        self._database = database
        self._asked: list[_Question] = []
        self._task: asyncio.Task[None] | None = None

    async def read(self, execution_id: int, after: int, known: Execution | None, *, is_old: bool) -> FollowUpdate:
        """Read what came to a log since a number.

        Args:
            execution_id: Whose log.
            after: The last number that the follower has.
            known: The execution as it was last read; None for who knows nothing yet.
            is_old: Whether it is to be read again though only text came.

        Raises:
            NotFound: There is no such execution, or it was deleted meanwhile.
            Unavailable: The database is away.
        """
        question = _Question(execution_id, after, known, is_old, asyncio.get_running_loop().create_future())
        self._asked.append(question)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="hub-log-reader")
        return await question.answer

    async def _run(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, []
            began = time.monotonic()
            try:
                answers = await self._database.aread(functools.partial(_read_logs, asked))
            except Exception as error:
                answers = [error] * len(asked)
            took = time.monotonic() - began
            for question, answer in zip(asked, answers, strict=True):
                if question.answer.done():
                    continue  # who asked has gone
                if isinstance(answer, Exception):
                    question.answer.set_exception(answer)
                else:
                    question.answer.set_result(answer)
            # A log that is long is read to its end first.
            if not any(isinstance(answer, FollowUpdate) and len(answer.events) == EVENTS_LIMIT for answer in answers):
                await asyncio.sleep(rest_after(took, REST_SECONDS, REST_SECONDS_MAX))
        self._task = None

    async def close(self) -> None:
        """Answer what was asked."""
        if self._task is not None:
            await self._task


def _read_logs(asked: Sequence[_Question], connection: Connection) -> list[FollowUpdate | Exception]:
    found = events.after_each(connection, [(each.execution_id, each.after) for each in asked], EVENTS_LIMIT)
    return [_read_log(question, of_it, connection) for question, of_it in zip(asked, found, strict=True)]


def _read_log(question: _Question, found: list[Event], connection: Connection) -> FollowUpdate | Exception:
    known = question.known
    is_mere_text = 0 < len(found) < EVENTS_LIMIT and all(event.kind in _TEXTS for event in found)
    if known is not None and is_mere_text and not question.is_old:
        return FollowUpdate(known, found)
    if known is None:
        execution = executions.find(connection, question.execution_id)
    else:
        # Each piece of news would read what it runs with: of a suite's run, all its cases.
        execution = executions.find_again(connection, known)
    if execution is None:
        return NotFound(f"There is no execution {question.execution_id}.", id=question.execution_id)
    moved = known is None or any(event.kind in _MOVES_STEPS for event in found)
    return FollowUpdate(execution, found, steps.of(connection, question.execution_id, whole=False) if moved else None)
