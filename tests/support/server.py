"""Real hubs in processes of their own: what `make run` starts, on a free port, and can be killed."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import psutil
import pytest

from execution_hub.network import open_direct
from tests.support.environment import bare_environment
from tests.support.messages_server import MessagesServer
from tests.support.preloaded import Preloaded

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 480
STOP_SECONDS = 60


def _is_free(port: int) -> bool:
    """Tell whether a hub could listen on a port; connections that have ended do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port nobody listens on right now.

    None of those that the system gives to connections: one of them may take it while a hub is started anew. Chromium
    goes to none of some below 10 081 (https://chromium.googlesource.com/chromium/src/+/main/net/base/port_util.cc).
    """
    while not _is_free(port := random.randrange(10_081, 32_000)):
        pass
    return port


def poll(check: Callable[[], Any], seconds: float = 60, pause: float | None = None) -> Any:
    """Call `check` until it returns something true, and return that; fail after the deadline.

    Without a `pause` in seconds it looks the less often the longer it has waited: what it waits for needs the
    processor, too.
    """
    started = time.monotonic()
    while not (found := check()):
        waited = time.monotonic() - started
        assert waited < seconds, f"not within {seconds} s"
        time.sleep(pause or min(max(0.03, waited / 10), 0.3))
    return found


def fetch(url: str) -> tuple[int, bytes]:
    """Get a page: its status and its body."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own address
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class HubProcess:
    """A hub started from the command line.

    Attributes:
        url: Its address.
        data_dir: Its data folder.
        log: Where its output goes.
    """

    def __init__(self, data_dir: Path, *command: str, cwd: str = str(ROOT), **settings: str) -> None:
        """Prepare a hub.

        Args:
            data_dir: Its data folder.
            *command: What starts it, instead of `execution-hub serve`.
            cwd: The folder it starts in.
            **settings: More of its environment.
        """
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self._command = command or (sys.executable, "-m", "execution_hub.cli", "serve")
        self._cwd = cwd
        self._settings = settings
        self._is_preloaded = False
        self._process: Preloaded | subprocess.Popen[bytes] | None = None

    def preloaded(self) -> Self:
        """Let `execution-hub serve` be forked from a process that has loaded its modules."""
        self._is_preloaded = True
        return self

    @property
    def environment(self) -> dict[str, str]:
        """The environment it runs in."""
        kept = bare_environment()
        # Where a hub hangs, what its threads do is written into its log: see until_ready.
        ours = {"HUB_PORT": str(self.port), "HUB_DATA_DIR": str(self.data_dir), "PYTHONFAULTHANDLER": "1"}
        return {**kept, **ours, **self._settings}

    @property
    def pid(self) -> int:
        """The id of its first process."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_over(self) -> bool:
        """Whether its first process has ended."""
        return self._process is not None and self._process.poll() is not None

    def start(self) -> Self:
        """Start it and wait until it is ready."""
        return self.begin().until_ready()

    def begin(self) -> Self:
        """Start it, without waiting."""
        # The system may take a moment longer to let go of the port than of the process that died.
        poll(lambda: _is_free(self.port))
        self._process = self._begin()
        return self

    def until_ready(self) -> Self:
        """Wait until it is ready."""
        process = self._process
        assert process is not None
        last: object = None

        def is_ready() -> bool:
            nonlocal last
            assert process.poll() is None, f"{self.log.read_text()[-4000:]}\n{_holders(self.port)}"
            try:
                last = self.call("GET", "/api/ready")
            except OSError as error:
                last = error
                return False
            return last[0] == 200

        try:
            poll(is_ready, START_SECONDS)
        except AssertionError as error:
            family = [" ".join(each.cmdline()) for each in psutil.Process(process.pid).children(recursive=True)]
            self._signal(signal.SIGABRT)
            raise AssertionError(f"{error}: {last!r}\n{family}\n{self.log.read_text()[-8000:]}") from None
        return self

    def _begin(self) -> Preloaded | subprocess.Popen[bytes]:
        with self.log.open("ab") as log, Path(os.devnull).open() as nothing:
            streams = {"stdin": nothing.fileno(), "stdout": log.fileno(), "stderr": log.fileno()}
            if self._is_preloaded:
                words = self._words()
                return Preloaded("execution_hub.cli:main", words, cwd=ROOT, env=self.environment, **streams)
            started: subprocess.Popen[bytes] = subprocess.Popen(
                self._command, cwd=self._cwd, env=self.environment, start_new_session=True, **streams
            )
            return started

    def _words(self) -> list[str]:
        return ["serve"]

    def kill(self) -> None:
        """Kill all of it at once, as a crash would: -9."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop, wait for it, and return its exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(STOP_SECONDS)
        finally:
            self._signal(signal.SIGKILL)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Call its API and return the status and the JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json", **headers})  # noqa: S310
        request.method = method
        try:
            with open_direct(request, seconds=30) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def agent_id(self, model: str = "simulated") -> int:
        """Return the sample agent with this model."""
        agents = self.call("GET", "/api/agents")[1]["items"]
        return int(next(agent["id"] for agent in agents if agent["model"] == model))

    def start_test(self, text: str, agent_id: int | None = None) -> int:
        """Start an agent test and return its id."""
        status, execution = self.call("POST", f"/api/agents/{agent_id or self.agent_id()}/test", {"input": text})
        assert status == 202, execution
        return int(execution["id"])

    def execution(self, execution_id: int) -> dict[str, Any]:
        """Return an execution."""
        status, execution = self.call("GET", f"/api/executions/{execution_id}")
        assert status == 200, execution
        return dict(execution)

    def ended(self, execution_id: int, seconds: float = 60) -> dict[str, Any]:
        """Wait until an execution has ended and return it."""

        def check() -> dict[str, Any] | None:
            found = self.execution(execution_id)
            return found if found["finished_at"] else None

        return dict(poll(check, seconds))

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        family = []
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self._process.pid).children(recursive=True)
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return
        self._process.wait(STOP_SECONDS)
        # Its port is free when all of it is gone; what nobody has buried yet is.
        poll(lambda: not any(map(_lives, family)), STOP_SECONDS)


