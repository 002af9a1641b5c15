"""The State behind every button that stops executions, runs them again, deletes them, or pauses the queue."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from execution_hub.errors import Conflict, HubError, NotFound
from execution_hub.hub.retention import UNDO_SECONDS
from execution_hub.ui.handlers import language_of
from execution_hub.ui.problems import Failure, ask, attempt_each
from execution_hub.ui.routes import execution_path
from execution_hub.views.addresses import DASHBOARD
from execution_hub.views.starting import SubmissionKey
from execution_hub.words.marking import N_
from execution_hub.words.say import say, say_error, say_n

ASKED_MAX = 200
TOLD_SECONDS = 8.0
DELETE_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Notice:
    """A line at the foot of the page that goes by itself.

    Attributes:
        text: What to say; empty for nothing.
        until: When it goes, milliseconds since 1970 by the server's clock.
        is_problem: Whether something did not work.
        opens: An execution it offers to open; 0 for none.
    """

    text: str = ""
    until: float = 0
    is_problem: bool = False
    opens: int = 0


class ActionState(rx.State):
    """What this browser has asked for, and what came of it; the same on every page."""

    # Asked to stop, or to run again: what was clicked stays clicked until the hub has told what came of it.
    stopping: list[int] = []  # noqa: RUF012 - Reflex copies defaults
    repeating: list[int] = []  # noqa: RUF012
    told: Notice = Notice()
    undo: Notice = Notice()

    _deleted: list[int] = []  # noqa: RUF012
    _deleted_at: float = -DELETE_AGAIN_SECONDS
    _submission: SubmissionKey = SubmissionKey()

    @rx.event
    async def stop(self, execution_id: int) -> AsyncIterator[None]:
        """Stop an execution; only the first of two quick clicks counts."""
        async for _ in self._stop([execution_id]):
            yield

    @rx.event
    async def stop_many(self, execution_ids: list[int]) -> AsyncIterator[None]:
        """Stop several; those that have ended meanwhile are told."""
        async for _ in self._stop(execution_ids):
            yield

    async def _stop(self, execution_ids: Sequence[int]) -> AsyncIterator[None]:
        wanted = [each for each in execution_ids if each not in self.stopping]
        if not wanted:
            return
        self.stopping = [*self.stopping, *wanted][-ASKED_MAX:]
        yield
        _, refused = await attempt_each(wanted, lambda hub, each: hub.executions.cancel(each))
        if refused:
            self.stopping = [each for each in self.stopping if each not in refused]
            self.told = problem_notice(_say_unstopped(await language_of(self), list(refused.values()), len(wanted)))

    @rx.event
    async def run_again(self, execution_id: int, is_as_ran: bool) -> AsyncIterator[None]:
        """Run an execution again; the person stays where they are, and is told its number.

        Args:
            execution_id: Which one.
            is_as_ran: With what it ran with; else with the agent or workflow of today.
        """
        async for _ in self._repeat([execution_id], is_as_ran):
            yield

    @rx.event
    async def run_many_again(self, execution_ids: list[int], is_as_ran: bool) -> AsyncIterator[None]:
        """Run several again, the oldest first; see `run_again`."""
        async for _ in self._repeat(sorted(set(execution_ids)), is_as_ran):
            yield

    @rx.event
    async def run_again_and_open(self, execution_id: int, is_as_ran: bool) -> AsyncIterator[Any]:
        """Run an execution again, and go to the page of the new one; see `run_again`."""
        new_id = 0
        async for started in self._repeat([execution_id], is_as_ran):
            new_id = started[0] if started else 0
            yield
        if new_id:
            # The page itself tells it.
            self.told = Notice()
            yield rx.redirect(execution_path(new_id))

    async def _repeat(self, execution_ids: Sequence[int], is_as_ran: bool) -> AsyncIterator[list[int]]:
        """Run executions again, and tell; yields what was started, empty as long as the hub is being asked."""
        wanted = [each for each in execution_ids if each not in self.repeating]
        if not wanted:
            return
        self.repeating = [*self.repeating, *wanted][-ASKED_MAX:]
        yield []
        # The key: a second click that comes after the first one's answer is still the same submission.
        self._submission = self._submission.next(*wanted, is_as_ran)
        language, key = await language_of(self), self._submission.key
        found, refused = await attempt_each(
            wanted,
            lambda hub, each: hub.executions.rerun(each, is_as_ran=is_as_ran, idempotency_key=f"{key}-{each}"),
        )
        self._submission = self._submission.answered()
        started = {each: new.id for each, new in found.items()}
        self.repeating = [each for each in self.repeating if each not in wanted]
        if refused:
            self.told = problem_notice(_say_unrepeated(language, refused))
        else:
            last = max(started.values())
            self.told = Notice(_say_repeated(language, started, is_as_ran), within(TOLD_SECONDS), opens=last)
        yield list(started.values())

    @rx.event
    async def delete(self, execution_id: int) -> None:
        """Delete an execution that has ended; for ten seconds it can be taken back."""
        await self._delete([execution_id])

    @rx.event
    async def delete_many(self, execution_ids: list[int]) -> None:
        """Delete those of some executions that have ended."""
        await self._delete(execution_ids)

    @rx.event
    async def delete_and_leave(self, execution_id: int) -> Any:
        """Delete an execution from its own page, and go where the others are."""
        return rx.redirect(DASHBOARD) if await self._delete([execution_id]) else None

    async def _delete(self, execution_ids: Sequence[int]) -> bool:
        # The row under the second of two quick clicks is another one by now.
        if time.monotonic() - self._deleted_at < DELETE_AGAIN_SECONDS:
            return False
        language = await language_of(self)
        found, refused = await attempt_each(execution_ids, lambda hub, each: hub.executions.delete([each]))
        deleted = list(found)
        if deleted:
            self._deleted_at = time.monotonic()
            # What can still be taken back stays so.
            self._deleted = [*self._deleted, *deleted] if self.undo.text else deleted
            words = say_n(language, "#{id} deleted.", "{n} executions deleted.", len(self._deleted), id=deleted[0])
            self.undo = Notice(words, within(UNDO_SECONDS))
        if refused:
            self.told = problem_notice(_say_undeleted(language, list(refused.values())[-1]))
        return bool(deleted)

    @rx.event
    async def take_back(self) -> None:
        """Bring back what was deleted a moment ago."""
        wanted, self._deleted, self.undo = self._deleted, [], Notice()
        self._deleted_at = -DELETE_AGAIN_SECONDS
        _, refused = await attempt_each(wanted, lambda hub, each: hub.executions.restore([each]))
        if refused:
            execution_id, error = list(refused.items())[-1]
            self.told = problem_notice(_say_unrestored(await language_of(self), execution_id, error))

    @rx.event
    async def pause_queue(self, is_paused: bool) -> None:
        """Start nothing until the queue is resumed, or start again; every open page is told by the hub."""
        problem = await ask(self, lambda hub: hub.queue.pause(is_paused))
        if isinstance(problem, Failure):
            self.told = problem_notice(problem.text)

    @property
    def undoable(self) -> frozenset[int]:
        """The executions whose deletion the person may still take back."""
        return frozenset(self._deleted if self.undo.text else ())

    @rx.event
    def forget_undo(self, until: float) -> None:
        """The time to take a deletion back is over; of an older one nobody speaks any more."""
        if self.undo.until == until:
            self._deleted, self.undo = [], Notice()

    @rx.event
    def forget_told(self, until: float) -> None:
        """What was told has been there long enough."""
        if self.told.until == until:
            self.told = Notice()

    @rx.event
    def close_told(self) -> None:
        """The person has read it."""
        self.told = Notice()


def within(seconds: float) -> float:
    """Return when a time from now on is over: see `Notice.until`."""
    return round((time.time() + seconds) * 1000)


def problem_notice(text: str) -> Notice:
    """Return the notice that says that something did not work."""
    return Notice(text, within(TOLD_SECONDS), is_problem=True)


def _say_unstopped(language: str, errors: Sequence[HubError], wanted: int) -> str:
    other = next((each for each in errors if not isinstance(each, Conflict | NotFound)), None)
    if other is not None:
        return say_error(language, other)
    return (
        say(language, "It has ended already.")
        if wanted == 1
        else say(language, "{n} had ended already.", n=len(errors))
    )


def _say_repeated(language: str, started: Mapping[int, int], is_as_ran: bool) -> str:
    if len(started) > 1:
        key = N_("{n} run again, as they ran.") if is_as_ran else N_("{n} run again, as things are today.")
        return say(language, key, n=len(started))
    ((old, new),) = started.items()
    as_ran, today = N_("#{old} runs again as #{new}, as it ran."), N_("#{old} runs again as #{new}, as it is today.")
    key = as_ran if is_as_ran else today
    return say(language, key, old=old, new=new)


def _say_unrepeated(language: str, refused: Mapping[int, HubError]) -> str:
    execution_id, error = next(iter(refused.items()))
    return say(language, "#{id} does not run again: {why}", id=execution_id, why=say_error(language, error))


def _say_undeleted(language: str, error: HubError) -> str:
    if isinstance(error, Conflict):
        return say(language, "It has not ended. Stop it first.")
    return say(language, "It was deleted already.") if isinstance(error, NotFound) else say_error(language, error)


def _say_unrestored(language: str, execution_id: int, error: HubError) -> str:
    if isinstance(error, NotFound):
        return say(language, "Too late: #{id} is gone for good.", id=execution_id)
    return say_error(language, error)
