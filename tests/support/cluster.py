"""A hub of several processes on one PostgreSQL: web processes and workers, each a process of its own."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from execution_hub.hub.hub import Hub
from tests.support.environment import bare_environment
from tests.support.hub import make_settings
from tests.support.messages_server import MessagesServer
from tests.support.nginx import OwnNginx, before
from tests.support.server import ROOT, HubProcess, free_port, poll

P = TypeVar("P", bound=HubProcess)


class WorkerProcess(HubProcess):
    """A process that only executes; at its port it answers nothing but whether it lives."""

    def _words(self) -> list[str]:
        return ["worker", "--health-port", str(self.port)]


class Cluster:
    """The processes of one hub.

    Attributes:
        url: Of their database.
    """

    def __init__(self, folder: Path, url: str, **settings: str) -> None:
        """Begin with none.

        Args:
            folder: Where each has a folder of its own.
            url: Of a PostgreSQL database, empty or one that hubs have used.
            **settings: Of each process.
        """
        self.url = url
        self._folder = folder
        self._settings = {"HUB_DATABASE_URL": url, **settings}
        self._processes: list[HubProcess] = []
        self._fronts: list[OwnNginx] = []

    def web(self, role: str = "web", **settings: str) -> HubProcess:
        """Start a process that serves, and wait until it is ready."""
        return self._make(HubProcess, {"HUB_ROLE": role, **settings}).start()

    def worker(self, **settings: str) -> WorkerProcess:
        """Start a process that only executes, and wait until it is ready."""
        return self._make(WorkerProcess, settings).start()

    def add(self, kind: type[P], *command: str, **settings: str) -> P:
        """Make a process that begins with nothing, by a command of its own; it is killed with the others.

        Args:
            kind: What it is.
            *command: What starts it, without its port.
            **settings: More of its environment.
        """
        folder = self._folder / f"process-{len(self._processes)}"
        process = kind(folder, *command, **{**self._settings, **settings})
        self._processes.append(process)
        return process

    def together(self, webs: int, workers: int, **settings: str) -> tuple[list[HubProcess], list[WorkerProcess]]:
        """Start several processes at one time, and wait until all are ready.

        Args:
            webs: How many that serve.
            workers: How many that only execute.
            **settings: Of each of them.
        """
        serving = [self._make(HubProcess, {"HUB_ROLE": "web", **settings}) for _ in range(webs)]
        working = [self._make(WorkerProcess, settings) for _ in range(workers)]
        for each in (*serving, *working):
            each.begin()
        for each in (*serving, *working):
            each.until_ready()
        return serving, working

    def front(self, webs: Sequence[HubProcess]) -> OwnNginx:
        """Start an nginx before processes that serve."""
        nginx = OwnNginx(self._folder / "nginx", free_port())
        nginx.write(before([each.port for each in webs], nginx.port))
        self._fronts.append(nginx)
        return nginx.start()

    def members(self, web: HubProcess) -> dict[int, dict[str, Any]]:
        """Return the processes that a web process knows, by their numbers on this machine."""
        return {each["pid"]: each for each in web.call("GET", "/api/workers")[1]["items"]}

    def close(self) -> None:
        """Kill all of them."""
        for front in self._fronts:
            front.stop()
        for each in self._processes:
            each.kill()

    def _make(self, kind: type[P], settings: dict[str, str]) -> P:
        return self.add(kind, **settings).preloaded()


def name_of(process: HubProcess) -> str:
    """Return how logs of executions name a process."""
    return f"{os.uname().nodename}:{process.pid}"


def workers_of(*processes: WorkerProcess) -> dict[str, WorkerProcess]:
    """Return processes by the names that logs of executions give them."""
    return {name_of(each): each for each in processes}


def runs_at(hub: HubProcess, execution_id: int) -> str:
    """Wait until an execution has begun, and return the worker of its newest attempt."""

    def found() -> str | None:
        workers = started_by(hub, execution_id)
        return workers[-1] if workers else None

    return str(poll(found))


def started_by(hub: HubProcess, execution_id: int) -> list[str]:
    """Return the workers that have begun an execution, one for each attempt."""
    events = hub.call("GET", f"/api/executions/{execution_id}/events")[1]["events"]
    return [each["data"]["worker"] for each in events if "worker" in each["data"]]


def reasons(hub: HubProcess, execution_id: int) -> list[str]:
    """Return why an execution was begun again, once for each time."""
    events = hub.call("GET", f"/api/executions/{execution_id}/events")[1]["events"]
    return [each["data"]["reason"] for each in events if each["data"].get("reason")]


def refused(*words: str, **settings: str) -> str:
    """Run a command that cannot start; return the one line it says."""
    environment = {**bare_environment(), "HUB_PORT": "9", **settings}
    done = subprocess.run(
        [sys.executable, "-m", "execution_hub.cli", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


@pytest.fixture
def cluster(tmp_path: Path, used_postgres: str, messages_server: MessagesServer) -> Iterator[Cluster]:
    """Yield a hub of several processes, none of which has been started; its database has been used before."""
    made = Cluster(tmp_path, used_postgres, **_provider(messages_server))
    yield made
    made.close()


@pytest.fixture
def new_cluster(tmp_path: Path, postgres_url: str, messages_server: MessagesServer) -> Iterator[Cluster]:
    """Yield a hub of several processes, none of which has been started; its database is empty."""
    made = Cluster(tmp_path, postgres_url, **_provider(messages_server))
    yield made
    made.close()


def _provider(server: MessagesServer) -> dict[str, str]:
    return {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": server.url}


@pytest.fixture
def patient_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a hub in the process of the tests keep its lease while that stands still: else it ends the process."""
    monkeypatch.setattr("execution_hub.store.lease.SURE_SECONDS", 60.0)


@pytest.fixture
async def joined(tmp_path: Path, used_postgres: str, patient_lease: None) -> AsyncIterator[Hub]:
    """Yield a hub that others could join."""
    hub = await Hub.open(make_settings(tmp_path / "data", HUB_DATABASE_URL=used_postgres, HUB_ROLE="all"))
    yield hub
    await hub.close()
