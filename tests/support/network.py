"""A network of the worst kind: a TCP proxy that can be told to cut, to delay, to swallow, to refuse websockets."""

import queue
import random
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from tests.support.proxy import CHUNK, REFUSAL

# What a proxy swallows: what goes to the hub, or to a database; what comes from there; all.
TO_HUB, FROM_HUB, BOTH_WAYS = "to the hub", "from the hub", "both ways"
FAULTS = ("cut", "delay 200 ms", "delay 2 s", "silence", "no websockets")
# What is swallowed for so long is cut then, as a router does that has forgotten the connection.
FAULT_SECONDS = {"cut": 0.0, "delay 200 ms": 3.0, "delay 2 s": 4.0, "silence": 3.0, "no websockets": 4.0}


@dataclass(eq=False)
class _Line:
    """One connection, both ways."""

    client: socket.socket
    hub: socket.socket
    # What is read there is swallowed.
    silent: set[socket.socket] = field(default_factory=set)
    closed: threading.Event = field(default_factory=threading.Event)

    def fall_silent(self, way: str = BOTH_WAYS) -> None:
        """Swallow what is sent from now on, on one way or both."""
        self.silent |= {end for end, name in ((self.client, TO_HUB), (self.hub, FROM_HUB)) if way in (name, BOTH_WAYS)}

    def close(self) -> None:
        """Cut it."""
        self.closed.set()
        for each in (self.client, self.hub):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


class BadNetwork:
    """Forwards everything to a port, with the faults that are on.

    Attributes:
        url: Where it listens.
        port: The same, the port alone.
        counts: How often each fault was caused.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        """Prepare it.

        Args:
            port: The port of the hub, on the loopback address.
            host: Where it listens itself.
        """
        self._hub_port = port
        self._listener = socket.create_server((host, 0))
        self._lines: set[_Line] = set()
        self._delay_seconds = 0.0
        self._refuses = self._is_away = False
        self._silent_way = ""
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://{host}:{self.port}"
        self._host = host
        self.counts = dict.fromkeys(FAULTS, 0)

    def start(self) -> Self:
        """Listen."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def stop(self) -> None:
        """Cut all and listen no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Cut every connection that is open now."""
        for line in list(self._lines):
            line.close()

    def go_away(self) -> None:
        """Cut every connection and let none through, until `come_back`."""
        self._is_away = True
        self.cut()

    def come_back(self) -> None:
        """Let connections through again."""
        self._is_away = False

    def fall_silent(self, way: str = BOTH_WAYS) -> None:
        """Swallow all that is sent, on one way or both, from now on; new connections are made, and fare no better."""
        self._silent_way = way
        for line in list(self._lines):
            line.fall_silent(way)

    def instead_of(self, url: str) -> str:
        """Return a URL with this for its host and port."""
        parts = urlsplit(url)
        user = f"{parts.username}@" if parts.username else ""
        return parts._replace(netloc=f"{user}{self._host}:{self.port}").geturl()

    def refuse_websockets(self, refuses: bool) -> None:
        """Refuse upgrades from now on, or no longer; what is open is cut when it begins."""
        self._refuses = refuses
        if refuses:
            self.cut()

    def cause(self, fault: str) -> None:
        """Cause a fault, for as long as it lasts."""
        self.counts[fault] += 1
        silent = list(self._lines) if fault == "silence" else []
        if fault == "cut":
            self.cut()
        self._delay_seconds = {"delay 200 ms": 0.2, "delay 2 s": 2.0}.get(fault, 0.0)
        if fault == "no websockets":
            self.refuse_websockets(True)
        for line in silent:
            line.fall_silent()
        time.sleep(FAULT_SECONDS[fault])
        self._delay_seconds, self._refuses = 0.0, False
        for line in silent:
            line.close()

    def torture(self, seconds: float, seed: int) -> None:
        """Cause faults at random for so long, each at least once; returns when the network is well again."""
        rng, deadline = random.Random(seed), time.monotonic() + seconds
        bag: list[str] = []
        while time.monotonic() < deadline or not all(self.counts.values()):
            if not bag:
                bag = rng.sample(FAULTS, len(FAULTS))
            self.cause(bag.pop())
            time.sleep(rng.uniform(0.2, 1.5))

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self._is_away:
            client.close()
            return
        try:
            line = _Line(client, socket.create_connection(("127.0.0.1", self._hub_port)))
        except OSError:
            client.close()
            return
        if self._silent_way:
            line.fall_silent(self._silent_way)
        self._lines.add(line)
        for source, target in ((line.client, line.hub), (line.hub, line.client)):
            pipe: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
            threading.Thread(target=self._read, args=(line, source, pipe), daemon=True).start()
            threading.Thread(target=self._write, args=(line, source, target, pipe), daemon=True).start()

    def _read(self, line: _Line, source: socket.socket, pipe: "queue.SimpleQueue[tuple[float, bytes]]") -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK):
                if source in line.silent:
                    continue
                if self._refuses and source is line.client and b"upgrade: websocket" in chunk.lower():
                    source.sendall(REFUSAL)
                    break
                pipe.put((time.monotonic() + self._delay_seconds, chunk))
        pipe.put((0.0, b""))

    def _write(
        self, line: _Line, source: socket.socket, target: socket.socket, pipe: "queue.SimpleQueue[tuple[float, bytes]]"
    ) -> None:
        with suppress(OSError):
            while True:
                due, chunk = pipe.get()
                if not chunk or line.closed.wait(max(0.0, due - time.monotonic())):
                    break
                if source not in line.silent:
                    target.sendall(chunk)
        self._lines.discard(line)
        line.close()
