"""The app as the server process runs it: says when it is ready, and in one line why it cannot start."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from execution_hub.domain.texts import unobeyed
from execution_hub.errors import CANNOT_GO_ON, HubError
from execution_hub.heap import keep_frozen
from execution_hub.network import open_direct
from execution_hub.server import STOP_SECONDS
from execution_hub.settings import Settings, load_settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

READY_SECONDS = 60
FAILED = "lifespan.startup.failed"


def create_app() -> Application:
    """Return the app for an ASGI server; the server calls this once in its worker."""
    # What is loaded stays: looking for garbage in it again and again is a third of the loading.
    gc.disable()
    # Loaded in the worker only: the process that watches over it stays small.
    from execution_hub.execution_hub import app

    threading.Thread(target=_end_with_parent, daemon=True).start()
    made = with_clear_start(app(), load_settings())
    # What is garbage of it goes, and the rest is frozen, once the start is over: see `with_clear_start`.
    gc.enable()
    return made


def with_clear_start(inner: Application, settings: Settings) -> Application:
    """Wrap an app so that its start ends in one line, good or bad.

    Args:
        inner: The app.
        settings: Where it can be asked.

    Returns:
        An app that prints its address once `/api/ready` answers 200, and the message of a `HubError` instead
        of a traceback when its lifespan cannot begin.
    """

    async def outer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await inner(scope, receive, send)
            return
        failure: list[Message] = []

        async def observe(message: Message) -> None:
            if message["type"] == FAILED:
                # Held back: what is raised next says whether it is a known problem.
                failure.append(message)
                return
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                keep_frozen()
                threading.Thread(target=_announce, args=(settings,), daemon=True).start()

        try:
            await inner(scope, receive, observe)
        except HubError as error:
            print(f"Execution Hub cannot start: {unobeyed(error.message)}", file=sys.stderr, flush=True)
            # At once: there is nothing to close, and the server would add words of its own.
            os._exit(CANNOT_GO_ON)
        finally:
            for message in failure:
                await send(message)

    return outer


def _end_with_parent() -> None:
    """Close the hub when the process that watches over it was killed: it would keep port and data for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os._exit(1)


def _announce(settings: Settings) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{settings.address}/api/ready", headers={"Host": settings.allowed_hosts[0]}
    )
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with open_direct(request, seconds=5):
                print(f"Execution Hub is ready at {settings.address}", flush=True)
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    print(f"Execution Hub does not answer at {settings.address}; its log says more.", file=sys.stderr, flush=True)
