"""Who may ask: checks Host and Origin of everything, before anything else sees it."""

import json
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from execution_hub.settings import LOOPBACK_NAMES, Settings

UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
REFLEX_SOCKET = "/_event"
# The pages carry inline scripts of their own; what must never happen is a foreign frame or base, or that what
# a model wrote loads a picture, a style or a font from elsewhere, which would tell there who reads.
CONTENT_POLICY = (
    b"frame-ancestors 'none'; object-src 'none'; base-uri 'self'; img-src 'self' data:; "
    b"style-src 'self' 'unsafe-inline'; font-src 'self' data:; media-src 'none'; frame-src 'none'"
)
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", CONTENT_POLICY),
)


class Guard:
    """ASGI middleware around pages, API and both sockets.

    A page of another site cannot read from or write to this hub through a visitor's browser: a name
    that was rebound to this machine fails by its Host, a foreign page by its Origin, a form by its
    content type.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Guard an app.

        Args:
            app: What is behind.
            settings: Names the hosts under which the hub may be asked.
        """
        self._app = app
        names = {_host_name(name) for name in settings.allowed_hosts}
        if settings.host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            names.add(settings.host.lower())
        self._names = frozenset(names)
        self._hint = ", ".join(sorted(names)) or ", ".join(LOOPBACK_NAMES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(scope, receive, send, *refusal)
            return
        await self._app(scope, receive, _with_headers(send) if scope["type"] == "http" else send)

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = {name.lower(): value for name, value in scope["headers"]}
        host = _host_name(headers.get(b"host", b"").decode("latin-1"))
        if host not in self._names:
            return 421, "host_not_allowed", f"This hub is not asked as {host!r}. Add it to HUB_ALLOWED_HOSTS."
        is_unsafe = scope["type"] == "websocket" or scope["method"] in UNSAFE_METHODS
        path = scope["path"]
        origin = headers.get(b"origin")
        if origin is not None and (is_unsafe or path.startswith(REFLEX_SOCKET)) and not self._is_own(origin):
            return 403, "foreign_origin", "A page of another site may not do this. Open the hub under its own address."
        has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        if scope["type"] == "http" and is_unsafe and has_body and path.startswith("/api"):
            kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
            if kind != b"application/json":
                return 415, "not_json", "Send JSON with Content-Type: application/json."
        return None

    def _is_own(self, origin: bytes) -> bool:
        try:
            parts = urlsplit(origin.decode("latin-1"))
        except ValueError:
            return False
        return parts.scheme in ("http", "https") and (parts.hostname or "").lower() in self._names


def _host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets.

    >>> _host_name("[::1]:8000"), _host_name("Hub.example.com:80"), _host_name("::1")
    ('::1', 'hub.example.com', '::1')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    if host.count(":") > 1:
        # An address of IPv6 without brackets, as HUB_ALLOWED_HOSTS may hold it.
        return host.lower()
    return host.partition(":")[0].lower()


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, code: str, message: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": code})
        return
    body = json.dumps({"error": {"code": code, "message": message, "details": {}}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            present: list[Any] = list(message.get("headers", []))
            names = {name.lower() for name, _ in present}
            present += [header for header in SECURITY_HEADERS if header[0] not in names]
            message = {**message, "headers": present}
        await send(message)

    return wrapped
