"""`execution-hub serve`, as `make run` starts it: checks, pages, one port, a clean end."""

import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from execution_hub import pages_build
from execution_hub.errors import StartError
from execution_hub.pages_build import IN_USE, ROOT, ensure_pages
from tests.support.server import HubProcess, poll

MakeHub = Callable[..., HubProcess]
SECOND_START_SECONDS = 10


def refused(hub: HubProcess) -> tuple[int, str]:
    """Start a hub that is expected not to; return its exit code and the one line it says."""
    done = subprocess.run(
        hub._command,
        cwd=ROOT,
        env=hub.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, lines[0]


@contextmanager
def listening(port: int) -> Iterator[None]:
    """Occupy a port."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        yield


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def fetch(url: str) -> tuple[int, bytes]:
    """Get a page."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_taken_port_is_said_in_one_line(hub_process: MakeHub) -> None:
    hub = hub_process()
    with listening(hub.port):
        code, line = refused(hub)
    assert code == 1
    assert f"HUB_PORT {hub.port}" in line


def test_an_address_of_another_machine_is_said_in_one_line(hub_process: MakeHub) -> None:
    code, line = refused(hub_process(HUB_HOST="192.0.2.1"))
    assert code == 1
    assert "192.0.2.1" in line


def test_a_data_folder_in_use_is_said_in_one_line(hub_process: MakeHub, tmp_path: Path) -> None:
    hub = hub_process()
    hub.data_dir.mkdir()
    with (hub.data_dir / "hub.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, line = refused(hub)
    assert code == 1
    assert "in use by another hub" in line
    assert str(hub.data_dir) in line


def test_a_data_folder_that_cannot_be_written_is_said_in_one_line(hub_process: MakeHub, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, line = refused(hub_process("file/data"))
    assert code == 1
    assert "cannot be written" in line


def test_a_database_of_a_newer_hub_is_said_in_one_line_and_left_alone(hub_process: MakeHub) -> None:
    hub = hub_process()
    hub.data_dir.mkdir()
    with closing(sqlite3.connect(hub.data_dir / "hub.sqlite3")) as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
        database.commit()
    code, line = refused(hub)
    assert code != 0
    assert "9999" in line
    with closing(sqlite3.connect(hub.data_dir / "hub.sqlite3")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_a_database_that_is_away_is_said_in_one_line(hub_process: MakeHub) -> None:
    hub = hub_process()
    hub._settings["HUB_DATABASE_URL"] = "postgresql://hub:secret-word@127.0.0.1:9/hub"
    code, line = refused(hub)
    assert code != 0
    assert "secret-word" not in line


def test_pages_and_api_share_the_port_and_a_second_start_does_not_build(hub_process: MakeHub) -> None:
    first = hub_process("one").start()
    poll(lambda: "is ready at" in first.log.read_text())
    second = hub_process("two")
    started = time.monotonic()
    second.start()
    assert time.monotonic() - started < SECOND_START_SECONDS
    poll(lambda: "is ready at" in second.log.read_text())
    words = second.log.read_text()
    assert words.count(f"Execution Hub is ready at {second.url}") == 1
    assert "Building" not in words
    for path in ("/", "/agents", "/executions/1"):
        status, page = fetch(second.url + path)
        assert status == 200, path
        assert b"<html" in page.lower()
    assert fetch(second.url + "/api/health")[0] == 200
    assert second.stop() == 0
    assert first.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_of_it_within_seconds(hub_process: MakeHub, number: signal.Signals) -> None:
    hub = hub_process().start()
    children = psutil.Process(hub.pid).children(recursive=True)
    execution_id = hub.start_test("[slow] still running when the signal comes")
    poll(lambda: hub.execution(execution_id)["status"] == "running")
    assert hub._process is not None
    hub._process.send_signal(number)
    assert hub._process.wait(10) == 0
    assert not [child for child in children if child.is_running()]
    assert is_free(hub.port)


def test_nothing_outlives_a_killed_hub(hub_process: MakeHub) -> None:
    """Its port and its data folder are free for the next one, even if only the first process was killed."""
    hub = hub_process().start()
    os.kill(hub.pid, signal.SIGKILL)
    poll(lambda: is_free(hub.port), 10)
    again = hub_process("data").start()
    assert again.stop() == 0


def test_polling_only_needs_no_other_pages(hub_process: MakeHub) -> None:
    hub = hub_process(HUB_TRANSPORT="polling").start()
    assert "Building" not in hub.log.read_text()
    refusal = fetch(f"{hub.url}/_event/?EIO=4&transport=websocket")
    assert refusal[0] == 400
    status, opened = fetch(f"{hub.url}/_event/?EIO=4&transport=polling")
    assert status == 200
    assert b'"upgrades":[]' in opened


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the least that pages are built from; building it fails."""
    for name in pages_build.SOURCES + pages_build.LOCK_SOURCES:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)
    (tmp_path / "rxconfig.py").write_text("raise RuntimeError('this configuration is broken')\n")
    return tmp_path


def test_a_failing_page_build_names_its_log_and_its_last_words(project: Path) -> None:
    with pytest.raises(StartError) as caught:
        ensure_pages(project)
    message = caught.value.message
    assert len(message.splitlines()) == 1
    assert str(project / ".build" / "build.log") in message
    assert "this configuration is broken" in message
    assert "this configuration is broken" in (project / ".build" / "build.log").read_text()
    assert not list((project / ".build").glob(f"*/{IN_USE}"))


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Replace Reflex by something quick; return where it built."""
    built: list[Path] = []

    def build(root: Path, build_root: Path) -> None:
        (build_root / "work" / "build" / "client").mkdir(parents=True, exist_ok=True)
        (build_root / "work" / "build" / "client" / "index.html").write_text(f"{len(built)}")
        built.append(root)

    monkeypatch.setattr(pages_build, "_build", build)
    return built


def test_pages_are_built_only_when_what_they_come_from_has_changed(
    project: Path, compiler: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ensure_pages(project)
    assert ensure_pages(project).folder == first.folder
    assert len(compiler) == 1
    for change in ("execution_hub/ui/routes.py", "assets/new.css", "reflex.lock/package.json", "requirements.txt"):
        (project / change).open("a").write("\n")
        assert ensure_pages(project).build_seconds is not None, change
    monkeypatch.setenv("API_URL", "https://hub.example.com")
    assert ensure_pages(project).build_seconds is not None
    monkeypatch.setenv("HUB_PORT", "8123")
    assert ensure_pages(project).build_seconds is None


def test_a_build_never_pulls_pages_from_under_a_running_hub(project: Path, compiler: list[Path]) -> None:
    """Pages that a hub holds stay; those that nobody holds go."""
    held = ensure_pages(project).folder
    abandoned = project / ".build" / "0123456789abcdef"
    shutil.copytree(held, abandoned)
    (project / "assets" / "new.css").write_text("body {}")
    fresh = ensure_pages(project).folder
    assert (held / "build" / "client" / "index.html").read_text() == "0"
    assert (fresh / "build" / "client" / "index.html").read_text() == "1"
    assert not abandoned.exists()
