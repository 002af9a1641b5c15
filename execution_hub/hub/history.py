"""The history: pages of executions, figures, one execution with its log, and what changes."""

import asyncio
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from execution_hub.domain.call import AskedCall, Call
from execution_hub.domain.cursor import read_cursor, write_cursor
from execution_hub.domain.event import Event
from execution_hub.domain.execution import EXCERPT_MAX, Execution
from execution_hub.domain.filters import LIMIT_DEFAULT, LIMIT_MAX, ExecutionFilter
from execution_hub.domain.kinds import check_range
from execution_hub.domain.step import Asked, Round, Step
from execution_hub.errors import NotFound
from execution_hub.hub.actor import ActedUpon
from execution_hub.live.day import Day, Stats
from execution_hub.live.feed import Feed, FeedUpdate
from execution_hub.live.log_reader import FollowUpdate
from execution_hub.live.trends import HOURS_MAX, Hour, Trends
from execution_hub.live.typical_durations import TypicalDuration, TypicalDurations
from execution_hub.store import calls, events, executions, history, rounds, search, steps
from execution_hub.store.database import Connection, Database

STATS_SECONDS = 1.0
TRENDS_SECONDS = 5.0
WAIT_MAX_SECONDS = 60
SEARCH_SECONDS = 2.0
# Each keeps a core busy.
SEARCHES_MAX = 1
EVENTS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, newest first, and where the next one begins; None at the end.

    Attributes:
        items: The executions.
        next_cursor: Where the next page begins.
        is_partial: Whether the time for a search was over: more may be found from `next_cursor` on.
    """

    items: list[Execution]
    next_cursor: str | None
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed, in the order of change, and up to which number this is complete."""

    items: list[Execution]
    changed: int


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in order, and the newest number of the log."""

    events: list[Event]
    last_seq: int


class RecentStats:
    """The dashboard's figures, asked for once a second at most, however many look."""

    def __init__(self, database: Database) -> None:
        """Know none yet."""
        self._day = Day(database)
        self._lock = asyncio.Lock()
        self._known: tuple[float, Stats] | None = None

    async def get(self) -> Stats:
        """Return them, at most a second old."""
        async with self._lock:
            if self._known is None or time.monotonic() >= self._known[0]:
                found = await asyncio.to_thread(self._day.stats)
                self._known = (time.monotonic() + STATS_SECONDS, found)
            return self._known[1]


class RecentTrends:
    """The sums of the last hours, asked for once in a few seconds at most, however many look."""

    def __init__(self, database: Database) -> None:
        """Know none yet."""
        self._trends = Trends(database)
        self._lock = asyncio.Lock()
        self._known: dict[int, tuple[float, dict[datetime, Hour]]] = {}

    async def get(self, count: int) -> dict[datetime, Hour]:
        """Return those of the last hours, at most five seconds old."""
        async with self._lock:
            at, found = self._known.get(count, (0.0, {}))
            if not found or time.monotonic() >= at:
                found = await asyncio.to_thread(self._trends.hours, count)
                alive = {each: known for each, known in self._known.items() if known[0] > time.monotonic()}
                self._known = {**alive, count: (time.monotonic() + TRENDS_SECONDS, found)}
            return found


