"""The process that watches over the server's worker: small, because it loads nothing of the hub."""

import argparse
import logging
import time
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from execution_hub.errors import CANNOT_GO_ON
from execution_hub.network import host_name, listening_address

APP = "execution_hub.asgi:create_app"
# A hub closes in about a second; a worker that hangs is killed after this many, within the ten that are promised.
STOP_SECONDS = 8
WAKE_SECONDS = 0.2
# How long a connection may be open with no whole request on it: before the first, between two, in the headers.
IDLE_SECONDS = 20


class _Wake:
    """What the server's loop waits on, in place of a `threading.Event`.

    An event has a lock. Two signals at once, as from a terminal and a service manager, can meet in it: the
    loop then sleeps on until the worker is gone. This one has none, and looks a few times a second.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Have the loop look what there is."""
        self._is_set = True

    def clear(self) -> None:
        """Have been told."""
        self._is_set = False

    def wait(self) -> None:
        """Sleep until there is something."""
        while not self._is_set:
            time.sleep(WAKE_SECONDS)


class _SaidAlready(logging.Filter):
    """Keeps back the server's own words about a worker that has explained itself, or was told to stop.

    A terminal signals the worker too; it may be gone before this process has looked.
    """

    def __init__(self, server: Any) -> None:
        super().__init__()
        self._server = server

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything else pass."""
        if not record.getMessage().startswith("Unexpected exit"):
            return True
        if self._server.interrupt_signal:
            return False
        return all(worker.inner.exitcode != CANNOT_GO_ON for worker in self._server.wrks)


def create_server(address: str, port: int, app: str = APP, *, idle_seconds: float = IDLE_SECONDS) -> Any:
    """Return a server that is not serving yet.

    Args:
        address: The numeric address it listens on.
        port: Its port.
        app: `module:name` of what makes the ASGI app.
        idle_seconds: How long a connection may be open with no whole request on it.
    """
    server: Any = Granian(
        app,
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=1,
        # Told to look for HTTP/2 too, it waits for a connection's first byte without an end.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=round(idle_seconds * 1_000)),
        websockets=True,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=False,
        workers_kill_timeout=STOP_SECONDS,
        working_dir=Path.cwd(),
    )
    server.main_loop_interrupt = _Wake()
    logging.getLogger("_granian").addFilter(_SaidAlready(server))
    return server


def main() -> None:
    """Serve until told to stop; the address comes from `execution_hub/serve.py`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    words = parser.parse_args()
    server = create_server(_address(words.host), words.port)
    try:
        server.serve()
    except SystemExit:
        if server.interrupt_signal and not any(worker.inner.exitcode for worker in server.wrks):
            return
        raise


def _address(host: str) -> str:
    """Return the numeric address of a host, which may be a name as in HUB_HOST, or in brackets."""
    try:
        return listening_address(host_name(host))
    except (OSError, ValueError) as error:
        raise SystemExit(f"HUB_HOST {host} cannot be used: {getattr(error, 'strerror', None) or error}.") from None


if __name__ == "__main__":
    main()
