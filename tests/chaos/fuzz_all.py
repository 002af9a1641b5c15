"""Every door of one hub fuzzed at once, while others use it: `make fuzz-all`, `python -m tests.chaos.fuzz_all`.

A hub process is asked by schemathesis (from its OpenAPI document) and sent events by `tests.chaos.fuzz_events` (made
by hypothesis, for every handler). Meanwhile somebody starts tests, a page and a socket watch, and the health is asked
for; before and after, memory is looked at. Exits 0 if nothing answered 5xx, nobody stalled and memory came back.
"""

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.chaos.fuzz_events import HYDRATE
from tests.support.forged import Page
from tests.support.fuzz import command
from tests.support.messages_server import MessagesServer
from tests.support.server import ROOT, HubProcess

SECONDS = 600
# Past any that the time allows: schemathesis begins anew until its time is over.
CASES = 2_000
HEALTH_PAUSE_SECONDS = 0.05
START_PAUSE_SECONDS = 1.0
SETTLE_SECONDS = 90
# What memory is waited for to come down to, beside what it was before.
SETTLED_MIB = 10
# Past this a change is taken for lost.
LOST_SECONDS = 30
MIB = 2**20
_ID = re.compile(r'"id": ?(\d+),')


@dataclass(frozen=True, slots=True)
class Limits:
    """What is bearable.

    Attributes:
        change_seconds: How long a page or a socket may wait for a change.
        health_p99_seconds: How long the health may take, but for one in a hundred.
        memory_mib: How much more memory the hub may hold at the end.
    """

    change_seconds: float = 1.0
    health_p99_seconds: float = 0.1
    memory_mib: float = 50.0


@dataclass
class Found:
    """What was seen.

    Attributes:
        server_errors: Answers of 5xx, or words of schemathesis about them.
        page_seconds, socket_seconds: How long each change took to a page, to a socket.
        health_seconds: How long each answer took.
        memory_mib: The hub's memory before, at the end of the fuzz, and when it had settled.
        said: What the fuzzers said at their end.
        log: What the hub wrote of faults.
    """

    server_errors: list[str] = field(default_factory=list)
    page_seconds: list[float] = field(default_factory=list)
    socket_seconds: list[float] = field(default_factory=list)
    health_seconds: list[float] = field(default_factory=list)
    memory_mib: tuple[float, float, float] = (0.0, 0.0, 0.0)
    said: list[str] = field(default_factory=list)
    log: str = ""

    def faults(self, limits: Limits) -> list[str]:
        """Return what was not bearable, in words."""
        grown = self.memory_mib[2] - self.memory_mib[0]
        rules = [
            (not self.server_errors, f"5xx: {self.server_errors[:5]}"),
            (bool(self.page_seconds) and max(self.page_seconds) < limits.change_seconds, "a page stalled"),
            (bool(self.socket_seconds) and max(self.socket_seconds) < limits.change_seconds, "a socket stalled"),
            (_p99(self.health_seconds) < limits.health_p99_seconds, "the health was slow"),
            (grown < limits.memory_mib, f"{grown:.0f} MiB more memory"),
            (not self.log, f"the hub's log: {self.log[:3000]}"),
        ]
        return [words for is_fine, words in rules if not is_fine]

    def table(self) -> str:
        """Return the figures as a table."""
        lines = ["| what | number | median ms | p99 ms | longest ms |", "|---|---|---|---|---|"]
        for name, times in (
            ("a change to a page", self.page_seconds),
            ("a change to a socket", self.socket_seconds),
            ("/api/health", self.health_seconds),
        ):
            figures = [statistics.median(times or [0]), _p99(times), max(times, default=0)]
            lines.append(f"| {name} | {len(times)} | {' | '.join(f'{1_000 * each:.0f}' for each in figures)} |")
        before, during, after = self.memory_mib
        memory = f"memory: {before:.0f} MiB before, {during:.0f} at the end, {after:.0f} settled"
        return "\n".join([*lines, "", memory, f"5xx: {len(self.server_errors)}", *self.said])


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)] if times else float("inf")