def _holders(port: int) -> list[str]:
    """Return who has a connection at a port, in words."""
    found = [
        each
        for each in psutil.net_connections("tcp")
        if port in (each.laddr and each.laddr.port, each.raddr and each.raddr.port)
    ]
    return [f"{each.status} {each.laddr} {each.raddr} {each.pid}" for each in found]


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def hub_process(
    tmp_path: Path, messages_server: MessagesServer, used_data_dir: Path
) -> Iterator[Callable[..., HubProcess]]:
    """Return what makes hubs of this test, each with its data folder; all are killed at its end.

    They have their modules and a migrated database from the start; one that `is_cold`, or has a command of its own,
    begins with nothing.
    """
    made: list[HubProcess] = []

    def make(name: str = "data", *command: str, is_cold: bool = False, **settings: str) -> HubProcess:
        provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": messages_server.url}
        made.append(HubProcess(tmp_path / name, *command, **{**provider, **settings}))
        if not (is_cold or command):
            shutil.copytree(used_data_dir, tmp_path / name)
            made[-1].preloaded()
        return made[-1]

    yield make
    for each in made:
        each.kill()


@pytest.fixture(scope="module")
def shared_hub(tmp_path_factory: pytest.TempPathFactory, used_data_dir: Path) -> Iterator[HubProcess]:
    """Yield a running hub that the tests of one module share; it has no key."""
    folder = tmp_path_factory.mktemp("shared")
    hub = HubProcess(shutil.copytree(used_data_dir, folder / "data")).preloaded().start()
    yield hub
    hub.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def claude_hub(
    tmp_path_factory: pytest.TempPathFactory, module_provider: MessagesServer, used_data_dir: Path
) -> Iterator[HubProcess]:
    """Yield a running hub that the tests of one module share; what its Claude answers, they tell `provider`."""
    folder = tmp_path_factory.mktemp("claude")
    key = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": module_provider.url}
    hub = HubProcess(shutil.copytree(used_data_dir, folder / "data"), **key).preloaded().start()
    yield hub
    hub.kill()
    shutil.rmtree(folder, ignore_errors=True)
