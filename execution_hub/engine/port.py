"""The engine port: who runs an execution, when, and again after a crash."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol


class JobState(Enum):
    """What the engine knows of a job: it will run or runs, it is over, or it broke without being over."""

    OPEN = "open"
    DONE = "done"
    BROKEN = "broken"


Json = Any
"""What can be written as JSON: what a durable step may return."""


@dataclass(frozen=True, slots=True)
class Job:
    """One segment of one execution, as the engine queues it.

    Attributes:
        execution_id: Which execution.
        segment: Which part of it: 0, and one more after each approval.
        queue_number: Its place: smaller ones start first.
        takes_slot: Whether it waits for a slot and takes it; else it begins at once, however many run.
        is_part: Whether it is a part of another execution: it starts after all that is none.
    """

    execution_id: int
    segment: int
    queue_number: int
    takes_slot: bool = True
    is_part: bool = False


# Instead of the number of an execution.
NO_EXECUTION = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A job, or a time of a schedule, that a process has taken out of its queue and has not ended.

    Attributes:
        execution_id: Of which execution; NO_EXECUTION for a time of a schedule.
        segment: Which part of it.
        executor_id: Which process: its name at this boot.
        queue: The queue it came from, in the engine's own words.
        schedule_id: What the engine calls a time of a schedule; empty for a job.
    """

    execution_id: int
    segment: int
    executor_id: str
    queue: str
    schedule_id: str = ""


class DurableStep(Protocol):
    """A place in a run where a piece of work is done once."""

    async def run(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        """Do a piece of work once: finished, it is never done again; interrupted, it is.

        May be called from any task of the run, at most once. The work returns JSON and raises nothing
        but cancellation: a failure is a result too.

        Args:
            name: What it is, for the engine's own records.
            work: The work.

        Returns:
            What the work returned, now or in an earlier life of this process.
        """
        ...


class Steps(Protocol):
    """What a run may do durably."""

    def reserve(self) -> DurableStep:
        """Take the next place. A result is found again by its place, never by its name.

        Call it in the same order every time a segment runs, and before anything runs in parallel: places
        taken by branches as they come would hand one branch's result to another after a crash.
        """
        ...


Run = Callable[[int, int, Steps], Awaitable[bool]]
"""Runs a segment: execution id, segment, durable steps. Returns whether the job is done; if not, it is queued again
with its place and its recorded steps. Raises nothing but cancellation."""

Due = Callable[[str, datetime], Awaitable[None]]
"""Called when a schedule comes: its name and the time it names, UTC. Until it returns, the time counts as not served:
the next boot calls it again. Raises nothing but cancellation."""


class Engine(Protocol):
    """Runs jobs, at most so many at once, first come first served, and takes over what a dead process left."""

    @property
    def executor_id(self) -> str:
        """The name of this process at this boot."""
        ...

    def check(self) -> None:
        """Return if jobs are put into the queues, and taken out where executions run.

        Raises:
            Unavailable: The engine is not open, or a thread of it has ended, or stands still.
        """
        ...

    @property
    def executes(self) -> bool:
        """Whether executions run in this process."""
        ...

    async def open(self, max_concurrency: int, *, sets_limit: bool = True) -> None:
        """Prepare the database and say how many may run at once in all processes; nothing runs yet.

        Args:
            max_concurrency: How many at once in all processes, of those that take a slot.
            sets_limit: Whether it takes the place of the limit that the processes have; False where it is only what
                to begin with.

        Raises:
            StartError: The database cannot be written.
        """
        ...

    async def start(self, run: Run, slots: int, due: Due | None = None) -> None:
        """Begin, once open: run what is queued. A process that is alone takes over unfinished jobs first.

        Args:
            run: Runs a job.
            slots: How many at once in this process, of those that take a slot.
            due: Hears of schedules that come; called on another loop than this one.
        """
        ...

    async def keep_schedules(self, schedules: Mapping[str, str]) -> None:
        """Have these schedules from now on, and no others; they stay over restarts.

        Each comes once, however many processes serve it, and within seconds of its time. What came while no process
        ran is not made up.

        Args:
            schedules: As cron has them, in UTC, by name.
        """
        ...

    async def submit(self, job: Job) -> None:
        """Queue a job; one that was queued before, in whatever life, is not queued again."""
        ...

    async def find(self, jobs: Collection[Job]) -> dict[Job, JobState]:
        """Return those of some jobs that the engine knows, and how they are; only open ones will run (again)."""
        ...

    async def cancel(self, job: Job) -> None:
        """Take a job out of the queue; one that runs is stopped by its runner, not here."""
        ...

    async def forget(self, jobs: Collection[Job]) -> None:
        """Drop all that is kept of jobs that have ended; unknown ones are passed over."""
        ...

    def look(self, *, takes_slot: bool) -> None:
        """Look at a queue soon: another process may have put something there, or freed a slot.

        Args:
            takes_slot: That of what takes a slot, or the other one.
        """
        ...

    async def limit(self) -> int:
        """Return how many may run at once in all processes, as the database said within the last second.

        Raises:
            Unavailable: The database does not answer.
        """
        ...

    def forget_limit(self) -> None:
        """Ask the database anew how many may run at once: a process that has joined may have said so."""
        ...

    def hold(self, reason: str, is_held: bool) -> None:
        """Claim nothing in this process while there is a reason not to; what was claimed runs.

        Args:
            reason: Why, in one word.
            is_held: Whether it holds from now on.
        """
        ...

    async def until_held(self) -> None:
        """Return once nothing is claimed any more, since the queues are held, and what was claimed has begun.

        After a second in any case: a database that is away holds rounds up.
        """
        ...

    async def until_paused(self) -> None:
        """Return once no process claims any more; this one is held, and it is stored that the queue is paused.

        For a database that is away or locked it waits no longer than its timeouts.
        """
        ...

    @property
    def is_busy(self) -> bool:
        """Whether a job runs in this process, or is on its way back into the queue."""
        ...

    async def claimants(self) -> set[str]:
        """Return the names of the processes that have claimed what has not ended; cheap, unlike `claims`."""
        ...

    async def claims(self) -> list[Claim]:
        """Return what is claimed, by whatever process."""
        ...

    async def give_back(self, claim: Claim) -> bool:
        """Queue again what a dead process claimed, with its place and its recorded steps.

        Returns:
            Whether it was queued now: not if somebody else has done so, or it has ended.
        """
        ...

    async def reclaim(self) -> int:
        """Queue again what this process claimed and never began, twice in a row: its slot would stay taken for ever.

        Call it now and then. Returns how many there were.
        """
        ...

    async def highest_execution_id(self) -> int:
        """Return the highest execution id among the newest jobs; 0 if there are none."""
        ...

    async def give_back_space(self) -> None:
        """Give space that forgotten jobs took back to the disk."""
        ...

    async def stop(self) -> None:
        """Stop running; what has not ended is taken over by the next boot."""
        ...
