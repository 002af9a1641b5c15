"""What a tool is, who offers it, and the box in which the hub finds and calls all of them."""

import asyncio
import hashlib
import json
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import structlog

from execution_hub.domain.json_schema import value_problem
from execution_hub.domain.texts import storable
from execution_hub.errors import TookTooLong
from execution_hub.errors import ToolFailed as ToolFailed
from execution_hub.pool import WorkPool
from execution_hub.tools.arguments import size_problem
from execution_hub.tools.loop_thread import LoopThread

logger = structlog.get_logger(__name__)

# What is kept of a result, in characters.
RESULT_MAX = 1_000_000
MODEL_NAME_MAX = 64
# What the hub's stop waits for servers to end; those that do not are killed before that.
CLOSE_SECONDS = 5.0
LOOK_SECONDS = 0.1
_NOT_IN_A_NAME = re.compile(r"[^a-zA-Z0-9_-]")
_HASH_LENGTH = 8

ServerStatus = Literal["ready", "starting", "failed"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, as its server tells it. All its texts are the server's own words.

    Attributes:
        server: The name of its server: it holds no `__` and does not end in `_`.
        name: Its name there.
        description: What it says to do.
        input_schema: The JSON schema of its arguments, which is known to be one.
        hints: What its server says of it, as in MCP: `readOnlyHint`, `destructiveHint`, …
        is_idempotent: Whether the hub's admin, not the server, said that a call may be repeated.
        digest: The SHA-256 of description and schema: whether it is what it was.
    """

    server: str
    name: str
    description: str
    input_schema: dict[str, Any]
    hints: dict[str, Any]
    is_idempotent: bool
    digest: str

    @property
    def model_name(self) -> str:
        """What models call it, unlike the name of any other tool: at most 64 letters, digits, `_` and `-`.

        >>> tool_of("time", "now", "", {}).model_name, len(tool_of("time", "n" * 100, "", {}).model_name)
        ('time__now', 64)
        """
        whole = f"{self.server}__{self.name}"
        name = _NOT_IN_A_NAME.sub("_", whole)
        if name == whole and len(name) <= MODEL_NAME_MAX:
            return name
        mark = hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:_HASH_LENGTH]
        return f"{name[: MODEL_NAME_MAX - _HASH_LENGTH - 1]}_{mark}"


def tool_of(
    server: str,
    name: str,
    description: str,
    input_schema: dict[str, Any],
    hints: dict[str, Any] | None = None,
    *,
    is_idempotent: bool = False,
) -> Tool:
    """Make a tool with its digest."""
    told = json.dumps([description, input_schema], sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()
    return Tool(server, name, description, input_schema, hints or {}, is_idempotent, digest)


@dataclass(frozen=True, slots=True)
class ToolServer:
    """A server, as it is now.

    Attributes:
        name: Its name in the file of servers; `hub` is the built-in one.
        status: Whether its tools can be called.
        error: What is, or was last, wrong with it; empty if nothing is.
        tools: What it offers; of one that failed, what it offered before.
        since: Since when it has this status; None where that does not matter.
    """

    name: str
    status: ServerStatus
    error: str = ""
    tools: tuple[Tool, ...] = ()
    since: datetime | None = None

    def find(self, tool: str) -> Tool | None:
        """Return a tool by its name there."""
        return next((each for each in self.tools if each.name == tool), None)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool gave back.

    Attributes:
        text: Its text, the first million characters; what is no text is told in words.
        is_error: Whether the tool says that it failed.
        chars: How many characters the whole text has.
    """

    text: str
    is_error: bool
    chars: int

    @classmethod
    def of(cls, text: str, *, is_error: bool = False) -> "ToolResult":
        """Make one of a text of any length; what no database can store is marked in it."""
        return cls(storable(text[:RESULT_MAX]), is_error, len(text))


class ToolSource(ABC):
    """A server of tools, as the box keeps it. All its methods but `state` are called on the loop of the box.

    Attributes:
        name: Its name.
        timeout_seconds: How long a call may take at most, whatever its caller says; None for no limit of its own.
    """

    name: str
    timeout_seconds: float | None = None

    @property
    @abstractmethod
    def state(self) -> ToolServer:
        """How it is now; asked from any thread."""

    @abstractmethod
    async def run(self) -> None:
        """Keep it ready until cancelled; what it started has ended then."""

    @abstractmethod
    async def call(self, tool: Tool, arguments: dict[str, Any], meta: dict[str, Any]) -> ToolResult:
        """Call a tool; cancelled, it cancels the call at the server.

        Raises:
            ToolFailed: It gave no result.
        """


class ToolBox:
    """All servers of the hub and their tools. May be used from any thread and any event loop.

    It has a loop of its own: a session with a server belongs to one loop, and calls come from the web's and from the
    engine's.

    Args:
        sources: The servers, in the order in which they are shown; their names differ.
        pool: Where arguments are checked.
    """

    def __init__(self, sources: Sequence[ToolSource], pool: WorkPool) -> None:
        self._sources = {source.name: source for source in sources}
        self._pool = pool
        self._thread = LoopThread("hub-tools")
        self._running: list[asyncio.Task[None]] = []

    def servers(self) -> tuple[ToolServer, ...]:
        """Return all servers as they are now."""
        return tuple(source.state for source in self._sources.values())

    def find(self, server: str, tool: str) -> Tool | None:
        """Return a tool by the names of its server and its own; None if there is none."""
        source = self._sources.get(server)
        return None if source is None else source.state.find(tool)

    async def wait_until_ready(self, server: str, seconds: float) -> None:
        """Wait until a server can be called, for so long at most: one that has died is being started again."""
        source, deadline = self._sources.get(server), time.monotonic() + seconds
        while source is not None and source.state.status != "ready" and time.monotonic() < deadline:  # noqa: ASYNC110
            # Its state is set on the loop of the box.
            await asyncio.sleep(LOOK_SECONDS)

    async def check(self, tool: Tool, arguments: object) -> str | None:
        """Return what does not fit about arguments, in words and with its path; None if they fit.

        Takes a moment at most, whatever the schema and the arguments are: it is done in another process.
        """
        if not isinstance(arguments, dict):
            return "They are no JSON object. Give one, such as {}."
        problem = size_problem(arguments)
        if problem is not None:
            return problem
        try:
            return await self._pool.run(value_problem, tool.input_schema, arguments)
        except TookTooLong:
            return "They take too long to be checked against the tool's schema. Give fewer or shorter ones."

    async def call(
        self,
        server: str,
        tool: str,
        arguments: dict[str, Any],
        *,
        timeout_seconds: float,
        meta: dict[str, Any],
        on_cancelled: Callable[[bool], None] = lambda _: None,
    ) -> ToolResult:
        """Call a tool. Cancelled, it cancels the call at the server, and waits a moment for that.

        Args:
            server: The name of the server.
            tool: The tool's name there.
            arguments: Its arguments, checked before.
            timeout_seconds: How long it may take.
            meta: What goes with the call, for the server's own log.
            on_cancelled: Told, when this was cancelled, whether the server has been told so in time.

        Raises:
            ToolFailed: There is no such tool, its server is down, or it did not answer in time.
        """
        return await self._thread.run(self._call(server, tool, arguments, timeout_seconds, meta), on_cancelled)

    async def open(self) -> None:
        """Begin to start the servers; returns at once."""
        self._thread.start()
        await self._thread.run(self._begin())

    async def close(self) -> None:
        """End the servers, and what they do; what is closed already stays so."""
        with suppress(ToolFailed):
            await self._thread.run(self._end())
        await asyncio.to_thread(self._thread.stop)

    async def _call(
        self, server: str, name: str, arguments: dict[str, Any], timeout_seconds: float, meta: dict[str, Any]
    ) -> ToolResult:
        source, tool = self._sources.get(server), self.find(server, name)
        if source is None or tool is None:
            raise ToolFailed(f"There is no tool {name} at a server {server}.")
        seconds = min(timeout_seconds, source.timeout_seconds or timeout_seconds)
        try:
            async with asyncio.timeout(seconds):
                return await source.call(tool, arguments, meta)
        except TimeoutError:
            words = f"{name} of {server} did not answer within {seconds:g} s. The call was cancelled."
            raise ToolFailed(words) from None
        except ToolFailed:
            raise
        except Exception:
            logger.exception("tool.mistake", server=server, tool=name)
            raise ToolFailed(f"{name} of {server} could not be called. The hub's log says more.") from None

    async def _begin(self) -> None:
        self._running = [asyncio.create_task(source.run()) for source in self._sources.values()]

    async def _end(self) -> None:
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=CLOSE_SECONDS)
