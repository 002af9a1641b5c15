"""The State of the page Tools: the servers, their tools, and the one that is unfolded."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import reflex as rx

from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.tools.port import ToolServer
from execution_hub.ui.handlers import assign
from execution_hub.ui.offered_tools import find_tool, offered_servers
from execution_hub.ui.payload import Text
from execution_hub.ui.problems import attempt
from execution_hub.views.addresses import TOOLS, list_path
from execution_hub.views.tool_page import (
    Key,
    ServerCard,
    ToolDetail,
    ToolUse,
    parted,
    server_cards,
    tool_detail,
    uses_by_tool,
    with_uses,
)

# So often it is seen whether a server is another; what is compared is in memory.
LOOK_SECONDS = 0.5
# So often it is asked which agents have which tools.
USES_SECONDS = 10.0
Q_MAX = 200
UNFOLDED_MAX = 50


class ToolsState(rx.State):
    """The servers as they are now.

    Attributes:
        servers: What is shown of them.
        count: How many tools they have together.
        server_count: How many servers there are.
        ready: How many of them are ready.
        failed: The names of those that failed.
        q: What the tools that are shown are to hold, as it stands in the address.
        tool: The tool that is unfolded.
        is_gone: Whether its server does not offer it now.
        has_changed: Whether it is another since it was unfolded.
        has_file: Whether HUB_MCP_FILE is set.
    """

    servers: list[ServerCard] = []  # noqa: RUF012 - Reflex copies defaults
    count: int = 0
    server_count: int = 0
    ready: int = 0
    failed: list[str] = []  # noqa: RUF012
    is_loaded: bool = False
    has_file: bool = True
    q: str = ""
    tool: ToolDetail = ToolDetail()
    is_gone: bool = False
    has_changed: bool = False

    _unfolded: list[str] = []  # noqa: RUF012
    _uses: dict[Key, list[ToolUse]] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Show the servers as they are, for what the address asks for."""
        assign(self, q=dict(self.router.url.query_parameters).get("q", "").strip()[:Q_MAX])
        await self._learn_uses()
        self._show(offered_servers())
        try:
            assign(self, has_file=current_hub().settings.mcp_file is not None, is_loaded=True)
        except HubError:
            return  # It starts or stops: `watch` looks again.

    @rx.event(background=True)
    async def watch(self) -> None:
        """Show what changes for as long as the page is open: a server that dies or comes back, another set of tools."""
        seen: Sequence[ToolServer] = ()
        read_at = time.monotonic()
        while True:
            servers = offered_servers()
            is_due = time.monotonic() - read_at > USES_SECONDS
            if servers and (is_due or servers != seen):
                uses = await _read_uses() if is_due else None
                read_at = time.monotonic() if is_due else read_at
                async with self:
                    self._uses = self._uses if uses is None else uses
                    self._show(servers)
                    assign(self, is_loaded=True)
                seen = servers
            await asyncio.sleep(LOOK_SECONDS)

    @rx.event
    def search(self, word: Text) -> Any:
        """Go to the address of the tools that hold some words: every view can be shared."""
        word = word.strip()[:Q_MAX]
        return rx.redirect(list_path(TOOLS, word), replace=True) if word != self.q else None

    @rx.event
    def show_all(self, server: str) -> None:
        """Show all tools of a server."""
        self._unfolded = [*self._unfolded, server][-UNFOLDED_MAX:]
        self._show(offered_servers())

    @rx.event
    async def open_tool(self, key: str) -> None:
        """Unfold a tool, or fold it again; one at a time."""
        found = None if key == self.tool.key else find_tool(*parted(key))
        assign(self, is_gone=False, has_changed=False)
        if found is None:
            self.tool = ToolDetail()
            return
        await self._learn_uses()
        self.tool = tool_detail(found, self._uses.get((found.server, found.name), ()))

    async def _learn_uses(self) -> None:
        uses = await _read_uses()
        self._uses = self._uses if uses is None else uses

    def _show(self, servers: Sequence[ToolServer]) -> None:
        if not servers:
            return
        assign(
            self,
            servers=server_cards(servers, self._uses, q=self.q, unfolded=self._unfolded),
            count=sum(len(each.tools) for each in servers),
            ready=sum(each.status == "ready" for each in servers),
            failed=[each.name for each in servers if each.status == "failed"],
            server_count=len(servers),
        )
        if not self.tool.key:
            return
        where = parted(self.tool.key)
        found = find_tool(*where)
        uses = self._uses.get(where, ())
        if found is None:
            assign(self, is_gone=True)
        elif found.digest != self.tool.digest:
            assign(self, tool=tool_detail(found, uses), has_changed=True, is_gone=False)
        else:
            assign(self, tool=with_uses(self.tool, uses), is_gone=False)


async def _read_uses() -> dict[Key, list[ToolUse]] | None:
    """Return which agents have which tools; None where the hub does not answer: what was known stays."""
    found = await attempt(lambda hub: hub.agents.with_tools())
    return None if isinstance(found, HubError) else uses_by_tool(found)
