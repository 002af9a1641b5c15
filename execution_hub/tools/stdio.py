"""A server as a process of the hub: started, spoken with over its standard input and output, and ended for sure.

Not the SDK's own: that one takes lines of any length into memory, gives standard error away unread, and does not tell
which process it started, so that nobody could end it after the hub.
"""

import asyncio
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

from execution_hub.domain.texts import one_line, unobeyed
from execution_hub.tools.keeper import Keeper
from execution_hub.tools.mcp_file import ServerConfig
from execution_hub.tools.secrets import Secrets

# A message with a result of 5 MB is well within; what has no end is not collected.
MESSAGE_MAX_BYTES = 16_000_000
# How long a server may take to end by itself when its input closes, and then after SIGTERM.
END_SECONDS = 1.0
# Of what it writes to standard error or, wrongly, to standard output: so much of it a minute goes to the log.
LINES_MAX = 60
LINES_SECONDS = 60.0
LINE_MAX = 2_000
# A longer line is not shown: to cut it could leave half a secret.
LINE_MAX_BYTES = 64_000
LAST_WORDS = 3
_POLL_SECONDS = 0.02

Streams = tuple[MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]]


@dataclass
class Life:
    """What becomes of a server's process.

    Attributes:
        is_over: Set when it says nothing any more.
        problem: Why it was given up; empty if it ended by itself.
        code: Its exit code; None while it runs.
        last_words: The last lines of its standard error.
    """

    is_over: asyncio.Event = field(default_factory=asyncio.Event)
    problem: str = ""
    code: int | None = None
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_WORDS))

    def __str__(self) -> str:
        """Tell how it ended."""
        if self.problem:
            return self.problem
        how = "Its process ended" if self.code is None else f"Its process ended with exit code {self.code}"
        if self.code is not None and self.code < 0:
            how = f"Its process was ended by signal {-self.code}"
        return f"{how}: {' '.join(self.last_words)}" if self.last_words else f"{how}."


@asynccontextmanager
async def stdio_streams(
    config: ServerConfig, keeper: Keeper, life: Life, secrets: Secrets, say: Callable[[str], None]
) -> AsyncIterator[Streams]:
    """Run a server for as long as the block runs; in the end it, and all that it started in its group, has ended.

    Args:
        config: What to start.
        keeper: What ends it if the hub dies.
        life: Is told what becomes of it.
        secrets: What is taken out of what it writes.
        say: Takes the lines of its standard error.

    Raises:
        OSError: It cannot be started.
    """
    command = shutil.which(config.command)
    if command is None:
        raise FileNotFoundError(config.command)
    process = await asyncio.create_subprocess_exec(
        command,
        *config.args,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Only what every program needs, and what the file says: nothing of the hub's own.
        env=get_default_environment() | dict(config.env),
        cwd=config.cwd,
        start_new_session=True,
        limit=MESSAGE_MAX_BYTES,
    )
    keeper.keep(process.pid)
    into, read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    write, out = anyio.create_memory_object_stream[SessionMessage](0)
    lines = _Lines(secrets, say)
    tasks = [
        asyncio.create_task(_read(process, into, life, lines)),
        asyncio.create_task(_write(process, out)),
        asyncio.create_task(_listen(process, life, lines)),
    ]
    try:
        yield read, write
    finally:
        try:
            await _end(process)
        finally:
            _kill(process, signal.SIGKILL)
            keeper.release(process.pid)
            life.code = process.returncode
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for stream in (into, read, write, out):
                stream.close()


