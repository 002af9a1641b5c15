"""How the rows of a page's own are kept as they are in the hub."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, Protocol

from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import Unavailable
from execution_hub.hub.history import Page
from execution_hub.hub.hub import current_hub
from execution_hub.ui.pages.dashboard.shared import PAGE_SIZE, shared_dashboard
from execution_hub.ui.watching import RETRY_SECONDS, TICK_SECONDS
from execution_hub.views.filters import FilterWords
from execution_hub.views.rows import ExecutionRow

PROGRESS_SECONDS = 0.25
# After a status the next change of a page's own rows waits so long.
SPACING_SECONDS = 0.030


class Rows(AbstractAsyncContextManager[Any], Protocol):
    """A State with rows of its own: see DashboardState."""

    router: Any
    is_own: bool
    rows: list[ExecutionRow]
    filters: FilterWords

    @property
    def _next_cursor(self) -> str | None: ...

    def _show(self, changed: Mapping[int, Execution | None], queue: list[int]) -> None: ...

    def _append(self, page: Page) -> None: ...


async def watch_rows(state: Rows, address: str, filters: FilterWords, token: str) -> bool:
    """Keep the rows of a page's own until it shows those of all.

    Args:
        state: The State of the page.
        address: Where the page is: at another one it is watched anew.
        filters: Those of the address.
        token: Which page.

    Returns:
        Whether the page is still there.
    """
    # As last shown, of what has yet to end.
    statuses: dict[int, Status] = {}
    # What has yet to be shown, by id; None for what is to go.
    later: dict[int, Execution | None] = {}
    shown_at = 0.0
    while True:
        try:
            hub = current_hub()
            async with aclosing(hub.history.watch(tick_seconds=TICK_SECONDS)) as updates:
                async for update in updates:
                    if shared_dashboard.history.has(token):
                        return True
                    # What is a part of another is shown with it.
                    listed = [each for each in update.executions if each.parent_id is None]
                    ids = {execution.id for execution in listed}
                    fitting = listed
                    if update.is_snapshot:
                        # What ended or came between the page's load and this moment is in no update.
                        # The newest of all: they are matched below, and a search would take its time again.
                        page = await hub.history.page(filters.where(now()).but(q=None), limit=PAGE_SIZE)
                        ids |= {execution.id for execution in page.items}
                        # Any of what was there may have gone since.
                        async with state:
                            ids |= {row.id for row in state.rows}
                    if update.is_snapshot or (ids and not filters.is_empty):
                        fitting = await hub.history.matching(filters.where(now()), ids)
                    deleted = [each for each in listed if each.deleted_at is not None]
                    later |= dict.fromkeys(ids) | {each.id: each for each in (*fitting, *deleted)}
                    fresh = {execution.id: execution.status for execution in listed}
                    is_new = update.is_snapshot or not fresh.items() <= statuses.items()
                    statuses = {each: status for each, status in (statuses | fresh).items() if status.is_active}
                    # Mere progress must not keep a status waiting: it comes a few times a second, and
                    # no pause follows it.
                    if not later or not (is_new or time.monotonic() - shown_at > PROGRESS_SECONDS):
                        continue
                    async with state:
                        if str(state.router.url) != address:
                            return False
                        if not state.is_own:
                            # Not loaded yet, or shown the rows of all by now.
                            continue
                        state._show(later, hub.queue.numbers())
                        cursor = state._next_cursor
                    later, shown_at = {}, time.monotonic()
                    if cursor is not None:
                        await _read_on(state, filters, cursor)
                    if is_new:
                        await asyncio.sleep(SPACING_SECONDS)
        except Unavailable:
            # The hub is stopping, or its database is away: the next watch begins with a snapshot.
            pass
        await asyncio.sleep(RETRY_SECONDS)


async def _read_on(state: Rows, filters: FilterWords, cursor: str) -> None:
    """Show the next page by itself, unless the page itself has read on meanwhile."""
    page = await current_hub().history.page(filters.where(now()), limit=PAGE_SIZE, cursor=cursor)
    async with state:
        if state._next_cursor == cursor and state.filters == filters:
            state._append(page)
