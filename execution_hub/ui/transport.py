"""How a page reaches its hub: the change to Reflex's compiled client, and the socket server to match.

Reflex's client knows one transport and one address, both fixed at build. `TransportPlugin` changes its
`utils/state.js` while the pages compile: built pages talk to the origin they were loaded from, a socket
that cannot be a websocket becomes polling, and the page can see how its connection is. For that it has

- `window.__executionHub`: `socket`, `connected` (bool), `transport` (`"websocket"`, `"polling"` or null)
  and `lastPacketAt` (milliseconds since 1970, when the server was last heard; 0 before). The server sends
  something at least every `PING_INTERVAL_SECONDS`, so a long silence means a dead connection.
- `window.__executionHub.tryWebsocket()`, which looks at once whether a websocket is possible again;
- the event `hub:connection` on `window` whenever `connected` or `transport` changes, with both as detail;
- the event `hub:packet` on `window` when the server was heard, once a second at most;
- the event `hub:refused` on `window` when something was pressed that the hub did not hear. Reflex's client would keep
  it and send it once the connection is back, when nobody expects it any more: it is dropped (browser/presses.js). What
  a network gave back too late, the server refuses by a message `refused` (incoming.py);
- `window.__executionHub.lagMs()` and `now()`, how far behind the hub a connected page is, and the hub's clock
  (browser/lag.js).

A page that polls because something between refuses websockets looks every `WEBSOCKET_RETRY_SECONDS` whether one can
be opened by now, and then moves over to it without a new connection. What is sent to all pages past their States
(ui/shared_vars.py) carries a growing `version`; the page leaves out what is older than what it shows, and draws what
comes faster than it can draw together, once a frame (browser/sparing.js).

In development the pages come from another port than their backend, so there they keep Reflex's address.
"""

import hashlib
from types import SimpleNamespace
from typing import Any

from reflex.app import _sio_dumps, _sio_loads
from reflex_base.config import get_config
from reflex_base.constants import Env, Reflex, Templates
from reflex_base.environment import environment
from reflex_base.plugins import CommonContext, Plugin, PreCompileContext
from socketio import AsyncServer
from typing_extensions import Unpack

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.settings import Settings
from execution_hub.ui.browser_code import library
from execution_hub.ui.incoming import CheckedServer

STATE_FILE = "utils/state.js"
# Short, so that a dead connection is noticed in seconds on both ends.
PING_INTERVAL_SECONDS = 10
PING_TIMEOUT_SECONDS = 10
# How often a page that polls tries whether a websocket is possible again.
WEBSOCKET_RETRY_SECONDS = 30

MARK = "execution-hub transport"

# What is replaced, by what, and how often it has to be there. The code itself is browser/transport.js.
_CHANGES = (
    (
        "  const endpoint = new URL(url_str);\n",
        """\
  const endpoint = new URL(url_str);
  if (env.HUB_OWN_ORIGIN && typeof window !== "undefined") {
    return atOrigin(endpoint, window.location);
  }
""",
        1,
    ),
    ("[env.TRANSPORT]", "TRANSPORTS", 2),
    (
        """\
const createSocket = (endpoint, transports, token) =>
  io(endpoint.href, {
    path: endpoint.pathname,
    transports,
    protocols: [reflexEnvironment.version],
    autoUnref: false,
    autoConnect: false,
    query: { token },
    reconnection: false,
  });
""",
        f"""\
const createSocket = (endpoint, transports, token) => {{
  const socket = io(endpoint.href, {{
    path: endpoint.pathname,
    transports,
    protocols: [reflexEnvironment.version],
    autoUnref: false,
    autoConnect: false,
    query: {{ token }},
    reconnection: false,
    ...SOCKET_OPTIONS,
  }});
  const [retryMs, deadMs] = [{WEBSOCKET_RETRY_SECONDS * 1000}, {PING_INTERVAL_SECONDS * 1500}];
  return watchConnection(socket, {{ retryMs, deadMs }});
}};
""",
        1,
    ),
    (
        "    const delta = withoutUnknownSubstates(update.delta);\n",
        "    const delta = shownNow(withoutOlder(withoutUnknownSubstates(update.delta)), dispatch);\n",
        1,
    ),
    (
        "      () => queueEvents(_events, socket, false, navigate, params),\n",
        "      pressed(() => queueEvents(_events, socket, false, navigate, params), _events, socket),\n",
        1,
    ),
)
_NAMES = "atOrigin, shownNow, SOCKET_OPTIONS, TRANSPORTS, watchConnection, withoutOlder"
_IMPORT = f"""\
import {{ {_NAMES} }} from "{library("transport.js")}";
import {{ pressed }} from "{library("presses.js")}";
"""
_HEADER = f"// {MARK} {hashlib.sha256(repr((_IMPORT, _CHANGES)).encode()).hexdigest()[:12]}\n{_IMPORT}"


class TransportPlugin(Plugin):
    """Puts the hub's transport into the pages that Reflex compiles."""

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        """Have `utils/state.js` changed before the pages are bundled."""
        context["add_modify_task"](STATE_FILE, patch)

    def update_env_json(self, **_context: Unpack[CommonContext]) -> dict[str, Any]:
        """Tell the pages whether their backend is where they came from.

        Returns:
            `HUB_OWN_ORIGIN`: true in built pages, unless an address was given at build.
        """
        has_address = "api_url" in get_config()._non_default_attributes
        return {"HUB_OWN_ORIGIN": environment.REFLEX_ENV_MODE.get() != Env.DEV and not has_address}


def patch(source: str) -> str:
    """Change Reflex's `utils/state.js`; a file that has been changed already stays as it is.

    Args:
        source: The file as Reflex ships it, or as an earlier compilation left it.

    Returns:
        The file with the hub's transport.

    Raises:
        RuntimeError: The file is not the one this was written for: Reflex has changed.
    """
    if source.startswith(_HEADER):
        return source
    if MARK in source:  # left by another version of this module
        source = (Templates.Dirs.WEB_TEMPLATE / STATE_FILE).read_text()
    for before, after, times in _CHANGES:
        if source.count(before) != times:
            raise RuntimeError(
                f"Reflex {Reflex.VERSION} ships another {STATE_FILE} than execution_hub/ui/transport.py knows:"
                f" expected {times} times, found {source.count(before)} times: {before.strip().splitlines()[0]}"
            )
        source = source.replace(before, after)
    return _HEADER + source


def socket_server(settings: Settings) -> AsyncServer:
    """Return the Socket.IO server for `rx.App(sio=…)`.

    `HUB_TRANSPORT=polling` makes it refuse websockets, and the pages follow: no rebuild.

    Args:
        settings: The hub's settings.
    """
    is_polling = settings.transport == "polling"
    return CheckedServer(
        async_mode="asgi",
        transports=["polling"] if is_polling else ["polling", "websocket"],
        allow_upgrades=not is_polling,
        # The hub's own guard has looked at Origin and Host before a request comes here.
        cors_allowed_origins="*",
        json=SimpleNamespace(dumps=staticmethod(_sio_dumps), loads=staticmethod(_sio_loads)),
        # A longer message closes the connection: the longest input fits, six bytes for each of its characters.
        max_http_buffer_size=max(environment.REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE.get(), 6 * INPUT_MAX + 2**20),
        ping_interval=PING_INTERVAL_SECONDS,
        ping_timeout=PING_TIMEOUT_SECONDS,
        # Reflex's handlers only parse and enqueue: a task for each message would only cost.
        async_handlers=False,
    )
