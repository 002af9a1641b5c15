"""How much one request may send, and how long it may take to."""

import asyncio
import re
from collections.abc import Iterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from execution_hub.api.errors import error_response
from execution_hub.api.json_scan import JsonScan

# An input of 200 000 characters, each of them escaped as two times six bytes, and what is around it.
BODY_MAX = 4 * 2**20
# A workflow of 200 steps with 20 000 characters each, four bytes a character: what can be stored can be sent.
WORKFLOW_BODY_MAX = 18 * 2**20
BODY_SECONDS = 30
DRAINED_MAX = 32 * 2**20
# Bodies past this are worked on one after the other: each may keep the loop for tens of milliseconds.
LARGE_BODY = 2**20
# So much is counted before others have their turn.
PIECE = 2**14

_LARGE = re.compile(r"/api/(workflows|suites)(/import|/\d+)?/?")


class _Refused(Exception):
    """A body that is not read on."""

    def __init__(self, status: int, code: str, message: str, limit: int, field: str = "body") -> None:
        self.status = status
        self.code = code
        self.message = message
        self.details = {"field": field, "limit": limit}
        super().__init__(message)


class BodyLimit:
    """ASGI middleware: reads a body before anybody works on it, and no further than its limits.

    Too many bytes are answered 413, too many values, items or levels 422, too slow a sender 408; each with
    `details.limit`. No object is made of such a body. What is not the API's has a time limit and a size only.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Limit what an app is sent."""
        self._app = app
        self._large = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        try:
            body = await _read(scope, receive)
        except _Refused as refused:
            response = error_response(refused.status, refused.code, refused.message, refused.details)
            if refused.status == 408:
                # Who sends that slowly keeps no connection.
                response.headers["connection"] = "close"
            await response(scope, receive, send)
            return
        if body is None:
            return
        if len(body) > LARGE_BODY:
            async with self._large:
                await self._app(scope, _replay(body, receive), send)
        else:
            await self._app(scope, _replay(body, receive), send)


def body_max(path: str) -> int:
    """Return how many bytes a body sent to a path may have."""
    return WORKFLOW_BODY_MAX if _LARGE.fullmatch(path) else BODY_MAX


def _has_body(scope: Scope) -> bool:
    headers = {name.lower(): value for name, value in scope["headers"]}
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """Return the body, or None if its sender has gone.

    Raises:
        _Refused: It is past a limit.
    """
    most = body_max(scope["path"])
    scan = JsonScan() if scope["path"].startswith("/api") else None
    length = dict(scope["headers"]).get(b"content-length", b"0")
    is_told = length.isdigit() and (len(length) > 18 or int(length) > most)
    refused = _too_large(most) if is_told else None
    pieces, received = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                piece = message.get("body", b"")
                received += len(piece)
                if refused is None:
                    refused = _too_large(most) if received > most else await _count(scan, piece)
                    pieces.append(piece)
                if refused is not None:
                    # Who still sends would not hear the answer: the rest is taken, up to a bound, and thrown away.
                    pieces.clear()
                if not message.get("more_body", False) or received > most + DRAINED_MAX:
                    break
    except TimeoutError:
        message_text = f"The body did not arrive within {BODY_SECONDS} s. Send it faster."
        raise _Refused(408, "too_slow", message_text, BODY_SECONDS) from None
    if refused is not None:
        raise refused
    return b"".join(pieces)


async def _count(scan: JsonScan | None, piece: bytes) -> _Refused | None:
    if scan is None:
        return None
    for part in _parts(piece):
        if excess := scan.feed(part):
            return _Refused(422, "invalid_input", f"{excess.field}: {excess.message}.", excess.limit, excess.field)
        if len(piece) > PIECE:
            await asyncio.sleep(0)
    return None


def _parts(piece: bytes) -> Iterator[bytes]:
    for start in range(0, len(piece), PIECE):
        yield piece[start : start + PIECE]


def _too_large(most: int) -> _Refused:
    return _Refused(413, "too_large", f"The body is larger than {most // 2**20} MiB. Send less.", most)


def _replay(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def replay() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
