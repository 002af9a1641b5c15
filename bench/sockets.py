"""Websocket clients that cost next to nothing, in a process of their own: they note when what they wait for arrives.

`python -m bench.sockets` reads one JSON line that says what to do (see `Orders`) and prints `ready` once every client
is connected and has been told something. At the next line on its input it prints what was noted, as one JSON line.
"""

import asyncio
import base64
import functools
import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from tests.support.server import ROOT

# A row as it is in every message about rows, Reflex's and the plain ones: its first fields come in this order.
ROW = re.compile(r'"id": ?(\d+), ?"execution_type": ?"\w*", ?"status": ?"(\w+)"')
WORD = re.compile(r"w(\d+)\b")
# The verdict of a suite's run so far: how many of its cells have come out.
OUTCOMES = re.compile(r'"passed": ?(\d+), ?"failed": ?(\d+), ?"errors": ?(\d+)')
CONNECT_SECONDS = 60
QUIET_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Orders:
    """What the clients of one process do.

    Attributes:
        port: Where the server listens.
        paths: For each client, the page it has open; of a plain server, the path of the socket.
        is_reflex: Whether they speak Reflex's protocol.
        words: Whether they note the words of an answer instead of rows.
        outcomes: Whether they note how many cells of a suite's run have come out instead of rows.
    """

    port: int
    paths: list[str]
    is_reflex: bool = True
    words: bool = False
    outcomes: bool = False


@dataclass
class Noted:
    """What one client noted: when something was first seen, in milliseconds since 1970, and how much it was sent."""

    seen: dict[str, float] = field(default_factory=dict)
    messages: int = 0
    received_bytes: int = 0


class SocketClient(asyncio.Protocol):
    """One websocket: reads whole text messages, answers pings, and speaks as much of Socket.IO as a page does."""

    def __init__(self, orders: Orders, path: str) -> None:
        self.noted = Noted()
        self.first = asyncio.get_running_loop().create_future()
        self._orders, self._path = orders, path
        self._buffer = bytearray()
        self._is_open = False
        self._transport: Any = None
        self._newest = -1

    def connection_made(self, transport: Any) -> None:
        """Ask for the socket."""
        self._transport = transport
        path = f"/_event/?EIO=4&transport=websocket&token={uuid.uuid4()}" if self._orders.is_reflex else self._path
        key = base64.b64encode(os.urandom(16)).decode()
        host = f"127.0.0.1:{self._orders.port}"
        transport.write(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take apart what has come."""
        self._buffer += data
        if not self._is_open:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._is_open, self._buffer = True, bytearray(rest)
            if not self._orders.is_reflex:
                self.first.set_result(None)
        while (frame := self._frame()) is not None:
            self._take(*frame)

    def _frame(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1] & 127, 2
        if size == 126:
            size, start = int.from_bytes(buffer[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(buffer[2:10]), 10
        if len(buffer) < start + size:
            return None
        opcode, payload = buffer[0] & 15, bytes(buffer[start : start + size])
        del buffer[: start + size]
        return opcode, payload

    def _take(self, opcode: int, payload: bytes) -> None:
        now = time.time() * 1000
        self.noted.messages += 1
        self.noted.received_bytes += len(payload)
        if opcode == 9:
            self._send(payload, 10)
        if opcode != 1:
            return
        text = payload.decode()
        if self._orders.is_reflex and self._speaks(text):
            return
        self._note(text, now)

    def _speaks(self, text: str) -> bool:
        """Answer what belongs to the protocol; tells whether that was all."""
        if text[0] == "0":
            event = {
                "name": "reflex___state____state.hydrate_and_load",
                "router_data": {"pathname": self._path, "asPath": self._path},
            }
            self._send(("40/_event," + json.dumps({"event": event})).encode())
            return True
        if text[0] == "2":
            self._send(b"3")
            return True
        if not self.first.done() and '"is_hydrated_rx_state_":true' in text.replace(" ", ""):
            self.first.set_result(None)
        return not text.startswith("42")

    def _note(self, text: str, now: float) -> None:
        seen = self.noted.seen
        if not self._orders.words and not self._orders.outcomes:
            for key in set(ROW.findall(text)):
                seen.setdefault(" ".join(key), now)
            return
        found = map(int, WORD.findall(text)) if self._orders.words else _counts(text)
        newest = max(found, default=-1)
        for number in range(self._newest + 1, newest + 1):
            seen[str(number)] = now
        self._newest = max(self._newest, newest)

    def _send(self, payload: bytes, opcode: int = 1) -> None:
        size = len(payload)
        head = bytes([128 | opcode, 128 | size]) if size < 126 else bytes([128 | opcode, 254]) + size.to_bytes(2)
        # Masked, as a client must; with zeros, the text stays as it is.
        self._transport.write(head + bytes(4) + payload)


def _counts(text: str) -> Iterator[int]:
    return (sum(map(int, found)) for found in OUTCOMES.findall(text))


async def _main() -> None:
    orders = Orders(**json.loads(sys.stdin.readline()))
    loop = asyncio.get_running_loop()
    clients = []
    for path in orders.paths:
        make = functools.partial(SocketClient, orders, path)
        _, client = await loop.create_connection(make, "127.0.0.1", orders.port)
        clients.append(client)
        async with asyncio.timeout(CONNECT_SECONDS):
            await client.first
    await asyncio.sleep(QUIET_SECONDS)
    for client in clients:
        client.noted.messages = client.noted.received_bytes = 0
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    print(json.dumps([asdict(client.noted) for client in clients]), flush=True)


class SocketClients:
    """The processes of the clients, as the benchmark holds them."""

    def __init__(self, port: int, paths: list[str], processes: int = 1, **orders: bool) -> None:
        """Prepare clients.

        Args:
            port: Where the server listens.
            paths: For each client, the page it has open.
            processes: Over how many processes they are spread.
            **orders: See `Orders`.
        """
        self._orders = [Orders(port, paths[each::processes], **orders) for each in range(processes)]
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        for orders in self._orders:
            words = (sys.executable, "-m", "bench.sockets")
            process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self._processes.append(process)
            self._say(process, json.dumps(asdict(orders)))
        for process in self._processes:
            assert self._read(process) == "ready"
        return self

    def notes(self) -> list[Noted]:
        """Return what each client noted; ends them."""
        for process in self._processes:
            self._say(process, "")
        return [Noted(**noted) for process in self._processes for noted in json.loads(self._read(process))]

    def __exit__(self, *exception: object) -> None:
        for process in self._processes:
            process.kill()
            process.wait()

    def _say(self, process: "subprocess.Popen[str]", text: str) -> None:
        assert process.stdin is not None
        process.stdin.write(text + "\n")
        process.stdin.flush()

    def _read(self, process: "subprocess.Popen[str]") -> str:
        assert process.stdout is not None
        return process.stdout.readline().strip()


if __name__ == "__main__":
    asyncio.run(_main())
