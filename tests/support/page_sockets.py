"""The sockets of pages, without a server: what is put into them is read as the deltas a page applies."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from execution_hub.settings import Settings
from execution_hub.ui.page_sockets import page_sockets
from execution_hub.ui.transport import socket_server


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
            namespace="/_event",
            _token_manager=SimpleNamespace(
                token_to_socket={token: SimpleNamespace(sid=f"sid {token}") for token in tokens}
            ),
        )


@contextmanager
def reached(*tokens: str) -> Iterator[FakeApp]:
    """Reach these pages, and nobody else, for so long."""
    app = FakeApp(*tokens)
    page_sockets.start(app)  # type: ignore[arg-type]
    try:
        yield app
    finally:
        page_sockets._app, page_sockets._hidden = None, set()
