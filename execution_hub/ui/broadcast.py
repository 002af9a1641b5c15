"""The same vars sent once to many pages, past their States; and what is known of each page: hidden, behind.

A State's delta costs its page's own lock, comparison and encoding. What is the same for all is encoded once here and
put into each page's socket. Such a packet goes around the State, so whoever sends one sees to three things: the State
gives the same values when it is hydrated (`dict`), the packet carries a growing `version` (pages ignore an older one:
ui/transport.py), and everything is sent again every few seconds, so that a lost packet is put right.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import reflex as rx
from engineio import packet as engine_packet  # type: ignore[import-untyped]
from reflex.state import StateUpdate
from reflex_base.constants import SocketEvent
from reflex_base.constants.state import FIELD_MARKER
from socketio import packet as socket_packet

# A page whose socket has not taken so many messages is behind: it is sent the latest when it reads again.
BACKLOG_MAX = 4
PAUSE_SECONDS = 0.1
HIDDEN_SECONDS = 0.5


Method = TypeVar("Method", bound=Callable[..., Any])


class Broadcast:
    """The sockets of this process's pages."""

    def __init__(self) -> None:
        """Reach nobody yet; `start` tells whose pages they are."""
        self._app: rx.App | None = None
        self._hidden: dict[str, asyncio.Event] = {}
        # Called with a page that somebody looks at again.
        self.on_return: list[Callable[[str], None]] = []

    def start(self, app: rx.App) -> None:
        """Send to the pages of an app from now on."""
        self._app = app

    def send(self, state: type[rx.State], values: Mapping[str, Any], tokens: Collection[str] | None = None) -> set[str]:
        """Send vars of a State to pages, encoded once.

        Args:
            state: Whose vars.
            values: The vars; what is sent replaces what the page has.
            tokens: Which pages; None for all.

        Returns:
            The pages that were passed over because they are behind.
        """
        app, behind = self._app, set[str]()
        sockets = self._sockets() if app is not None else {}
        packet = None
        for token in sockets if tokens is None else tokens:
            socket = sockets.get(token)
            if app is None or socket is None or socket.closed:
                continue
            if socket.queue.qsize() >= BACKLOG_MAX:
                behind.add(token)
                continue
            packet = packet or _packet(app, state, values)
            socket.queue.put_nowait(packet)
        return behind

    def visible(self) -> list[str]:
        """Return the open pages that somebody sees."""
        return [token for token in self._sockets() if token not in self._hidden]

    def is_hidden(self, token: str) -> bool:
        """Tell whether a page is in a tab that nobody sees."""
        return token in self._hidden

    def note_hidden(self, token: str, is_hidden: bool) -> None:
        """Remember whether nobody sees a page."""
        if is_hidden:
            # Those that have gone are forgotten on the way.
            sockets = self._sockets()
            self._hidden = {each: seen for each, seen in self._hidden.items() if each in sockets}
            self._hidden.setdefault(token, asyncio.Event())
        elif token in self._hidden:
            self._hidden.pop(token).set()
            for call in self.on_return:
                call(token)

    async def attention(self, token: str) -> bool:
        """Tell whether a page has use for more now; if not, it returns after a moment.

        A page that nobody sees has none, nor one whose socket takes nothing.
        """
        seen = self._hidden.get(token)
        if seen is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(HIDDEN_SECONDS):
                    await seen.wait()
            return token not in self._hidden
        socket = self._sockets().get(token)
        if socket is not None and socket.queue.qsize() >= BACKLOG_MAX:
            await asyncio.sleep(PAUSE_SECONDS)
            return False
        return True

    def _sockets(self) -> dict[str, Any]:
        """Return the engine's socket of every page, by the page's token."""
        app = self._app
        if app is None or app.event_namespace is None or app.sio is None:
            return {}
        manager, name, sockets = app.sio.manager, app.event_namespace.namespace, app.sio.eio.sockets
        found = {
            token: sockets.get(manager.eio_sid_from_sid(sid, name))
            for sid, token in app.event_namespace.sid_to_token.items()
        }
        return {token: socket for token, socket in found.items() if socket is not None}


def as_hydrated(method: Method) -> Method:
    """Mark a State's own `dict`: what a page is given when it is hydrated. Reflex lets no other be overridden."""
    method.__override_base_method__ = True  # type: ignore[attr-defined]
    return method


def _packet(app: rx.App, state: type[rx.State], values: Mapping[str, Any]) -> engine_packet.Packet:
    assert app.sio is not None
    assert app.event_namespace is not None
    update = StateUpdate(delta={state.get_full_name(): {name + FIELD_MARKER: each for name, each in values.items()}})
    packet = app.sio.packet_class(
        socket_packet.EVENT, namespace=app.event_namespace.namespace, data=[str(SocketEvent.EVENT), update]
    )
    return engine_packet.Packet(engine_packet.MESSAGE, packet.encode())


broadcast = Broadcast()
