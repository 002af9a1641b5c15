"""A local Messages API: real HTTP and server-sent events, whose replies a test scripts.

As a fixture (`messages_server`), in a block, or as a process of its own that prints its address::

    with MessagesServer() as server:
        server.reply(replies.text(["Hello ", "世界"]), replies.rate_limited(retry_after=7))
        ...
        assert server.calls[0].body["model"] == "claude-sonnet-5-5"

    python -m tests.support.messages_server --port 0

Without a scripted reply it answers with a text made from the request's own input (`default_text`),
so that answers of calls running at once can be told apart. Written on bare asyncio streams, for it must cut
connections anywhere and notice at once when the client hangs up.
"""

import argparse
import asyncio
import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import Self

import pytest

from tests.support.messages_replies import Call, Cut, Reply, Step, default_reply, is_listing, no_models


class MessagesServer:
    """The server, in a thread with a loop of its own.

    Attributes:
        calls: What arrived, in order; but for questions which models there are.
        listing: The reply to those; none of them has a model if omitted.
        listings: Those questions.
        url: Its address, without a path.
    """

    def __init__(self, port: int = 0, default: Reply | None = None) -> None:
        """Prepare a server.

        Args:
            port: Where to listen; 0 for any free port.
            default: The reply when none is queued; `default_reply` if omitted.
        """
        self.calls: list[Call] = []
        self.listings: list[Call] = []
        self.listing: Reply = no_models
        self.url = ""
        self.default = default or default_reply
        self._port = port
        self._replies: deque[Reply] = deque()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="messages-server", daemon=True)
        self._fault: BaseException | None = None

    def reply(self, *replies: Reply) -> None:
        """Queue replies for the next calls, in order."""
        self._replies.extend(replies)

    def forget(self) -> None:
        """Be as new for the next test."""
        self.calls.clear()
        self.listings.clear()
        self.listing = no_models
        self._replies.clear()
        self.default = default_reply

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(60)
        if self._fault is not None:
            raise self._fault
        return self

    def __exit__(self, *exception: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as error:
            self._fault = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        handlers: set[asyncio.Task[None]] = set()

        def on_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._converse(reader, writer))
            handlers.add(task)
            task.add_done_callback(handlers.discard)

        server = await asyncio.start_server(on_connect, "127.0.0.1", self._port)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in list(handlers):
            task.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            early: bytes | None = b""
            while early is not None:
                call = await self._receive(reader, early)
                early = await self._answer(call, self._reply_to(call), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(Exception):
                await writer.wait_closed()

    def _reply_to(self, call: Call) -> Reply:
        if is_listing(call):
            return self.listing
        return self._replies.popleft() if self._replies else self.default

    async def _receive(self, reader: asyncio.StreamReader, early: bytes) -> Call:
        head = early + await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
        request_id = f"req_local_{len(self.calls) + 1:06d}"
        call = Call(first.split(" ")[1], headers, json.loads(raw or b"{}"), time.monotonic(), request_id)
        # A hub asks for them when it likes: tests that count calls do not mean these.
        (self.listings if is_listing(call) else self.calls).append(call)
        return call

    async def _answer(
        self, call: Call, reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes | None:
        """Play a reply while watching for the client hanging up.

        Returns:
            What has already come of the next request, or None if the connection is over.
        """
        playing = asyncio.ensure_future(_play(reply(call), writer))
        # Nothing is due from the client now: whatever comes is its hanging up, or, a moment after
        # the end of the reply, the first byte of the next request.
        listening = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({playing, listening}, return_when=asyncio.FIRST_COMPLETED)
            if not playing.done() or isinstance(playing.exception(), ConnectionError):
                call.closed_by_client = time.monotonic()
        finally:
            call.finished_at = time.monotonic()
            playing.cancel()
            listening.cancel()
            played, early = await asyncio.gather(playing, listening, return_exceptions=True)
        if played is not True:
            return None
        if isinstance(early, BaseException):
            return b"" if isinstance(early, asyncio.CancelledError) else None
        return early or None


async def _play(steps: Iterator[Step], writer: asyncio.StreamWriter) -> bool:
    for step in steps:
        if isinstance(step, bytes):
            writer.write(step)
            await writer.drain()
        elif isinstance(step, int | float):
            await asyncio.sleep(step)
        elif step is Cut:
            writer.transport.abort()
            return False
        else:
            await asyncio.Event().wait()
    return True


@pytest.fixture
def messages_server() -> Iterator[MessagesServer]:
    """A local Messages API."""
    with MessagesServer() as server:
        yield server


@pytest.fixture(scope="module")
def module_provider() -> Iterator[MessagesServer]:
    """A local Messages API for the tests of one module; a test asks for `provider`."""
    with MessagesServer() as server:
        yield server


@pytest.fixture
def provider(module_provider: MessagesServer) -> MessagesServer:
    """The Claude of `claude_hub`, as new: nothing asked yet, and none of the last test's replies."""
    module_provider.forget()
    return module_provider


def main() -> None:
    """Serve until interrupted; the first line printed is the address."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each piece of an answer")
    options = parser.parse_args()
    with MessagesServer(options.port, lambda call: default_reply(call, options.delay)) as server:
        print(server.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
