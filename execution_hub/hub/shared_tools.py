"""The tools of the hub as doors see them: where it has several processes, those of all that execute."""

import asyncio
import hashlib
import json
from collections.abc import Iterable
from functools import partial
from typing import Any

import structlog

from execution_hub.background import end_tasks
from execution_hub.errors import HubError, ToolFailed
from execution_hub.live.workers import Workers
from execution_hub.runners.port import Fence
from execution_hub.store import worker_tools
from execution_hub.store.database import Database
from execution_hub.tools.merging import from_json, merged, to_json
from execution_hub.tools.port import Tool, ToolBox, ToolResult, ToolServer

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0
ELSEWHERE = "runs where executions do, and this process only serves pages. Try it through an agent."


class SharedTools:
    """What agents may call: see ToolBox, whose methods these are.

    Each process that executes runs its own servers, says which, and learns of those of the others.
    """

    def __init__(self, own: ToolBox, database: Database, workers: Workers | None, worker_id: str, fence: Fence) -> None:
        """Know the tools of this process.

        Args:
            own: The servers of this process.
            database: Where processes tell each other of theirs.
            workers: The processes that have joined; None where this one is alone.
            worker_id: Its own id among them; empty where it executes nothing.
            fence: Returns if this process may still act for the hub.
        """
        self._fence = fence
        self._own = own
        self._database = database
        self._workers = workers
        self._worker_id = worker_id
        self._told = ""
        self._known: dict[str, str] = {}
        self._offers: dict[str, tuple[ToolServer, ...]] = {}
        self._merged: tuple[ToolServer, ...] = ()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Tell the others, and learn of theirs, from now on; call it once this process has joined."""
        if self._workers is not None:
            await self._look(self._workers)
            self._task = asyncio.create_task(self._follow(self._workers), name="hub-shared-tools")

    async def close(self) -> None:
        """Tell and learn nothing any more."""
        await end_tasks(self._task)

    def servers(self) -> tuple[ToolServer, ...]:
        """See ToolBox: those of all processes, each once; one whose tools differ between processes has failed."""
        if self._workers is None:
            return self._own.servers()
        known = {each.name for each in self._merged}
        return (*(each for each in self._own.servers() if each.name not in known), *self._merged)

    @property
    def lacks_some(self) -> bool:
        """Whether another process that takes new work has a server ready which this one has not."""
        return any(each - self._ready for each in self._elsewhere)

    def are_elsewhere(self, names: frozenset[str]) -> bool:
        """Tell whether this process lacks some of these servers, and another that takes new work has all of them ready.

        Args:
            names: Of the servers.
        """
        return not names <= self._ready and any(names <= each for each in self._elsewhere)

    def lacking(self) -> dict[str, list[str]]:
        """Return which servers of others each process lacks, in order, by its id; without those that lack none."""
        taking = self._taking()
        all_ready = frozenset[str]().union(*taking.values())
        missing = {each: sorted(all_ready - ready) for each, ready in taking.items()}
        return {each: names for each, names in missing.items() if names}

    @property
    def _ready(self) -> frozenset[str]:
        return _ready(self._own.servers())

    @property
    def _elsewhere(self) -> list[frozenset[str]]:
        return [ready for each, ready in self._taking().items() if each != self._worker_id]

    def _taking(self) -> dict[str, frozenset[str]]:
        """Return the ready servers of each process that takes new work, as it told a moment ago, by its id."""
        if self._workers is None:
            return {}
        taking = [each.id for each in self._workers.known if self._workers.takes(each)]
        return {each: _ready(self._offers[each]) for each in taking if each in self._offers}

    def find(self, server: str, tool: str) -> Tool | None:
        """See ToolBox."""
        found = next((each for each in self.servers() if each.name == server), None)
        return None if found is None else found.find(tool)

    async def check(self, tool: Tool, arguments: object) -> str | None:
        """See ToolBox."""
        return await self._own.check(tool, arguments)

    async def call(
        self, server: str, tool: str, arguments: dict[str, Any], *, timeout_seconds: float, meta: dict[str, Any]
    ) -> ToolResult:
        """Call a tool of this process: see ToolBox.

        Raises:
            ToolFailed: As there; or its server runs in other processes only.
            Unavailable: This process may not act for the hub any more.
        """
        if self._own.find(server, tool) is None and self.find(server, tool) is not None:
            raise ToolFailed(f"The server {server} {ELSEWHERE}")
        await self._fence()
        return await self._own.call(server, tool, arguments, timeout_seconds=timeout_seconds, meta=meta)

    async def _follow(self, workers: Workers) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look(workers)
            except HubError as error:
                # The database is away: the next look tries again.
                logger.warning("tools.not_shared", error=error.message)
            except Exception:
                logger.exception("tools.not_shared")

    async def _look(self, workers: Workers) -> None:
        if await self._tell():
            # What this process itself runs is among them from the first look on.
            await workers.look()
        known = workers.known
        names = {each.id: each.name for each in known}
        living = {each.id: each.tools for each in known if each.tools}
        if living == self._known:
            return
        changed = [key for key, digest in living.items() if self._known.get(key) != digest]
        found = await self._database.aread(partial(worker_tools.of, worker_ids=changed))
        offers = {key: each for key, each in self._offers.items() if key in living}
        self._offers = offers | {key: from_json(each) for key, each in found.items()}
        self._known = living
        self._merged = merged({names[key]: self._offers[key] for key in living if key in self._offers})
        workers.wake()

    async def _tell(self) -> bool:
        """Tell the others of the servers of this process, if they are others than before; return whether they were."""
        if not self._worker_id:
            return False
        servers = to_json(self._own.servers())
        digest = hashlib.sha256(json.dumps(servers, sort_keys=True).encode()).hexdigest()
        if digest == self._told:
            return False
        put = partial(worker_tools.put, worker_id=self._worker_id, digest=digest, servers=servers)
        await self._database.awrite(put)
        self._told = digest
        return True


def _ready(servers: Iterable[ToolServer]) -> frozenset[str]:
    return frozenset(each.name for each in servers if each.status == "ready")
