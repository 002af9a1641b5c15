"""HTTP with servers that are not trusted: what they answer ends somewhere."""

from collections.abc import AsyncIterator
from typing import cast

import httpx2

# Servers push what is new over a stream of events, which is bounded event by event.
_STREAM = "text/event-stream"
_PLAIN = ("", "identity")
# The SDK takes these for a server that does not know the method, and says nothing of them.
_REFUSED = (401, 403, 407)
_TIMEOUT = httpx2.Timeout(30.0, read=None)


def bounded_client(headers: dict[str, str], most_bytes: int) -> httpx2.AsyncClient:
    """Return a client that reads no more of an answer than so many bytes.

    What is compressed is not read at all: a hundred kilobytes may be a hundred megabytes.

    Args:
        headers: What each request carries.
        most_bytes: How large an answer may be.
    """

    async def bound(response: httpx2.Response) -> None:
        if response.status_code in _REFUSED:
            response.raise_for_status()
        if response.headers.get("content-type", "").lower().startswith(_STREAM):
            return
        is_plain = response.headers.get("content-encoding", "").strip().lower() in _PLAIN
        stream = cast(httpx2.AsyncByteStream, response.stream)
        response.stream = _Bounded(stream, most_bytes, is_plain=is_plain)

    return httpx2.AsyncClient(
        headers={"Accept-Encoding": "identity", **headers}, timeout=_TIMEOUT, event_hooks={"response": [bound]}
    )


class TooMuch(httpx2.StreamError):
    """An answer was not read, or not to its end; the message says why."""


class _Bounded(httpx2.AsyncByteStream):
    """What an answer holds, up to a limit."""

    def __init__(self, stream: httpx2.AsyncByteStream, most_bytes: int, *, is_plain: bool) -> None:
        self._stream, self._left, self._most, self._is_plain = stream, most_bytes, most_bytes, is_plain

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not self._is_plain:
            raise TooMuch("It compressed its answer, which it was asked not to.")
        async for part in self._stream:
            self._left -= len(part)
            if self._left < 0:
                raise TooMuch(f"It answered with more than {self._most} bytes.")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
