"""Faults of a hub of two processes that serve and three that execute, at length, and what came of them.

`python -m tests.chaos.cluster --minutes 10` prints a table. Agents' tests, diamonds and workflows that wait for a
person are started all the time, through nginx, while processes are killed, stopped, frozen and cut off, and the
database's server loses its connections or restarts.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from execution_hub.domain.event import EventKind
from execution_hub.store import events, executions
from execution_hub.store.database import Database
from tests.support import messages_replies as replies
from tests.support.audit import Counts, audit
from tests.support.cluster import Cluster, WorkerProcess, name_of, workers_of
from tests.support.messages_server import MessagesServer
from tests.support.network import BadNetwork
from tests.support.postgres import OwnPostgres
from tests.support.server import HubProcess, poll

LIMIT = 12
SETTINGS = {"HUB_MAX_CONCURRENCY": str(LIMIT), "HUB_WORKER_CONCURRENCY": "5", "HUB_DRAIN_SECONDS": "2"}
PIECE_SECONDS = 0.15
END_SECONDS = 240
BETWEEN_SECONDS = (0.5, 4.0)
BACKENDS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'chaos' AND pid <> pg_backend_pid()"
LISTENERS = f"{BACKENDS} AND query = 'LISTEN execution_hub'"
DEADLY = ("kill -9 a worker", "SIGTERM to a worker", "a worker stands still for 9 s", "a worker is cut off")
HARMLESS = ("a worker stands still for 3 s", "LISTEN connections cut", "all connections cut", "PostgreSQL restarted")
FAULTS = (*DEADLY, *HARMLESS, "kill -9 a web process")


@dataclass
class Report:
    """What was counted.

    Attributes:
        faults: How often each was caused.
        executions: How many were started.
        interrupted: How many attempts died with a process.
        resumed_seconds: How long after the death of its process each of them ran again.
        counts: What went wrong.
    """

    faults: Counter[str] = field(default_factory=Counter)
    executions: int = 0
    interrupted: int = 0
    resumed_seconds: list[float] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong, and something was tried."""
        return not self.counts.found() and self.interrupted > 0

    def table(self) -> str:
        """Return the report as two Markdown tables, and what went wrong in words."""
        head = f"executions | attempts that died | running again, p50 | longest | {Counts.head()}"
        again = sorted(self.resumed_seconds) or [0.0]
        times = f"{again[len(again) // 2]:.1f} s | {again[-1]:.1f} s"
        lines = [
            "| fault of a cluster | times |",
            "|---|---|",
            *(f"| {fault} | {self.faults[fault]} |" for fault in FAULTS),
            "",
            f"| {head} |",
            "|---" * (head.count("|") + 1) + "|",
            f"| {self.executions} | {self.interrupted} | {times} | {self.counts.row()} |",
            *(f"{kind}: {words}" for kind, words in self.counts.found().items()),
        ]
        return "\n".join(lines)


