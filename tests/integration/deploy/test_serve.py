"""`execution-hub serve` from outside: what it builds, how it stops, and what it says when it cannot start."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from execution_hub import pages_build
from execution_hub.pages_build import IN_USE
from execution_hub.serve import HEAPS
from execution_hub.store.lock import DataLock
from tests.support.server import ROOT, HubProcess, fetch, free_port, poll

SECONDS = 300


def environment_of(data_dir: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "ANTHROPIC_"))}
    return {**kept, "HUB_PORT": str(free_port()), "HUB_DATA_DIR": str(data_dir), **settings}


def call(command: str, data_dir: Path, root: Path = ROOT, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        (sys.executable, "-m", "execution_hub.cli", command),
        cwd=root,
        env=environment_of(data_dir, **settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def only_line(result: subprocess.CompletedProcess[str]) -> str:
    """Return the one line a failed start says."""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """Yield a running hub; with it, the pages are built."""
    hub = HubProcess(tmp_path_factory.mktemp("serve") / "data").start()
    yield hub
    hub.kill()


@pytest.fixture
def other_tree(tmp_path: Path) -> Path:
    """Return a copy of the project without anything built."""
    root = tmp_path / "tree"
    for name in ("execution_hub", "alembic", "assets", "reflex.lock"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "external"))
    for name in ("rxconfig.py", "requirements.lock", ".npmrc", "bunfig.toml", "alembic.ini"):
        shutil.copy2(ROOT / name, root / name)
    return root


def test_pages_api_and_its_documentation_come_from_one_port(hub: HubProcess) -> None:
    for path in ("/", "/agents", "/api/health", "/api/docs"):
        with urllib.request.urlopen(hub.url + path, timeout=SECONDS) as answer:  # noqa: S310 - our own address
            assert answer.status == 200, path


def test_every_address_of_the_pages_can_be_opened_directly(hub: HubProcess) -> None:
    for path in ("/", "/agents", "/agents/1", "/executions/1"):
        status, page = fetch(hub.url + path)
        assert status == 200, path
        assert b"<html" in page.lower()
    assert fetch(f"{hub.url}/nowhere/at/all")[0] == 404


def test_it_prints_its_address_when_it_is_ready(hub: HubProcess) -> None:
    poll(lambda: f"Execution Hub is ready at {hub.url}" in hub.log.read_text())


def test_a_second_start_serves_what_is_built(hub: HubProcess, other_tree: Path, tmp_path: Path) -> None:
    # In a tree of its own, so that somebody who edits the pages meanwhile does not matter.
    built = max((ROOT / ".build").glob(f"*/{IN_USE}"), key=lambda path: path.stat().st_mtime).parent
    sources = pages_build._digest(other_tree, pages_build.SOURCES)
    shutil.copytree(built, other_tree / ".build" / pages_build._name(sources, other_tree))
    serve = f"cd '{other_tree}' && exec '{sys.executable}' -m execution_hub.cli serve"
    second = HubProcess(tmp_path / "second", "sh", "-c", serve)
    try:
        second.start()
    finally:
        second.kill()
    assert "Building" not in second.log.read_text()


def test_all_processes_together_stay_under_300_mib(hub: HubProcess) -> None:
    root = psutil.Process(hub.pid)
    resident = sum(each.memory_info().rss for each in (root, *root.children(recursive=True)))
    assert resident < 300 * 2**20


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_within_ten_seconds_without_a_child_or_a_traceback(
    hub: HubProcess, tmp_path: Path, number: str
) -> None:
    other = HubProcess(tmp_path / "other").start()
    root = psutil.Process(other.pid)
    family = [root, *root.children(recursive=True)]
    started = time.monotonic()
    try:
        # As a terminal does: to the whole group.
        os.killpg(other.pid, signal.Signals[number])
        assert other.stop() == 0
    finally:
        other.kill()
    assert time.monotonic() - started < 20
    assert not [each for each in family if each.is_running()]
    assert "Traceback" not in other.log.read_text()


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = call("serve", tmp_path / "data", HUB_PORT=port)
    assert result.returncode == 1
    assert only_line(result).startswith(f"HUB_PORT {port} on 127.0.0.1 cannot be used")
    assert not (tmp_path / "data").exists()


def test_the_threads_of_a_hub_share_their_heaps_and_keep_little_for_later(hub: HubProcess) -> None:
    """Else what was freed stays in the holes of dozens of heaps, and what a large body took at their ends."""
    family = [psutil.Process(hub.pid), *psutil.Process(hub.pid).children(recursive=True)]
    for each in family:
        found = each.environ()
        assert {name: found.get(name) for name in HEAPS} == HEAPS


@pytest.mark.parametrize("kind", ["", "-web@", "-worker@", "Dockerfile"])
def test_what_is_started_without_serve_keeps_as_little(kind: str) -> None:
    name = kind if kind == "Dockerfile" else f"execution-hub{kind}.service"
    text = (ROOT / "deploy" / name).read_text()
    assert dict(re.findall(r"(MALLOC_\w+)=(\d+)", text)) == HEAPS


def test_a_data_folder_in_use_is_one_line(hub: HubProcess) -> None:
    result = call("serve", hub.data_dir)
    assert result.returncode == 1
    assert "is in use by another hub" in only_line(result)


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = call("serve", tmp_path / "file" / "data")
    assert result.returncode == 1
    assert "cannot be written" in only_line(result)


def test_a_database_that_is_none_ends_the_start_with_one_line(hub: HubProcess, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "hub.sqlite3").write_text("this has never been a database " * 10)
    result = call("serve", data_dir)
    assert result.returncode == 1
    assert "cannot" in only_line(result)
    assert str(data_dir / "hub.sqlite3") in only_line(result)
    # Nothing keeps the folder.
    DataLock(data_dir).acquire().release()


def test_a_wrong_setting_is_one_line_and_exit_code_two(tmp_path: Path) -> None:
    for command in ("serve", "check"):
        result = call(command, tmp_path / "data", HUB_MAX_CONCURRENCY="many")
        assert result.returncode == 2
        assert only_line(result).startswith("HUB_MAX_CONCURRENCY: ")


def test_pages_that_do_not_build_are_one_line_with_the_log(other_tree: Path, tmp_path: Path) -> None:
    with (other_tree / "execution_hub" / "ui" / "routes.py").open("a") as module:
        module.write('\nraise RuntimeError("this page is broken")\n')
    result = call("serve", tmp_path / "data", other_tree)
    assert result.returncode == 1
    assert str(other_tree / ".build" / "build.log") in only_line(result)
    assert "this page is broken" in only_line(result)
    assert [path.name for path in (other_tree / ".build").iterdir() if (path / "in-use").exists()] == []


def test_check_says_what_is_there_and_never_the_key(hub: HubProcess, tmp_path: Path) -> None:
    fresh = call("check", tmp_path / "data", ANTHROPIC_API_KEY="very-secret")
    assert fresh.returncode == 0, fresh.stderr
    assert "still empty" in fresh.stdout
    assert "ANTHROPIC_API_KEY is set" in fresh.stdout
    assert "very-secret" not in fresh.stdout + fresh.stderr
    assert not (tmp_path / "data").exists()
    used = call("check", hub.data_dir)
    assert used.returncode == 0
    assert "up to date" in used.stdout
    assert "in use by another hub" in used.stdout
    assert "Key: none" in used.stdout


def test_check_fails_where_the_hub_could_not_start(tmp_path: Path) -> None:
    result = call("check", tmp_path / "data", HUB_DATABASE_URL=f"postgresql://me@127.0.0.1:{free_port()}/hub")
    assert result.returncode == 1
    assert "Database: " in result.stdout
    assert "Traceback" not in result.stderr


def test_help_names_the_commands(tmp_path: Path) -> None:
    result = call("--help", tmp_path)
    assert result.returncode == 0
    assert "serve" in result.stdout
    assert "check" in result.stdout
