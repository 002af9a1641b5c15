"""The command line as a person types it; what `serve` and `check` do well is in test_serve.py."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ROOT, free_port
from tests.support.terminal import run_from_nothing as run

SECRET = "a-word-nobody-may-read"


@pytest.mark.parametrize("words", [(), ("dance",), ("serve", "--fast")])
def test_a_wrong_call_says_how_it_is_meant(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert "usage: execution-hub" in done.stderr
    assert not done.stdout


def test_check_never_shows_the_password_of_the_database(tmp_path: Path) -> None:
    url = f"postgresql://hub:{SECRET}@127.0.0.1:{free_port()}/hub"
    done = run("check", HUB_DATA_DIR=str(tmp_path / "data"), HUB_DATABASE_URL=url)
    assert done.returncode == 1
    assert "cannot be opened" in done.stdout
    assert SECRET not in done.stdout + done.stderr


def test_check_fails_when_the_data_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("check", HUB_DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert "Data folder: " in done.stdout
    assert not done.stderr


def test_the_watching_process_loads_nothing_of_the_hub() -> None:
    """It stays for as long as the hub does, and memory is counted over all processes."""
    code = "import sys, execution_hub.server; print(sorted({'reflex', 'pydantic', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run((sys.executable, "-c", code), cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
