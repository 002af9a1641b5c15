"""What the built-in tools may see of the history."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from execution_hub.domain.filters import ExecutionFilter
from execution_hub.hub.history import History

# What they are not shown: the copy of what it ran with may be large, and numbers of the hub's own mean nothing to them.
_LEFT_OUT = ("definition", "meta", "changed", "last_seq", "is_excerpt", "deleted_at")

Result = TypeVar("Result")


class ToolHistory:
    """The history for the built-in tools, which run on another event loop: see `tools.builtin.HistoryReader`.

    Made on the loop of the hub, to which the history belongs.
    """

    def __init__(self, history: History) -> None:
        """Read from a history."""
        self._history = history
        self._loop = asyncio.get_running_loop()

    async def search(self, text: str | None, status: str | None, limit: int) -> list[dict[str, Any]]:
        """Return excerpts of executions, newest first, as on the wire."""
        where = ExecutionFilter.from_query({"q": text or "", "status": status or ""})
        page = await self._there(self._history.page(where, limit=limit))
        return [each.as_json() for each in page.items]

    async def read(self, execution_id: int) -> dict[str, Any]:
        """Return an execution with its steps, as on the wire.

        Raises:
            NotFound: There is none with this number.
        """
        return await self._there(self._read(execution_id))

    async def _read(self, execution_id: int) -> dict[str, Any]:
        execution = await self._history.get(execution_id)
        wire = execution.as_json(await self._history.steps(execution_id))
        return {name: value for name, value in wire.items() if name not in _LEFT_OUT}

    async def _there(self, work: Coroutine[Any, Any, Result]) -> Result:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))
