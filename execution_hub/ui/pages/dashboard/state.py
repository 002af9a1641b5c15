"""The State of the dashboard: its figures, and its page of the history."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import reflex as rx

from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.domain.formats import format_cost, format_count, format_duration, format_share
from execution_hub.domain.status import Status
from execution_hub.errors import HubError, Unavailable
from execution_hub.hub import current_hub
from execution_hub.store.history import Stats
from execution_hub.ui.follow import assign, language_of
from execution_hub.ui.live import RETRY_SECONDS, SPACING_SECONDS, TICK_SECONDS
from execution_hub.ui.pages.dashboard.filters import FilterWords
from execution_hub.ui.rows import ExecutionRow, merge_rows, with_places
from execution_hub.ui.text import say_error

PAGE_SIZE = 25
STATS_SECONDS = 1.0
PROGRESS_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the last 24 hours, for people; empty texts where there are none yet."""

    succeeded: int = 0
    failed: int = 0
    share_text: str = ""
    total: int = 0
    median_text: str = ""
    p95_text: str = ""
    tokens_text: str = ""
    cost_text: str = ""
    bars: tuple[int, ...] = ()

    @classmethod
    def of(cls, stats: Stats) -> "Figures":
        """Take the figures from the hub's."""
        total, highest = stats.succeeded_24h + stats.failed_24h, max(stats.per_hour, default=0)
        return cls(
            succeeded=stats.succeeded_24h,
            failed=stats.failed_24h,
            share_text=format_share(stats.succeeded_24h, total) if total else "",
            total=total,
            median_text="" if stats.median_ms is None else format_duration(stats.median_ms),
            p95_text="" if stats.p95_ms is None else format_duration(stats.p95_ms),
            tokens_text=format_count(stats.tokens_24h) if stats.tokens_24h else "",
            cost_text="" if stats.cost_usd_24h is None else format_cost(stats.cost_usd_24h),
            # Heights in per cent of the busiest hour; what is not zero can be seen.
            bars=tuple(max(8, round(100 * count / highest)) if count else 0 for count in stats.per_hour),
        )


@dataclass(frozen=True, slots=True)
class AgentOption:
    """An agent in the filter."""

    id: str
    name: str


