"""What is sent once to many pages: encoded once, past those who are behind, and never mixed with what a State sends."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import reflex as rx
from reflex.state import State

from execution_hub.domain.status import Status
from execution_hub.ui import site
from execution_hub.ui.live import LiveState, MonitorPublisher
from execution_hub.ui.page_sockets import BACKLOG_MAX
from execution_hub.ui.pages.dashboard import DashboardState
from execution_hub.ui.pages.dashboard.shared import SharedDashboard, SharedFiguresState, SharedHistoryState
from execution_hub.ui.shared_vars import RETRY_SECONDS, SharedState, SharedVars, note_visibility
from execution_hub.views.monitor import MonitorView
from execution_hub.views.rows import ExecutionRow
from tests.support.executions import make_execution
from tests.support.page_sockets import FakeApp, reached

LIVE = LiveState.get_full_name()
# What each packet says of itself.
OF_PACKETS = ("version_rx_state_", "sent_at_rx_state_")


class Page:
    """A browser's side: applies deltas, and leaves out what is older than what it shows (ui/transport.py)."""

    def __init__(self) -> None:
        self.vars: dict[str, Any] = {}
        self.version = 0

    def take(self, *deltas: dict[str, Any]) -> None:
        """Apply deltas in the order in which they come."""
        for delta in deltas:
            values = delta.get(LIVE, {})
            version = values.get("version_rx_state_", self.version)
            if version >= self.version:
                self.version = version
                self.vars.update(values)

    @property
    def running(self) -> list[int]:
        """The executions that it shows as running."""
        return [row["id"] if isinstance(row, dict) else row.id for row in self.vars["running_rx_state_"]]


@pytest.fixture
def app() -> Iterator[FakeApp]:
    """Yield an app with two pages that are reached."""
    with reached("one", "two") as app:
        yield app


@pytest.fixture
def live(app: FakeApp) -> Iterator[SharedVars]:
    """Yield the vars of the monitor, shown to both pages."""
    shared = MonitorPublisher().vars
    for token, socket in app.pages.items():
        shared.open(token)
        socket.read()
    yield shared
    for token in app.pages:
        shared.close(token)


def show(live: SharedVars, *running: int, is_urgent: bool = True, name: str = "") -> None:
    """Have the hub run these, and tell the pages."""
    view = MonitorView()
    view.take([make_execution(id=each, status=Status.RUNNING, name=name) for each in running])
    live.show(is_urgent=is_urgent, **view.values())


async def test_a_packet_is_encoded_once_for_all_pages(app: FakeApp, live: SharedVars) -> None:
    live.show(running=[ExecutionRow(id=7)])
    packets = [socket.queue.get_nowait() for socket in app.pages.values()]
    assert packets[0] is packets[1]
    assert '"running_rx_state_"' in packets[0].data


async def test_what_does_not_differ_is_not_sent(app: FakeApp, live: SharedVars) -> None:
    show(live, 1)
    (delta,) = app.pages["one"].read()
    assert set(delta[LIVE]) == {"running_rx_state_", "running_count_rx_state_", "listed_rx_state_", *OF_PACKETS}
    show(live, 1)
    assert not app.pages["one"].read()


async def test_a_page_that_is_behind_is_passed_over_and_then_sent_the_latest(app: FakeApp, live: SharedVars) -> None:
    """A slow page is conflated: what waits for it does not grow, and it needs no news to be sent what it lacks."""
    for number in range(1, 20):
        show(live, number)
        app.pages["two"].read()
    assert app.pages["one"].queue.qsize() == BACKLOG_MAX
    page = Page()
    page.take(*app.pages["one"].read())
    assert page.running == [BACKLOG_MAX]
    async with asyncio.timeout(60):
        while app.pages["one"].queue.empty():
            await asyncio.sleep(RETRY_SECONDS)
    page.take(*app.pages["one"].read())
    assert page.running == [19]
    assert not app.pages["two"].read()


