"""The command line as a person types it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ROOT, free_port

KEY = "sk-ant-this-is-not-a-key"


def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with these settings and nothing of the person's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "ANTHROPIC_"))}
    return subprocess.run(
        (sys.executable, "-m", "execution_hub.cli", *words),
        cwd=ROOT,
        env={**kept, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_names_the_commands() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "serve" in done.stdout
    assert "check" in done.stdout


@pytest.mark.parametrize("words", [(), ("dance",), ("serve", "--fast")])
def test_a_wrong_call_says_how_it_is_meant(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert "usage: execution-hub" in done.stderr


def test_check_passes_before_the_first_start_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    done = run("check", HUB_DATA_DIR=str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    for word in ("Settings: fine", str(folder), "Database: reachable, still empty", "Key: none", "Node: v"):
        assert word in done.stdout
    assert not (folder / "hub.sqlite3").exists()


def test_check_says_that_there_is_a_key_and_never_the_key(tmp_path: Path) -> None:
    done = run("check", HUB_DATA_DIR=str(tmp_path / "data"), ANTHROPIC_API_KEY=KEY)
    assert done.returncode == 0
    assert "ANTHROPIC_API_KEY is set" in done.stdout
    assert KEY not in done.stdout + done.stderr


def test_check_fails_when_the_database_cannot_be_reached(tmp_path: Path) -> None:
    url = f"postgresql://hub:{KEY}@127.0.0.1:{free_port()}/hub"
    done = run("check", HUB_DATA_DIR=str(tmp_path / "data"), HUB_DATABASE_URL=url)
    assert done.returncode == 1
    assert "Database: " in done.stdout
    assert "cannot be opened" in done.stdout
    assert KEY not in done.stdout + done.stderr, "a password is as secret as a key"


def test_check_fails_when_the_data_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("check", HUB_DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert "Data folder: " in done.stdout
    assert not done.stderr


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_wrong_setting_is_one_line_with_an_example(command: str) -> None:
    done = run(command, HUB_PORT="eighty")
    assert done.returncode == 2
    assert not done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith("HUB_PORT: ")
    assert "HUB_PORT=8000" in line
