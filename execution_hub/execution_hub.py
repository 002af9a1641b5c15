"""The app as Reflex finds it: wires pages, API, sockets and the hub's life. Nothing else is here."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import reflex as rx

from execution_hub.api.app import create_api
from execution_hub.api.guard import Guard
from execution_hub.api.socket import sockets
from execution_hub.api.stopping import begin_stop
from execution_hub.exposure import exposure
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.logs import configure_logs
from execution_hub.settings import load_settings
from execution_hub.ui.incoming import check_events
from execution_hub.ui.page_sockets import page_sockets
from execution_hub.ui.protection import built_policy, development_port
from execution_hub.ui.site import HEAD, STYLESHEETS, add_pages, sharing
from execution_hub.ui.transport import socket_server

settings = load_settings()
configure_logs()


@asynccontextmanager
async def hub_lifespan() -> AsyncIterator[None]:
    """Open the hub before the first request and close it after the last."""
    if warning := exposure(settings):
        sys.stderr.write(f"Warning: {warning}\n")
    hub = await Hub.open(settings)
    set_current_hub(hub)
    hub.metrics.count_clients("websocket", lambda: page_sockets.count(is_polling=False))
    hub.metrics.count_clients("polling", lambda: page_sockets.count(is_polling=True))
    hub.metrics.count_clients("api_socket", lambda: len(sockets.connections))
    # An open long-poll would keep the server waiting: everybody is sent home as soon as it is told to stop.
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(lambda: loop.create_task(begin_stop())))
    try:
        async with sharing(app):
            yield
    finally:
        await sockets.close()
        set_current_hub(None)
        await hub.close()


app = rx.App(
    sio=socket_server(settings),
    api_transformer=[
        create_api(),
        lambda inner: Guard(inner, settings, policy=built_policy(), development_port=development_port()),
    ],
    stylesheets=STYLESHEETS,
    head_components=HEAD,
    # Reflex's own banner is off: the dot beside each title tells how fresh the page is.
    app_wraps={},
    # Our own notices (ui/components/toasts.py) bring their place along; two would show each twice.
    toaster=None,
)
app.register_lifespan_task(hub_lifespan)
add_pages(app)
check_events(app)
