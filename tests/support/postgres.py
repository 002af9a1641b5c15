"""A real PostgreSQL for the tests, and databases made for one test each."""

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.support.server import free_port

SUPERUSER = "hub"
START_SECONDS = 120
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server that listens on the loopback address and trusts everybody there."""

    port: int

    def url(self, database: str) -> str:
        """Return a database's URL as SQLAlchemy, and HUB_DATABASE_URL, want it."""
        return f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Run one statement as the superuser, outside a transaction."""
        where = f"host=127.0.0.1 port={self.port} user={SUPERUSER} dbname=postgres connect_timeout=60"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())


def _binaries() -> Path:
    """Return the folder of the newest server found."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if installed:
        return installed[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    pytest.fail(
        "PostgreSQL is missing: initdb is neither in /usr/lib/postgresql/*/bin nor on PATH. "
        "Install it, on Debian and Ubuntu with: apt-get install postgresql",
        pytrace=False,
    )


def _server_user() -> str:
    """Return who may run the server, which refuses root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    pytest.fail("PostgreSQL refuses to run as root, and there is no user postgres or nobody.", pytrace=False)


def _as_user(user: str) -> dict[str, object]:
    """Return what subprocess needs to drop root's rights."""
    if os.geteuid() != 0:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _initialise(binaries: Path, folder: Path, user: str) -> None:
    options = ["--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust", f"--username={SUPERUSER}"]
    done = subprocess.run(
        [binaries / "initdb", "-D", folder / "data", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        **_as_user(user),
    )
    if done.returncode != 0:
        pytest.fail(f"initdb failed: {done.stderr or done.stdout}", pytrace=False)


def _start(
    binaries: Path, folder: Path, user: str, port: int | None = None
) -> tuple[subprocess.Popen[bytes], PostgresServer]:
    """Start a server; another process may take the free port first, then try the next."""
    log = folder / "log"
    for _ in range(5):
        server = PostgresServer(port or free_port())
        options = {
            "listen_addresses": "127.0.0.1",
            "port": server.port,
            "unix_socket_directories": folder,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 100,
        }
        flags = [flag for name, value in options.items() for flag in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", folder / "data", *flags],
                cwd=folder,
                stdout=output,
                stderr=output,
                **_as_user(user),
            )
        if _answers(process, server):
            return process, server
        _stop(process)
    pytest.fail(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}", pytrace=False)


def _answers(process: subprocess.Popen[bytes], server: PostgresServer) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _mount(folder: Path, options: str) -> bool:
    """Mount a disk in memory, or change it; return whether we may."""
    words = ("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder)
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _stop(process: subprocess.Popen[bytes]) -> None:
    # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class OwnPostgres:
    """A PostgreSQL of our own, in a folder of its own, that can be restarted.

    Attributes:
        server: How to reach it.
    """

    def __init__(self, disk_megabytes: int = 0) -> None:
        """Make and start it.

        Args:
            disk_megabytes: The size of a disk of its own, in memory, which can be filled; 0 for none. Where none may be
                mounted, it has none.
        """
        self._binaries, self._user = _binaries(), _server_user()
        # Not pytest's own folder, which the other user may not enter.
        self._folder = Path(tempfile.mkdtemp(prefix="hub-postgres-"))
        self._disk_size = f"{disk_megabytes}m" if disk_megabytes else ""
        if self._disk_size and not _mount(self._folder, f"size={self._disk_size}"):
            self._disk_size = ""
        if os.geteuid() == 0:
            shutil.chown(self._folder, self._user)
        _initialise(self._binaries, self._folder, self._user)
        self._process, self.server = _start(self._binaries, self._folder, self._user)

    def restart(self, seconds_down: float = 0) -> None:
        """Stop it at once, clients or not, and start it again on the same port."""
        _stop(self._process)
        time.sleep(seconds_down)
        self._process, self.server = _start(self._binaries, self._folder, self._user, self.server.port)

    @property
    def has_disk(self) -> bool:
        """Whether it has a disk of its own."""
        return bool(self._disk_size)

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Have its disk be full for a moment; a server that could not stand it is started again after that."""
        assert self.has_disk
        found = os.statvfs(self._folder)
        used = (found.f_blocks - found.f_bfree) * found.f_frsize
        assert _mount(self._folder, f"remount,size={used}")
        try:
            yield
        finally:
            assert _mount(self._folder, f"remount,size={self._disk_size}")
            if not _answers(self._process, self.server):
                _stop(self._process)
                self._process, self.server = _start(self._binaries, self._folder, self._user, self.server.port)

    def close(self) -> None:
        """Stop it and leave nothing."""
        _stop(self._process)
        if self._disk_size:
            subprocess.run(("umount", self._folder), check=True)
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL of our own for the session; a missing one fails the test, it is not skipped."""
    own = OwnPostgres()
    yield own.server
    own.close()


@pytest.fixture
def make_postgres(postgres_server: PostgresServer) -> Iterator[Callable[..., str]]:
    """Return a function that makes a PostgreSQL database and returns its URL; all go after the test.

    It is empty, or the copy of one that nobody uses.
    """
    names: list[str] = []

    def make(template: str = "template1") -> str:
        name = f"test_{uuid4().hex}"
        postgres_server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        names.append(name)
        return postgres_server.url(name)

    yield make
    for name in names:
        postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(make_postgres: Callable[[], str]) -> str:
    """Return the URL of an empty PostgreSQL database of this test's own."""
    return make_postgres()


@pytest.fixture(params=["sqlite", "postgresql"])
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return a function that makes an empty database and returns its URL; the test runs once on each kind."""
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("make_postgres")
        return make
    return lambda: f"sqlite:///{tmp_path / uuid4().hex}.sqlite3"


@pytest.fixture
def database_url(make_database: Callable[[], str]) -> str:
    """Return the URL of an empty database of this test's own; the test runs once on each kind."""
    return make_database()
