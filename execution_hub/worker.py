"""`execution-hub worker`: a process of a hub that only executes. It loads no pages and no API."""

import asyncio
import json
import signal
import threading
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from execution_hub.errors import HubError, StartError
from execution_hub.heap import keep_frozen
from execution_hub.hub.hub import Hub
from execution_hub.logs import configure_logs
from execution_hub.metrics import CONTENT_TYPE
from execution_hub.process import process_name
from execution_hub.settings import Settings

READY_SECONDS = 5.0
# Of one whose port is asked: what a supervisor sends is a line.
REQUEST_SECONDS = 10


def work(settings: Settings, health_port: int | None = None) -> int:
    """Execute until told to stop, or drained.

    Args:
        settings: Its settings, with the role of a worker.
        health_port: Where on HUB_HOST it answers `/api/health`, `/api/ready` and `/metrics`; None for nowhere.

    Returns:
        The exit code.

    Raises:
        StartError: The port is taken, the database cannot be used, or its hub runs alone.
    """
    configure_logs()
    asyncio.run(_work(settings, health_port))
    return 0


async def _work(settings: Settings, health_port: int | None) -> None:
    told, told_again = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hear() -> None:
        (told_again if told.is_set() else told).set()

    def tell(*_: object) -> None:
        # Its loop may have closed already, and only its threads are left.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(hear)

    for number in (signal.SIGTERM, signal.SIGINT):
        # Not those of the loop: they go with it.
        signal.signal(number, tell)
    hub = await Hub.open(settings)
    health = None
    try:
        if health_port is not None:
            health = HealthServer(hub, settings.host, health_port)
        keep_frozen()
        print(f"Execution Hub worker {process_name()} is ready, {hub.workers.slots} at once", flush=True)
        await told.wait()
    finally:
        await hub.close(told_again)
        if health is not None:
            health.close()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = REQUEST_SECONDS

    def log_message(self, *_: Any) -> None:
        """Say nothing: whoever asks does so every few seconds."""

    def address_string(self) -> str:
        """Return who asks, without asking a name server."""
        return str(self.client_address[0])


class HealthServer:
    """Tells a supervisor whether a worker lives and can work, and Prometheus its figures, on a port of its own."""

    def __init__(self, hub: Hub, host: str, port: int) -> None:
        """Answer from now on.

        Args:
            hub: Who is asked; its loop is the running one.
            host: Where to listen.
            port: On which port.

        Raises:
            StartError: The port cannot be used.
        """
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        try:
            self._server = make_server(host, port, self._answer, _Server, _Handler)
        except OSError as error:
            raise StartError(f"The health port {port} on {host} cannot be used ({error.strerror}).") from None
        threading.Thread(target=self._server.serve_forever, name="hub-health", daemon=True).start()

    def close(self) -> None:
        """Answer nothing any more."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        status, body = self._found(environment.get("PATH_INFO", ""))
        kind = CONTENT_TYPE if isinstance(body, bytes) else "application/json"
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        start(status, [("Content-Type", kind), ("Content-Length", str(len(text)))])
        return [text]

    def _found(self, path: str) -> tuple[str, dict[str, Any] | bytes]:
        hub = self._hub
        known: dict[str, Callable[[], Coroutine[Any, Any, dict[str, Any] | bytes]]] = {
            "/api/health": hub.health,
            "/api/ready": hub.ready,
            "/metrics": hub.metrics.scrape,
        }
        if path not in known:
            return "404 Not Found", _error("not_found", f"Only {', '.join(known)}.")
        future = asyncio.run_coroutine_threadsafe(known[path](), self._loop)
        try:
            return "200 OK", future.result(READY_SECONDS)
        except HubError as error:
            return "503 Service Unavailable", _error(error.code, error.message)
        except TimeoutError:
            with suppress(RuntimeError):
                future.cancel()
            return "503 Service Unavailable", _error("unavailable", "It does not answer.")


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
