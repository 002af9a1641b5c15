"""The State of the dashboard: its figures, and its page of the history."""

import asyncio
import builtins
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

import reflex as rx

from execution_hub.domain.clock import now
from execution_hub.domain.cursor import write_cursor
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import HubError, Unavailable
from execution_hub.hub.hub import current_hub
from execution_hub.ui.acting import ActionState
from execution_hub.ui.broadcast import as_hydrated
from execution_hub.ui.follow import assign, language_of
from execution_hub.ui.live import RETRY_SECONDS, SPACING_SECONDS, TICK_SECONDS
from execution_hub.ui.pages.dashboard.board import PAGE_SIZE, board
from execution_hub.ui.payload import Text
from execution_hub.views.figures import Figures
from execution_hub.views.filters import FilterWords
from execution_hub.views.rows import ExecutionRow, merge_rows, put_back, with_places
from execution_hub.views.selection import Selection
from execution_hub.words.say import say_error

PROGRESS_SECONDS = 0.25


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
    # Whether the time for the search was over: there may be more further down.
    is_partial: bool = False
    new_count: int = 0
    failure: str = ""
    is_selecting: bool = False
    picks: Selection = Selection()

    _cursor: str | None = None
    # Rows that arrived while the person was reading further down.
    _waiting: list[ExecutionRow] = []  # noqa: RUF012
    _is_held: bool = False
    # Whether the rows are those of `board`, which sends them past this State.
    _is_shared: bool = False
    _is_paged: bool = False
    # Deleted while this page was open: brought back, they return to their place.
    _deleted: set[int] = set()  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Read the filters of this address and the first page of the history."""
        filters = FilterWords.of(dict(self.router.url.query_parameters))
        assign(self, filters=filters, is_filtered=not filters.is_empty, failure="", new_count=0)
        self._waiting, self._is_held, self._deleted = [], False, set()
        self._is_shared = self._is_paged = False
        try:
            hub = current_hub()
            page = await hub.history.page(filters.where(now()), limit=PAGE_SIZE)
            options = [AgentOption(str(agent.id), agent.name) for agent in await hub.agents.every()]
            figures = Figures.of(await hub.history.stats())
            rows = with_places([ExecutionRow.of(each) for each in page.items], hub.queue.numbers())
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        else:
            self._cursor = page.next_cursor
            assign(self, rows=rows, agents=options, figures=figures)
            assign(self, has_more=page.next_cursor is not None, is_partial=page.is_partial)
            # After a reconnect, what is still there stays selected.
            assign(
                self, picks=Selection.of(self.picks.ids, rows), is_selecting=self.is_selecting and bool(self.picks.ids)
            )
            self._share()
        self.is_loaded = True

    @rx.event
    async def load_more(self) -> None:
        """Read the next page of the history."""
        self._own()
        if self._cursor is None:
            return
        self._is_paged = True
        try:
            hub = current_hub()
            page = await hub.history.page(self.filters.where(now()), limit=PAGE_SIZE, cursor=self._cursor)
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
            return
        known = {row.id for row in self.rows}
        rows = [ExecutionRow.of(each) for each in page.items if each.id not in known]
        self.rows = with_places([*self.rows, *rows], hub.queue.numbers())
        self._cursor, self.has_more = page.next_cursor, page.next_cursor is not None
        assign(self, is_partial=page.is_partial)

    @rx.event
    def filter_by(self, name: str, word: Text) -> Any:
        """Go to the address with one filter changed: every view can be shared."""
        path = self.filters.path(**{name: word.strip()})
        return rx.redirect(path, replace=name == "q") if path != self.filters.path() else None

    @rx.event
    def hold(self, is_held: bool) -> None:
        """Keep new rows waiting while the person reads further down; let them in at the top."""
        self._own()
        self._is_held = is_held
        if not self._stands_still:
            self._let_in()

    @property
    def _stands_still(self) -> bool:
        return self._is_held or self.is_selecting or bool(self.picks.ids)

    @rx.event
    def show_new(self) -> None:
        """Let the waiting rows in."""
        self._let_in()

    # Selected rows

    @rx.event
    def toggle_selecting(self) -> None:
        """Show a box at every row, or end that: then nothing is selected any more."""
        self._own()
        self.is_selecting = not self.is_selecting
        if not self.is_selecting:
            self._pick(Selection())

    @rx.event
    def pick(self, execution_id: int, is_picked: bool) -> None:
        """Select a row, or no longer."""
        self._own()
        self._pick(self.picks.having(execution_id, self.rows, is_picked=is_picked))

    @rx.event
    def pick_all(self) -> None:
        """Select every row that is shown."""
        self._own()
        self._pick(Selection.of((row.id for row in self.rows), self.rows))

    @rx.event
    def clear_picks(self) -> None:
        """Select nothing, and leave the mode for it."""
        self._clear()

    @rx.event
    def stop_picked(self) -> Any:
        """Stop what is selected and has not ended."""
        wanted = list(self.picks.stoppable)
        # Called of its class, a handler makes an event: its types do not tell.
        return cast("Any", ActionState.stop_many)(wanted) if wanted else None

    @rx.event
    def delete_picked(self) -> Any:
        """Delete what is selected and has ended."""
        wanted = list(self.picks.ended)
        if not wanted:
            return None
        self._clear()
        return cast("Any", ActionState.delete_many)(wanted)

    def _clear(self) -> None:
        self.is_selecting = False
        self._pick(Selection())

    def _pick(self, picks: Selection) -> None:
        assign(self, picks=picks)
        if not self._stands_still:
            self._let_in()

    def _let_in(self) -> None:
        if self._waiting:
            self.rows = merge_rows(self.rows, self._waiting)
        self._waiting = []
        assign(self, new_count=0)
        self._share()

    # Rows that are the same on every page without filters

    def _share(self) -> None:
        """Show the rows that every page without filters shows, unless this one has its own for a reason."""
        if self.is_filtered or self._stands_still or self._is_paged or not board.is_ready:
            return
        self._is_shared = True
        self._show_shared()
        board.join(self.router.session.client_token)

    def _own(self) -> None:
        """Take these rows over: from here on this page's may differ."""
        if not self._is_shared:
            return
        board.leave(self.router.session.client_token)
        self._is_shared = False
        self._show_shared()
        self._cursor = write_cursor(self.rows[-1].id) if self.rows and self.has_more else None

    def _show_shared(self) -> None:
        # Set, equal or not: what the page shows came past this State.
        self.rows, self.has_more, self.figures = board.rows, board.has_more, board.figures

    @as_hydrated
    def dict(self, include_computed: bool = True, initial: bool = False, **kwargs: Any) -> "builtins.dict[str, Any]":
        """Return all vars for a page that is hydrated: shared ones as they are now, not as they were last sent."""
        if self._is_shared and not initial:
            self._show_shared()
        return super().dict(include_computed=include_computed, initial=initial, **kwargs)

    @rx.event(background=True)
    async def watch(self) -> None:
        """Keep the rows as they are in the hub, for as long as this page is open."""
        async with self:
            # Of the address, not of the State: this may run before `load` has read it.
            address, filters = str(self.router.url), FilterWords.of(dict(self.router.url.query_parameters))
            token = self.router.session.client_token
        board.open(token)
        try:
            is_here = True
            while is_here:
                await board.shared(token)
                is_here = await _watch_own(self, address, filters, token)
        finally:
            board.close(token)

    def _show(self, changed: Mapping[int, Execution | None], queue: list[int]) -> None:
        """Patch rows in place, drop those that fit no more, put new ones on top, or let them wait."""
        deleted = {each.id for each in changed.values() if each and each.deleted_at is not None}
        fits = [each for each in changed.values() if each and each.id not in deleted]
        latest = {each.id: ExecutionRow.of(each) for each in fits}
        gone = set(changed) - set(latest)
        known = {row.id for row in self.rows}
        rows = [latest.get(row.id, row) for row in self.rows if row.id not in gone]
        back = self._deleted & set(latest)
        for identity in back:
            rows = put_back(rows, latest[identity])
        self._deleted = (self._deleted | (deleted & known)) - back
        known |= back
        waiting = {row.id: row for row in self._waiting if row.id not in gone}
        oldest = min(known, default=0) if self.has_more else 0
        for identity, row in latest.items():
            if identity in known or identity < oldest:
                continue
            waiting[identity] = row
        if not self._stands_still:
            rows, waiting = merge_rows(rows, waiting.values()), {}
        self._waiting = list(waiting.values())
        assign(self, rows=with_places(rows, queue), new_count=len(waiting))
        assign(self, picks=Selection.of(self.picks.ids, self.rows))


