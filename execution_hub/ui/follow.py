"""Follows one execution: from the hub's log to the State of the page that looks at it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import reflex as rx

from execution_hub.domain.event import Event
from execution_hub.domain.execution import Execution
from execution_hub.domain.step import Step
from execution_hub.hub.hub import current_hub
from execution_hub.ui.page_sockets import page_sockets
from execution_hub.ui.text import LocaleState
from execution_hub.views.execution import ExecutionView
from execution_hub.views.output_buffer import LIGHT_SIZE
from execution_hub.views.transcript import Transcript

# A log with a hole is a fault; until it is whole again, look now and then.
HOLE_SECONDS = 1.0
# How often a page that takes nothing is looked at again.
ABSENT_SECONDS = 0.1


class FollowedExecution(rx.State, mixin=True):
    """What a page shows of the execution it follows.

    The output is spread over four vars, since a var is sent whole whenever it changes: see OutputBuffer.
    """

    facts: ExecutionView = ExecutionView()
    settled: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    blocks: list[str] = []  # noqa: RUF012
    open_parts: list[str] = []  # noqa: RUF012
    tail: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """An execution as it is now.

    Attributes:
        execution: It, whole.
        transcript: What its log gives so far; the same object each time.
        steps: Its steps, as excerpts.
    """

    execution: Execution
    transcript: Transcript
    steps: list[Step]


async def follow(execution_id: int, token: str = "") -> AsyncGenerator[Followed, None]:
    """Yield an execution with what its log gives so far, until it has ended.

    What was there before comes as one; then at least 30 ms lie between two (`Hub.follow`), and who is
    slow to take the next gets the latest.

    Args:
        execution_id: Which one.
        token: The page that follows: while nobody sees it, or its socket is behind, only the end is told.

    Raises:
        NotFound: There is none with this id.
    """
    transcript, steps = Transcript(), list[Step]()
    while True:
        is_whole = True
        async with aclosing(current_hub().history.follow(execution_id, after=transcript.last_seq)) as updates:
            async for update in updates:
                is_whole = await _apply(transcript, update.events)
                if not is_whole:
                    break
                execution = update.execution
                steps = steps if update.steps is None else update.steps
                if execution.last_seq > transcript.last_seq:
                    continue
                if execution.is_finished:
                    await asyncio.to_thread(transcript.finish, execution.output)
                while current_hub().history.is_active(execution_id) and page_sockets.is_absent(token):  # noqa: ASYNC110
                    await asyncio.sleep(ABSENT_SECONDS)
                yield Followed(execution, transcript, steps)
        if is_whole:
            return
        await asyncio.sleep(HOLE_SECONDS)


async def _apply(transcript: Transcript, events: Sequence[Event]) -> bool:
    # Nobody else looks at the transcript before this generator yields it.
    if sum(len(event.data.get("text") or "") for event in events) <= LIGHT_SIZE:
        return transcript.apply(events)
    return await asyncio.to_thread(transcript.apply, events)


async def follow_once(execution_id: int) -> Followed | None:
    """Return an execution as it is now, with what its log gives; None if the hub stops."""
    async with aclosing(follow(execution_id)) as updates:
        async for followed in updates:
            return followed
    return None


def show_execution(state: Any, followed: Followed) -> None:
    """Put an execution on the page; only what changed is sent.

    Args:
        state: A State with FollowedExecution, within `async with`.
        followed: The execution.
    """
    execution, own = followed.execution, followed.transcript.own
    assign(
        state,
        facts=ExecutionView.of(execution),
        settled=list(own.settled),
        blocks=list(own.blocks),
        open_parts=own.open_parts,
        tail=own.tail,
        # The stored message is cut; the log has it whole.
        error=(followed.transcript.error or execution.error or "") if execution.is_finished else "",
    )


def clear_execution(state: Any) -> None:
    """Take the execution off the page."""
    assign(state, facts=ExecutionView(), settled=[], blocks=[], open_parts=[], tail="", error="")


def assign(state: Any, **values: Any) -> None:
    """Set the vars of a State that differ: a var that is set is sent, changed or not."""
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)


def id_in_path(path: str) -> int | None:
    """Read the number at the end of a page's address; None if it is no id.

    >>> id_in_path("/executions/12"), id_in_path("/executions/12/"), id_in_path("/executions/x")
    (12, 12, None)
    """
    word = path.rstrip("/").rpartition("/")[2]
    # Beyond 18 digits it is no id of ours, and no integer of the database.
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 18 else None


async def language_of(state: rx.State) -> str:
    """Return the language a State's page is read in, for words that a handler says."""
    return str((await state.get_state(LocaleState)).language)
