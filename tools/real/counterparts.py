"""The counterparts as processes: where they are installed, what they work on, and how the hub is told of them."""

import json
import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.support.environment import bare_environment
from tests.support.server import ROOT, fetch, free_port, poll

INSTALLED = ROOT / ".venv" / "real"
PROGRAMS = INSTALLED / "bin"
NPM_PROGRAMS = INSTALLED / "node_modules" / ".bin"
START_SECONDS = 180
# What npm brings looks for node on PATH.
NODE_PATH = {"PATH": f"{ROOT / '.venv' / 'bin'}:${{PATH}}"}


@dataclass(frozen=True)
class Counterparts:
    """The tool servers and what they are given to work on.

    Attributes:
        work: The run's own folder.
        word: Made for this run; stands in what is echoed, read, written and committed.
        secret: A value that the hub is to hide.
        http_port: Where one server is reached by HTTP.
    """

    work: Path
    word: str
    secret: str
    http_port: int

    @classmethod
    def made(cls, work: Path) -> Self:
        """Make what they work on: a repository with one commit, and a folder with a file beside one that is private."""
        made = cls(work, secrets.token_hex(6), secrets.token_hex(16), free_port())
        made.files.mkdir()
        made.note.write_text(f"The word of the day is {made.word}.\n")
        made.private.write_text(f"Nobody reads {made.word} here.\n")
        made.repository.mkdir()
        git(made.repository, "init", "--quiet", "--initial-branch=main")
        for name, value in (("user.name", "Real"), ("user.email", "real@example.com"), ("commit.gpgsign", "false")):
            git(made.repository, "config", name, value)
        (made.repository / "README.md").write_text("# Example\n")
        git(made.repository, "add", "README.md")
        git(made.repository, "commit", "--quiet", "--message", made.subject)
        (made.repository / "CHANGES.md").write_text(f"{made.word}\n")
        return made

    @property
    def files(self) -> Path:
        """The folder that the server of files may use."""
        return self.work / "files"

    @property
    def note(self) -> Path:
        """A file in it."""
        return self.files / "note.txt"

    @property
    def private(self) -> Path:
        """A file outside it."""
        return self.work / "private.txt"

    @property
    def repository(self) -> Path:
        """A repository of git."""
        return self.work / "repository"

    @property
    def subject(self) -> str:
        """The subject of its commit."""
        return f"Begin with {self.word}"

    @property
    def variables(self) -> dict[str, str]:
        """What the hub has in its environment for the file of servers."""
        return {"REAL_SECRET": self.secret}

    def file(self) -> Path:
        """Write the file of servers, as a user would."""
        servers: dict[str, Any] = {
            "time": {
                "command": str(PROGRAMS / "mcp-server-time"),
                "args": ["--local-timezone", "UTC"],
                "hub": {"idempotent": ["get_current_time", "convert_time"]},
            },
            "git": {"command": str(PROGRAMS / "mcp-server-git"), "args": ["--repository", str(self.repository)]},
            "files": {
                "command": str(NPM_PROGRAMS / "mcp-server-filesystem"),
                "args": [str(self.files)],
                "env": NODE_PATH,
            },
            "everything": {
                "command": str(NPM_PROGRAMS / "mcp-server-everything"),
                "args": ["stdio"],
                "env": {**NODE_PATH, "REAL_SECRET": "${REAL_SECRET}"},
            },
            "remote": {"url": f"http://127.0.0.1:{self.http_port}/mcp", "headers": {"X-Real": "${REAL_SECRET}"}},
        }
        path = self.work / "mcp.json"
        path.write_text(json.dumps({"mcpServers": servers}, indent=2))
        return path

    @contextmanager
    def http_server(self) -> Iterator[None]:
        """Run the server that is reached by HTTP."""
        environment = bare_environment()
        environment["PATH"] = f"{ROOT / '.venv' / 'bin'}:{environment['PATH']}"
        command = (str(NPM_PROGRAMS / "mcp-server-everything"), "streamableHttp")
        environment["PORT"] = str(self.http_port)
        # Without a session it refuses, which tells that it is there.
        with _running(command, self.work / "remote.log", environment, f"http://127.0.0.1:{self.http_port}/mcp", 400):
            yield


@contextmanager
def model_server(work: Path) -> Iterator[str]:
    """Run the real model, and yield its address.

    Args:
        work: Where its log goes.
    """
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = (str(PROGRAMS / "python"), str(Path(__file__).with_name("model_server.py")), str(port))
    with _running(command, work / "model.log", bare_environment(), f"{url}/health", 200):
        yield url


def git(folder: Path, *words: str) -> str:
    """Run git in a folder and return what it says."""
    command = ("git", "-C", str(folder), *words)
    done = subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.stdout.strip()


@contextmanager
def _running(command: tuple[str, ...], log: Path, environment: dict[str, str], url: str, status: int) -> Iterator[None]:
    """Run a server for as long as the block runs; enters when an address answers with a status."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )

    def is_up() -> bool:
        assert process.poll() is None, f"{command[0]} has ended:\n{log.read_text()[-4000:]}"
        try:
            return fetch(url)[0] == status
        except OSError:
            return False

    try:
        poll(is_up, START_SECONDS)
        yield
    finally:
        # All that it started, too: node is started by a program of Python.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
