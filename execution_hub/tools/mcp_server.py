"""An MCP server of the hub's admin, as the box keeps it: connected, asked for its tools, connected again."""

import asyncio
import importlib
import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog

from execution_hub.domain.clock import now
from execution_hub.errors import HubError, ToolFailed
from execution_hub.pool import WorkPool
from execution_hub.tools.arguments import schema_problems
from execution_hub.tools.catalogue import TOOLS_MAX, catalogue
from execution_hub.tools.keeper import Keeper
from execution_hub.tools.lost import AGAIN, Lost, leaves
from execution_hub.tools.mcp_file import McpFile, ServerConfig
from execution_hub.tools.port import ServerStatus, Tool, ToolResult, ToolServer, ToolSource
from execution_hub.tools.secrets import Secrets

if TYPE_CHECKING:
    from execution_hub.tools.mcp_session import Session

logger = structlog.get_logger(__name__)

# Between attempts to connect; one that lived for a minute is tried again at once.
DELAY_FIRST_SECONDS = 1.0
DELAY_MAX_SECONDS = 60.0
LIVED_SECONDS = 60.0
ERROR_MAX = 1_000


class McpServer(ToolSource):
    """One server. Its session is opened, kept and left by one task, `run`: it cannot be left by another.

    Args:
        config: What the admin's file says of it.
        secrets: What is taken out of all it says.
        pool: Where its schemas are checked.
        keeper: What ends its process if the hub dies.
    """

    def __init__(self, config: ServerConfig, secrets: Secrets, pool: WorkPool, keeper: Keeper) -> None:
        self.name = config.name
        self.timeout_seconds = config.timeout_seconds
        self._config, self._secrets, self._pool, self._keeper = config, secrets, pool, keeper
        self._state = ToolServer(config.name, "starting", since=now())
        self._session: Session | None = None

    @property
    def state(self) -> ToolServer:
        """See ToolSource.state."""
        return self._state

    async def run(self) -> None:
        """See ToolSource.run."""
        delay = DELAY_FIRST_SECONDS
        while True:
            began = time.monotonic()
            try:
                await self._connected()
            except Exception as error:
                why = self._why(error)
            finally:
                self._session = None
            self._state = replace(self._state, status="failed", error=why, since=self._since("failed"))
            logger.warning("tools.server_failed", server=self.name, error=why)
            if time.monotonic() - began > LIVED_SECONDS:
                delay = DELAY_FIRST_SECONDS
            await asyncio.sleep(delay)
            delay = min(delay * 2, DELAY_MAX_SECONDS)

    async def call(self, tool: Tool, arguments: dict[str, Any], meta: dict[str, Any]) -> ToolResult:
        """See ToolSource.call."""
        if self._session is None:
            why = self._state.error or "It is starting."
            raise ToolFailed(f"The server {self.name} is not ready. {why} {AGAIN}")
        return await self._session.call(tool.name, arguments, meta)

    async def _connected(self) -> None:
        """Connect, and stay so.

        Raises:
            Exception: Whatever ended it.
        """
        # The SDK takes a second to load, which holds up nobody in a thread.
        module = await asyncio.to_thread(importlib.import_module, "execution_hub.tools.mcp_session")
        async with module.open_session(self._config, self._secrets, self._keeper, self._heard) as session:
            try:
                while True:
                    await self._ask(session)
                    await session.news()
            finally:
                # To end what is left of it takes a moment, in which it is not called any more.
                self._session, self._state = None, replace(self._state, status="starting", error="")

    async def _ask(self, session: "Session") -> None:
        async with asyncio.timeout(self.timeout_seconds or DELAY_MAX_SECONDS):
            told = await session.tools()
        problems = await self._pool.run(schema_problems, [each.input_schema for each in told[:TOOLS_MAX]])
        checked = [replace(each, schema_problem=problem) for each, problem in zip(told, problems, strict=False)]
        tools, notes = catalogue(self.name, checked + told[TOOLS_MAX:], self._config.idempotent)
        if self._session is None or tools != self._state.tools:
            logger.info("tools.server_ready", server=self.name, tools=len(tools), notes=notes)
        state = ToolServer(self.name, "ready", notes[:ERROR_MAX], tools, self._since("ready"))
        self._session, self._state = session, state

    def _since(self, status: ServerStatus) -> datetime | None:
        """Return since when it has a status: one that fails again and again failed the first time."""
        return self._state.since if self._state.status == status else now()

    def _heard(self, line: str) -> None:
        logger.info("tools.server_said", server=self.name, line=line)

    def _why(self, error: Exception) -> str:
        found = list(leaves(error))
        told = next((each for each in found if isinstance(each, Lost | HubError)), found[0])
        if isinstance(told, TimeoutError):
            return "It did not tell its tools in time."
        return self._secrets.redact_cut(str(told) or type(told).__name__, ERROR_MAX)


def mcp_servers(file: McpFile, pool: WorkPool, keeper: Keeper) -> list[McpServer]:
    """Return the servers of a file, not yet started."""
    return [McpServer(config, file.secrets, pool, keeper) for config in file.servers]
