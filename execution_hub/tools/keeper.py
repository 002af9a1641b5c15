"""Ends the hub's tool servers when the hub has died without ending them: after a kill -9, or out of memory.

A server that waits for a call sees that its standard input has closed, but one that works does not look at it. So a
small process of its own holds the other end of a pipe: when that closes, it ends what it was told of, with all that
those started. It works wherever there are process groups, and needs nothing of the hub.
"""

import subprocess
import sys
from contextlib import suppress

# Nothing of the hub, nor of any package, is loaded.
_PROGRAM = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
groups = set()
for line in sys.stdin.buffer:
    (groups.add if line[:1] == b"+" else groups.discard)(int(line[1:]))
for number in (signal.SIGTERM, signal.SIGKILL):
    for group in groups:
        try:
            os.killpg(group, number)
        except OSError:
            pass
    if number == signal.SIGTERM and groups:
        time.sleep(1)
"""
_END_SECONDS = 3.0


class Keeper:
    """The process, started with the first server. Used on one loop."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self, group: int) -> None:
        """End a process group when the hub has died."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                (sys.executable, "-I", "-S", "-c", _PROGRAM),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._tell(f"+{group}")

    def release(self, group: int) -> None:
        """Leave a group alone from now on: it has ended, and its number may become another's."""
        self._tell(f"-{group}")

    def close(self) -> None:
        """End the process; what it still keeps it ends first."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(OSError):
                process.communicate(timeout=_END_SECONDS)
            process.poll()

    def _tell(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            # It may have been ended by somebody: the servers still see their input close.
            with suppress(OSError):
                self._process.stdin.write(f"{line}\n".encode())
                self._process.stdin.flush()
