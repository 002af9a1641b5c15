"""The processes that do long work on texts: their deadline, their end, and what they do not load."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest

from execution_hub.domain.suite import checked_cases
from execution_hub.domain.template import fill_template
from execution_hub.domain.template_filters import TemplateProblem
from execution_hub.errors import InvalidInput, TookTooLong
from execution_hub.pool import WorkPool

DEADLINE_SECONDS = 20


@pytest.fixture
def pool() -> Iterator[WorkPool]:
    """Yield a pool of one process whose calls end soon."""
    made = WorkPool(1, deadline_seconds=0.3)
    yield made
    made.close()


def until(check: Callable[[], bool]) -> None:
    """Poll until something is true."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not check():
        assert time.monotonic() < end
        time.sleep(0.02)


async def test_it_starts_with_the_first_call_and_tells_what_was_raised(pool: WorkPool) -> None:
    """Nothing runs before; a problem comes back as it was raised, and the next call has the same process."""
    before = {child.pid for child in psutil.Process().children()}
    assert await pool.run(fill_template, "{{ input | upper }}", "in", {}) == "IN"
    (first,) = {child.pid for child in psutil.Process().children()} - before
    with pytest.raises(TemplateProblem) as found:
        await pool.run(fill_template, "{{ other }}", "in", {})
    assert (found.value.code, found.value.word) == ("unknown_name", "other")
    with pytest.raises(InvalidInput) as refused:
        await pool.run(checked_cases, [{"name": "a"}])
    assert (refused.value.field, refused.value.details) == ("cases[0].input", {"field": "cases[0].input"})
    assert await pool.run(os.getpid) == first


async def test_what_takes_too_long_is_ended_and_replaced(pool: WorkPool) -> None:
    """Also within a call that never looks at signals; the message says what helps, and the next call works."""
    first = await pool.run(os.getpid)
    with pytest.raises(TookTooLong, match="truncate"):
        await pool.run(pow, 7, 10**9)
    assert not psutil.pid_exists(first)
    assert await pool.run(os.getpid) != first


async def test_the_processes_load_neither_reflex_nor_a_database() -> None:
    """Whatever runs the hub: a call finds the function and what that needs, and no more."""
    pool = WorkPool(1)
    code = "sorted({'reflex', 'sqlalchemy', 'dbos', 'fastapi', 'pytest'} & set(__import__('sys').modules))"
    try:
        await pool.run(fill_template, "{{ input }}", "in", {})
        assert await pool.run(eval, code) == []
    finally:
        pool.close()


async def test_closing_ends_all_of_them_with_what_they_do() -> None:
    """At once."""
    pool = WorkPool(2)
    pids = {await pool.run(os.getpid)}
    work = asyncio.ensure_future(pool.run(pow, 7, 10**9))
    await asyncio.sleep(0.1)
    started = time.monotonic()
    await asyncio.to_thread(pool.close)
    assert time.monotonic() - started < DEADLINE_SECONDS
    await asyncio.gather(work, return_exceptions=True)
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_none_is_left_when_the_hub_is_killed() -> None:
    """kill -9 closes the pipe from which it reads its calls."""
    code = (
        "import asyncio, os, time\n"
        "from execution_hub.pool import WorkPool\n"
        "print(asyncio.run(WorkPool().run(os.getpid)), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen((sys.executable, "-c", code), stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout is not None
        pid = int(hub.stdout.readline())
        assert psutil.pid_exists(pid)
        hub.send_signal(signal.SIGKILL)

    def is_gone() -> bool:
        with suppress(psutil.NoSuchProcess):
            return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
        return True

    until(is_gone)
