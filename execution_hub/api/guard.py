"""Who may ask: checks Host and Origin of everything, before anything else sees it."""

import json
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from execution_hub.api.origins import Origins
from execution_hub.content_policy import API_POLICY, BASE_POLICY
from execution_hub.settings import Settings

# What changes nothing. Any other method may, whatever it is called.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REFLEX_SOCKET = "/_event"
API = "/api"
# Scripts and styles of a package, the same until the next release.
KEPT = "/api/docs/assets/"
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    # Not even as an image or a script of another site's page.
    (b"cross-origin-resource-policy", b"same-origin"),
)
_Headers = list[tuple[bytes, bytes]]


class Guard:
    """ASGI middleware around pages, API and both sockets.

    A page of another site cannot read from or write to this hub through a visitor's browser: a name
    that was rebound to this machine fails by its Host, a foreign page by its Origin or by what the browser
    says of it, a form by its content type.
    """

    def __init__(
        self, app: ASGIApp, settings: Settings, *, policy: str = BASE_POLICY, development_port: int | None = None
    ) -> None:
        """Guard an app.

        Args:
            app: What is behind.
            settings: Names the hosts under which the hub may be asked, and whose pages besides its own may ask.
            policy: The content security policy of the pages.
            development_port: See Origins.
        """
        self._app = app
        names = {_host_name(name) for name in settings.allowed_hosts}
        if settings.host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            names.add(settings.host.lower())
        self._names = frozenset(names)
        self._origins = Origins(settings.allowed_origins, development_port)
        self._page_headers = [*SECURITY_HEADERS, (b"content-security-policy", policy.encode())]
        self._api_headers = [*SECURITY_HEADERS, (b"content-security-policy", API_POLICY.encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http":
            send = _with_headers(send, self._headers_for(scope["path"]))
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(scope, receive, send, *refusal)
            return
        await self._app(scope, receive, send)

    def _headers_for(self, path: str) -> _Headers:
        if not _is_below(path, API):
            return self._page_headers
        # Answers hold what people and models wrote: no browser keeps them on its disk.
        return self._api_headers if path.startswith(KEPT) else [*self._api_headers, (b"cache-control", b"no-store")]

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = _joined(scope["headers"])
        host = _host_name(headers.get(b"host", b"").decode("latin-1"))
        if host not in self._names:
            return 421, "host_not_allowed", f"This hub is not asked as {host[:300]!r}. Add it to HUB_ALLOWED_HOSTS."
        is_unsafe = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        path = scope["path"]
        if (is_unsafe or path.startswith(REFLEX_SOCKET)) and not self._origins.may_change(scope, headers):
            return (
                403,
                "foreign_origin",
                (
                    "A page of another origin may not do this. Open the hub under its own address; behind a proxy that "
                    "changes Host or speaks TLS from another machine, name the address in HUB_ALLOWED_ORIGINS."
                ),
            )
        has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        if scope["type"] == "http" and is_unsafe and has_body and path.startswith(API):
            kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
            if kind != b"application/json":
                return 415, "not_json", "Send JSON with Content-Type: application/json."
        return None


def _joined(pairs: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by name; one that stands there twice is both, and so neither of them."""
    found: dict[bytes, bytes] = {}
    for name, value in pairs:
        key = name.lower()
        found[key] = found[key] + b", " + value if key in found else value
    return found


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")


def _host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets.

    >>> _host_name("[::1]:8000"), _host_name("Hub.example.com:80"), _host_name("::1")
    ('::1', 'hub.example.com', '::1')
    """
    if "," in host:
        # Sent twice.
        return host
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


def _with_headers(send: Send, added: _Headers) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            present: list[Any] = list(message.get("headers", []))
            names = {name.lower() for name, _ in present}
            present += [header for header in added if header[0] not in names]
            message = {**message, "headers": present}
        await send(message)

    return wrapped
