"""The server under the hub: who keeps a connection without asking anything is let go."""

import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.support.server import ROOT, free_port, poll

IDLE_SECONDS = 2.0
# When to give up.
SECONDS = 30
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def app() -> Callable[..., Awaitable[None]]:
    """Return an app that answers everything."""

    async def answer(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"ok"})

    return answer


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Yield the port of a server that has little patience."""
    found = free_port()
    code = (
        "from execution_hub.server import create_server; "
        f"create_server('127.0.0.1', {found}, '{__name__}:app', idle_seconds={IDLE_SECONDS}).serve()"
    )
    process = subprocess.Popen((sys.executable, "-c", code), cwd=ROOT)

    def is_there() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", found)):
            return True
        return False

    poll(is_there, SECONDS)
    yield found
    process.terminate()
    process.wait(SECONDS)


def read_all(connection: socket.socket) -> bytes:
    """Read until the server closes a connection; returns what came."""
    found = b""
    while piece := connection.recv(65_536):
        found += piece
    return found


@pytest.mark.parametrize("words", [b"", REQUEST, b"GET / HTTP/1.1\r\nHost: lo"], ids=["silent", "asked", "half asked"])
def test_a_connection_without_a_whole_request_on_it_is_closed(port: int, words: bytes) -> None:
    """Before the first request, after one, and in the middle of its headers; not before its time."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(words)
        found = read_all(connection)
    assert found.endswith(b"ok") is (words == REQUEST)
    assert time.monotonic() - began > IDLE_SECONDS / 2


def test_headers_that_come_slowly_do_not_keep_a_connection(port: int) -> None:
    """A line now and then is no whole request."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        with suppress(ConnectionError):
            while not _is_closed(connection):
                assert time.monotonic() - began < SECONDS
                connection.sendall(b"X-More: 1\r\n")


def _is_closed(connection: socket.socket) -> bool:
    connection.settimeout(IDLE_SECONDS / 5)
    try:
        return connection.recv(65_536) == b"" or _is_closed(connection)
    except TimeoutError:
        return False