class _Watch:
    """Others who use the hub, each in a thread."""

    def __init__(self, hub: HubProcess, found: Found) -> None:
        self._hub = hub
        self._found = found
        self._is_over = threading.Event()
        # When each execution was started, and when a page and a socket first heard of it.
        self._started: dict[int, float] = {}
        self._seen: dict[int, float] = {}
        self._heard: dict[int, float] = {}
        self._threads = [
            threading.Thread(target=self._repeat, args=(each,), daemon=True)
            for each in (self._start, self._look, self._listen, self._ask)
        ]

    def __enter__(self) -> Self:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        started = self._started.copy()
        ends_at = time.monotonic() + LOST_SECONDS
        while not (started.keys() <= self._seen.keys() & self._heard.keys()) and time.monotonic() < ends_at:
            time.sleep(0.1)
        self._is_over.set()
        for each in self._threads:
            each.join(LOST_SECONDS)
        for known, times in ((self._seen, self._found.page_seconds), (self._heard, self._found.socket_seconds)):
            times += [max(0.0, known.get(each, at + LOST_SECONDS) - at) for each, at in started.items()]

    def _repeat(self, use: Callable[[], None]) -> None:
        while not self._is_over.is_set():
            # What was cut off begins anew, as a browser does; what it heard late was late.
            with suppress(OSError, ConnectionClosed, http.client.HTTPException):
                use()

    def _start(self) -> None:
        """Start a test of an agent of one's own, again and again; who fuzzes may delete it or pause the queue."""
        body = {"name": "Watched", "model": "simulated", "system_prompt": "Be brief."}
        agent_id = self._call("POST", "/api/agents", body)[1]["id"]
        while not self._is_over.wait(START_PAUSE_SECONDS):
            status, execution = self._call("POST", f"/api/agents/{agent_id}/test", {"input": "[pace:0] watched"})
            if status != 202:
                return
            self._started[execution["id"]] = time.monotonic()

    def _look(self) -> None:
        with Page(self._hub.url) as page:
            page.event(HYDRATE, {})
            self._note(page.next, self._seen)

    def _listen(self) -> None:
        address = self._hub.url.replace("http", "ws", 1) + "/ws/executions?client_id=watcher"
        with connect(address, max_size=None) as socket:
            self._note(lambda seconds: str(socket.recv(seconds)), self._heard)

    def _note(self, hear: Callable[[float], str], heard: dict[int, float]) -> None:
        while not self._is_over.is_set():
            with suppress(TimeoutError):
                text = hear(0.1)
                for each in set(_ID.findall(text)):
                    heard.setdefault(int(each), time.monotonic())

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._hub.port, timeout=LOST_SECONDS)
        while not self._is_over.wait(HEALTH_PAUSE_SECONDS):
            began = time.monotonic()
            connection.request("GET", "/api/health")
            with connection.getresponse() as answer:
                answer.read()
            self._found.health_seconds.append(time.monotonic() - began)
            if answer.status >= 500:
                self._found.server_errors.append(f"GET /api/health: {answer.status}")

    def _call(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        status, answer = self._hub.call(method, path, body)
        if status >= 500:
            self._found.server_errors.append(f"{method} {path}: {status}")
        return status, answer


def measure(folder: Path, seconds: float, seed: int, settled_mib: float = SETTLED_MIB) -> Found:
    """Fuzz a hub of its own for some seconds and return what was seen.

    Args:
        folder: An empty folder for what is written.
        seconds: How long.
        seed: Where the fuzzers' numbers begin.
        settled_mib: With so much more memory than before, nobody waits for less.
    """
    found = Found()
    with MessagesServer() as server:
        hub = HubProcess(
            folder / "data", ANTHROPIC_API_KEY="test-key-not-secret", ANTHROPIC_BASE_URL=server.url
        ).start()
        try:
            with _Watch(hub, found):
                # As a hub is that has been used: pages were shown, executions have run.
                _fuzz(hub, folder, max(seconds / 20, 3), seed, Found())
                before = _memory(hub)
                _fuzz(hub, folder, seconds, seed, found)
                during = _memory(hub)
            found.memory_mib = (before, during, _settled(hub, before + settled_mib))
            log = hub.log.read_text()
            found.log = log[log.find("Traceback") :] if "Traceback" in log else ""
        finally:
            hub.kill()
    return found


def _fuzz(hub: HubProcess, folder: Path, seconds: float, seed: int, found: Found) -> None:
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    # Only what is a fault of the hub whatever others do to it meanwhile; the rest is `make fuzz`.
    asks = [
        *command(hub.url, "fuzzing,stateful", CASES, seed, report),
        "--checks=not_a_server_error",
        f"--max-time={max(round(seconds), 1)}",
    ]
    sends = [sys.executable, "-m", "tests.chaos.fuzz_events", hub.url, f"--seconds={seconds}", f"--seed={seed}"]
    with (folder / "asked.log").open("w") as asked, (folder / "sent.log").open("w") as sent:
        running = [
            subprocess.Popen(("nice", "-n", "10", *words), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
            for words, log in ((asks, asked), (sends, sent))
        ]
        codes = [each.wait() for each in running]
    asked_words, sent_words = ((folder / name).read_text() for name in ("asked.log", "sent.log"))
    assert codes[1] == 0, sent_words[-4_000:]
    cases = json.loads(report.read_text())["test_cases"] if report.exists() else None
    found.said += [f"schemathesis: seed {seed}, exit {codes[0]}, {cases}", sent_words.splitlines()[-1]]
    if codes[0] != 0:
        found.server_errors.append(asked_words[-4_000:])


def _memory(hub: HubProcess) -> float:
    first = psutil.Process(hub.pid)
    held: int = sum(each.memory_info().rss for each in (first, *first.children(recursive=True)))
    return held / MIB


def _settled(hub: HubProcess, enough: float) -> float:
    """Return the least memory within the time to settle; it ends as soon as that is little enough."""
    ends_at, least = time.monotonic() + SETTLE_SECONDS, _memory(hub)
    while time.monotonic() < ends_at and least > enough:
        time.sleep(1)
        least = min(least, _memory(hub))
    return least


def main() -> int:
    """Fuzz, print what was seen, and return 0 if it was bearable."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    print(f"{words.seconds:g} s, seeds from {words.seed} on, {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as name:
        found = measure(Path(name), words.seconds, words.seed)
    print(found.table())
    faults = found.faults(Limits())
    print("\n".join(f"FAULT: {each}" for each in faults) or "No fault.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
