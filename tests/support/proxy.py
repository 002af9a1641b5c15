"""A TCP proxy between a browser and a hub, of the kind that does not like websockets."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

import pytest

REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
CHUNK = 65_536


class Proxy:
    """Forwards everything but upgrades to a websocket: those it refuses, or swallows without a word.

    Attributes:
        url: Where it listens.
        refused: How many upgrades it kept back.
    """

    def __init__(self, port: int, *, is_silent: bool = False) -> None:
        """Prepare it.

        Args:
            port: The port of the hub.
            is_silent: Whether it swallows an upgrade instead of refusing it.
        """
        self._port = port
        self._is_silent = is_silent
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.refused = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def start(self) -> Self:
        """Listen."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def cut(self) -> None:
        """Cut every connection that is open now; new ones are welcome."""
        for each in list(self._open):
            _close(each)

    def stop(self) -> None:
        """Cut all and listen no more."""
        _close(self._listener)
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            hub = socket.create_connection(("127.0.0.1", self._port))
        except OSError:
            _close(client)
            return
        self._open |= {client, hub}
        threading.Thread(target=self._forward, args=(hub, client), daemon=True).start()
        self._forward(client, hub)

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while chunk := source.recv(CHUNK):
                if b"upgrade: websocket" in chunk.lower():
                    self.refused += 1
                    if self._is_silent:
                        continue
                    source.sendall(REFUSAL)
                    break
                target.sendall(chunk)
        except OSError:
            pass
        finally:
            self._open -= {source, target}
            _close(source)
            _close(target)


def _close(each: socket.socket) -> None:
    with suppress(OSError):
        # Wakes a thread that waits in it; closing alone would not.
        each.shutdown(socket.SHUT_RDWR)
    each.close()


@pytest.fixture
def proxy_to() -> Iterator[Callable[..., Proxy]]:
    """Return what puts a proxy before a port; all stop at the end of the test."""
    made: list[Proxy] = []

    def make(port: int, *, is_silent: bool = False) -> Proxy:
        made.append(Proxy(port, is_silent=is_silent).start())
        return made[-1]

    yield make
    for each in made:
        each.stop()
