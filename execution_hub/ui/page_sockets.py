"""The sockets of this process's pages: which are open, which nobody looks at, and packets past their States."""

from collections.abc import Mapping
from typing import Any

import reflex as rx
from engineio import packet as engine_packet  # type: ignore[import-untyped]
from reflex.state import StateUpdate
from reflex_base.constants import SocketEvent
from reflex_base.constants.state import FIELD_MARKER
from socketio import packet as socket_packet

# A page whose socket has not taken so many messages is behind: it is sent the latest when it reads again.
BACKLOG_MAX = 4


class PageSockets:
    """The pages of one app, each known by its token."""

    def __init__(self) -> None:
        """Reach nobody yet; `start` tells whose pages they are."""
        self._app: rx.App | None = None
        self._hidden: set[str] = set()

    def start(self, app: rx.App) -> None:
        """Reach the pages of an app from now on."""
        self._app = app

    def find(self, token: str) -> Any:
        """Return the engine's socket of a page; None if it is not open."""
        app = self._app
        if app is None or app.event_namespace is None or app.sio is None:
            return None
        # Its public views are made anew for all pages each time.
        record = app.event_namespace._token_manager.token_to_socket.get(token)
        if record is None:
            return None
        sid = app.sio.manager.eio_sid_from_sid(record.sid, app.event_namespace.namespace)
        socket = app.sio.eio.sockets.get(sid)
        return None if socket is None or socket.closed else socket

    def count(self, *, is_polling: bool) -> int:
        """Return how many connections of pages are open: those that poll, or the websockets."""
        app = self._app
        if app is None or app.sio is None:
            return 0
        found = [each for each in app.sio.eio.sockets.values() if each.connected and not each.closed]
        return sum(each.upgraded is not is_polling for each in found)

    def is_hidden(self, token: str) -> bool:
        """Tell whether a page is in a tab that nobody sees."""
        return token in self._hidden

    def note_hidden(self, token: str, is_hidden: bool) -> None:
        """Remember whether nobody sees a page."""
        if is_hidden:
            # Those that have gone are forgotten on the way.
            self._hidden = {each for each in self._hidden if self.find(each) is not None} | {token}
        else:
            self._hidden.discard(token)

    def packet(self, state: type[rx.State], values: Mapping[str, Any]) -> engine_packet.Packet:
        """Encode vars of a State as the pages of the app take them, for as many sockets as there are."""
        app = self._app
        assert app is not None, "somebody is reached"
        assert app.sio is not None
        assert app.event_namespace is not None
        named = {name + FIELD_MARKER: each for name, each in values.items()}
        packet = app.sio.packet_class(
            socket_packet.EVENT,
            namespace=app.event_namespace.namespace,
            data=[str(SocketEvent.EVENT), StateUpdate(delta={state.get_full_name(): named})],
        )
        return engine_packet.Packet(engine_packet.MESSAGE, packet.encode())


page_sockets = PageSockets()


def is_behind(socket: Any) -> bool:
    """Tell whether a page has not taken what it was sent."""
    return bool(socket.queue.qsize() >= BACKLOG_MAX)
