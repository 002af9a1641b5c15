"""The engine's double keeps the port's promises."""

import asyncio

from execution_hub.engine.memory import MemoryEngine, MemorySteps
from execution_hub.engine.port import Job, JobState, Steps


async def test_jobs_start_first_come_first_served_within_the_limit() -> None:
    """Two slots: never three at once, and in the order of their numbers."""
    engine, started, running, most = MemoryEngine(), [], 0, 0
    done = asyncio.Event()

    async def run(execution_id: int, _segment: int, _steps: Steps) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        started.append(execution_id)
        await asyncio.sleep(0)
        running -= 1
        if len(started) == 6:
            done.set()

    for number in (3, 1, 2, 6, 5, 4):
        await engine.submit(Job(number, 0, number))
    await engine.submit(Job(1, 0, 1))
    await engine.start(run, 2)
    await asyncio.wait_for(done.wait(), 5)
    assert started == [1, 2, 3, 4, 5, 6]
    assert most == 2


async def test_a_finished_step_is_not_done_again() -> None:
    """A second run of a segment replays what the first recorded."""
    engine, calls = MemoryEngine(), []

    async def run(_execution_id: int, _segment: int, steps: Steps) -> None:
        async def work() -> str:
            calls.append(1)
            return "paid"

        assert await steps.reserve().run("a", work) == "paid"

    await engine.start(run, 1)
    job = Job(1, 0, 1)
    await engine.submit(job)
    while (await engine.find([job])).get(job) is not JobState.DONE:
        await asyncio.sleep(0)
    await run(1, 0, MemorySteps(engine.results_of(job)))
    assert calls == [1]
