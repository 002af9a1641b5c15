"""The engine port in memory: the double for unit tests. Nothing survives its process."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Collection

from execution_hub.engine.port import Job, JobState, Json, Run


class MemorySteps:
    """Durable steps that last as long as the engine object: a second run of a segment replays them."""

    def __init__(self, results: dict[int, Json]) -> None:
        """Replay from, and record into, `results` by place."""
        self._results = results
        self._next = 0

    def reserve(self) -> "MemoryStep":
        """See Steps.reserve."""
        position, self._next = self._next, self._next + 1
        return MemoryStep(self._results, position)


class MemoryStep:
    """One of them: see DurableStep."""

    def __init__(self, results: dict[int, Json], position: int) -> None:
        """Replay from, and record into, one place of `results`."""
        self._results = results
        self._position = position

    async def run(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        """See DurableStep.run."""
        if self._position not in self._results:
            self._results[self._position] = await work()
        return self._results[self._position]


class MemoryEngine:
    """Runs jobs on the event loop that started it."""

    def __init__(self) -> None:
        """Know no jobs yet."""
        self._slots = 0
        self._queue: list[tuple[int, Job]] = []
        self._known: set[tuple[int, int]] = set()
        self._results: dict[tuple[int, int], dict[int, Json]] = {}
        self._running: dict[asyncio.Task[None], Job] = {}
        self._ended: dict[Job, JobState] = {}
        self._run: Run | None = None

    async def start(self, run: Run, max_concurrency: int) -> None:
        """See Engine.start."""
        self._run, self._slots = run, max_concurrency
        self._fill()

    async def submit(self, job: Job) -> None:
        """See Engine.submit."""
        key = (job.execution_id, job.segment)
        if key not in self._known:
            self._known.add(key)
            heapq.heappush(self._queue, (job.queue_number, job))
            self._fill()

    async def find(self, jobs: Collection[Job]) -> dict[Job, JobState]:
        """See Engine.find."""
        known = [job for job in jobs if (job.execution_id, job.segment) in self._known]
        return {job: self._ended.get(job, JobState.OPEN) for job in known}

    def results_of(self, job: Job) -> dict[int, Json]:
        """Return what the durable steps of a job recorded, by call order."""
        return self._results[job.execution_id, job.segment]

    async def cancel(self, job: Job) -> None:
        """See Engine.cancel."""
        self._queue = [entry for entry in self._queue if entry[1] != job]
        heapq.heapify(self._queue)
        self._ended[job] = JobState.DONE

    async def forget(self, jobs: Collection[Job]) -> None:
        """See Engine.forget."""
        for job in jobs:
            key = (job.execution_id, job.segment)
            self._known.discard(key)
            self._results.pop(key, None)
            self._ended = {each: state for each, state in self._ended.items() if each != job}

    async def reclaim(self) -> int:
        """See Engine.reclaim: here a job begins with its claim."""
        return 0

    async def highest_execution_id(self) -> int:
        """See Engine.highest_execution_id."""
        return max((execution_id for execution_id, _ in self._known), default=0)

    async def give_back_space(self) -> None:
        """See Engine.give_back_space."""

    async def stop(self) -> None:
        """See Engine.stop."""
        self._run = None
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _fill(self) -> None:
        while self._run is not None and self._queue and len(self._running) < self._slots:
            _, job = heapq.heappop(self._queue)
            key = (job.execution_id, job.segment)
            steps = MemorySteps(self._results.setdefault(key, {}))
            task = asyncio.ensure_future(self._run(job.execution_id, job.segment, steps))
            self._running[task] = job
            task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        job = self._running.pop(task)
        if not task.cancelled():
            self._ended[job] = JobState.DONE if task.exception() is None else JobState.BROKEN
        self._fill()