class History(ActedUpon):
    """The executions of the hub, to be read and watched; changes nothing."""

    def __init__(self, database: Database, feed: Feed) -> None:
        """Read from a database, and follow a feed."""
        self._database = database
        self._feed = feed
        self._stats = RecentStats(database)
        self._trends = RecentTrends(database)
        self._typical_durations = TypicalDurations(database)
        self._searching = asyncio.Semaphore(SEARCHES_MAX)

    async def get(self, execution_id: int) -> Execution:
        """Return an execution, whole.

        Raises:
            NotFound: There is none with this id.
        """
        return await self._database.aread(lambda connection: executions.get(connection, execution_id))

    async def peek(self, execution_id: int, texts_max: int) -> Execution | None:
        """Return an execution with the first characters of its texts, without what it ran with; None if it has gone."""
        found = await self._database.aread(lambda c: history.some(c, [execution_id], texts_max=texts_max))
        return found[0] if found else None

    async def page(
        self, where: ExecutionFilter, *, limit: int = LIMIT_DEFAULT, cursor: str | None = None, whole: bool = False
    ) -> Page:
        """Return a page of the history, newest first, stable while new ones arrive.

        What no index answers (a text, above all) is searched for, 2 s at most: see Page.is_partial.

        Args:
            where: Which executions.
            limit: How many, 1 to 200.
            cursor: The `next_cursor` of the page before.
            whole: With all texts, instead of their first 200 characters; a page of long ones holds fewer.

        Raises:
            InvalidInput: The limit or the cursor does not fit.
        """
        check_range("limit", limit, LIMIT_MAX, least=1)
        before = None if cursor is None else read_cursor(cursor)
        if where.is_number:
            # By its id, however far down it is.
            ids = [each for each in (where.number,) if each is not None and (before is None or each < before)]
            page = Page(await self.matching(where, ids), None)
            return await self._whole(page) if whole else page
        if not where.q:
            found = await self._database.aread(lambda c: history.page(c, where, limit + 1, before))
            # An index holds all of most filters. Of others it may be so here, as with an agent and its tests.
            if all(where.admits(each) for each in found):
                page = Page(found[:limit], write_cursor(found[limit - 1].id) if len(found) > limit else None)
                return await self._whole(page) if whole else page
        page = await self._search(where, limit, before)
        return await self._whole(page) if whole else page

    async def _whole(self, page: Page) -> Page:
        """Return a page of excerpts with their whole texts, or as much of it as one answer may hold."""
        ids = [each.id for each in page.items]

        def work(connection: Connection) -> list[Execution]:
            return history.some(connection, history.fitting(connection, ids), texts_max=None)

        items = await self._database.aread(work)
        if not items or items[-1].id == ids[-1]:
            return replace(page, items=items)
        return replace(page, items=items, next_cursor=write_cursor(items[-1].id))

    async def _search(self, where: ExecutionFilter, limit: int, before: int | None) -> Page:
        # Not in the database's own threads: those who look must not keep those waiting who write.
        async with self._searching:
            found = await asyncio.to_thread(search.find, self._database.read, where, limit, before, SEARCH_SECONDS)
        items = await self._database.aread(lambda c: history.some(c, found.ids))
        return Page(items, None if found.next_id is None else write_cursor(found.next_id), found.is_partial)

    async def matching(self, where: ExecutionFilter, ids: Collection[int]) -> list[Execution]:
        """Return those of some executions that pass a filter, as excerpts."""
        if not ids:
            return []
        return await self._database.aread(lambda connection: history.matching(connection, where, ids))

    async def changed(self, after: int, *, limit: int = 500, texts_max: int | None = EXCERPT_MAX) -> Changes:
        """Return what changed after a number, in the order of change.

        Args:
            after: The number.
            limit: How many at most.
            texts_max: How many characters of each text; None for all.
        """
        items = await self._database.aread(
            lambda connection: history.changed_after(connection, after, limit, texts_max=texts_max)
        )
        return Changes(items, items[-1].changed if items else max(after, 0))

    async def stats(self) -> Stats:
        """Return the dashboard's figures, at most a second old."""
        return await self._stats.get()

    async def events(
        self, execution_id: int, *, after: int = 0, limit: int = EVENTS_MAX, wait_seconds: float = 0
    ) -> EventPage:
        """Return the log of an execution after a number.

        Args:
            execution_id: Whose log.
            after: The last number the caller has.
            limit: How many events at most.
            wait_seconds: How long to wait for news when there are none, up to 60.

        Raises:
            NotFound: There is no such execution.
        """
        if wait_seconds > 0:
            await self._feed.wait_for_events(execution_id, after, min(wait_seconds, WAIT_MAX_SECONDS))

        def work(connection: Connection) -> EventPage:
            # Asked by who waits for news, again and again: without texts, and what it runs with.
            found = history.some(connection, [execution_id], texts_max=0)
            if not found:
                raise NotFound(f"There is no execution {execution_id}.", field="execution_id", id=execution_id)
            return EventPage(events.after(connection, execution_id, after, limit), found[0].last_seq)

        return await self._database.aread(work)

    async def hours(self, count: int) -> dict[datetime, Hour]:
        """Return the sums of what was started in each of the last hours, by their beginning, a few seconds old at most.

        Args:
            count: How many hours, the present one included.
        """
        check_range("count", count, HOURS_MAX, least=1)
        return await self._trends.get(count)

    async def typical_durations(self, executions: Sequence[Execution]) -> dict[int, TypicalDuration]:
        """Return how long executions like each of these usually take, by id; without enough past, none."""
        return await self._typical_durations.of(executions)

    def watch(self, tick_seconds: float | None = None) -> AsyncGenerator[FeedUpdate, None]:
        """Yield what has yet to end, then what changed, latest per execution: see Feed.watch."""
        return self._feed.watch(tick_seconds)

    def is_active(self, execution_id: int) -> bool:
        """Tell whether an execution has yet to end, as the feed knows."""
        return self._feed.is_active(execution_id)

    def follow(self, execution_id: int, *, after: int = 0) -> AsyncGenerator[FollowUpdate, None]:
        """Yield the log of one execution exactly, until it has ended: see Feed.follow."""
        return self._feed.follow(execution_id, after)

    async def steps(self, execution_id: int) -> list[Step]:
        """Return the steps of an execution in their order, none of an agent test: see `store.steps.fitting`."""
        return await self._database.aread(lambda connection: steps.fitting(connection, execution_id))

    async def asked(self, execution_ids: Collection[int]) -> dict[int, list[Asked | AskedCall]]:
        """Return what people are asked, by execution: approvals in the order of the steps, then calls of tools."""

        def work(connection: Connection) -> dict[int, list[Asked | AskedCall]]:
            approvals, tools = steps.asked_in(connection, execution_ids), calls.asked_in(connection, execution_ids)
            return {each: [*approvals[each], *tools[each]] for each in approvals}

        return await self._database.aread(work)

    async def calls(self, execution_id: int, *, after: int = 0, limit: int = calls.PAGE_MAX) -> list[Call]:
        """Return the turns and calls of tools of an execution in order, without blocks: see `store.calls.fitting`."""
        check_range("limit", limit, calls.PAGE_MAX, least=1)
        return await self._database.aread(lambda connection: calls.fitting(connection, execution_id, after, limit))

    async def call(self, execution_id: int, number: int) -> Call:
        """Return a call, whole.

        Raises:
            NotFound: There is no such call, or no such execution any more.
        """

        def work(connection: Connection) -> Call | None:
            executions.get(connection, execution_id)
            return calls.find(connection, execution_id, number)

        found = await self._database.aread(work)
        if found is None:
            raise NotFound(f"There is no call {number} in execution {execution_id}.", field="number", id=execution_id)
        return found

    async def step(self, execution_id: int, name: str) -> Step:
        """Return a step, whole.

        Raises:
            NotFound: There is no such step.
        """
        step = await self._database.aread(lambda connection: steps.find(connection, execution_id, name))
        if step is None:
            raise NotFound(f"There is no step {name} in execution {execution_id}.", field="name", id=execution_id)
        return step

    async def calls_shown(self, execution_id: int, numbers: Collection[int]) -> tuple[list[Call], set[int]]:
        """Return calls of an execution as its page shows them: see `store.calls.shown`."""
        return await self._database.aread(lambda connection: calls.shown(connection, execution_id, numbers))

    async def rounds(self, execution_id: int, name: str) -> list[Round]:
        """Return what a step made in the rounds that are over, oldest first.

        Raises:
            NotFound: There is no such step.
        """

        def work(connection: Connection) -> list[Round]:
            executions.get(connection, execution_id)
            if steps.find(connection, execution_id, name) is None:
                raise NotFound(f"There is no step {name} in execution {execution_id}.", field="name", id=execution_id)
            return rounds.of(connection, execution_id, name)

        return await self._database.aread(work)

    async def newest_of_workflows(self, workflow_ids: Collection[int]) -> dict[int, Execution]:
        """Return the newest execution of each of some workflows, as excerpts; of one that never ran, nothing."""
        return await self._database.aread(lambda connection: history.newest_of_workflows(connection, workflow_ids))

    async def reruns_of(self, execution_id: int) -> list[int]:
        """Return the executions that repeat one, oldest first."""
        return await self._database.aread(lambda connection: history.reruns_of(connection, execution_id))
