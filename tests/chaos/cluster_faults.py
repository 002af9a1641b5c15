"""A hub of two processes that serve and three that execute, one of these on another machine, and its faults."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from execution_hub.domain.event import EventKind
from execution_hub.store import events, executions
from execution_hub.store.database import Database
from tests.chaos.cluster_load import Load, Provider
from tests.support.cluster import Cluster, WorkerProcess, name_of, workers_of
from tests.support.machine import Machine, has_clocks
from tests.support.messages_server import MessagesServer
from tests.support.network import FROM_HUB, TO_HUB
from tests.support.postgres import OwnPostgres
from tests.support.server import poll

LIMIT = 12
SETTINGS = {"HUB_MAX_CONCURRENCY": str(LIMIT), "HUB_WORKER_CONCURRENCY": "5", "HUB_DRAIN_SECONDS": "2"}
# Of the machines that are not this one, one after the other.
CLOCKS = (30.0, -30.0)
STOP = "SIGTERM to a worker"
KILL = "kill -9 a worker"
FULL_SECONDS = 6
# Once: nothing else is done to the hub meanwhile.
LONG_SECONDS = 60
# Until the work of a process that has died is taken over, on a busy machine.
TAKEN_OVER_SECONDS = 30
GONE_SECONDS = 20
# Longer than the database is ever away.
POISONED_SECONDS = 60
FLAPS = 5
BACKENDS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'chaos' AND pid <> pg_backend_pid()"
LISTENERS = f"{BACKENDS} AND query = 'LISTEN execution_hub'"
IN_TRANSACTION = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = 'chaos' AND state = 'idle in transaction' "
    "AND client_port = ANY(:ports)"
)
# How often a worker is stopped until it stands still within a transaction.
TRIES = 300


@dataclass(frozen=True, slots=True)
class Death:
    """The death of a worker.

    Attributes:
        worker: How logs of executions name it.
        at: When.
        fault: Of what.
    """

    worker: str
    at: datetime
    fault: str


class Faults:
    """The hub, and what is done to it.

    Attributes:
        database: Its database.
        provider: Who answers for its models.
        url: Where it is reached.
        deaths: The workers that have died.
        late: Those that were told to stop and did not in time.
        clocks: How many workers had a clock that was off.
        outages: From when to when the database did not answer.
    """

    def __init__(self, folder: Path, server: MessagesServer, postgres: OwnPostgres, chance: random.Random) -> None:
        """Start the hub.

        Args:
            folder: Where its processes have their folders.
            server: The local Messages API.
            postgres: Its database's server.
            chance: What is hit.
        """
        self._postgres = postgres
        self._chance = chance
        self._provider_port = int(server.url.rpartition(":")[2])
        postgres.server.execute("CREATE DATABASE chaos")
        url = postgres.server.url("chaos")
        self.database = Database(url)
        self.provider = Provider(server, self._poisoned)
        keys = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": server.url}
        self._cluster = Cluster(folder, url, **SETTINGS, **keys)
        self._webs, workers = self._cluster.together(2, 2)
        nginx = self._cluster.front(self._webs)
        self.url = nginx.url
        self._workers = workers_of(*workers)
        self._machines: dict[str, Machine] = {}
        self._clocks = cycle(CLOCKS)
        self.clocks = 0
        self._add_elsewhere()
        self.deaths: list[Death] = []
        self.late: list[str] = []
        self.outages: list[tuple[datetime, datetime]] = []
        self._is_long_over = False
        self._now = ""

    def causes(self, load: Load) -> dict[str, Callable[[], None]]:
        """Return the faults by their names.

        Args:
            load: What the hub has to do.
        """
        found = {
            KILL: lambda: self._end(self._some(), WorkerProcess.kill),
            STOP: lambda: self._end(self._some(), self._stop),
            "a worker stands still for 3 s": lambda: self._freeze(3),
            "a worker stands still for 9 s": lambda: self._freeze(9),
            f"a worker stands still for {LONG_SECONDS} s": self._freeze_long,
            "a worker stands still within a transaction": self._freeze_in_transaction,
            "a worker's machine loses the database": lambda: self._cut_off(Machine.partition),
            "... only what it sends there": lambda: self._cut_off(lambda machine: machine.way.fall_silent(TO_HUB)),
            "... only what it hears": lambda: self._cut_off(lambda machine: machine.way.fall_silent(FROM_HUB)),
            "... again and again": self._flap,
            "LISTEN connections cut": lambda: self._ask(LISTENERS),
            "all connections cut": lambda: self._ask(BACKENDS),
            "PostgreSQL restarted": self._restart,
            "PostgreSQL's disk full": self._fill,
            "kill -9 a web process": self._kill_web,
            "the provider refuses a call": self.provider.refuse,
            "an input that ends its process": load.start_poison,
        }
        if not self._postgres.has_disk:
            del found["PostgreSQL's disk full"]
        return {name: lambda name=name, work=work: self._cause(name, work) for name, work in found.items()}  # type: ignore[misc]

    def replace_ended(self) -> None:
        """Have another worker come where one has ended by itself, or was ended by what ran in it."""
        for name, worker in list(self._workers.items()):
            if worker.is_over:
                self._end(name, WorkerProcess.kill)

    def close(self) -> None:
        """Kill all of it."""
        self._cluster.close()
        for machine in self._machines.values():
            machine.close()
        self.database.close()

    def _cause(self, name: str, work: Callable[[], None]) -> None:
        self._now = name
        self.replace_ended()
        work()
        self.replace_ended()

    def _some(self) -> str:
        return self._chance.choice(sorted(self._workers))

    def _end(self, name: str, how: Callable[[WorkerProcess], object], at: datetime | None = None) -> None:
        """End a worker; another one takes its place, on another machine if that was the one there."""
        worker = self._workers.pop(name)
        if name not in {each.worker for each in self.deaths}:
            self.deaths.append(Death(name, at or datetime.now(UTC), self._now))
        how(worker)
        machine = self._machines.pop(name, None)
        if machine is None:
            self._workers |= workers_of(self._cluster.worker())
        else:
            machine.close()
            self._add_elsewhere()

    def _add_elsewhere(self) -> None:
        machine = Machine(self._postgres.server.port, self._provider_port, next(self._clocks))
        self.clocks += has_clocks()
        worker = machine.worker(self._cluster)
        self._workers |= workers_of(worker)
        self._machines[name_of(worker)] = machine

    def _stop(self, worker: WorkerProcess) -> None:
        try:
            worker.stop()
        except subprocess.TimeoutExpired:
            self.late.append(worker.log.name)

    def _freeze(self, seconds: float) -> None:
        name = self._some()
        at = datetime.now(UTC)
        # Whoever has just died of something else cannot.
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self._workers[name].pid)
            process.suspend()
            self._thaw(name, process, seconds, at)

    def _freeze_long(self) -> None:
        if self._is_long_over:
            raise LookupError("It has stood still for long already.")
        self._is_long_over = True
        self._freeze(LONG_SECONDS)

    def _restart(self) -> None:
        with self._outage():
            self._postgres.restart()

    @contextmanager
    def _outage(self) -> Iterator[None]:
        began = datetime.now(UTC)
        yield
        self.outages.append((began, datetime.now(UTC)))

    def counted_kills(self, name: str) -> int:
        """Return how many processes an input has ended, but those of which nobody can tell.

        Those are where the database went away before it was noticed.
        """
        killed = {each.worker: each.at for each in self.deaths if each.fault == name}
        most = timedelta(seconds=TAKEN_OVER_SECONDS)
        return sum(not any(began - most <= at <= ended for began, ended in self.outages) for at in killed.values())

    def _thaw(self, name: str, process: psutil.Process, seconds: float, at: datetime) -> None:
        time.sleep(seconds)
        process.resume()
        if seconds > 6:
            # Its work is others' by now: it ends itself.
            psutil.wait_procs([process], GONE_SECONDS)
            self._end(name, WorkerProcess.kill, at)

    def _freeze_in_transaction(self) -> None:
        here = sorted(self._workers.keys() - self._machines.keys())
        name = self._chance.choice(here)
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self._workers[name].pid)
            for _ in range(TRIES):
                connections = process.net_connections("tcp4")
                ports = [each.laddr.port for each in connections if each.raddr]
                at = datetime.now(UTC)
                process.suspend()
                if self._ask(IN_TRANSACTION, ports=ports):
                    self._thaw(name, process, 9, at)
                    return
                process.resume()
                time.sleep(self._chance.uniform(0.005, 0.03))
        raise LookupError("No worker was met within a transaction.")

    def _cut_off(self, cut: Callable[[Machine], object]) -> None:
        (name, machine), at = next(iter(self._machines.items())), datetime.now(UTC)
        cut(machine)
        with suppress(psutil.NoSuchProcess):
            psutil.wait_procs([psutil.Process(self._workers[name].pid)], GONE_SECONDS)
        self._end(name, WorkerProcess.kill, at)

    def _flap(self) -> None:
        machine = next(iter(self._machines.values()))
        for _ in range(FLAPS):
            with machine.lossy():
                time.sleep(self._chance.uniform(0.2, 1.5))
            time.sleep(self._chance.uniform(0.2, 1.5))

    def _fill(self) -> None:
        with self._outage(), self._postgres.full_disk():
            time.sleep(FULL_SECONDS)

    def _kill_web(self) -> None:
        self._chance.choice(self._webs).kill()
        for each in self._webs:
            if each.is_over:
                each.start()

    def _ask(self, statement: str, **values: Any) -> int:
        with self.database._engine.connect() as connection:
            return int(connection.execute(text(statement), values).scalar() or 0)

    def _poisoned(self, name: str) -> None:
        """Kill the worker that runs an input, as what crashes would; as soon as the database tells which it is."""
        worker = poll(lambda: self._worker_of(name), POISONED_SECONDS)
        self.deaths.append(Death(name_of(worker), datetime.now(UTC), name))
        with suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)

    def _worker_of(self, name: str) -> WorkerProcess | None:
        with suppress(DBAPIError), self.database._engine.connect() as connection:
            found = [executions.get(connection, each.id) for each in executions.running(connection)]
            log = next((events.after(connection, each.id, 0, 10_000) for each in found if each.input == name), [])
            workers = [each.data["worker"] for each in log if each.kind is EventKind.STATUS and "worker" in each.data]
            return self._workers.get(workers[-1]) if workers else None
        return None
