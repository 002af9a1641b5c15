"""How long a change takes to many pages, and what it costs: Reflex's pages beside a plain websocket broadcast.

Every client has the dashboard open as a browser would: it hydrates, its load events run, it is sent every change. The
changes are real executions, started and cancelled while the queue is paused. The plain reference sends the same number
of the same rows at the same pace. `python -m bench.fanout [clients …]` measures this alone.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

from bench.figures import Figure, quantile
from bench.live import commits
from bench.sockets import Noted, SocketClients
from execution_hub.views.rows import ExecutionRow
from tests.support.server import ROOT, HubProcess, free_port, poll

CLIENTS = (1, 20, 100, 300)
CHANGES_PER_SECOND = 10
SECONDS = 6
SETTLE_SECONDS = 1.0
ROWS = 25
P99_GOALS_MS = {100: 50, 300: 150}
COST_CLIENTS, COST_GOAL = 100, 3.0


@dataclass(frozen=True, slots=True)
class FanOut:
    """What came out for one number of clients.

    Attributes:
        clients: How many.
        delays_ms: From the change's commit to a client's receipt, one for each client and change.
        skipped: Changes that a client was never sent, because a newer one of the same row was there.
        cpu_seconds: Processor time of the server, without what the same changes cost with nobody there.
        received_bytes, messages: What all clients were sent.
    """

    clients: int
    delays_ms: list[float]
    skipped: int
    cpu_seconds: float
    received_bytes: int
    messages: int

    @property
    def cost(self) -> float:
        """Processor seconds per 1 000 deliveries."""
        return 1000 * self.cpu_seconds / max(1, len(self.delays_ms))

    def describe(self) -> str:
        """Return it as one cell of a table."""
        p50, p95, p99 = (quantile(self.delays_ms, share) for share in (0.5, 0.95, 0.99))
        size = self.received_bytes / max(1, len(self.delays_ms)) / 1000
        return (
            f"p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms; {self.cost:.3f} CPU s per 1 000; "
            f"{size:.1f} kB each; {self.skipped} skipped"
        )


Changes = dict[str, float]
"""When each change was committed, in milliseconds since 1970, by execution and status as clients note it."""


def measure_hub(hub: HubProcess, counts: Sequence[int]) -> list[FanOut]:
    """Measure the pages of a hub that nobody else uses; its queue is paused meanwhile."""
    hub.call("POST", "/api/queue/pause")
    agent_id = hub.agent_id()
    for index in range(ROWS):
        hub.call("POST", f"/api/executions/{hub.start_test(f'row {index}', agent_id)}/cancel")

    def change() -> Changes:
        ids = []

        def step(number: int) -> None:
            if number % 2 == 0:
                ids.append(hub.start_test(f"[fast] change {number} of the benchmark, with a few words more", agent_id))
            else:
                hub.call("POST", f"/api/executions/{ids[-1]}/cancel")

        _paced(step)
        return {f"{each} {status}": at for each in ids for status, at in commits(hub, each).items()}

    found = list(_measure(hub.port, hub.pid, "/", change, counts, is_reflex=True))
    hub.call("POST", "/api/queue/resume")
    return found


def measure_plain(counts: Sequence[int]) -> list[FanOut]:
    """Measure the plain broadcast of the same rows."""
    with _plain_server() as (port, pid):
        row = ExecutionRow(
            execution_type="agent_test",
            status="cancelled",
            name="Sample agent",
            text="[fast] change 12 of the benchmark, with a few words more",
            phase="queued",
            created_at="2026-01-02T03:04:05.678Z",
            finished_at="2026-01-02T03:04:05.678Z",
        )
        server = HubProcess(Path())
        server.url = f"http://127.0.0.1:{port}"
        first = iter(range(1, 1_000_000))

        def change() -> Changes:
            sent: Changes = {}

            def step(number: int) -> None:
                rows = [asdict(replace(row, id=10_000_000 + each)) for each in range(ROWS)]
                rows[0] = asdict(replace(row, id=next(first), status="running"))
                sent[f"{rows[0]['id']} running"] = time.time() * 1000
                server.call("POST", "/rows", rows)

            _paced(step)
            return sent

        return list(_measure(port, pid, "/rows", change, counts, is_reflex=False))


def figures(ours: Sequence[FanOut], plain: Sequence[FanOut]) -> list[Figure]:
    """Return the lines of the table, each of ours beside the plain one."""
    lines = []
    for mine, reference in zip(ours, plain, strict=True):
        p99, goal = quantile(mine.delays_ms, 0.99), P99_GOALS_MS.get(mine.clients)
        name = f"fan-out to {mine.clients} pages, {CHANGES_PER_SECOND} changes a second"
        lines += [
            Figure(name, mine.describe(), f"p99 {goal} ms" if goal else "-", goal is None or p99 < goal),
            Figure("the same, plain broadcast", reference.describe(), "-", True),
        ]
        if mine.clients == COST_CLIENTS:
            times = mine.cost / reference.cost if reference.cost > 0 else 0.0
            lines.append(
                Figure(
                    "CPU of a delivery over the plain one's",
                    f"{times:.1f} times",
                    f"{COST_GOAL:.0f}",
                    times <= COST_GOAL,
                )
            )
    return lines


def measure(hub: HubProcess, counts: Sequence[int] = CLIENTS) -> list[Figure]:
    """Measure both.

    Args:
        hub: A running hub that nobody else uses.
        counts: How many clients, one measurement each.
    """
    return figures(measure_hub(hub, counts), measure_plain(counts))


def _measure(
    port: int, pid: int, path: str, change: Callable[[], Changes], counts: Sequence[int], *, is_reflex: bool
) -> Iterator[FanOut]:
    change()
    before = cpu_seconds_of(pid)
    change()
    alone = cpu_seconds_of(pid) - before
    for count in counts:
        with SocketClients(port, [path] * count, is_reflex=is_reflex) as clients:
            time.sleep(SETTLE_SECONDS)
            before = cpu_seconds_of(pid)
            changes = change()
            used = cpu_seconds_of(pid) - before
            time.sleep(SETTLE_SECONDS)
            notes = clients.notes()
        yield _fan_out(notes, changes, max(0.0, used - alone))
        time.sleep(SETTLE_SECONDS)


def _fan_out(notes: Sequence[Noted], changes: Changes, cpu_seconds: float) -> FanOut:
    delays = [noted.seen[key] - at for noted in notes for key, at in changes.items() if key in noted.seen]
    return FanOut(
        clients=len(notes),
        delays_ms=delays,
        skipped=len(notes) * len(changes) - len(delays),
        cpu_seconds=cpu_seconds,
        received_bytes=sum(noted.received_bytes for noted in notes),
        messages=sum(noted.messages for noted in notes),
    )


def _paced(step: Callable[[int], None]) -> None:
    started = time.monotonic()
    for number in range(SECONDS * CHANGES_PER_SECOND):
        time.sleep(max(0.0, started + number / CHANGES_PER_SECOND - time.monotonic()))
        step(number)


def cpu_seconds_of(pid: int) -> float:
    """Return the processor time of a process and its children, seconds."""
    root = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:2]) for each in (root, *root.children(recursive=True)))


@contextmanager
def _plain_server() -> Iterator[tuple[int, int]]:
    port = free_port()
    words = ("--interface", "asgi", "--port", str(port), "--no-access-log", "bench.plain:app")
    process = subprocess.Popen((sys.executable, "-m", "granian", *words), cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        server = HubProcess(Path())
        server.url = f"http://127.0.0.1:{port}"

        def is_there() -> bool:
            try:
                return server.call("POST", "/rows", [])[0] == 200
            except OSError:
                return False

        poll(is_there)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    """Measure this alone."""
    counts = [int(word) for word in sys.argv[1:]] or CLIENTS
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder) / "data").start()
        try:
            for figure in measure(hub, counts):
                print(f"{figure.name}: {figure.value} (goal {figure.goal})", flush=True)
        finally:
            hub.stop()


if __name__ == "__main__":
    main()
