"""The dashboard's rows: what is shown at once, what waits, and that only what changed is drawn."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Self

import pytest
import reflex as rx

from execution_hub.domain.execution import Execution, Progress
from execution_hub.domain.status import Status
from execution_hub.live.feed import FeedUpdate
from execution_hub.ui.components.row import execution_row
from execution_hub.ui.pages.dashboard import DashboardState
from execution_hub.views.rows import ExecutionRow
from execution_hub.views.selection import Selection
from tests.support.executions import AT, make_execution


class FakeHub:
    """Tells a watcher what a test puts into its queue, after an empty snapshot."""

    def __init__(self) -> None:
        self.updates: asyncio.Queue[list[Execution]] = asyncio.Queue()

    async def watch(self, tick_seconds: float | None = None) -> AsyncGenerator[FeedUpdate, None]:
        """See History.watch."""
        yield FeedUpdate([], 0, is_snapshot=True)
        while True:
            yield FeedUpdate(await self.updates.get(), 0)

    async def page(self, *_: Any, **__: Any) -> SimpleNamespace:
        """See History.page."""
        return SimpleNamespace(items=[], next_cursor=None)

    async def matching(self, *_: Any) -> list[Execution]:
        """See History.matching."""
        return []

    def numbers(self) -> list[int]:
        """See Queue.numbers."""
        return []

    @property
    def history(self) -> "FakeHub":
        """It is its own history."""
        return self

    @property
    def queue(self) -> "FakeHub":
        """And its own queue."""
        return self


class FakePage:
    """What the handler needs of its State: it notes what is shown."""

    def __init__(self) -> None:
        session = SimpleNamespace(client_token="page")
        self.router = SimpleNamespace(url=SimpleNamespace(query_parameters={}), session=session)
        self.is_own = True
        self.rows: list[ExecutionRow] = []
        self._next_cursor = None
        self.shown: asyncio.Queue[list[tuple[str, int]]] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    def _show(self, changed: Mapping[int, Execution | None], _queue: list[int]) -> None:
        self.shown.put_nowait([(each.status.value, each.progress.done) for each in changed.values() if each])


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    """Return the hub that the dashboard watches."""
    hub = FakeHub()
    monkeypatch.setattr("execution_hub.ui.pages.dashboard.watching.current_hub", lambda: hub)
    return hub


def running(done: int) -> Execution:
    """Return a running execution that has come so far."""
    return make_execution(status=Status.RUNNING, progress=Progress(done))


async def test_progress_keeps_no_status_waiting(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a status the next change waits; after mere progress a status comes at once."""
    page = FakePage()
    monkeypatch.setattr("execution_hub.ui.pages.dashboard.watching.PROGRESS_SECONDS", 0.0)
    watching = asyncio.create_task(DashboardState.watch.fn(page))
    async with asyncio.timeout(20):
        hub.updates.put_nowait([running(0)])
        assert await page.shown.get() == [("running", 0)]
        # From here on a status would hold up what follows for longer than this test lasts.
        monkeypatch.setattr("execution_hub.ui.pages.dashboard.watching.SPACING_SECONDS", 60)
        hub.updates.put_nowait([running(5)])
        assert await page.shown.get() == [("running", 5)]
        hub.updates.put_nowait([make_execution(status=Status.SUCCEEDED, progress=Progress(9))])
        assert await page.shown.get() == [("succeeded", 9)]
        hub.updates.put_nowait([make_execution(id=2)])
        await asyncio.sleep(0.05)
    assert page.shown.empty()
    watching.cancel()


def test_a_row_is_drawn_again_only_when_it_changes() -> None:
    """Each row is a memo that is given the row and nothing else."""
    drawn = execution_row(rx.Var("row", _var_type=ExecutionRow).guess_type()).render()
    assert drawn["name"].startswith("HistoryRow")
    assert [prop.partition(":")[0] for prop in drawn["props"]] == ["key", "row"]


class FakeList:
    """The vars that the dashboard's rows are shown with, without Reflex."""

    def __init__(self, *ids: int) -> None:
        self.rows = [ExecutionRow.of(make_execution(id=each)) for each in ids]
        self.selection = Selection()
        self.new_count = 0
        self.has_more = False
        self._waiting: list[ExecutionRow] = []
        self._deleted: set[int] = set()
        self._stands_still = False

    def show(self, *changed: Execution) -> list[int]:
        """Take changes, and return the ids that are shown then."""
        DashboardState._show(self, {each.id: each for each in changed}, [])  # type: ignore[arg-type]
        return [row.id for row in self.rows]


def test_a_deleted_row_goes_and_comes_back_to_its_place() -> None:
    """Also while the list stands still: what is not there any more cannot be selected either."""
    shown = FakeList(5, 4, 3)
    shown.selection, shown._stands_still = Selection.of((4, 3), shown.rows), True
    ended = make_execution(id=4, status=Status.SUCCEEDED)
    assert shown.show(replace(ended, deleted_at=AT)) == [5, 3]
    assert shown.selection.ids == (3,)
    assert shown.show(ended) == [5, 4, 3]
    assert shown.new_count == 0


def test_new_rows_wait_while_the_list_stands_still() -> None:
    """Nothing moves under a selection; known rows are still brought up to date."""
    shown = FakeList(3)
    shown._stands_still = True
    assert shown.show(make_execution(id=3, status=Status.RUNNING), make_execution(id=4)) == [3]
    assert (shown.rows[0].status, shown.new_count) == ("running", 1)
    shown._stands_still = False
    assert shown.show(make_execution(id=5)) == [5, 4, 3]