class DashboardState(rx.State):
    """The dashboard's figures and rows."""

    rows: list[ExecutionRow] = []  # noqa: RUF012 - Reflex copies defaults
    figures: Figures = Figures()
    filters: FilterWords = FilterWords()
    agents: list[AgentOption] = []  # noqa: RUF012
    is_filtered: bool = False
    is_loaded: bool = False
    has_more: bool = False
    new_count: int = 0
    failure: str = ""

    _cursor: str | None = None
    # Rows that arrived while the person was reading further down.
    _waiting: list[ExecutionRow] = []  # noqa: RUF012
    _is_held: bool = False

    @rx.event
    async def load(self) -> None:
        """Read the filters of this address and the first page of the history."""
        filters = FilterWords.of(dict(self.router.url.query_parameters))
        assign(self, filters=filters, is_filtered=not filters.is_empty, failure="", new_count=0)
        self._waiting, self._is_held = [], False
        try:
            hub = current_hub()
            page = await hub.list_executions(filters.where(now()), limit=PAGE_SIZE)
            options = [AgentOption(str(agent.id), agent.name) for agent in await hub.agents.every()]
            figures = Figures.of(await hub.stats())
            rows = with_places([ExecutionRow.of(each) for each in page.items], hub.queue())
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        else:
            self._cursor = page.next_cursor
            assign(self, rows=rows, agents=options, figures=figures, has_more=page.next_cursor is not None)
        self.is_loaded = True

    @rx.event
    async def load_more(self) -> None:
        """Read the next page of the history."""
        if self._cursor is None:
            return
        try:
            hub = current_hub()
            page = await hub.list_executions(self.filters.where(now()), limit=PAGE_SIZE, cursor=self._cursor)
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
            return
        known = {row.id for row in self.rows}
        rows = [ExecutionRow.of(each) for each in page.items if each.id not in known]
        self.rows = with_places([*self.rows, *rows], hub.queue())
        self._cursor, self.has_more = page.next_cursor, page.next_cursor is not None

    @rx.event
    def filter_by(self, name: str, word: str) -> Any:
        """Go to the address with one filter changed: every view can be shared."""
        path = self.filters.path(**{name: word.strip()})
        return rx.redirect(path, replace=name == "q") if path != self.filters.path() else None

    @rx.event
    def hold(self, is_held: bool) -> None:
        """Keep new rows waiting while the person reads further down; let them in at the top."""
        self._is_held = is_held
        if not is_held:
            self._let_in()

    @rx.event
    def show_new(self) -> None:
        """Let the waiting rows in."""
        self._let_in()

    def _let_in(self) -> None:
        if self._waiting:
            self.rows = merge_rows(self.rows, self._waiting)
        self._waiting = []
        assign(self, new_count=0)

    @rx.event(background=True)
    async def watch(self) -> None:
        """Keep the rows as they are in the hub, for as long as this page is open."""
        async with self:
            # Of the address, not of the State: this may run before `load` has read it.
            address, filters = str(self.router.url), FilterWords.of(dict(self.router.url.query_parameters))
        # As last shown, of what has yet to end.
        statuses: dict[int, Status] = {}
        # What has yet to be shown, by id; None for what is to go.
        later: dict[int, Execution | None] = {}
        shown_at = 0.0
        while True:
            try:
                hub = current_hub()
                async with aclosing(hub.watch(tick_seconds=TICK_SECONDS)) as updates:
                    async for update in updates:
                        ids = {execution.id for execution in update.executions}
                        fitting = update.executions
                        if update.is_snapshot:
                            # What ended or came between the page's load and this moment is in no update.
                            page = await hub.list_executions(filters.where(now()), limit=PAGE_SIZE)
                            ids |= {execution.id for execution in page.items}
                            async with self:
                                ids |= {row.id for row in self.rows if Status(row.status).is_active}
                        if update.is_snapshot or (ids and not filters.is_empty):
                            fitting = await hub.match_executions(filters.where(now()), ids)
                        later |= dict.fromkeys(ids) | {execution.id: execution for execution in fitting}
                        fresh = {execution.id: execution.status for execution in update.executions}
                        is_new = update.is_snapshot or not fresh.items() <= statuses.items()
                        statuses = {each: status for each, status in (statuses | fresh).items() if status.is_active}
                        # Mere progress must not keep a status waiting: it comes a few times a second, and
                        # no pause follows it.
                        if not later or not (is_new or time.monotonic() - shown_at > PROGRESS_SECONDS):
                            continue
                        async with self:
                            if str(self.router.url) != address:
                                return
                            self._show(later, hub.queue())
                        later, shown_at = {}, time.monotonic()
                        if is_new:
                            await asyncio.sleep(SPACING_SECONDS)
            except Unavailable:
                # The hub is stopping, or its database is away: the next watch begins with a snapshot.
                pass
            await asyncio.sleep(RETRY_SECONDS)

    @rx.event(background=True)
    async def watch_figures(self) -> None:
        """Keep the figures as they are in the hub: apart from the rows, which must not wait for a count."""
        while True:
            try:
                hub = current_hub()
                async with aclosing(hub.watch()) as updates:
                    async for _ in updates:
                        # First the rows; what changes meanwhile is counted with it.
                        await asyncio.sleep(STATS_SECONDS)
                        figures = Figures.of(await hub.stats())
                        async with self:
                            assign(self, figures=figures)
            except Unavailable:
                # As above.
                pass
            await asyncio.sleep(RETRY_SECONDS)

    def _show(self, changed: Mapping[int, Execution | None], queue: list[int]) -> None:
        """Patch rows in place, drop those that fit no more, put new ones on top, or let them wait."""
        latest = {identity: ExecutionRow.of(execution) for identity, execution in changed.items() if execution}
        gone = set(changed) - set(latest)
        known = {row.id for row in self.rows}
        rows = [latest.get(row.id, row) for row in self.rows if row.id not in gone]
        waiting = {row.id: row for row in self._waiting if row.id not in gone}
        oldest = min(known, default=0) if self.has_more else 0
        for identity, row in latest.items():
            if identity in known or identity < oldest:
                continue
            waiting[identity] = row
        if not self._is_held:
            rows, waiting = merge_rows(rows, waiting.values()), {}
        self._waiting = list(waiting.values())
        assign(self, rows=with_places(rows, queue), new_count=len(waiting))
