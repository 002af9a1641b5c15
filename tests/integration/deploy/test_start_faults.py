"""Starts that cannot be, and ends that were not asked for."""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing

import psutil

from tests.support.server import ROOT, HubProcess, poll

MakeHub = Callable[..., HubProcess]
SECRET = "a-word-nobody-may-read"


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
        check=False,
    )
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stdout
    assert "is ready" not in done.stdout
    return done.returncode, lines[0]


def test_an_address_of_another_machine_is_one_line(hub_process: MakeHub) -> None:
    code, line = refused(hub_process(is_cold=True, HUB_HOST="192.0.2.1"))
    assert code == 1
    assert "192.0.2.1" in line


def test_a_wrong_file_of_tool_servers_is_one_line_before_anything_is_built(hub_process: MakeHub) -> None:
    hub = hub_process(is_cold=True, HUB_MCP_FILE="/nowhere/mcp.json")
    code, line = refused(hub)
    assert code == 2
    assert "HUB_MCP_FILE: /nowhere/mcp.json is no file. Example: " in line
    assert not hub.data_dir.exists()


def test_a_database_of_a_newer_hub_is_one_line_and_left_alone(hub_process: MakeHub) -> None:
    hub = hub_process(is_cold=True)
    hub.data_dir.mkdir()
    with closing(sqlite3.connect(hub.data_dir / "hub.sqlite3")) as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
        database.commit()
    code, line = refused(hub)
    assert code == 1
    assert "9999" in line
    with closing(sqlite3.connect(hub.data_dir / "hub.sqlite3")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_a_database_that_is_away_is_one_line_without_its_password(hub_process: MakeHub) -> None:
    code, line = refused(hub_process(is_cold=True, HUB_DATABASE_URL=f"postgresql://hub:{SECRET}@127.0.0.1:9/hub"))
    assert code == 1
    assert "cannot be opened" in line
    assert SECRET not in line


def test_nothing_outlives_a_hub_whose_first_process_was_killed(hub_process: MakeHub) -> None:
    """Port and data folder are free again: the next start finds neither taken."""
    hub = hub_process(is_cold=True).start()
    family = psutil.Process(hub.pid).children(recursive=True)
    assert family
    os.kill(hub.pid, signal.SIGKILL)
    poll(lambda: not any(each.is_running() for each in family))
    hub.kill()
    assert hub.start().stop() == 0