class Load(threading.Thread):
    """Starts executions and answers their questions until it is told to end; what fails is tried again.

    Attributes:
        ids: What was started.
    """

    def __init__(self, url: str, pause_seconds: float) -> None:
        """Prepare it.

        Args:
            url: Where the hub is reached.
            pause_seconds: Between two starts.
        """
        super().__init__(daemon=True)
        self.ids: list[int] = []
        self._door = HubProcess(Path("/nowhere"))
        self._door.url = url
        self._pause_seconds = pause_seconds
        self._is_over = threading.Event()
        self._starts = self._make()

    def end(self) -> None:
        """Start nothing any more; questions are answered on."""
        self._is_over.set()

    def answer(self) -> None:
        """Answer what waits for a person."""
        with suppress(OSError, ValueError):
            for each in self._door.call("GET", "/api/executions?status=waiting&limit=100")[1]["items"]:
                self._door.call("POST", f"/api/executions/{each['id']}/steps/gate/approve", {})

    def run(self) -> None:
        """Start one after the other: three tests, a diamond, three tests, one that waits for a person."""
        while not self._is_over.wait(self._pause_seconds):
            number = len(self.ids)
            path, body = self._starts[number % len(self._starts)]
            self.ids.append(self._start(path, {**body, "input": f"execution {number} of chaos"}, f"chaos-{number}"))
            self.answer()

    def _start(self, path: str, body: dict[str, Any], key: str) -> int:
        while True:
            # Whatever becomes of a request, one with the same key starts nothing a second time.
            with suppress(OSError, urllib.error.URLError, ValueError):
                status, found = self._door.call("POST", path, body, **{"Idempotency-Key": key})
                if status == 202:
                    return int(found["id"])
            time.sleep(0.2)

    def _make(self) -> list[tuple[str, dict[str, Any]]]:
        call = self._door.call
        agent = call("POST", "/api/agents", {"name": "Claude", "model": "claude-sonnet-5-5"})[1]["id"]

        def step(name: str, *before: str) -> dict[str, Any]:
            return {"name": name, "agent_id": agent, "input": f"{name} of {{{{ input }}}}", "depends_on": list(before)}

        gate = {"name": "gate", "type": "approval", "input": "Go on?", "depends_on": ["top"]}
        workflows = {
            "Diamond": [step("top"), step("left", "top"), step("right", "top"), step("bottom", "left", "right")],
            "Asked": [step("top"), gate, step("bottom", "gate")],
        }
        paths: list[tuple[str, dict[str, Any]]] = []
        for name, steps in workflows.items():
            made = call("POST", "/api/workflows", {"name": name, "steps": steps})[1]
            paths.append((f"/api/workflows/{made['id']}/run", {}))
        test: tuple[str, dict[str, Any]] = (f"/api/agents/{agent}/test", {})
        return [test, test, test, paths[0], test, test, test, paths[1]]


