"""The State of the dashboard: what differs from page to page."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import reflex as rx

from execution_hub.domain.clock import now
from execution_hub.domain.cursor import read_cursor, write_cursor
from execution_hub.domain.execution import Execution
from execution_hub.errors import HubError
from execution_hub.hub.history import Page
from execution_hub.hub.hub import current_hub
from execution_hub.ui.acting import ActionState
from execution_hub.ui.catalogue.offers import Offers
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.pages.dashboard.shared import PAGE_SIZE, shared_dashboard
from execution_hub.ui.pages.dashboard.watching import watch_rows
from execution_hub.ui.payload import Text
from execution_hub.ui.problems import Failure, ask, attempt
from execution_hub.views.addresses import compare_path
from execution_hub.views.filters import FilterWords
from execution_hub.views.rows import ExecutionRow, merge_rows, put_back, with_places
from execution_hub.views.selection import Selection, ids_between
from execution_hub.views.workflow_view import Option
from execution_hub.words.say import say_error

# The choice of time that shows the fields for dates.
DATES = "dates"
# With fewer rows than these, and more to be had, the next ones come by themselves.
FEW_ROWS = PAGE_SIZE // 2


class DashboardState(Offers, rx.State):
    """What a dashboard shows of its own: its filters, what is selected, and rows that are not those of all.

    A page that is filtered, paged on, scrolled or selected in has rows of its own; every other one is shown those of
    SharedHistoryState.
    """

    offers_of: ClassVar[str] = "agents"

    is_own: bool = False
    # From which packet on the page is shown the rows of all.
    shared_from: int = 0
    rows: list[ExecutionRow] = []  # noqa: RUF012 - Reflex copies defaults
    filters: FilterWords = FilterWords()
    is_filtered: bool = False
    # What the workflow is called whose runs are shown; empty for no such filter.
    workflow_name: str = ""
    # Whether a span of dates is chosen, or being chosen.
    is_dated: bool = False
    is_loaded: bool = False
    has_more: bool = False
    # Whether the time for the search was over: there may be more further down.
    is_partial: bool = False
    new_count: int = 0
    failure: str = ""
    is_selecting: bool = False
    selection: Selection = Selection()

    _cursor: str | None = None
    # Rows that arrived while the person was on the list, or reading further down.
    _waiting: list[ExecutionRow] = []  # noqa: RUF012
    _is_held: bool = False
    # Whether a filter is being changed, with the fields of a span open.
    _is_filtering: bool = False
    _is_paged: bool = False
    # Picked last: from there Shift picks all between.
    _picked_at: int = 0
    # Deleted while this page was open: brought back, they return to their place.
    _deleted: set[int] = set()  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Read the filters of this address and the first page of the history.

        Who comes back to it, or was away for a moment, finds the rows that were there: `watch` brings them up to date.
        """
        filters = FilterWords.of(dict(self.router.url.query_parameters))
        is_back = self.is_loaded and self.is_own and filters == self.filters
        # The fields of a span stay while they are filled in, and are not there for whoever comes anew.
        is_dated, self._is_filtering = bool(filters.since or filters.until) or self._is_filtering, False
        assign(self, filters=filters, is_filtered=not filters.is_empty, is_dated=is_dated, failure="")
        # Undone, they stand where they stood, though the page came after they had gone and the pointer is on the list.
        self._deleted = set((await self.get_state(ActionState)).undoable)
        assign(self, workflow_name=await self._chosen_workflow())
        try:
            page = None
            if self.is_filtered or is_back:
                page = await current_hub().history.page(filters.where(now()), limit=PAGE_SIZE)
            # If none of them is known, there is a gap between what is the newest now and what was there.
            if (
                not is_back
                or page is None
                or not {row.id for row in self.rows}.intersection(each.id for each in page.items)
            ):
                self._begin(page if self.is_filtered else None)
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
            # Never the rows of all under a filter.
            assign(self, is_own=self.is_own or self.is_filtered)
        else:
            # After a reconnect, what is still there stays selected.
            assign(self, selection=Selection.of(self.selection.ids, self._shown_rows))
            assign(self, is_selecting=self.is_selecting and bool(self.selection.ids))
            self._show_shared_rows()
            await self._read_offers()
        self.is_loaded = True

    def _begin(self, page: Page | None) -> None:
        """Show the first page of an address, or the rows of all."""
        self._waiting, self._is_paged = [], False
        assign(self, new_count=0, is_own=page is not None, is_partial=page is not None and page.is_partial)
        if page is not None:
            self.rows = []
            self._append(page)
            shared_dashboard.history.close(self.router.session.client_token)

    async def _chosen_offer(self) -> Option | None:
        word = self.filters.agent_id
        found = await attempt(lambda hub: hub.agents.briefs([int(word)])) if word else {}
        names = {} if isinstance(found, HubError) else {each.id: each.name for each in found.values()}
        return Option(word, names[int(word)]) if word and int(word) in names else None

    async def _chosen_workflow(self) -> str:
        word = self.filters.workflow_id
        found = await attempt(lambda hub: hub.workflows.some([int(word)])) if word else {}
        known = {} if isinstance(found, HubError) else found
        return known[int(word)].name if word and int(word) in known else word and f"#{word}"

    @rx.event
    async def load_more(self) -> None:
        """Read the next page of the history."""
        self._take_own_rows()
        if self._cursor is None:
            return
        self._is_paged = True
        where, cursor = self.filters.where(now()), self._cursor
        page = await ask(self, lambda hub: hub.history.page(where, limit=PAGE_SIZE, cursor=cursor))
        if isinstance(page, Failure):
            self.failure = page.text
        else:
            self._append(page)

    def _append(self, page: Page) -> None:
        known = {row.id for row in self.rows}
        rows = [ExecutionRow.of(each) for each in page.items if each.id not in known]
        assign(self, rows=with_places([*self.rows, *rows], current_hub().queue.numbers()))
        self._cursor = page.next_cursor
        assign(self, has_more=page.next_cursor is not None, is_partial=page.is_partial)

    @rx.event
    def filter_by(self, name: str, word: Text) -> Any:
        """Go to the address with one filter changed: every view can be shared."""
        if name == "time":
            self.is_dated = word == DATES
            path = self.filters.path(time="" if self.is_dated else word, since="", until="")
        else:
            path = self.filters.path(**{name: word.strip()})
        return self._go(path, replace=name == "q")

    @rx.event
    def filter_by_dates(self, since: str, until: str) -> Any:
        """Go to the address with a span of the reader's own days; what is no time is left out."""
        words = FilterWords.of({"since": since, "until": until})
        path = self.filters.path(time="", since=words.since, until=words.until)
        return self._go(path)

    def _go(self, path: str, *, replace: bool = False) -> Any:
        if path == self.filters.path():
            return None
        self._is_filtering = self.is_dated
        return rx.redirect(path, replace=replace)

    @rx.event
    def hold(self, is_held: bool) -> None:
        """Keep new rows waiting while the person is on the list or reads further down; let them in after that."""
        self._is_held = is_held
        if self._stands_still:
            self._take_own_rows()
        # A page tells it when it opens, maybe before it is known which rows it shows.
        elif self.is_loaded:
            self._let_in()

    @property
    def _stands_still(self) -> bool:
        return self._is_held or self.is_selecting or bool(self.selection.ids)

    @rx.event
    def show_new(self) -> None:
        """Let the waiting rows in."""
        self._let_in()

    # Selected rows

    @rx.event
    def toggle_selecting(self) -> None:
        """Show a box at every row, or end that: then nothing is selected any more."""
        self._take_own_rows()
        self.is_selecting = not self.is_selecting
        if not self.is_selecting:
            self._pick(Selection())

    @rx.event
    def pick(self, execution_id: int, is_picked: bool, is_range: bool) -> None:
        """Select a row, or no longer; as a range, with all between it and the row before."""
        self._take_own_rows()
        ids = ids_between(self.rows, self._picked_at, execution_id) if is_range else [execution_id]
        self._picked_at = execution_id
        self._pick(self.selection.having(ids, self.rows, is_picked=is_picked))

    @rx.event
    def pick_all(self) -> None:
        """Select every row that is shown."""
        self._take_own_rows()
        self._pick(Selection.of((row.id for row in self.rows), self.rows))

    @rx.event
    def clear_picks(self) -> None:
        """Select nothing, and leave the mode for it."""
        self._clear()

    @rx.event
    def stop_picked(self) -> Any:
        """Stop what is selected and has not ended."""
        wanted = list(self.selection.stoppable)
        # Called of its class, a handler makes an event: its types do not tell.
        return cast("Any", ActionState.stop_many)(wanted) if wanted else None

    @rx.event
    def compare_picked(self) -> Any:
        """Show what is selected side by side, the oldest first: what came later is held against it."""
        wanted = sorted(self.selection.ids)
        return rx.redirect(compare_path(wanted)) if self.selection.is_comparable else None

    @rx.event
    def run_picked_again(self, is_as_ran: bool) -> Any:
        """Run again what is selected and has ended."""
        wanted = list(self.selection.ended)
        return cast("Any", ActionState.run_many_again)(wanted, is_as_ran) if wanted else None

    @rx.event
    def delete_picked(self) -> Any:
        """Delete what is selected and has ended."""
        wanted = list(self.selection.ended)
        if not wanted:
            return None
        self._clear()
        return cast("Any", ActionState.delete_many)(wanted)

    def _clear(self) -> None:
        self.is_selecting = False
        self._pick(Selection())

    def _pick(self, selection: Selection) -> None:
        assign(self, selection=selection)
        if not self._stands_still:
            self._let_in()

    def _let_in(self) -> None:
        if self._waiting:
            self.rows = merge_rows(self.rows, self._waiting)
        self._waiting = []
        assign(self, new_count=0)
        self._show_shared_rows()

    # Whose rows are shown

    @property
    def _shown_rows(self) -> list[ExecutionRow]:
        return self.rows if self.is_own else shared_dashboard.rows

    def _show_shared_rows(self) -> None:
        """Show the rows of all, unless this page has its own for a reason."""
        token = self.router.session.client_token
        if self.is_filtered or self._stands_still or self._is_paged:
            self._take_own_rows()
        elif self.is_own or not shared_dashboard.history.has(token):
            shared_dashboard.history.open(token)
            # A page that has its own shows them until it has these: rows that go and come again lose the focus.
            assign(self, shared_from=shared_dashboard.history.version if self.is_own else 0, is_own=False)

    def _take_own_rows(self) -> None:
        """Take the rows of all over: from here on this page's may differ."""
        if self.is_own:
            return
        shared_dashboard.history.close(self.router.session.client_token)
        self.is_own, self.rows, self.has_more = True, shared_dashboard.rows, shared_dashboard.has_more
        self.is_partial = False
        self._cursor = write_cursor(self.rows[-1].id) if self.rows and self.has_more else None

    @rx.event(background=True)
    async def watch(self) -> None:
        """Keep the rows as they are in the hub, for as long as this page is open."""
        async with self:
            # Of the address, not of the State: this may run before `load` has read it.
            address, filters = str(self.router.url), FilterWords.of(dict(self.router.url.query_parameters))
            token = self.router.session.client_token
        opened = shared_dashboard.figures.open(token)
        try:
            is_here = True
            while is_here:
                await shared_dashboard.history.left(token)
                is_here = await watch_rows(self, address, filters, token)
        finally:
            # Unless the page has been opened again since.
            if shared_dashboard.figures.close(token, opened):
                shared_dashboard.history.close(token)

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
        # What lies beyond has not been read yet.
        oldest = read_cursor(self._cursor) if self.has_more and self._cursor else 0
        for identity, row in latest.items():
            if identity in known or identity < oldest:
                continue
            waiting[identity] = row
        if not self._stands_still:
            rows, waiting = merge_rows(rows, waiting.values()), {}
        self._waiting = list(waiting.values())
        assign(self, rows=with_places(rows, queue), new_count=len(waiting))
        assign(self, selection=Selection.of(self.selection.ids, self.rows))

    @property
    def _next_cursor(self) -> str | None:
        """Where to read on by itself: after what was shown has been deleted, or fits the filters no more."""
        return self._cursor if len(self.rows) < FEW_ROWS and not self.is_partial else None