async def _watch_own(state: DashboardState, address: str, filters: FilterWords, token: str) -> bool:
    """Keep rows of a page's own, until it shows those of all; tells whether it is still there."""
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
                    if board.has(token):
                        return True
                    ids = {execution.id for execution in update.executions}
                    fitting = update.executions
                    if update.is_snapshot:
                        # What ended or came between the page's load and this moment is in no update.
                        # The newest of all: they are matched below, and a search would take its time again.
                        page = await hub.history.page(filters.where(now()).but(q=None), limit=PAGE_SIZE)
                        ids |= {execution.id for execution in page.items}
                        async with state:
                            ids |= {row.id for row in state.rows if Status(row.status).is_active}
                    if update.is_snapshot or (ids and not filters.is_empty):
                        fitting = await hub.history.matching(filters.where(now()), ids)
                    deleted = [each for each in update.executions if each.deleted_at is not None]
                    later |= dict.fromkeys(ids) | {each.id: each for each in (*fitting, *deleted)}
                    fresh = {execution.id: execution.status for execution in update.executions}
                    is_new = update.is_snapshot or not fresh.items() <= statuses.items()
                    statuses = {each: status for each, status in (statuses | fresh).items() if status.is_active}
                    # Mere progress must not keep a status waiting: it comes a few times a second, and
                    # no pause follows it.
                    if not later or not (is_new or time.monotonic() - shown_at > PROGRESS_SECONDS):
                        continue
                    async with state:
                        if str(state.router.url) != address:
                            return False
                        if state._is_shared:
                            board.join(token)
                            return True
                        state._show(later, hub.queue.numbers())
                    later, shown_at = {}, time.monotonic()
                    if is_new:
                        await asyncio.sleep(SPACING_SECONDS)
        except Unavailable:
            # The hub is stopping, or its database is away: the next watch begins with a snapshot.
            pass
        await asyncio.sleep(RETRY_SECONDS)
