"""Work on text that people and models wrote, done in processes of its own, each with a deadline.

Threads share the interpreter with the event loops, and no thread can be ended. These processes know nothing of the
app that started them (multiprocessing would run its main module anew, which loads Reflex): they are a Python that
reads calls from its standard input. It ends with the process that holds the other end, however that one ended; a
call that takes too long ends it as well, and the next call starts another.
"""

import asyncio
import os
import pickle
import queue
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, BinaryIO, ParamSpec, TypeVar

from execution_hub.errors import InternalError, TookTooLong

PROCESSES = 2
DEADLINE_SECONDS = 5.0
# What waits for others as well: the event loops come first.
_NICE = 10

Given = ParamSpec("Given")
Result = TypeVar("Result")


class WorkPool:
    """A few processes, started when they are needed for the first time.

    Args:
        processes: How many there are at most.
        deadline_seconds: How much processor time one call may take: a busy machine makes none fail.
    """

    def __init__(self, processes: int = PROCESSES, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._deadline_seconds = deadline_seconds
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="hub-work")
        self._idle: queue.SimpleQueue[_Process] = queue.SimpleQueue()
        self._all: set[_Process] = set()
        self._is_closed = False

    async def run(self, work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
        """Call a function of a module in one of the processes.

        Args:
            work: The function: pure, and of a module that loads little.
            *given: Its arguments; they and its result can be pickled.
            **named: Its named arguments.

        Raises:
            TookTooLong: It took longer than the deadline, or more memory than there is; its process is gone.
        """
        found: Result = await asyncio.get_running_loop().run_in_executor(self._threads, self._call, work, given, named)
        return found

    def close(self) -> None:
        """End all processes, with what they do."""
        self._is_closed = True
        for process in list(self._all):
            process.end()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _call(self, *call: Any) -> Any:
        process = self._take()
        try:
            is_done, result = process.call((self._deadline_seconds, *call))
        except (EOFError, OSError):
            process.end()
            self._all.discard(process)
            if self._is_closed:
                raise InternalError("The hub is stopping.") from None
            raise TookTooLong(
                f"This needs more than {self._deadline_seconds:g} s of a processor. "
                "Let the template or the condition take less, or shorten it first with the filter truncate."
            ) from None
        self._idle.put(process)
        if not is_done:
            raise result
        return result

    def _take(self) -> "_Process":
        with suppress(queue.Empty):
            return self._idle.get_nowait()
        process = _Process()
        self._all.add(process)
        if self._is_closed:
            process.end()
        return process


class _Process:
    """One of the processes, seen from the hub."""

    def __init__(self) -> None:
        # The path instead of a module's name: where the hub runs from a checkout it is not installed.
        code = f"import sys; sys.path[:] = {sys.path!r}; from execution_hub.pool import serve; serve()"
        self._process = subprocess.Popen(
            (sys.executable, "-c", code),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A Ctrl-C in the hub's terminal is the hub's.
            start_new_session=True,
        )
        assert self._process.stdin is not None, "both are pipes"
        assert self._process.stdout is not None, "both are pipes"
        self._calls, self._results = self._process.stdin, self._process.stdout

    def call(self, call: tuple[Any, ...]) -> tuple[bool, Any]:
        """Return whether a call returned, and what it returned or raised.

        Raises:
            EOFError: The process ended meanwhile.
            OSError: It had ended before.
        """
        pickle.dump(call, self._calls)
        self._calls.flush()
        found: tuple[bool, Any] = pickle.load(self._results)  # noqa: S301 - from our own process
        return found

    def end(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()


def serve() -> None:
    """Answer calls until there are no more: what runs in each of the processes."""
    calls, results = sys.stdin.buffer, sys.stdout.buffer
    # Nothing that is printed may fall among the results.
    sys.stdout = sys.stderr
    os.nice(_NICE)
    # The default ends the process, whatever it does: also within a library that never looks at Python's signals.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    while (call := _next(calls)) is not None:
        seconds, work, given, named = call
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            answer = (True, work(*given, **named))
        except Exception as error:
            answer = (False, error)
        signal.setitimer(signal.ITIMER_PROF, 0)
        pickle.dump(answer, results)
        results.flush()


def _next(calls: BinaryIO) -> Any:
    try:
        return pickle.load(calls)  # noqa: S301 - from the process that started this one
    except EOFError:
        return None
