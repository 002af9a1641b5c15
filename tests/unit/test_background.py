import asyncio
import threading
from collections.abc import Callable

from execution_hub.background import end_tasks, set_from_any_thread


async def test_a_task_has_ended_when_it_was_told_to_and_one_that_never_began_is_passed_over() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(1)

    tasks = [asyncio.create_task(work()) for _ in range(2)]
    await asyncio.sleep(0)
    await end_tasks(tasks[0], None, tasks[1])
    assert ended == [1, 1]


async def test_another_thread_sets_an_event_of_the_loop() -> None:
    news = asyncio.Event()
    thread = threading.Thread(target=set_from_any_thread(news))
    thread.start()
    async with asyncio.timeout(30):
        await news.wait()
    thread.join()


def test_a_loop_that_has_closed_is_told_nothing() -> None:
    async def tell() -> Callable[[], None]:
        return set_from_any_thread(asyncio.Event())

    asyncio.run(tell())()
