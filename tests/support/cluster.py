"""A hub of several processes on one PostgreSQL: web processes and workers, each a process of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.support.messages_server import MessagesServer
from tests.support.server import HubProcess, poll

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
            url: Of an empty PostgreSQL database.
            **settings: Of each process.
        """
        self.url = url
        self._folder = folder
        self._settings = {"HUB_DATABASE_URL": url, **settings}
        self._processes: list[HubProcess] = []

    def web(self, role: str = "web", **settings: str) -> HubProcess:
        """Start a process that serves, and wait until it is ready."""
        return self._add(HubProcess, {"HUB_ROLE": role, **settings})

    def worker(self, **settings: str) -> WorkerProcess:
        """Start a process that only executes, and wait until it is ready."""
        return self._add(WorkerProcess, settings)

    def members(self, web: HubProcess) -> dict[int, dict[str, Any]]:
        """Return the processes that a web process knows, by their numbers on this machine."""
        return {each["pid"]: each for each in web.call("GET", "/api/workers")[1]["items"]}

    def close(self) -> None:
        """Kill all of them."""
        for each in self._processes:
            each.kill()

    def _add(self, kind: type[P], settings: dict[str, str]) -> P:
        folder = self._folder / f"process-{len(self._processes)}"
        process = kind(folder, **{**self._settings, **settings}).preloaded()
        self._processes.append(process)
        return process.start()


def runs_at(hub: HubProcess, execution_id: int) -> str:
    """Wait until an execution runs, and return the worker of its newest attempt."""

    def found() -> str | None:
        if hub.execution(execution_id)["status"] != "running":
            return None
        workers = started_by(hub, execution_id)
        return workers[-1] if workers else None

    return str(poll(found))


def started_by(hub: HubProcess, execution_id: int) -> list[str]:
    """Return the workers that have begun an execution, one for each attempt."""
    events = hub.call("GET", f"/api/executions/{execution_id}/events")[1]["events"]
    return [each["data"]["worker"] for each in events if each["data"].get("status") == "running"]


@pytest.fixture
def cluster(tmp_path: Path, make_postgres: Callable[[], str], messages_server: MessagesServer) -> Iterator[Cluster]:
    """Yield a hub of several processes, none of which has been started."""
    provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": messages_server.url}
    made = Cluster(tmp_path, make_postgres(), **provider)
    yield made
    made.close()
