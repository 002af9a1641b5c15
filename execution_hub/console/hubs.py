"""The hub as the terminal reaches it: one that serves, over its API, or else one opened here for as long as needed."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from execution_hub.domain.filters import LIMIT_DEFAULT, LIMIT_MAX
from execution_hub.errors import HubError, InvalidInput, NotFound, Unavailable
from execution_hub.network import open_direct
from execution_hub.role import Role
from execution_hub.settings import Settings, with_role

TIMEOUT_SECONDS = 75
PROBE_SECONDS = 2
# It may have to look through a large data folder first.
ABOUT_SECONDS = 15


class TerminalHub(Protocol):
    """What the commands ask of a hub; every answer is as on the wire.

    Attributes:
        is_serving: Whether it goes on when the command has ended.
        address: Where its pages are; of a hub opened for the moment, nowhere.
    """

    is_serving: bool
    address: str

    async def every(self, noun: str) -> list[dict[str, Any]]:
        """Return all agents, workflows, tasks or suites: `agent`, `workflow`, `task`, `suite`."""
        ...

    async def page(self, noun: str, limit: int, cursor: str | None) -> dict[str, Any]:
        """Return a page of the list of agents, workflows, tasks or suites."""
        ...

    async def start(self, execution_type: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Start an execution of a type."""
        ...

    async def executions(self, query: dict[str, str]) -> dict[str, Any]:
        """Return the newest executions that pass a filter, in the API's words, as the API's list."""
        ...

    async def execution(self, execution_id: int) -> dict[str, Any]:
        """Return an execution with its steps."""
        ...

    async def events(self, execution_id: int, after: int, wait_seconds: float) -> dict[str, Any]:
        """Return the log of an execution after a number, waiting for news if there are none."""
        ...

    async def children(self, execution_id: int) -> list[dict[str, Any]]:
        """Return the executions that an execution started, as in the API's list."""
        ...

    async def report(self, execution_id: int) -> str:
        """Return a run of a suite as a page."""
        ...

    async def estimate(self, suite_id: int) -> dict[str, Any]:
        """Return what a run of a suite is likely to cost."""
        ...

    async def import_agent(self, body: dict[str, Any]) -> dict[str, Any]:
        """Store an agent that was exported."""
        ...

    async def import_suite(self, body: dict[str, Any]) -> dict[str, Any]:
        """Store a suite with the cases of a file, in the API's words."""
        ...

    async def import_cases(self, suite_id: int, body: dict[str, Any]) -> dict[str, Any]:
        """Give a suite the cases of a file, in the API's words."""
        ...

    async def rerun(self, execution_id: int, text: str | None, *, is_as_ran: bool) -> dict[str, Any]:
        """Start an execution that repeats another."""
        ...

    async def cancel(self, execution_id: int) -> dict[str, Any]:
        """Cancel an execution."""
        ...

    async def answer(self, execution_id: int, step: str, comment: str, *, is_approved: bool) -> dict[str, Any]:
        """Approve or reject a step that waits for a person."""
        ...

    async def approve_call(
        self, execution_id: int, number: int, comment: str, arguments: dict[str, Any] | None, *, is_for_execution: bool
    ) -> dict[str, Any]:
        """Let a tool be called, with other arguments if they are given."""
        ...

    async def reject_call(self, execution_id: int, number: int, comment: str) -> dict[str, Any]:
        """Do not let a tool be called."""
        ...

    async def resolve_call(self, execution_id: int, number: int, how: str) -> dict[str, Any]:
        """Say what becomes of a call of which nobody knows whether it had its effect."""
        ...

    async def prune(self) -> int:
        """Prune the history; returns how many executions went."""
        ...


@asynccontextmanager
async def open_hub(settings: Settings) -> AsyncIterator[TerminalHub]:
    """Give the hub that serves at the settings' address, or open one here.

    Raises:
        StartError: None serves there, and the data folder cannot be used.
    """
    served = ServedHub(settings.address, settings.allowed_hosts[0])
    if await served.answers():
        yield served
        return
    # Loads the engine: only for those who need it.
    from execution_hub.console.opened import OpenedHub
    from execution_hub.hub.hub import Hub

    # Beside others it asks, and they execute: a command must not hold what runs when it ends.
    hub = await Hub.open(with_role(settings, Role.WEB) if settings.role.is_joined else settings)
    try:
        yield OpenedHub(hub)
    finally:
        await hub.close()


