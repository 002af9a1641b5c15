"""The last executions of an agent, a workflow or a task, on its page, as they change."""

from collections.abc import Iterable
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.ui.handlers import assign, id_in_path
from execution_hub.views.rows import ExecutionRow, merge_rows

RECENT_LIMIT = 10


class RecentExecutions(rx.State, mixin=True):
    """What a page shows of the executions that belong to it; the number in its address says to what.

    Attributes:
        recent_of: Which field of an execution holds that number: `agent_id`, `workflow_id` or `task_id`.
    """

    recent_of: ClassVar[str] = ""

    recent: list[ExecutionRow] = []  # noqa: RUF012 - Reflex copies defaults
    is_recent_loaded: bool = False

    @rx.event(background=True)
    async def watch_recent(self) -> None:
        """Show the last executions, and keep them as they are in the hub until the page is left."""
        async with self:
            path, field = self.router.url.path, self.recent_of
            owner = id_in_path(path)
            if owner is None:
                # What is not stored yet has not run.
                assign(self, recent=[], is_recent_loaded=True)
                return
        mine_only: dict[str, Any] = {field: owner}
        # A hub that stops: what was seen stays.
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    if update.is_snapshot:
                        # Read after the watch began, so that nothing falls between.
                        page = await current_hub().history.page(ExecutionFilter(**mine_only), limit=RECENT_LIMIT)
                        rows = [recent_row(execution) for execution in page.items]
                    else:
                        # What is a part of another is shown with it.
                        listed = [each for each in update.executions if each.parent_id is None]
                        mine = [each for each in listed if getattr(each, field) == owner]
                        if not mine:
                            continue
                        gone = {each.id for each in mine if each.deleted_at is not None}
                        fresh = [recent_row(each) for each in mine if each.id not in gone]
                        rows = newest(row for row in merge_rows(rows, fresh) if row.id not in gone)
                    async with self:
                        if self.router.url.path != path:
                            return
                        assign(self, recent=rows, is_recent_loaded=True)


def recent_row(execution: Execution) -> ExecutionRow:
    """Return what the list shows: without the rest, every word written would send it anew."""
    row = replace(ExecutionRow.of(execution), phase="", tokens_text="", cost_text="")
    return row if row.total else replace(row, done=0)


def newest(rows: Iterable[ExecutionRow]) -> list[ExecutionRow]:
    """Return the newest rows, newest first: a change may bring back one that had left the list."""
    return sorted(rows, key=lambda row: -row.id)[:RECENT_LIMIT]
