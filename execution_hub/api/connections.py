"""The connections of `/ws/executions`: who is there, and what each has yet to be sent."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

import structlog

logger = structlog.get_logger(__name__)

# A client that has not taken a message for this long is not reading: it is dropped.
SEND_SECONDS = 5.0
# So many different executions wait for one client at most; one that is so far behind starts over.
PENDING_MAX = 2_000
# So many answers to its own messages wait for one client at most.
ANSWERS_MAX = 100
REPLACED = 4001
TOO_SLOW = 4002
GOING_AWAY = 1001


class Peer(Protocol):
    """The other end of a connection."""

    async def send_text(self, text: str) -> None:
        """Send a message; returns when the network has taken it."""
        ...

    async def close(self, code: int, reason: str) -> None:
        """Close the connection."""
        ...


class Connection:
    """One client: the latest of each execution it has not been sent, and who sends it."""

    def __init__(self, client_id: str, peer: Peer, *, is_held: bool) -> None:
        """Keep the peer; `ConnectionManager.connect` starts the sending, `release` if it is held."""
        self.client_id = client_id
        self.peer = peer
        self._first: list[str] = []
        self._pending: dict[int, tuple[int, str]] = {}
        self._known = 0
        self._wake = asyncio.Event()
        self._released = asyncio.Event()
        if not is_held:
            self._released.set()
        self.is_open = True

    def say(self, message: Mapping[str, Any]) -> None:
        """Queue a message of its own, such as the snapshot or an answer, before any update."""
        self._first.append(encode(message))
        self._wake.set()

    def offer(self, execution_id: int, changed: int, text: str) -> None:
        """Queue an update; a newer one of the same execution takes its place, an older one is dropped."""
        if changed <= self._known:
            return
        known = self._pending.pop(execution_id, None)
        self._pending[execution_id] = known if known is not None and known[0] > changed else (changed, text)
        self._wake.set()

    def release(self, changed: int = 0) -> None:
        """Begin to send; updates up to `changed` are in what was said already, and are dropped from now on."""
        self._known = changed
        self._pending = {each: waits for each, waits in self._pending.items() if waits[0] > changed}
        self._released.set()

    @property
    def is_far_behind(self) -> bool:
        """Whether more waits than a client may leave unread."""
        return len(self._pending) > PENDING_MAX or len(self._first) > ANSWERS_MAX

    async def send_now(self, text: str) -> None:
        """Send a message past all that waits: for who holds the connection, before its release.

        Raises:
            TimeoutError: The client does not read.
        """
        # Not wait_for: on Python 3.11 it can swallow a cancellation.
        async with asyncio.timeout(SEND_SECONDS):
            await self.peer.send_text(text)

    async def send_all(self) -> None:
        """Send what waits, for as long as the connection is open.

        Raises:
            TimeoutError: The client does not read.
        """
        await self._released.wait()
        while self.is_open:
            await self._wake.wait()
            self._wake.clear()
            while self.is_open and (text := self._next()) is not None:
                await self.send_now(text)

    def _next(self) -> str | None:
        if self._first:
            return self._first.pop(0)
        if self._pending:
            return self._pending.pop(next(iter(self._pending)))[1]
        return None


class ConnectionManager:
    """All connections of one hub. One update is encoded once for all; none waits for another."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._connections: dict[str, Connection] = {}
        self._senders: dict[Connection, asyncio.Task[None]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Return how many are connected."""
        return len(self._connections)

    async def connect(self, client_id: str, peer: Peer, *, is_held: bool = False) -> Connection:
        """Add a client; an older connection of the same id is told so and closed.

        Args:
            client_id: Who it is.
            peer: Its other end.
            is_held: Whether to collect updates, but send nothing before `Connection.release`.
        """
        connection = Connection(client_id, peer, is_held=is_held)
        older = self._connections.get(client_id)
        self._connections[client_id] = connection
        if older is not None:
            self._drop(older, REPLACED, "replaced by a newer connection", told={"type": "replaced"})
        self._senders[connection] = asyncio.create_task(self._send(connection), name=f"ws-{client_id}")
        return connection

    def disconnect(self, connection: Connection) -> None:
        """Forget a client that has gone; harmless if it was replaced."""
        connection.is_open = False
        if self._connections.get(connection.client_id) is connection:
            del self._connections[connection.client_id]
        sender = self._senders.pop(connection, None)
        if sender is not None and sender is not asyncio.current_task():
            sender.cancel()

    def broadcast(self, execution_id: int, changed: int, message: Mapping[str, Any]) -> None:
        """Give an update to everybody; a dead or slow peer keeps nobody waiting."""
        if not self._connections:
            return
        text = encode(message)
        for connection in list(self._connections.values()):
            connection.offer(execution_id, changed, text)
            if connection.is_far_behind:
                self._drop(connection, TOO_SLOW, "too far behind")

    async def close(self) -> None:
        """Close every connection: the hub is going away."""
        for connection in list(self._connections.values()):
            self._drop(connection, GOING_AWAY, "the hub is stopping")
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _send(self, connection: Connection) -> None:
        try:
            await connection.send_all()
        except TimeoutError:
            self._drop(connection, TOO_SLOW, "not reading")
        except Exception as error:
            logger.info("socket.peer_gone", client_id=connection.client_id, error=type(error).__name__)
            self.disconnect(connection)

    def _drop(self, connection: Connection, code: int, reason: str, told: Mapping[str, Any] | None = None) -> None:
        logger.info("socket.dropped", client_id=connection.client_id, code=code, reason=reason)
        self.disconnect(connection)

        async def close() -> None:
            if told is not None:
                # A close code alone is lost on those who only read messages, and come back at once to replace in turn.
                with suppress(Exception):
                    await connection.send_now(encode(told))
            with suppress(Exception):
                async with asyncio.timeout(SEND_SECONDS):
                    await connection.peer.close(code, reason)

        task = asyncio.create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def encode(message: Mapping[str, Any]) -> str:
    """Write a message as on the wire."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