class ServedHub:
    """A hub that serves: see TerminalHub."""

    is_serving = True

    def __init__(self, address: str, host: str = "") -> None:
        """Reach it.

        Args:
            address: Where it listens.
            host: A name under which it may be asked; the address's own if omitted.
        """
        self.address = address
        self._headers = {"Host": host} if host else {}

    async def answers(self) -> bool:
        """Tell whether a hub serves there."""
        try:
            return (await self._call("GET", "/api/health", seconds=PROBE_SECONDS)).get("status") == "ok"
        except HubError:
            return False

    async def about(self) -> dict[str, Any]:
        """Return what the hub is and how it is set up."""
        return await self._call("GET", "/api/about", seconds=ABOUT_SECONDS)

    async def tools(self) -> list[dict[str, Any]]:
        """Return its servers of tools."""
        found: list[dict[str, Any]] = (await self._call("GET", "/api/tools", seconds=ABOUT_SECONDS))["items"]
        return found

    async def check_ready(self) -> None:
        """Return if the hub can work.

        Raises:
            HubError: It cannot, and why.
        """
        await self._call("GET", "/api/ready", seconds=ABOUT_SECONDS)

    async def every(self, noun: str) -> list[dict[str, Any]]:
        """See TerminalHub."""
        return await self._all(f"/api/{noun}s")

    async def page(self, noun: str, limit: int, cursor: str | None) -> dict[str, Any]:
        """See TerminalHub."""
        query = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        return await self._call("GET", f"/api/{noun}s?{urlencode(query)}")

    async def start(self, execution_type: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """See TerminalHub."""
        body = {"execution_type": execution_type, "parameters": parameters}
        return await self._call("POST", "/api/executions", body)

    async def executions(self, query: dict[str, str]) -> dict[str, Any]:
        """See TerminalHub."""
        page = await self._call("GET", f"/api/executions?{urlencode(query)}")
        found, limit = list(page["items"]), int(query.get("limit", LIMIT_DEFAULT))
        # A terminal waits for a search to its end; whoever does not stops it.
        while page.get("is_partial") and len(found) < limit:
            more = urlencode({**query, "cursor": page["next_cursor"], "limit": limit - len(found)})
            page = await self._call("GET", f"/api/executions?{more}")
            found += page["items"]
        return {"items": found, "next_cursor": page["next_cursor"]}

    async def execution(self, execution_id: int) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._call("GET", f"/api/executions/{execution_id}")

    async def events(self, execution_id: int, after: int, wait_seconds: float) -> dict[str, Any]:
        """See TerminalHub."""
        query = urlencode({"after": after, "wait": wait_seconds})
        return await self._call("GET", f"/api/executions/{execution_id}/events?{query}")

    async def children(self, execution_id: int) -> list[dict[str, Any]]:
        """See TerminalHub."""
        return await self._all("/api/executions", {"parent_id": execution_id, "limit": LIMIT_MAX})

    async def report(self, execution_id: int) -> str:
        """See TerminalHub."""
        path = f"/api/executions/{execution_id}/report?language=en"
        return (await asyncio.to_thread(self._read_now, "GET", path, None, TIMEOUT_SECONDS)).decode()

    async def estimate(self, suite_id: int) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._call("GET", f"/api/suites/{suite_id}/estimate")

    async def import_agent(self, body: dict[str, Any]) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._call("POST", "/api/agents/import", body)

    async def import_suite(self, body: dict[str, Any]) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._call("POST", "/api/suites/import", body)

    async def import_cases(self, suite_id: int, body: dict[str, Any]) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._call("POST", f"/api/suites/{suite_id}/import", body)

    async def rerun(self, execution_id: int, text: str | None, *, is_as_ran: bool) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._call("POST", f"/api/executions/{execution_id}/rerun", {"input": text, "as_ran": is_as_ran})

    async def cancel(self, execution_id: int) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._call("POST", f"/api/executions/{execution_id}/cancel")

    async def answer(self, execution_id: int, step: str, comment: str, *, is_approved: bool) -> dict[str, Any]:
        """See TerminalHub."""
        path = f"/api/executions/{execution_id}/steps/{quote(step, safe='')}/{'approve' if is_approved else 'reject'}"
        return await self._call("POST", path, {"comment": comment})

    async def approve_call(
        self, execution_id: int, number: int, comment: str, arguments: dict[str, Any] | None, *, is_for_execution: bool
    ) -> dict[str, Any]:
        """See TerminalHub."""
        body = {"comment": comment, "arguments": arguments, "for_this_execution": is_for_execution}
        return await self._call("POST", f"/api/executions/{execution_id}/calls/{number}/approve", body)

    async def reject_call(self, execution_id: int, number: int, comment: str) -> dict[str, Any]:
        """See TerminalHub."""
        path = f"/api/executions/{execution_id}/calls/{number}/reject"
        return await self._call("POST", path, {"comment": comment})

    async def resolve_call(self, execution_id: int, number: int, how: str) -> dict[str, Any]:
        """See TerminalHub."""
        return await self._call("POST", f"/api/executions/{execution_id}/calls/{number}/resolve", {"how": how})

    async def prune(self) -> int:
        """See TerminalHub."""
        return int((await self._call("POST", "/api/prune"))["removed"])

    async def _all(self, path: str, query: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return all of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self._call("GET", f"{path}?{urlencode({**(query or {}), **cursor})}")
            found += page["items"]
            if not page["next_cursor"]:
                return found
            cursor = {"cursor": page["next_cursor"]}

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, seconds: float = TIMEOUT_SECONDS
    ) -> dict[str, Any]:
        return await asyncio.to_thread(self._call_now, method, path, body, seconds)

    def _call_now(self, method: str, path: str, body: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
        try:
            return dict(json.loads(self._read_now(method, path, body, seconds) or b"{}"))
        except ValueError as error:
            raise self._silent(error) from None

    def _read_now(self, method: str, path: str, body: dict[str, Any] | None, seconds: float) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        headers = self._headers | ({} if body is None else {"Content-Type": "application/json"})
        request = urllib.request.Request(self.address + path, data, headers, method=method)  # noqa: S310 - our own
        try:
            with open_direct(request, seconds=seconds) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            raise _fault(error.code, error.read()) from None
        except (OSError, ValueError) as error:
            raise self._silent(error) from None

    def _silent(self, error: Exception) -> Unavailable:
        return Unavailable(f"The hub at {self.address} does not answer ({error}).")


def _fault(status: int, body: bytes) -> HubError:
    try:
        told = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return Unavailable(f"The hub answered {status}.")
    message, details = str(told["message"]), dict(told.get("details") or {})
    if status == 404:
        return NotFound(message)
    if status == 422:
        return InvalidInput(str(details.get("field", "input")), message)
    return HubError(message)