async def test_a_lost_packet_leaves_no_ghost(app: FakeApp, live: SharedVars) -> None:
    """The packet without it is lost: what is sent again, and what an opened page is sent, put it right."""
    page = Page()
    show(live, 1)
    page.take(*app.pages["one"].read())
    assert page.running == [1]
    show(live)
    app.pages["one"].read()  # lost
    assert page.running == [1]
    reconciled, opened = Page(), Page()
    for each in (reconciled, opened):
        each.vars, each.version = dict(page.vars), page.version
    live.resend()
    reconciled.take(*app.pages["one"].read())
    live.open("one")
    opened.take(*app.pages["one"].read())
    assert reconciled.running == opened.running == []


async def test_a_hydrate_leaves_shared_vars_to_what_the_page_is_sent(app: FakeApp, live: SharedVars) -> None:
    """Nothing but packets carries them, so nothing older can come after one: not even a hydrate."""
    root = State(_reflex_internal_init=True)  # type: ignore[call-arg]
    show(live, 1, 2)
    page, fresh = Page(), Page()
    page.take(*app.pages["one"].read(), root.dict())
    assert page.running == [1, 2]
    live.open("two")
    fresh.take(root.dict(), *app.pages["two"].read())
    assert fresh.running == page.running
    assert fresh.vars.keys() >= {name + "_rx_state_" for name in live.values}
    for shared in (LiveState, SharedHistoryState, SharedFiguresState):
        assert shared.get_full_name() not in root.dict()
        assert shared.get_full_name() in root.dict(initial=True)
        assert not shared.event_handlers.keys() - {"setvar"}


async def test_an_older_packet_never_replaces_a_newer_one(app: FakeApp, live: SharedVars) -> None:
    show(live, 1)
    old = app.pages["one"].read()
    show(live, 1, 2)
    page = Page()
    page.take(*app.pages["one"].read(), *old)
    assert page.running == [1, 2]


async def test_a_hidden_page_is_told_ends_and_no_progress(app: FakeApp, live: SharedVars) -> None:
    """What begins or ends comes; how far it is comes when somebody looks again, though nothing else changes."""
    show(live, 1)
    note_visibility("one", is_visible=False)
    for socket in app.pages.values():
        socket.read()
    show(live, 1, is_urgent=False, name="Moved on")
    assert not app.pages["one"].read()
    assert app.pages["two"].read()
    page = Page()
    note_visibility("one", is_visible=True)
    page.take(*app.pages["one"].read())
    assert page.vars["running_rx_state_"][0]["name"] == "Moved on"
    note_visibility("one", is_visible=True)
    assert not app.pages["one"].read()
    note_visibility("one", is_visible=False)
    show(live)
    page.take(*app.pages["one"].read())
    assert page.running == []


async def test_what_a_hidden_page_missed_comes_with_what_it_is_told(app: FakeApp, live: SharedVars) -> None:
    """It was passed over for one var; the next urgent change, of another, brings both."""
    note_visibility("one", is_visible=False)
    live.show(is_urgent=False, pending_count=5)
    live.show(waiting_count=2)
    (delta,) = app.pages["one"].read()
    assert (delta[LIVE]["pending_count_rx_state_"], delta[LIVE]["waiting_count_rx_state_"]) == (5, 2)


async def test_a_closed_page_leaves_nothing_behind(app: FakeApp, live: SharedVars) -> None:
    """Neither one that says so nor one whose socket has gone is remembered, whatever it lacked."""
    for number in range(1, 9):
        show(live, number)
    app.pages["two"].closed = True
    show(live, 9)
    live.close("one")
    assert not live._pages
    assert not live._lacking
    live.open("nobody")
    assert not live.has("nobody")


async def test_a_page_that_was_opened_again_is_not_closed_by_who_opened_it_before(
    app: FakeApp, live: SharedVars
) -> None:
    """The load of a page begins before what the last one began has ended."""
    before = live.open("one")
    live.open("one")
    assert not live.close("one", before)
    assert live.has("one")
    assert before.is_set()


