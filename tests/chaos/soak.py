"""Keeps a hub busy for minutes with faults and stops, and watches its memory and its log.

`python -m tests.chaos.soak --seconds 3600` shows what an hour brings; `make chaos` takes five minutes.
"""

import argparse
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

STARTS_A_SECOND = 5
# The first third fills what is bounded: pools, page caches and compiled statements, each up to its limit.
SETTLED_AFTER = 1 / 3
GROWTH_MAX = 0.10
MIB = 2**20


@dataclass
class Report:
    """What was counted.

    Attributes:
        seconds: How long it took.
        executions: How many were started.
        stops: How many of them were asked to stop.
        open: Executions that had not ended at the end.
        warnings: Lines of the log that tell of something unexpected.
        memory: The hub's resident memory, MiB, at even distances.
    """

    seconds: float = 0.0
    executions: int = 0
    stops: int = 0
    open: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """By which part the memory grew after it had settled."""
        settled = self.memory[int(len(self.memory) * SETTLED_AFTER) :]
        return settled[-1] / settled[0] - 1

    @property
    def is_clean(self) -> bool:
        """Whether all ended, nothing was warned of, and the memory had settled."""
        return not self.open and not self.warnings and self.growth < GROWTH_MAX

    def words(self) -> str:
        """Return the report as a paragraph."""
        memory = ", ".join(f"{each:.0f}" for each in self.memory)
        return (
            f"{self.executions} executions in {self.seconds:.0f} s, {self.stops} stopped; not ended: {len(self.open)}; "
            f"warnings: {len(self.warnings)}; memory in MiB: {memory} ({self.growth:+.1%} after the first third)"
        )


def run(folder: Path, server: MessagesServer, seconds: float, samples: int = 12, seed: int = 7) -> Report:
    """Start, fail, cut off and stop executions for a time.

    Args:
        folder: Where the hub's data goes.
        server: The local Messages API.
        seconds: How long.
        samples: How often the memory is looked at.
        seed: Where chance begins.
    """
    chance, report = random.Random(seed), Report()
    server.default = lambda call: _reply(call, len(server.calls))
    provider = {"ANTHROPIC_API_KEY": "chaos", "ANTHROPIC_BASE_URL": server.url}
    # Two heaps for all threads, as `serve` and the systemd unit have it.
    hub = BareHub(folder / "data", HUB_MAX_CONCURRENCY="20", MALLOC_ARENA_MAX="2", **provider).from_nothing().start()
    process = psutil.Process(hub.pid)
    try:
        claude = next(each["id"] for each in hub.call("agents.every") if each["model"] != "simulated")
        ids: list[int] = []
        to_stop: list[tuple[float, int]] = []
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            agent_id, text, is_stopped = _next(chance, claude, len(ids))
            ids.append(int(hub.call("executions.start", type="agent_test", agent_id=agent_id, input=text)["id"]))
            if is_stopped:
                to_stop.append((passed + chance.uniform(0, 2), ids[-1]))
            for due in [each for each in to_stop if each[0] <= passed]:
                to_stop.remove(due)
                report.stops += _stop(hub, due[1])
            if passed >= seconds * len(report.memory) / samples:
                report.memory.append(process.memory_info().rss / MIB)
            time.sleep(max(0.0, len(ids) / STARTS_A_SECOND - (time.monotonic() - began)))
        for _, execution_id in to_stop:
            report.stops += _stop(hub, execution_id)
        poll(lambda: not _open(hub, ids), 120)
        report.memory.append(process.memory_info().rss / MIB)
        report.seconds, report.executions, report.open = time.monotonic() - began, len(ids), _open(hub, ids)
        hub.stop()
        report.warnings = [line for line in hub.log.read_text().splitlines() if _is_warning(line)]
    finally:
        hub.kill()
    return report


def _reply(call: replies.Call, number: int) -> Any:
    if number % 7 == 0:
        return replies.cut()(call)
    if number % 11 == 0:
        return replies.overloaded()(call)
    return replies.default_reply(call, delay=0.05)


def _next(chance: random.Random, claude: int, number: int) -> tuple[int, str, bool]:
    """Return whom to start with what, and whether to stop it."""
    roll = chance.random()
    if roll < 0.4:
        return claude, f"question {number}", False
    if roll < 0.7:
        return 1, f"[fast] {number}", False
    if roll < 0.8:
        return 1, f"[fast] [fail] {number}", False
    return 1, f"[slow] {number}", True


def _stop(hub: BareHub, execution_id: int) -> int:
    try:
        hub.call("executions.cancel", execution_id=execution_id)
    except AssertionError:
        # It has ended meanwhile.
        return 0
    return 1


def _open(hub: BareHub, ids: list[int]) -> list[int]:
    return [each for each in ids[-200:] if not hub.call("history.get", execution_id=each)["finished_at"]]


def _is_warning(line: str) -> bool:
    return "warning" in line.lower() or "error    " in line.lower() or "Traceback" in line


def main() -> int:
    """Soak at length; returns 0 if all ended, nothing was warned of, and the memory settled."""
    parser = argparse.ArgumentParser(description="Keep a hub busy and watch its memory.")
    parser.add_argument("--seconds", type=float, default=300)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, MessagesServer() as server:
        report = run(Path(folder), server, words.seconds)
    print(report.words())
    print("\n".join(report.warnings[:20]), file=sys.stderr)
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
