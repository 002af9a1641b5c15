"""What is sent once to many pages: encoded once, past nobody who is behind, and the State gives the same."""

import asyncio
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from reflex.state import State

from execution_hub.domain.status import Status
from execution_hub.settings import Settings
from execution_hub.ui.broadcast import BACKLOG_MAX, Broadcast, broadcast
from execution_hub.ui.live import LiveState, _Seen, live_board
from execution_hub.ui.pages.dashboard import DashboardState
from execution_hub.ui.pages.dashboard.board import Board
from execution_hub.ui.transport import socket_server
from execution_hub.views.rows import ExecutionRow
from tests.support.executions import make_execution

LIVE = LiveState.get_full_name()


class FakeSocket:
    """A page's socket: what was put into it, and has not been taken."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Any] = asyncio.Queue()
        self.closed = False

    def read(self) -> list[dict[str, Any]]:
        """Take what is there, as the deltas a page applies."""
        found = []
        while not self.queue.empty():
            text = self.queue.get_nowait().data
            found.append(json.loads(text[text.index("[") :])[1]["delta"])
        return found


class FakeApp:
    """As much of a Reflex app as sends packets: a page for each token."""

    def __init__(self, *tokens: str) -> None:
        self.pages = {token: FakeSocket() for token in tokens}
        self.sio = socket_server(Settings())
        self.sio.eio.sockets.update({f"engine {token}": socket for token, socket in self.pages.items()})
        self.sio.manager.rooms = {"/_event": {None: {f"sid {token}": f"engine {token}" for token in tokens}}}
        self.event_namespace = SimpleNamespace(
            namespace="/_event", sid_to_token={f"sid {token}": token for token in tokens}
        )


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
    """Yield an app with two pages that the broadcast sends to."""
    app = FakeApp("one", "two")
    broadcast.start(app)  # type: ignore[arg-type]
    yield app
    broadcast._app = None
    broadcast._hidden = {}


def show(*running: int) -> None:
    """Have the hub run these, and tell every page."""
    seen = _Seen()
    seen.take([make_execution(id=each, status=Status.RUNNING) for each in running])
    live_board._show(seen, is_new=True)


def new_state() -> tuple[State, LiveState]:
    """Return the State tree of a page."""
    root = State(_reflex_internal_init=True)  # type: ignore[call-arg]
    return root, root.get_substate(LIVE.split("."))  # type: ignore[return-value]


async def test_a_packet_is_encoded_once_for_all_pages(app: FakeApp) -> None:
    broadcast.send(LiveState, {"running": [ExecutionRow(id=7)]})
    packets = [socket.queue.get_nowait() for socket in app.pages.values()]
    assert packets[0] is packets[1]
    assert '"running_rx_state_"' in packets[0].data


async def test_a_page_that_is_behind_is_passed_over_and_then_sent_the_latest(app: FakeApp) -> None:
    """A slow client is conflated: what waits for it does not grow."""
    show()
    for number in range(1, 20):
        show(number)
        app.pages["two"].read()
    assert app.pages["one"].queue.qsize() == BACKLOG_MAX
    assert live_board._behind == {"one"}
    app.pages["one"].read()
    live_board._send(vars(live_board._shown), live_board._behind)
    page = Page()
    page.take(*app.pages["one"].read())
    assert page.running == [19]
    assert not live_board._behind


async def test_a_lost_packet_leaves_no_ghost(app: FakeApp) -> None:
    """Hydrate without it, packet with it, the packet without it lost: the next of any kind puts it right."""
    root, state = new_state()
    page = Page()
    show()
    page.take(root.dict())
    assert page.running == []
    show(1)
    page.take(*app.pages["one"].read())
    assert page.running == [1]
    show()
    app.pages["one"].read()  # lost
    assert page.running == [1]
    reconciled, handled, hydrated = (Page() for _ in range(3))
    for each in (reconciled, handled, hydrated):
        each.vars, each.version = dict(page.vars), page.version
    live_board._send(vars(live_board._shown), None)
    reconciled.take(*app.pages["one"].read())
    live_board.show_in(state)
    handled.take(root.get_delta())
    hydrated.take(root.dict())
    assert reconciled.running == handled.running == hydrated.running == []


async def test_what_a_page_is_hydrated_with_is_what_was_sent_last(app: FakeApp) -> None:
    """The State of a page knows nothing of the packets; its hydrate gives the same all the same."""
    root, _ = new_state()
    show(1, 2)
    page, fresh = Page(), Page()
    live_board._send(vars(live_board._shown), None)
    page.take(*app.pages["one"].read())
    fresh.take(root.dict())
    assert page.running == fresh.running == [1, 2]
    assert page.version == fresh.version


async def test_an_older_packet_never_replaces_a_newer_one(app: FakeApp) -> None:
    root, _ = new_state()
    show(1)
    old = root.dict()
    app.pages["one"].read()
    show(1, 2)
    page = Page()
    page.take(*app.pages["one"].read(), old)
    assert page.running == [1, 2]


async def test_a_hidden_page_is_told_ends_and_no_progress(app: FakeApp) -> None:
    """What begins or ends comes; how far it is comes when somebody looks again."""
    show(1)
    broadcast.note_hidden("one", True)
    for socket in app.pages.values():
        socket.read()
    seen = _Seen()
    seen.take([make_execution(id=1, status=Status.RUNNING, last_seq=99, name="Moved on")])
    live_board._show(seen, is_new=False)
    assert not app.pages["one"].read()
    assert app.pages["two"].read()
    show()
    page = Page()
    page.take(*app.pages["one"].read())
    assert page.running == []
    show(3)
    app.pages["one"].read()
    broadcast.note_hidden("one", False)
    page.take(*app.pages["one"].read())
    assert page.running == [3]


async def test_attention_waits_while_nobody_sees_the_page(app: FakeApp) -> None:
    broadcast.note_hidden("one", True)
    waiting = asyncio.create_task(broadcast.attention("one"))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    broadcast.note_hidden("one", False)
    assert await waiting
    assert await broadcast.attention("two")


async def test_nobody_is_reached_before_the_app_has_started() -> None:
    assert Broadcast().send(LiveState, {"running": []}) == set()


async def test_a_page_that_joins_the_rows_is_sent_them_and_hydrated_with_them(app: FakeApp) -> None:
    board = Board()
    board.start(DashboardState)
    board.rows = [ExecutionRow(id=5)]
    board.join("one")
    shared = asyncio.create_task(board.shared("one"))
    await asyncio.sleep(0)
    (delta,) = app.pages["one"].read()
    assert [row["id"] for row in delta[DashboardState.get_full_name()]["rows_rx_state_"]] == [5]
    assert not app.pages["two"].read()
    board.leave("one")
    await asyncio.wait_for(shared, 5)


def test_the_shared_rows_take_in_what_is_new_and_notice_gaps() -> None:
    """Newest first, a page long; what was deleted or brought back is read again, what is too old concerns nobody."""
    board = Board()
    board.is_ready, board.has_more = True, True
    board.rows = [ExecutionRow.of(make_execution(id=each)) for each in (9, 8, 6)]
    assert not board._is_amiss([make_execution(id=10), make_execution(id=8), make_execution(id=2)])
    assert board._is_amiss([make_execution(id=7)])
    assert board._is_amiss([make_execution(id=8, deleted_at=make_execution().created_at)])
    assert not board._is_amiss([make_execution(id=2, deleted_at=make_execution().created_at)])


async def test_a_held_page_takes_the_shared_rows_over(app: FakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows are its own from then on; at the top again it is shown what all are shown."""
    found = Board()
    found.is_ready, found.rows = True, [ExecutionRow(id=5), ExecutionRow(id=4)]
    monkeypatch.setattr("execution_hub.ui.pages.dashboard.state.board", found)
    root = State(_reflex_internal_init=True)  # type: ignore[call-arg]
    state: Any = root.get_substate(DashboardState.get_full_name().split("."))
    token = state.router.session.client_token
    state._share()
    assert found.has(token)
    found.rows = [ExecutionRow(id=6), *found.rows]
    DashboardState.hold.fn(state, True)
    assert not found.has(token)
    assert [row.id for row in state.rows] == [6, 5, 4]
    found.rows = [ExecutionRow(id=7), *found.rows]
    assert [row.id for row in state.rows] == [6, 5, 4]
    DashboardState.hold.fn(state, False)
    assert found.has(token)
    assert [row.id for row in state.rows] == [7, 6, 5, 4]