class Chaos:
    """The hub and its faults."""

    def __init__(self, folder: Path, server: MessagesServer, postgres: OwnPostgres, seed: int) -> None:
        """Start the hub.

        Args:
            folder: Where its processes have their folders.
            server: The local Messages API.
            postgres: Its database's server.
            seed: Where chance begins.
        """
        server.default = lambda call: replies.default_reply(call, delay=PIECE_SECONDS)
        self._server = server
        self._postgres = postgres
        self._chance = random.Random(seed)
        postgres.server.execute("CREATE DATABASE chaos")
        url = postgres.server.url("chaos")
        self._database = Database(url)
        provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": server.url}
        self._cluster = Cluster(folder, url, **SETTINGS, **provider)
        self._webs, workers = self._cluster.together(2, 2)
        self._nginx = self._cluster.front(self._webs)
        self._workers = workers_of(*workers)
        self._networks: dict[str, BadNetwork] = {}
        self._add_worker(through_network=True)
        self._deaths: list[tuple[str, datetime]] = []
        self._ended: set[int] = set()
        self._faults: dict[str, Callable[[], None]] = {
            "kill -9 a worker": self._kill,
            "SIGTERM to a worker": self._stop,
            "a worker stands still for 9 s": lambda: self._freeze(9),
            "a worker is cut off": self._cut_off,
            "a worker stands still for 3 s": lambda: self._freeze(3),
            "LISTEN connections cut": lambda: self._ask(LISTENERS),
            "all connections cut": lambda: self._ask(BACKENDS),
            "PostgreSQL restarted": postgres.restart,
            "kill -9 a web process": self._kill_web,
        }

    def run(self, seconds: float, pause_seconds: float) -> Report:
        """Cause faults for so long, then wait for the end of all that was started, and look."""
        report = Report()
        load = Load(self._nginx.url, pause_seconds)
        load.start()
        deadline, bag = time.monotonic() + seconds, list[str]()
        while time.monotonic() < deadline:
            time.sleep(self._chance.uniform(*BETWEEN_SECONDS))
            bag = bag or self._chance.sample(FAULTS, len(FAULTS))
            fault = bag.pop()
            print(f"{datetime.now(UTC):%H:%M:%S} {fault}", file=sys.stderr, flush=True)
            self._faults[fault]()
            report.faults[fault] += 1
        load.end()
        load.join()
        report.executions = len(load.ids)

        def are_all_ended() -> bool:
            load.answer()
            return all(self._has_ended(each) for each in load.ids)

        with suppress(AssertionError):
            poll(are_all_ended, END_SECONDS, 1.0)
        report.counts = audit(self._database, self._server, load.ids, LIMIT)
        self._look_at_deaths(report, load.ids)
        return report

    def _has_ended(self, execution_id: int) -> bool:
        if execution_id not in self._ended:
            found = self._database.read(lambda c: executions.find(c, execution_id))
            if found is None or not found.is_finished:
                return False
            self._ended.add(execution_id)
        return True

    def close(self) -> None:
        """Kill all of it."""
        self._cluster.close()
        for network in self._networks.values():
            network.stop()
        self._database.close()

    # Faults

    def _kill(self) -> None:
        self._mourn(self._some(), WorkerProcess.kill)

    def _stop(self) -> None:
        self._mourn(self._some(), WorkerProcess.stop)

    def _freeze(self, seconds: float) -> None:
        name = self._some()
        frozen, at = psutil.Process(self._workers[name].pid), datetime.now(UTC)
        frozen.suspend()
        time.sleep(seconds)
        frozen.resume()
        if seconds > 6:
            # Its work is others' by now: it ends itself.
            psutil.wait_procs([frozen], 20)
            self._mourn(name, WorkerProcess.kill, at)

    def _cut_off(self) -> None:
        (name, network), at = next(iter(self._networks.items())), datetime.now(UTC)
        network.fall_silent()
        psutil.wait_procs([psutil.Process(self._workers[name].pid)], 20)
        network.stop()
        del self._networks[name]
        self._mourn(name, WorkerProcess.kill, at)

    def _kill_web(self) -> None:
        self._chance.choice(self._webs).kill()
        for each in self._webs:
            if each.is_over:
                each.start()

    def _ask(self, statement: str) -> None:
        with self._database._engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def _some(self) -> str:
        return self._chance.choice(sorted(self._workers))

    def _mourn(self, name: str, end: Callable[[WorkerProcess], object], at: datetime | None = None) -> None:
        """End a worker; another one takes its place."""
        self._deaths.append((name, at or datetime.now(UTC)))
        end(self._workers.pop(name))
        network = self._networks.pop(name, None)
        if network is not None:
            network.stop()
        self._add_worker(through_network=not self._networks)

    def _add_worker(self, *, through_network: bool) -> None:
        settings, network = {}, None
        if through_network:
            network = BadNetwork(self._postgres.server.port).start()
            url = self._cluster.url.replace(f":{self._postgres.server.port}/", f":{network.port}/")
            settings["HUB_DATABASE_URL"] = url
        worker = self._cluster.worker(**settings)
        self._workers |= workers_of(worker)
        if network is not None:
            self._networks[name_of(worker)] = network

    def _look_at_deaths(self, report: Report, ids: list[int]) -> None:
        for execution_id in ids:
            log = self._database.read(lambda c, each=execution_id: events.after(c, each, 0, 100_000))  # type: ignore[misc]
            moves = [each for each in log if each.kind is EventKind.STATUS]
            for move, following in pairwise(moves):
                worker = move.data.get("worker")
                died = next((at for name, at in self._deaths if name == worker and at > move.created_at), None)
                again = next((each.created_at for each in moves if each.seq > following.seq), None)
                if died is None or following.created_at < died or following.data["status"] != "pending":
                    continue
                report.interrupted += 1
                if again is not None:
                    report.resumed_seconds.append((again - died).total_seconds())


def run(seconds: float, pause_seconds: float, seed: int = 1) -> Report:
    """Start a hub, cause faults for so long, and look.

    Args:
        seconds: How long.
        pause_seconds: Between two executions that are started.
        seed: Where chance begins.
    """
    postgres = OwnPostgres()
    try:
        with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
            chaos = Chaos(Path(name), server, postgres, seed)
            try:
                return chaos.run(seconds, pause_seconds)
            finally:
                chaos.close()
    finally:
        postgres.close()


def main() -> int:
    """Cause faults at length; returns 0 if nothing went wrong."""
    parser = argparse.ArgumentParser(description="Faults of a hub of several processes.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pause", type=float, default=0.5, metavar="SECONDS", help="between two executions")
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    report = run(60 * words.minutes, words.pause, words.seed)
    print(report.table())
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
