"""The server `hub`: tools that need no other program. All of them only read."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from execution_hub.domain.clock import now
from execution_hub.domain.filters import ID_MAX, WORD_MAX
from execution_hub.domain.status import Status
from execution_hub.errors import HubError, TookTooLong, ToolFailed
from execution_hub.pool import WorkPool
from execution_hub.tools import calculator
from execution_hub.tools.port import Tool, ToolResult, ToolServer, ToolSource, tool_of

HUB = "hub"
SEARCH_MAX = 20
SEARCH_DEFAULT = 5
ZONE_MAX = 60


class HistoryReader(Protocol):
    """What the tools may see of the history."""

    async def search(self, text: str | None, status: str | None, limit: int) -> list[dict[str, Any]]:
        """Return excerpts of the newest executions that hold a text and have a status, as on the wire."""
        ...

    async def read(self, execution_id: int) -> dict[str, Any]:
        """Return an execution with its steps, as on the wire.

        Raises:
            NotFound: There is none with this number.
        """
        ...


class CannotAnswer(Exception):
    """A tool has no answer to these arguments; its message tells the model why."""


@dataclass(frozen=True, slots=True)
class _BuiltIn:
    tool: Tool
    work: Callable[[dict[str, Any]], Awaitable[str]]


class BuiltInTools(ToolSource):
    """The built-in server.

    Args:
        history: What it reads of the history.
        pool: Where it calculates.
        clock: What tells the time.
    """

    name = HUB

    def __init__(self, history: HistoryReader, pool: WorkPool, clock: Callable[[], datetime] = now) -> None:
        self._history, self._pool, self._clock = history, pool, clock
        works: Mapping[str, Callable[[dict[str, Any]], Awaitable[str]]] = {
            "current_time": self._current_time,
            "calculate": self._calculate,
            "search_history": self._search_history,
            "read_execution": self._read_execution,
        }
        self._tools = {name: _BuiltIn(TOOLS[name], work) for name, work in works.items()}
        self._state = ToolServer(HUB, "ready", "", tuple(each.tool for each in self._tools.values()))

    @property
    def state(self) -> ToolServer:
        """See ToolSource.state: it is always ready."""
        return self._state

    async def run(self) -> None:
        """See ToolSource.run: nothing is to be kept."""

    async def call(self, tool: Tool, arguments: dict[str, Any], meta: dict[str, Any]) -> ToolResult:
        """See ToolSource.call."""
        try:
            return ToolResult.of(await self._tools[tool.name].work(arguments))
        except CannotAnswer as error:
            return ToolResult.of(str(error), is_error=True)
        except ToolFailed:
            raise
        except HubError as error:
            return ToolResult.of(error.message, is_error=True)

    async def _current_time(self, given: dict[str, Any]) -> str:
        zone = given.get("timezone") or "UTC"
        try:
            at = self._clock().astimezone(UTC if zone == "UTC" else ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise CannotAnswer(f"There is no time zone {zone!r}. Give an IANA name, such as Europe/Berlin.") from None
        return f"{at.isoformat(timespec='seconds')} ({at:%A}, {zone})"

    async def _calculate(self, given: dict[str, Any]) -> str:
        try:
            return await self._pool.run(calculator.calculate, given["expression"])
        except calculator.CannotCalculate as error:
            raise CannotAnswer(str(error)) from None
        except TookTooLong:
            raise CannotAnswer("It takes too long to calculate. Give a simpler expression.") from None

    async def _search_history(self, given: dict[str, Any]) -> str:
        limit = given.get("limit", SEARCH_DEFAULT)
        found = await self._history.search(given.get("text") or None, given.get("status"), int(limit))
        return _json([{name: each.get(name) for name in _EXCERPT} for each in found]) if found else "Nothing found."

    async def _read_execution(self, given: dict[str, Any]) -> str:
        return _json(await self._history.read(int(given["id"])))


_EXCERPT = ("id", "execution_type", "name", "status", "created_at", "duration_ms", "input", "output", "error")
_HINTS = {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False}


def _tool(name: str, description: str, properties: dict[str, Any], *required: str) -> Tool:
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    return tool_of(HUB, name, description, schema, _HINTS, is_idempotent=True)


TOOLS = {
    each.name: each
    for each in (
        _tool(
            "current_time",
            "Tell the date, the time and the day of the week.",
            {
                "timezone": {
                    "type": "string",
                    "description": "IANA name of a time zone; UTC if left out.",
                    "maxLength": ZONE_MAX,
                    "examples": ["Europe/Berlin"],
                }
            },
        ),
        _tool(
            "calculate",
            "Calculate an expression exactly: + - * / // % **, brackets, comparisons, pi, e and the functions "
            f"{', '.join(calculator.FUNCTIONS)}. Angles are in radians.",
            {
                "expression": {
                    "type": "string",
                    "description": "The expression.",
                    "minLength": 1,
                    "maxLength": calculator.EXPRESSION_MAX,
                    "examples": ["(2 + 3) * sqrt(2)"],
                }
            },
            "expression",
        ),
        _tool(
            "search_history",
            "Find past executions of this hub, newest first: agent tests and workflow runs, with the first 200 "
            "characters of their texts.",
            {
                "text": {
                    "type": "string",
                    "description": "What name, input, output or error holds; all executions if left out.",
                    "maxLength": WORD_MAX,
                    "examples": ["invoice"],
                },
                "status": {"type": "string", "description": "Only with this status.", "enum": [*Status]},
                "limit": {
                    "type": "integer",
                    "description": f"How many at most; {SEARCH_DEFAULT} if left out.",
                    "minimum": 1,
                    "maximum": SEARCH_MAX,
                },
            },
        ),
        _tool(
            "read_execution",
            "Read one execution of this hub whole: input, output, error, steps, usage and times.",
            {
                "id": {
                    "type": "integer",
                    "description": "Its number.",
                    "minimum": 1,
                    "maximum": ID_MAX,
                    "examples": [1],
                }
            },
            "id",
        ),
    )
}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
