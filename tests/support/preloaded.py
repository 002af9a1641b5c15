"""Processes that are forked from one which has loaded what hubs load: loading is most of what a start costs.

Each is a process of its own, in a session of its own, with its own environment and standard streams; it ends as a
program does, or is killed. For tests of what a hub does, and of what becomes of it when its process dies. How a hub
is started is tried where it is started as people do, from nothing: tests/integration/deploy.
"""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing.reduction import DupFd
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn
from unittest.mock import patch

_SERVER = multiprocessing.get_context("forkserver")
# Of `mallopt`, in malloc.h.
_MALLOPT = {"MALLOC_ARENA_MAX": -8, "MALLOC_MMAP_THRESHOLD_": -3, "MALLOC_TRIM_THRESHOLD_": -1}
_SERVER.set_forkserver_preload(["tests.support.loaded"])


class Stream:
    """An open file of this process, which the process it is handed to has, too."""

    def __init__(self, number: int) -> None:
        """Name it by the number it has here."""
        self.number = number

    def __reduce__(self) -> Any:
        return _received, (DupFd(self.number),)


def _received(handle: Any) -> Stream:
    return Stream(handle.detach())


class Preloaded:
    """One of the processes, to be handled as a `subprocess.Popen`.

    Attributes:
        pid: Its number.
    """

    def __init__(
        self,
        call: str,
        words: Sequence[str] = (),
        /,
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: int,
        stdout: int,
        stderr: int,
    ) -> None:
        """Start it.

        Args:
            call: `module:function`, which does what the program does, and may return its exit code.
            words: The program's words.
            cwd: The folder it is in.
            env: Its whole environment.
            stdin: The number of an open file.
            stdout: The same.
            stderr: The same.
        """
        streams = tuple(map(Stream, (stdin, stdout, stderr)))
        # Ended with the tests at the latest.
        self._process = _SERVER.Process(
            target=_become, args=(call, tuple(words), str(cwd), dict(env), streams), daemon=True
        )
        # Else the main module of this process would be run anew in that one.
        with patch.dict(sys.modules, __main__=ModuleType("__main__")):
            self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return its exit code, None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended and return its exit code, less than 0 for a signal."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it with -9."""
        self.send_signal(signal.SIGKILL)


def _become(
    call: str, words: tuple[str, ...], folder: str, environment: dict[str, str], streams: tuple[Stream, ...]
) -> NoReturn:
    """Be as a Python that has just been started to do this."""
    os.setsid()
    multiprocessing.set_start_method(None, force=True)
    multiprocessing.current_process()._config["daemon"] = False
    multiprocessing.process._parent_process = None
    for number, stream in enumerate(streams):
        os.dup2(stream.number, number)
        os.close(stream.number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, closefd=False)  # noqa: SIM115 - for as long as the process lives
        for number, mode in enumerate(("r", "w", "w"))
    )
    _live_in(environment)
    os.chdir(folder)
    os.execve = _execute  # type: ignore[assignment]
    _call(call, words)


def _live_in(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    # Read by the C library when a program begins.
    for name, number in _MALLOPT.items():
        if value := environment.get(name):
            ctypes.CDLL(None).mallopt(number, int(value))


def _call(call: str, words: Sequence[str]) -> NoReturn:
    sys.argv = [call, *words]
    module, _, name = call.partition(":")
    sys.exit(getattr(import_module(module), name)())


def _execute(_program: str, words: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Take the place of the program: `python -m module …` becomes a call of its `main`, with what is loaded."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _live_in(environment)
    _, _, module, *rest = words
    _call(f"{module}:main", rest)