async def _read(
    process: asyncio.subprocess.Process,
    into: MemoryObjectSendStream[SessionMessage | Exception],
    life: Life,
    lines: "_Lines",
) -> None:
    assert process.stdout is not None, "it is a pipe"
    try:
        # Closing the stream is what tells the session that the server has gone.
        async with into:
            while True:
                try:
                    line = await process.stdout.readuntil(b"\n")
                except asyncio.IncompleteReadError:
                    return
                except asyncio.LimitOverrunError:
                    life.problem = f"It sent a message of more than {MESSAGE_MAX_BYTES} bytes, and was ended."
                    return
                try:
                    message = jsonrpc_message_adapter.validate_json(line, by_name=False)
                except ValueError:
                    # Many print a greeting there.
                    lines.take(line)
                    continue
                await into.send(SessionMessage(message))
    except (anyio.ClosedResourceError, anyio.BrokenResourceError, OSError):
        return
    finally:
        life.code = await _exit_code(process, _POLL_SECONDS * 5)
        life.is_over.set()


async def _write(process: asyncio.subprocess.Process, out: MemoryObjectReceiveStream[SessionMessage]) -> None:
    assert process.stdin is not None, "it is a pipe"
    with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError, OSError):
        async with out:
            async for each in out:
                text = each.message.model_dump_json(by_alias=True, exclude_unset=True)
                process.stdin.write(f"{text}\n".encode(errors="replace"))
                await process.stdin.drain()


async def _listen(process: asyncio.subprocess.Process, life: Life, lines: "_Lines") -> None:
    """Read standard error to its end: a server whose pipe is full would stand still."""
    assert process.stderr is not None, "it is a pipe"
    rest, is_long = b"", False
    with suppress(OSError):
        while chunk := await process.stderr.read(LINE_MAX_BYTES):
            *whole, rest = (rest + chunk).split(b"\n")
            if whole and is_long:
                whole, is_long = whole[1:], False
            if is_long or len(rest) > LINE_MAX_BYTES:
                rest, is_long = b"", True
            # Of a flood the log takes no more, and the last words are at its end.
            for line in (*whole[:LINES_MAX], *whole[LINES_MAX:][-LAST_WORDS:]):
                _hear(line, life, lines)
            if lines.is_full:
                # It is read on, as it would stand still, but must not keep a core busy here.
                await asyncio.sleep(_POLL_SECONDS)
        _hear(rest, life, lines)


def _hear(line: bytes, life: Life, lines: "_Lines") -> None:
    if line.strip():
        life.last_words.append(one_line(unobeyed(lines.take(line))))


class _Lines:
    """What a server writes, in a bounded number of lines."""

    def __init__(self, secrets: Secrets, say: Callable[[str], None]) -> None:
        self._secrets, self._say = secrets, say
        self._since = time.monotonic()
        self._count = 0

    @property
    def is_full(self) -> bool:
        return self._count >= LINES_MAX

    def take(self, line: bytes) -> str:
        """Write a line; returns it as it may be shown."""
        if time.monotonic() - self._since > LINES_SECONDS:
            self._since, self._count = time.monotonic(), 0
        self._count += 1
        text = self._secrets.redact_cut(line[:LINE_MAX_BYTES].decode(errors="replace").strip(), LINE_MAX)
        if self._count < LINES_MAX:
            self._say(text)
        elif self._count == LINES_MAX:
            self._say("… (it writes more than the log takes)")
        return text


async def _end(process: asyncio.subprocess.Process) -> None:
    """End it as MCP asks for: its input closes, then it is asked to end, then it is ended."""
    if process.stdin is not None:
        process.stdin.close()
    if await _exit_code(process, END_SECONDS) is None:
        _kill(process, signal.SIGTERM)
        if await _exit_code(process, END_SECONDS) is None:
            _kill(process, signal.SIGKILL)
            await _exit_code(process, END_SECONDS)


def _kill(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    # It leads its group: what it started ends with it.
    with suppress(OSError):
        os.killpg(process.pid, number)


async def _exit_code(process: asyncio.subprocess.Process, seconds: float) -> int | None:
    # Not wait(): that waits for the pipes too, which a program that it started may hold.
    until = time.monotonic() + seconds
    while process.returncode is None and time.monotonic() < until:  # noqa: ASYNC110 - set by asyncio
        await asyncio.sleep(_POLL_SECONDS)
    return process.returncode