async def test_a_page_is_shown_one_of_a_kind(app: FakeApp, live: SharedVars) -> None:
    """Shown another, it is told nothing of the first any more, and all of the other, in versions that grow."""
    page, other = Page(), SharedVars(LiveState)
    for number in range(3):
        show(live, number)
    page.take(*app.pages["one"].read())
    other.open("one")
    page.take(*app.pages["one"].read())
    assert page.running == []
    show(live, 7)
    assert not app.pages["one"].read()
    show(other, 8)
    page.take(*app.pages["one"].read())
    assert page.running == [8]
    other.close("one")


async def test_nobody_is_reached_before_the_app_has_started() -> None:
    shared = SharedVars(LiveState)
    shared.show(running_count=1)
    shared.open("one")
    assert not shared.has("one")


async def test_a_page_that_is_shown_the_rows_is_sent_them_with_a_version(app: FakeApp) -> None:
    dashboard = SharedDashboard()
    dashboard.history.show(rows=[ExecutionRow(id=5)])
    dashboard.history.open("one")
    left = asyncio.create_task(dashboard.history.left("one"))
    (delta,) = app.pages["one"].read()
    values = delta[SharedHistoryState.get_full_name()]
    assert [row["id"] for row in values["rows_rx_state_"]] == [5]
    assert values["version_rx_state_"] == dashboard.history.version > 0
    assert not app.pages["two"].read()
    dashboard.history.close("one")
    await asyncio.wait_for(left, 60)


def test_the_shared_rows_take_in_what_is_new_and_notice_gaps() -> None:
    """Newest first, a page long; what was deleted or brought back is read again, what is too old concerns nobody."""
    dashboard = SharedDashboard()
    dashboard._is_current, dashboard._has_more = True, True
    dashboard._rows = [ExecutionRow.of(make_execution(id=each)) for each in (9, 8, 6)]
    assert not dashboard._is_amiss([make_execution(id=10), make_execution(id=8), make_execution(id=2)])
    assert dashboard._is_amiss([make_execution(id=7)])
    assert dashboard._is_amiss([make_execution(id=8, deleted_at=make_execution().created_at)])
    assert not dashboard._is_amiss([make_execution(id=2, deleted_at=make_execution().created_at)])


async def test_a_held_page_takes_the_shared_rows_over(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows are its own from then on; at the top again it is shown what all are shown."""
    found = SharedDashboard()
    monkeypatch.setattr("execution_hub.ui.pages.dashboard.state.shared_dashboard", found)
    root = State(_reflex_internal_init=True)  # type: ignore[call-arg]
    state: Any = root.get_substate(DashboardState.get_full_name().split("."))
    monkeypatch.setattr(type(state.router.session), "client_token", "one", raising=False)
    found.history.show(rows=[ExecutionRow(id=5), ExecutionRow(id=4)])
    state.is_loaded = True
    state._show_shared_rows()
    assert found.history.has("one")
    found.history.show(rows=[ExecutionRow(id=6), *found.rows])
    DashboardState.hold.fn(state, True)
    assert not found.history.has("one")
    assert state.is_own
    assert [row.id for row in state.rows] == [6, 5, 4]
    found.history.show(rows=[ExecutionRow(id=7), *found.rows])
    assert [row.id for row in state.rows] == [6, 5, 4]
    app.pages["one"].read()
    DashboardState.hold.fn(state, False)
    assert not state.is_own
    (delta,) = app.pages["one"].read()
    assert [row["id"] for row in delta[SharedHistoryState.get_full_name()]["rows_rx_state_"]] == [7, 6, 5, 4]
    found.history.close("one")


def test_only_what_packets_carry_has_vars_of_their_names() -> None:
    """A page drops what comes with a smaller `version` than it knows: of another State that would be its changes."""
    assert site
    found, ahead = [], list(rx.State.__subclasses__())
    while ahead:
        kind = ahead.pop()
        ahead += kind.__subclasses__()
        if not issubclass(kind, SharedState) and {"version", "sent_at"} & set(kind.get_fields()):
            found.append(kind.__name__)
    assert found == []
