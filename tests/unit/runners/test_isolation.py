"""One execution that has this process for itself."""

import asyncio

from execution_hub.runners.isolation import Isolation


class Process:
    """What an isolation sees of a process: what runs in it, and whether it claims."""

    def __init__(self, running: int = 0) -> None:
        self.running = running
        self.holds: list[bool] = []
        self.isolation = Isolation(self.holds.append, lambda: self.running == 0)
        self.began: list[bool] = []
        self.news = asyncio.Event()
        self.is_stopped = False

    async def is_wanted(self) -> bool:
        return not self.is_stopped

    async def suspect(self, until: asyncio.Event | None = None) -> None:
        async with self.isolation.alone(self.news, self.is_wanted) as is_alone:
            self.began.append(is_alone)
            if until is not None:
                await until.wait()


async def turns(count: int = 5) -> None:
    """Let every task go on."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_in_an_empty_process_it_begins_at_once_and_nothing_is_claimed_meanwhile() -> None:
    process, over = Process(), asyncio.Event()
    task = asyncio.create_task(process.suspect(over))
    await turns()
    assert (process.began, process.holds, process.isolation.is_taken) == ([True], [True], True)
    over.set()
    await task
    assert (process.holds, process.isolation.is_taken) == ([True, False], False)


async def test_it_waits_until_the_last_of_the_others_has_ended() -> None:
    process = Process(running=2)
    task = asyncio.create_task(process.suspect())
    for left in (1, 0):
        await turns()
        assert (process.began, process.holds) == ([], [True])
        process.running = left
        process.isolation.look()
    await task
    assert (process.began, process.holds) == ([True], [True, False])


async def test_a_second_one_is_sent_away() -> None:
    process, over = Process(), asyncio.Event()
    first = asyncio.create_task(process.suspect(over))
    await turns()
    await process.suspect()
    assert process.began == [True, False]
    assert process.isolation.is_taken
    over.set()
    await first


async def test_who_waits_is_sent_away_when_the_process_is_to_end() -> None:
    process = Process(running=1)
    task = asyncio.create_task(process.suspect())
    await turns()
    process.isolation.end()
    await task
    await process.suspect()
    assert process.began == [False, False]
    assert process.holds == [True, False]


async def test_who_waits_and_is_stopped_holds_the_process_no_longer() -> None:
    process = Process(running=1)
    task = asyncio.create_task(process.suspect())
    await turns()
    process.is_stopped = True
    process.news.set()
    await asyncio.wait_for(task, 4)
    assert (process.began, process.holds, process.isolation.is_taken) == ([False], [True, False], False)
